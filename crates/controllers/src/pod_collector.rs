//! `pod-garbage-collector-controller`: deletes pods that nobody else would ever end.
//!
//! The rules are those of `pkg/controller/podgc` in Kubernetes: pods of a node that was deleted,
//! pods that are being deleted on a node that was declared out of service or that never got a node,
//! and the oldest of those that ended, when there are too many. Kubernetes looks every twenty
//! seconds; here what happened brings the look.

use crate::context::Context;
use crate::disrupted::{End, Reason, end};
use crate::error::{ReconcileError, is_not_found};
use crate::pods::{is_finished, is_terminating};
use crate::worker::{Reconcile, work};
use k8s_openapi::api::core::v1::{Node, Pod};
use kube::ResourceExt;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use trimtab_informer::{Cache, Change, ObjectKey, WorkQueue, index};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "pod-garbage-collector-controller";

/// Looks at the same time.
const WORKERS: usize = 1;
/// How long a node may be away before its pods are: it may be about to register anew.
const QUARANTINE: Duration = Duration::from_secs(40);
/// How long anything else waits: as long as Kubernetes takes from one look to the next.
const PERIOD: Duration = Duration::from_secs(20);
/// How many pods that ended are kept: `--terminated-pod-gc-threshold`.
const KEPT: usize = 12_500;
const OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";
const ORPHANED: Reason = ("DeletionByPodGC", "PodGC: node no longer exists");

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Look {
    /// The pods of a node that is gone.
    Gone(Arc<str>),
    /// The pods that are being deleted on a node that is out of service.
    OutOfService(Arc<str>),
    /// A pod that is being deleted and has no node.
    Unscheduled(ObjectKey),
    /// All pods that ended.
    Ended,
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone(node) => write!(f, "pods of {node}, which is gone"),
            Self::OutOfService(node) => write!(f, "pods of {node}, which is out of service"),
            Self::Unscheduled(pod) => write!(f, "{pod}"),
            Self::Ended => f.write_str("pods that ended"),
        }
    }
}

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct PodCollector {
    context: Context,
    nodes: Cache<Node>,
    pods: Cache<Pod>,
    queue: WorkQueue<Look>,
    /// How many pods have ended.
    ended: Arc<AtomicUsize>,
}

impl Reconcile for PodCollector {
    type Key = Look;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, look: &Look) -> Result<(), ReconcileError> {
        match look {
            Look::Gone(node) => self.collect_orphans(node).await,
            Look::OutOfService(node) => self.collect_terminating(node).await,
            Look::Unscheduled(key) => {
                if let Some(pod) = self.pods.find(key).filter(|pod| is_unscheduled(pod)) {
                    end(&self.context, &pod, None, End::Forced).await?;
                }
                Ok(())
            }
            Look::Ended => self.collect_ended().await,
        }
    }
}

impl PodCollector {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            nodes: context.informers.of(),
            pods: context.informers.of(),
            queue: WorkQueue::new(),
            ended: Arc::default(),
            context,
        };
        controller.pods.add_index(index::NODE, index::node_name);
        let queue = controller.queue.clone();
        controller.nodes.on_change(move |change| {
            let name = change.object().name_any().into();
            match change {
                Change::Deleted(_) => queue.add_after(Look::Gone(name), QUARANTINE),
                Change::Added(node) | Change::Updated { new: node, .. } => {
                    if is_out_of_service(node) {
                        queue.add(Look::OutOfService(name));
                    }
                }
            }
        });
        let it = controller.clone();
        controller
            .pods
            .on_change(move |change| it.pod_changes(change));
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.nodes.synced().await;
        self.pods.synced().await;
        // Pods that came before the nodes did.
        for pod in self.pods.list() {
            self.look_at_node_of(&pod);
        }
        work(&self, &self.queue).await;
    }

    fn pod_changes(&self, change: &Change<Pod>) {
        self.count(change);
        let pod = change.object();
        if matches!(change, Change::Deleted(_)) {
            return;
        }
        if is_unscheduled(pod) {
            self.queue
                .add_after(Look::Unscheduled(ObjectKey::of(&**pod)), PERIOD);
        } else if self.nodes.has_synced() {
            self.look_at_node_of(pod);
        }
    }

    fn look_at_node_of(&self, pod: &Pod) {
        let spec = pod.spec.as_ref();
        let Some(name) = spec.and_then(|spec| spec.node_name.as_deref()) else {
            return;
        };
        match self.nodes.get("", name) {
            None => self.queue.add_after(Look::Gone(name.into()), QUARANTINE),
            Some(node) if is_terminating(pod) && is_out_of_service(&node) => {
                self.queue.add(Look::OutOfService(name.into()));
            }
            Some(_) => {}
        }
    }

    /// Keeps count of the pods that ended.
    fn count(&self, change: &Change<Pod>) {
        let (before, after) = match change {
            Change::Added(pod) => (false, is_finished(pod)),
            Change::Updated { old, new } => (is_finished(old), is_finished(new)),
            Change::Deleted(pod) => (is_finished(pod), false),
        };
        if after && !before {
            if self.ended.fetch_add(1, Ordering::Relaxed) >= KEPT {
                self.queue.add_after(Look::Ended, PERIOD);
            }
        } else if before && !after {
            // The last state seen of a deleted pod may be one that was never counted.
            let less = |ended: usize| Some(ended.saturating_sub(1));
            let _ = self
                .ended
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        }
    }

    async fn collect_orphans(&self, node: &str) -> Result<(), ReconcileError> {
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
            end(&self.context, &pod, Some(ORPHANED), End::Forced).await?;
        }
        Ok(())
    }

    async fn collect_terminating(&self, node: &str) -> Result<(), ReconcileError> {
        if !self
            .nodes
            .get("", node)
            .is_some_and(|node| is_out_of_service(&node))
        {
            return Ok(());
        }
        for pod in self.pods.indexed(index::NODE, node) {
            if pod.metadata.deletion_timestamp.is_some() {
                end(&self.context, &pod, None, End::Forced).await?;
            }
        }
        Ok(())
    }

    async fn collect_ended(&self) -> Result<(), ReconcileError> {
        let mut ended = self.pods.list();
        ended.retain(|pod| is_finished(pod));
        let surplus = surplus(ended, KEPT);
        for pod in &surplus {
            end(&self.context, pod, None, End::Forced).await?;
        }
        Ok(())
    }
}

