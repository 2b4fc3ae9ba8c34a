//! How charts are inflated.

/// Options for Helm charts; kustomize's flags of the same names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HelmOptions {
    /// Whether charts are inflated at all: `--enable-helm`.
    pub enabled: bool,
    /// The helm program; empty for `helm` on the path: `--helm-command`.
    pub command: String,
    /// Kubernetes API versions that charts see: `--helm-api-versions`.
    pub api_versions: Vec<String>,
    /// Kubernetes version that charts see; empty for helm's own: `--helm-kube-version`.
    pub kube_version: String,
    /// Whether helm prints what it does: `--helm-debug`.
    pub debug: bool,
}
