//! Why there is no rehearsal.

/// Why there is no rehearsal. What the control plane has against objects is none of these: that is
/// what a rehearsal finds out.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// The operating system gave no runtime.
    #[error("cannot begin virtual time: {0}")]
    Runtime(#[from] std::io::Error),
    /// The control plane did not start.
    #[error("cannot start the control plane to rehearse on")]
    Cluster(#[from] trimtab_cluster::ClusterError),
    /// The objects cannot be applied as a whole: one is given twice, or is of a kind that nobody
    /// defines.
    #[error(transparent)]
    Deploy(#[from] trimtab_deploy::Error),
}

impl From<kube::Error> for RehearsalError {
    fn from(error: kube::Error) -> Self {
        Self::Deploy(error.into())
    }
}
