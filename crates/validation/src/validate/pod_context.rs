//! What the parts of a pod are checked with: the pod around them.

use super::errors::Path;
use crate::fields::{items, text};
use rustc_hash::FxHashMap;
use trimtab_tree::Value;

/// What the parts of a pod need to know of the whole.
pub(super) struct PodContext<'v> {
    /// Its `spec`.
    pub(super) spec: &'v Value,
    /// Its volumes that containers can use, by name.
    pub(super) volumes: FxHashMap<&'v str, &'v Value>,
    /// How many seconds it has to stop.
    pub(super) grace: Option<i64>,
    /// Whether its users are the host's.
    pub(super) host_users: bool,
    /// Whether its containers start again.
    pub(super) restart: &'v str,
    /// Whether it is a pod itself, not a template of one.
    pub(super) is_pod: bool,
}

impl<'v> PodContext<'v> {
    /// The lists of containers, in the order in which Kubernetes goes through them, and each container
    /// with its path.
    pub(super) fn each_container(
        &self,
        path: &Path<'_>,
        mut visit: impl FnMut(&'v Value, &Path<'_>),
    ) {
        each_container(self.spec, path, &mut visit);
    }
}

/// Visits all containers of a pod with their paths.
pub(super) fn each_container<'v>(
    spec: &'v Value,
    path: &Path<'_>,
    mut visit: impl FnMut(&'v Value, &Path<'_>),
) {
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        let path = path.field(list);
        for (at, container) in items(spec, list).iter().enumerate() {
            visit(container, &path.item(at));
        }
    }
}

/// Whether a container that runs before the others goes on beside them.
pub(super) fn is_sidecar(container: &Value) -> bool {
    text(container, "restartPolicy") == Some("Always")
}
