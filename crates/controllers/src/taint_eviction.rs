//! `taint-eviction-controller`: ends pods on nodes whose taints drive them away, when what they
//! tolerate is over.
//!
//! The rules are those of `pkg/controller/tainteviction` in Kubernetes.

use crate::context::Context;
use crate::disrupted::{End, Reason, end};
use crate::error::ReconcileError;
use crate::worker::{Reconcile, work};
use k8s_openapi::api::core::v1::{Node, ObjectReference, Pod, Taint, Toleration};
use kube::ResourceExt;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use trimtab_informer::{Cache, Change, EventType, ObjectKey, WorkQueue, index};
use trimtab_scheduler::tolerates;

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "taint-eviction-controller";

/// Pods looked at the same time: `UpdateWorkerSize` in Kubernetes.
const WORKERS: usize = 8;
const DRIVES_AWAY: &str = "NoExecute";
const REASON: Reason = (
    "DeletionByTaintManager",
    "Taint manager: deleting due to NoExecute taint",
);

/// Pods that are to go, by key, with their uid and since when.
type Going = FxHashMap<ObjectKey, (Option<String>, Instant)>;

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct TaintEviction {
    context: Context,
    nodes: Cache<Node>,
    pods: Cache<Pod>,
    queue: WorkQueue<ObjectKey>,
    going: Arc<Mutex<Going>>,
}

impl Reconcile for TaintEviction {
    type Key = ObjectKey;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        let pod = self.pods.find(key);
        let Some((pod, spec)) = pod.as_ref().and_then(|pod| Some((pod, pod.spec.as_ref()?))) else {
            // As in Kubernetes it is told of a pod that ended by itself.
            self.cancel(key);
            return Ok(());
        };
        let node = spec.node_name.as_deref();
        let node = node.and_then(|node| self.nodes.get("", node));
        let stay = node.map_or(Stay::Forever, |node| stay(&node, spec.tolerations.as_ref()));
        let left = match stay {
            Stay::Forever => {
                self.cancel(key);
                return Ok(());
            }
            Stay::For(time) => {
                let now = Instant::now();
                let mut going = self.going();
                let since = going
                    .get(key)
                    .filter(|it| it.0 == pod.metadata.uid)
                    .map_or(now, |it| it.1);
                going.insert(key.clone(), (pod.metadata.uid.clone(), since));
                time.saturating_sub(now.duration_since(since))
            }
        };
        if !left.is_zero() {
            // A little more, so that it is over by then.
            self.queue
                .add_after(key.clone(), left + Duration::from_millis(1));
            return Ok(());
        }
        if pod.metadata.deletion_timestamp.is_none() {
            self.tell(key, "Marking for deletion Pod");
            end(&self.context, pod, Some(REASON), End::Gracefully).await?;
        }
        self.going().remove(key);
        Ok(())
    }
}

