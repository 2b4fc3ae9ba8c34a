//! `pod-garbage-collector-controller`: deletes pods whose node is gone.
//!
//! The rules are those of `pkg/controller/podgc` in Kubernetes, as far as they are about nodes that
//! were deleted: nobody else would ever end such pods. Kubernetes looks every twenty seconds, and
//! once more after forty; here the end of the node brings the look.

use crate::context::{Context, deleting};
use crate::error::{ReconcileError, is_not_found, unless_not_found};
use crate::worker::{Reconcile, work};
use k8s_openapi::api::core::v1::{Node, Pod};
use kube::ResourceExt;
use std::sync::Arc;
use std::time::Duration;
use trimtab_informer::{Cache, Change, WorkQueue, index};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "pod-garbage-collector-controller";

/// Nodes looked at the same time.
const WORKERS: usize = 1;
/// How long a node may be away before its pods are: it may be about to register anew.
const QUARANTINE: Duration = Duration::from_secs(40);

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct PodCollector {
    context: Context,
    nodes: Cache<Node>,
    pods: Cache<Pod>,
    /// Names of nodes that are gone.
    queue: WorkQueue<Arc<str>>,
}

impl Reconcile for PodCollector {
    type Key = Arc<str>;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, node: &Arc<str>) -> Result<(), ReconcileError> {
        let pods = self.pods.indexed(index::NODE, node);
        if pods.is_empty() || self.nodes.get("", node).is_some() {
            return Ok(());
        }
        match self.context.cluster::<Node>().get_metadata(node).await {
            Ok(_) => return Ok(()),
            Err(error) if is_not_found(&error) => {}
            Err(error) => return Err(error.into()),
        }
        for pod in pods {
            let namespace = pod.namespace().unwrap_or_default();
            let params = deleting(pod.metadata.uid.as_deref()).grace_period(0);
            let pods = self.context.namespaced::<Pod>(&namespace);
            unless_not_found(pods.delete(&pod.name_any(), &params).await)?;
        }
        Ok(())
    }
}

impl PodCollector {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            nodes: context.informers.of(),
            pods: context.informers.of(),
            queue: WorkQueue::new(),
            context,
        };
        controller.pods.add_index(index::NODE, index::node_name);
        let queue = controller.queue.clone();
        controller.nodes.on_change(move |change| {
            if let Change::Deleted(node) = change {
                queue.add_after(node.name_any().into(), QUARANTINE);
            }
        });
        let it = controller.clone();
        controller.pods.on_change(move |change| {
            let spec = change.object().spec.as_ref();
            if let Some(name) = spec.and_then(|spec| spec.node_name.as_deref())
                && !matches!(change, Change::Deleted(_))
                && it.nodes.has_synced()
                && it.nodes.get("", name).is_none()
            {
                it.queue.add_after(name.into(), QUARANTINE);
            }
        });
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.nodes.synced().await;
        self.pods.synced().await;
        // Pods that came before the nodes did.
        for pod in self.pods.list() {
            let name = pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref());
            if let Some(name) = name.filter(|name| self.nodes.get("", name).is_none()) {
                self.queue.add_after(name.into(), QUARANTINE);
            }
        }
        work(&self, &self.queue).await;
    }
}
