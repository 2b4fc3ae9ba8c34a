//! Which functions and plugins may run, and with what.

use trimtab_kustomize::FunctionOptions;

const HEADING: &str = "Functions (taken for kustomize's sake, without effect)";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct FunctionFlags {
    /// Run plugins and functions
    #[arg(help_heading = HEADING, long)]
    enable_alpha_plugins: bool,

    /// Run functions that are programs
    #[arg(help_heading = HEADING, long)]
    enable_exec: bool,

    /// Let functions in containers use the network
    #[arg(help_heading = HEADING, long)]
    network: bool,

    /// The network they use
    #[arg(help_heading = HEADING, long, value_name = "NAME", default_value = "bridge")]
    network_name: String,

    /// What is mounted into their containers
    #[arg(help_heading = HEADING, long, value_name = "MOUNT")]
    mount: Vec<String>,

    /// Variables of their environment
    #[arg(help_heading = HEADING, short, long, value_name = "NAME[=VALUE]")]
    env: Vec<String>,

    /// Run containers as the user who calls
    #[arg(help_heading = HEADING, long)]
    as_current_user: bool,
}

impl FunctionFlags {
    pub(super) fn options(&self) -> FunctionOptions {
        FunctionOptions {
            enabled: self.enable_alpha_plugins,
            exec: self.enable_exec,
            network: self.network,
            network_name: self.network_name.clone(),
            mounts: self.mount.clone(),
            environment: self.env.clone(),
            as_current_user: self.as_current_user,
        }
    }
}
