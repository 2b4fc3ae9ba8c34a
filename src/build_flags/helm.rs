//! How charts are inflated.

use trimtab_kustomize::HelmOptions;

const HEADING: &str = "Helm";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct HelmFlags {
    /// Inflate Helm charts with your helm, versions 3 and 4
    #[arg(help_heading = HEADING, long)]
    enable_helm: bool,

    /// The helm program: a path, or a name that is looked for in the PATH
    #[arg(help_heading = HEADING, long, value_name = "PROGRAM", default_value = "helm")]
    helm_command: String,

    /// Kubernetes API version that charts see which say none themselves; may be given again
    #[arg(help_heading = HEADING, long, value_name = "VERSION")]
    helm_api_versions: Vec<String>,

    /// Kubernetes version that charts see which say none themselves
    #[arg(help_heading = HEADING, long, value_name = "VERSION")]
    helm_kube_version: Option<String>,

    /// Let helm tell more when it fails
    #[arg(help_heading = HEADING, long)]
    helm_debug: bool,
}

impl HelmFlags {
    pub(super) fn options(&self) -> HelmOptions {
        HelmOptions {
            enabled: self.enable_helm,
            command: self.helm_command.clone(),
            api_versions: self.helm_api_versions.clone(),
            kube_version: self.helm_kube_version.clone().unwrap_or_default(),
            debug: self.helm_debug,
        }
    }
}
