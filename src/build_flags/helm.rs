//! How charts are inflated.

use trimtab_kustomize::HelmOptions;

const HEADING: &str = "Helm (taken for kustomize's sake, without effect)";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct HelmFlags {
    /// Inflate Helm charts
    #[arg(help_heading = HEADING, long)]
    enable_helm: bool,

    /// The helm program
    #[arg(help_heading = HEADING, long, value_name = "PROGRAM", default_value = "helm")]
    helm_command: String,

    /// Kubernetes API versions that charts see
    #[arg(help_heading = HEADING, long, value_name = "VERSION")]
    helm_api_versions: Vec<String>,

    /// Kubernetes version that charts see
    #[arg(help_heading = HEADING, long, value_name = "VERSION")]
    helm_kube_version: Option<String>,

    /// Let helm print what it does
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