/// Those of `ended` that are too many: evicted ones first, then the oldest.
fn surplus(mut ended: Vec<Arc<Pod>>, kept: usize) -> Vec<Arc<Pod>> {
    let count = ended.len().saturating_sub(kept);
    if count > 0 {
        ended.sort_by_cached_key(|pod| {
            let status = pod.status.as_ref();
            let reason = status.and_then(|status| status.reason.as_deref());
            let created = pod.metadata.creation_timestamp.as_ref().map(|it| it.0);
            (reason != Some("Evicted"), created, pod.name_any())
        });
    }
    ended.truncate(count);
    ended
}

fn is_unscheduled(pod: &Pod) -> bool {
    let spec = pod.spec.as_ref();
    let node = spec.and_then(|spec| spec.node_name.as_deref());
    pod.metadata.deletion_timestamp.is_some() && node.unwrap_or_default().is_empty()
}

/// Whether an administrator says that the node is off, and it does not say otherwise.
fn is_out_of_service(node: &Node) -> bool {
    let taints = node.spec.as_ref().and_then(|spec| spec.taints.as_ref());
    let mut taints = taints.into_iter().flatten();
    let status = node.status.as_ref();
    let conditions = status.and_then(|status| status.conditions.as_ref());
    let mut conditions = conditions.into_iter().flatten();
    taints.any(|taint| taint.key == OUT_OF_SERVICE)
        && !conditions.any(|it| it.type_ == "Ready" && it.status == "True")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn evicted_pods_go_first_then_the_oldest() {
        let pod = |name: &str, created: &str, reason: Option<&str>| {
            let pod = json!({
                "metadata": {"name": name, "creationTimestamp": created},
                "status": {"phase": "Failed", "reason": reason},
            });
            Arc::new(serde_json::from_value::<Pod>(pod).unwrap())
        };
        let ended = vec![
            pod("new", "2026-01-01T00:00:03Z", None),
            pod("old", "2026-01-01T00:00:01Z", None),
            pod("evicted", "2026-01-01T00:00:04Z", Some("Evicted")),
            pod("b", "2026-01-01T00:00:02Z", None),
        ];
        let names = |kept| -> Vec<_> {
            let surplus = surplus(ended.clone(), kept);
            surplus.iter().map(|pod| pod.name_any()).collect()
        };
        assert_eq!(names(2), ["evicted", "old"]);
        assert_eq!(names(4), [""; 0]);
    }

    #[test]
    fn a_node_that_is_ready_is_in_service() {
        let node = |ready: &str, key: &str| -> Node {
            serde_json::from_value(json!({
                "spec": {"taints": [{"key": key, "effect": "NoExecute"}]},
                "status": {"conditions": [{"type": "Ready", "status": ready}]},
            }))
            .unwrap()
        };
        assert!(is_out_of_service(&node("Unknown", OUT_OF_SERVICE)));
        assert!(!is_out_of_service(&node("True", OUT_OF_SERVICE)));
        assert!(!is_out_of_service(&node("Unknown", "other")));
    }
}