impl TaintEviction {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            nodes: context.informers.of(),
            pods: context.informers.of(),
            queue: WorkQueue::new(),
            going: Arc::default(),
            context,
        };
        controller.pods.add_index(index::NODE, index::node_name);
        let it = controller.clone();
        controller.nodes.on_change(move |change| {
            let (before, after) = match change {
                Change::Added(node) => (None, Some(node)),
                Change::Updated { old, new } => (Some(old), Some(new)),
                Change::Deleted(node) => (Some(node), None),
            };
            let before = before.map(|node| driving(node)).unwrap_or_default();
            let after = after.map(|node| driving(node)).unwrap_or_default();
            if before != after {
                let name = change.object().name_any();
                for pod in it.pods.indexed(index::NODE, &name) {
                    it.queue.add(ObjectKey::of(&*pod));
                }
            }
        });
        let it = controller.clone();
        controller.pods.on_change(move |change| {
            let matters = match change {
                Change::Added(_) => true,
                Change::Updated { old, new } => placed(old) != placed(new),
                Change::Deleted(pod) => it.going().contains_key(&ObjectKey::of(&**pod)),
            };
            if matters
                && let Some((node, _)) = placed(change.object())
                && (matches!(change, Change::Deleted(_)) || it.drives_away(node))
            {
                it.queue.add(ObjectKey::of(&**change.object()));
            }
        });
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.nodes.synced().await;
        self.pods.synced().await;
        // Pods that came before their nodes did.
        for node in self.nodes.list() {
            if !driving(&node).is_empty() {
                for pod in self.pods.indexed(index::NODE, &node.name_any()) {
                    self.queue.add(ObjectKey::of(&*pod));
                }
            }
        }
        work(&self, &self.queue).await;
    }

    fn drives_away(&self, node: &str) -> bool {
        let node = self.nodes.get("", node);
        node.is_some_and(|node| !driving(&node).is_empty())
    }

    /// The pod stays, if it was to go.
    fn cancel(&self, key: &ObjectKey) {
        if self.going().remove(key).is_some() {
            self.tell(key, "Cancelling deletion of Pod");
        }
    }

    fn tell(&self, key: &ObjectKey, what: &str) {
        let pod = ObjectReference {
            api_version: Some("v1".to_owned()),
            kind: Some("Pod".to_owned()),
            namespace: Some(key.namespace.to_string()),
            name: Some(key.name.to_string()),
            ..ObjectReference::default()
        };
        let message = format!("{what} {key}");
        let recorder = &self.context.recorder;
        recorder.record(&pod, EventType::Normal, "TaintManagerEviction", message);
    }

    fn going(&self) -> MutexGuard<'_, Going> {
        // Each critical section is one map operation: a panic leaves the map whole.
        self.going.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What decides whether a pod may stay: where it is, and what it tolerates.
fn placed(pod: &Pod) -> Option<(&str, Option<&Vec<Toleration>>)> {
    let spec = pod.spec.as_ref()?;
    Some((spec.node_name.as_deref()?, spec.tolerations.as_ref()))
}

/// The taints of `node` that drive pods away.
fn driving(node: &Node) -> Vec<&Taint> {
    let taints = node.spec.as_ref().and_then(|spec| spec.taints.as_ref());
    let taints = taints.into_iter().flatten();
    taints.filter(|it| it.effect == DRIVES_AWAY).collect()
}

/// How long a pod may stay on a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stay {
    Forever,
    For(Duration),
}

/// How long a pod that tolerates `tolerations` may stay on `node`: as long as the shortest of the
/// tolerations that cover its taints says. For each taint the first counts that covers it.
fn stay(node: &Node, tolerations: Option<&Vec<Toleration>>) -> Stay {
    let mut stay = Stay::Forever;
    for taint in driving(node) {
        let mut covering = tolerations.into_iter().flatten();
        let covering = covering.find(|it| tolerates(Some(&vec![(*it).clone()]), taint));
        let Some(covering) = covering else {
            return Stay::For(Duration::ZERO);
        };
        if let Some(seconds) = covering.toleration_seconds {
            let time = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
            stay = match stay {
                Stay::For(shorter) if shorter < time => stay,
                _ => Stay::For(time),
            };
        }
    }
    stay
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn the_shortest_toleration_decides() {
        let taints = json!([
            {"key": "a", "effect": "NoExecute"},
            {"key": "b", "effect": "NoExecute"},
            {"key": "c", "effect": "NoSchedule"},
        ]);
        let node: Node = serde_json::from_value(json!({"spec": {"taints": taints}})).unwrap();
        let tolerates = |key: &str, seconds: Value| json!({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": seconds});
        for (tolerations, expected) in [
            (json!([]), Some(0)),
            (json!([tolerates("a", json!(null))]), Some(0)),
            (json!([{"operator": "Exists"}]), None),
            (
                json!([tolerates("a", json!(30)), tolerates("b", json!(null))]),
                Some(30),
            ),
            (
                json!([tolerates("a", json!(30)), tolerates("b", json!(20))]),
                Some(20),
            ),
            (
                json!([tolerates("a", json!(-3)), tolerates("b", json!(20))]),
                Some(0),
            ),
        ] {
            let read: Vec<Toleration> = serde_json::from_value(tolerations.clone()).unwrap();
            let expected = expected.map_or(Stay::Forever, |it| Stay::For(Duration::from_secs(it)));
            assert_eq!(stay(&node, Some(&read)), expected, "{tolerations}");
        }
        assert_eq!(stay(&Node::default(), None), Stay::Forever);
    }
}
