//! Why a cluster did not start.

use std::path::PathBuf;
use std::time::Duration;
use trimtab_node::MOST_NODES;

/// Why a cluster did not start.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// The file with the objects could not be opened.
    #[error("cannot open the store {}", path.display())]
    Store {
        /// The file.
        path: PathBuf,
        /// Why.
        source: trimtab_store::StoreError,
    },
    /// The API server did not start.
    #[error("cannot start the API server")]
    ApiServer(#[from] trimtab_apiserver::StartError),
    /// Virtual time was asked for together with something that takes real time.
    #[error(
        "virtual time needs storage in memory, nobody listening and no egress: files and sockets take real time"
    )]
    RealInVirtual,
    /// More simulated nodes than there are addresses for.
    #[error("{0} simulated nodes are too many: there can be {MOST_NODES}")]
    TooManyNodes(usize),
    /// What runs could not be announced to clients.
    #[error("cannot announce the controllers that run")]
    Announcement(#[from] kube::Error),
    /// The cluster came up and did not get ready.
    #[error("the default service account is not there after {} s", .0.as_secs())]
    NotReady(Duration),
}
