//! Which functions and plugins may run, and with what.

use std::path::PathBuf;

/// Options for functions and plugins; kustomize's flags of the same names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunctionOptions {
    /// Whether plugins and functions run at all: `--enable-alpha-plugins`.
    pub enabled: bool,
    /// Whether functions that are programs may run: `--enable-exec`.
    pub exec: bool,
    /// Whether functions in containers may use the network: `--network`.
    pub network: bool,
    /// The network they use then, `--network-name`; `None` is the machine's own, which kustomize takes
    /// whatever its flag says.
    pub network_name: Option<String>,
    /// What is mounted into containers, as `--mount` has it.
    pub mounts: Vec<String>,
    /// Variables of their environment, `NAME=VALUE`, or `NAME` for that of this process.
    pub environment: Vec<String>,
    /// Whether containers run as the user who calls: `--as-current-user`.
    pub as_current_user: bool,
    /// Directories that may hold plugins in kustomize's old form; the first that exists counts.
    pub plugin_homes: Vec<PathBuf>,
}
