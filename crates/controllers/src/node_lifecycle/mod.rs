//! `node-lifecycle-controller`: sees which nodes are lost, and keeps pods away from them.
//!
//! The rules are those of `pkg/controller/nodelifecycle` in Kubernetes. Kubernetes looks at every
//! node every five seconds; here the end of a node's patience, or a change of it, brings the look,
//! and a renewed lease only puts that end off.

mod health;
mod taints;
mod zones;

use crate::context::Context;
use crate::error::{ReconcileError, is_not_found};
use crate::worker::{Reconcile, work};
use health::{Health, readiness, silenced};
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{Node, ObjectReference, Pod};
use kube::ResourceExt;
use kube::api::Patch;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::json;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use taints::{Eviction, eviction, wanted};
use tokio::time::Instant;
use trimtab_informer::{Cache, Change, EventType, WorkQueue, index, reference};
use zones::{Turn, Zones};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "node-lifecycle-controller";
/// The source of its events.
pub(crate) const SOURCE: &str = "node-controller";

/// Nodes looked at the same time: the `UpdateWorkerSize` of Kubernetes' scheduler of evictions.
const WORKERS: usize = 8;

/// Where the leases of nodes are.
const LEASES: &str = "kube-node-lease";
/// On nodes whose being lost says nothing about their zone.
const EXCLUDED: &str = "node.kubernetes.io/exclude-disruption";
const ZONE: &str = "topology.kubernetes.io/zone";
const REGION: &str = "topology.kubernetes.io/region";

/// Labels that are kept equal to others: the stable one, and the old one that follows it.
const LABELS: [(&str, &str); 2] = [
    ("kubernetes.io/os", "beta.kubernetes.io/os"),
    ("kubernetes.io/arch", "beta.kubernetes.io/arch"),
];

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct NodeLifecycle {
    context: Context,
    nodes: Cache<Node>,
    leases: Cache<Lease>,
    pods: Cache<Pod>,
    queue: WorkQueue<Arc<str>>,
    known: Arc<Mutex<Known>>,
}

/// What is remembered of nodes.
#[derive(Default)]
struct Known {
    nodes: FxHashMap<Arc<str>, Remembered>,
    zones: Zones,
    /// Nodes that are not ready: whether a pod has come to one is asked at every change of a pod.
    unready: FxHashSet<Arc<str>>,
}

struct Remembered {
    uid: Option<String>,
    health: Health,
    /// Whether the pods on it are still to be told that it is lost.
    owes_pods: bool,
}

impl Reconcile for NodeLifecycle {
    type Key = Arc<str>;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, name: &Arc<str>) -> Result<(), ReconcileError> {
        let Some(node) = self.nodes.get("", name) else {
            self.forget(name);
            return Ok(());
        };
        self.register(name, &node);
        self.reconcile_labels(&node).await?;
        let node = self.check_health(name, node).await?;
        self.look_at_zone(name, &node);
        self.taint(name, &node).await?;
        self.tell_pods(name, &node).await
    }
}

impl NodeLifecycle {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            nodes: context.informers.of(),
            leases: context.informers.of(),
            pods: context.informers.of(),
            queue: WorkQueue::new(),
            known: Arc::default(),
            context,
        };
        controller.pods.add_index(index::NODE, index::node_name);
        let queue = controller.queue.clone();
        controller
            .nodes
            .on_change(move |change| queue.add(change.object().name_any().into()));
        let known = Arc::clone(&controller.known);
        controller.leases.on_change(move |change| {
            let lease = change.object();
            let renewed = lease
                .spec
                .as_ref()
                .and_then(|spec| spec.renew_time.as_ref());
            if lease.metadata.namespace.as_deref() == Some(LEASES)
                && let Some(renewed) = renewed
                && let Some(name) = lease.metadata.name.as_deref()
                && let Some(node) = lock(&known).nodes.get_mut(name)
            {
                node.health.see_renewal(renewed.0, Instant::now());
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
        self.leases.synced().await;
        self.pods.synced().await;
        work(&self, &self.queue).await;
    }

    /// A pod that comes to a node that is lost already is not ready either.
    fn pod_changes(&self, change: &Change<Pod>) {
        let (before, pod) = match change {
            Change::Added(pod) => (None, pod),
            Change::Updated { old, new } => (node_of(old), new),
            Change::Deleted(_) => return,
        };
        if let Some(node) = node_of(pod).filter(|node| before != Some(*node)) {
            let mut known = lock(&self.known);
            if known.unready.contains(node)
                && let Some(remembered) = known.nodes.get_mut(node)
            {
                remembered.owes_pods = true;
                self.queue.add(node.into());
            }
        }
    }

    fn forget(&self, name: &Arc<str>) {
        let (gone, turn) = {
            let mut known = lock(&self.known);
            known.unready.remove(name);
            let turn = known.zones.remove(name, Instant::now());
            (known.nodes.remove(name), turn)
        };
        if let Some(gone) = gone {
            let message = format!("Removing Node {name} from Controller");
            self.tell(name, gone.uid, "RemovingNode", &message);
        }
        self.follow(&turn);
    }

    /// Remembers a node that is new, and what it shows of its health.
    fn register(&self, name: &Arc<str>, node: &Node) {
        let now = Instant::now();
        let renewed = self.leases.get(LEASES, name);
        let renewed = renewed.and_then(|lease| lease.spec.as_ref()?.renew_time.clone());
        let mut known = lock(&self.known);
        let uid = node.uid();
        let is_known = known.nodes.get(name).is_some_and(|it| it.uid == uid);
        if !is_known {
            let health = Health::new(node, now);
            let remembered = Remembered {
                uid: uid.clone(),
                health,
                owes_pods: false,
            };
            known.nodes.insert(Arc::clone(name), remembered);
            let message = format!("Registered Node {name} in Controller");
            self.tell(name, uid, "RegisteredNode", &message);
        }
        if let Some(remembered) = known.nodes.get_mut(name) {
            remembered.health.see(node, now);
            if let Some(renewed) = renewed {
                remembered.health.see_renewal(renewed.0, now);
            }
        }
    }

    async fn reconcile_labels(&self, node: &Node) -> Result<(), ReconcileError> {
        let labels = node.labels();
        let stale: serde_json::Map<_, _> = LABELS
            .iter()
            .filter_map(|(primary, secondary)| {
                let wanted = labels.get(*primary)?;
                (labels.get(*secondary) != Some(wanted))
                    .then(|| ((*secondary).to_owned(), json!(wanted)))
            })
            .collect();
        if stale.is_empty() {
            return Ok(());
        }
        let patch = Patch::Merge(json!({"metadata": {"uid": node.uid(), "labels": stale}}));
        self.context
            .cluster::<Node>()
            .patch(&node.name_any(), &self.context.patching(), &patch)
            .await?;
        Ok(())
    }

    /// Says of a node that has been silent for too long that nothing is known of it. Returns the
    /// node as it is then.
    async fn check_health(
        &self,
        name: &Arc<str>,
        node: Arc<Node>,
    ) -> Result<Arc<Node>, ReconcileError> {
        let patience = {
            let known = lock(&self.known);
            let remembered = known.nodes.get(name);
            remembered.and_then(|it| it.health.patience(&node, Instant::now()))
        };
        if let Some(left) = patience {
            // A little more, so that it is over by then.
            self.queue
                .add_after(Arc::clone(name), left + Duration::from_millis(1));
            return Ok(node);
        }
        let Some(conditions) = silenced(&node, self.context.clock.now()) else {
            return Ok(node);
        };
        let was_ready = readiness(&node) == Some("True");
        let mut silent = (*node).clone();
        silent.status.get_or_insert_default().conditions = Some(conditions);
        let written = self
            .context
            .cluster::<Node>()
            .replace_status(name, &self.context.posting(), &silent)
            .await?;
        if was_ready {
            if let Some(remembered) = lock(&self.known).nodes.get_mut(name) {
                remembered.owes_pods = true;
            }
            let message = format!("Node {name} status is now: NodeNotReady");
            self.tell(name, node.uid(), "NodeNotReady", &message);
        }
        Ok(Arc::new(written))
    }

    fn look_at_zone(&self, name: &Arc<str>, node: &Node) {
        let is_ready = readiness(node) == Some("True");
        let turn = {
            let mut known = lock(&self.known);
            if is_ready {
                known.unready.remove(name);
                if let Some(remembered) = known.nodes.get_mut(name) {
                    remembered.owes_pods = false;
                }
            } else {
                known.unready.insert(Arc::clone(name));
            }
            if node.labels().contains_key(EXCLUDED) {
                known.zones.remove(name, Instant::now())
            } else {
                known.zones.put(name, &zone(node), is_ready, Instant::now())
            }
        };
        self.follow(&turn);
    }

    /// Has looked at whoever a change of the zones is about.
    fn follow(&self, turn: &Turn) {
        let mut known = lock(&self.known);
        match turn {
            Turn::None => return,
            Turn::SomeBack => {
                let now = Instant::now();
                for remembered in known.nodes.values_mut() {
                    remembered.health.believe(now);
                }
            }
            Turn::Pace | Turn::AllLost => {}
        }
        let mut names: Vec<_> = known.unready.iter().cloned().collect();
        drop(known);
        names.sort_unstable();
        for name in names {
            self.queue.add(name);
        }
    }

    async fn taint(&self, name: &Arc<str>, node: &Node) -> Result<(), ReconcileError> {
        let zone = zone(node);
        let drives = match eviction(node) {
            Eviction::Unknown | Eviction::None => false,
            // While every zone is lost, nobody is driven away.
            Eviction::Begun => !lock(&self.known).zones.are_all_lost(),
            Eviction::Due => match lock(&self.known).zones.may_give_up(&zone, Instant::now()) {
                Ok(()) => true,
                Err(wait) => {
                    if let Some(wait) = wait {
                        self.queue.add_after(Arc::clone(name), wait);
                    }
                    false
                }
            },
        };
        let Some(taints) = wanted(node, drives, &self.context.now()) else {
            return Ok(());
        };
        // The version: somebody else may be writing taints too, and all of them are one list.
        let patch = Patch::Merge(json!({
            "metadata": {"uid": node.uid(), "resourceVersion": node.resource_version()},
            "spec": {"taints": taints},
        }));
        self.context
            .cluster::<Node>()
            .patch(name, &self.context.patching(), &patch)
            .await?;
        Ok(())
    }

    /// Says of all pods on a lost node that they are not ready.
    async fn tell_pods(&self, name: &Arc<str>, node: &Node) -> Result<(), ReconcileError> {
        let owes = lock(&self.known)
            .nodes
            .get(name)
            .is_some_and(|it| it.owes_pods);
        if !owes || readiness(node).is_none_or(|it| it == "True") {
            return Ok(());
        }
        for pod in self.pods.indexed(index::NODE, name) {
            let conditions = pod.status.as_ref().and_then(|it| it.conditions.as_ref());
            let ready = conditions.and_then(|it| it.iter().find(|it| it.type_ == "Ready"));
            let Some(ready) = ready.filter(|it| it.status != "False") else {
                continue;
            };
            let patch = json!({
                "metadata": {"uid": pod.uid()},
                "status": {"conditions": [{
                    "type": "Ready",
                    "status": "False",
                    "reason": ready.reason,
                    "message": ready.message,
                    "lastTransitionTime": self.context.now(),
                    "observedGeneration": pod.metadata.generation,
                }]},
            });
            let pods = self
                .context
                .namespaced::<Pod>(&pod.namespace().unwrap_or_default());
            let (params, patch) = (self.context.patching(), Patch::Strategic(patch));
            match pods.patch_status(&pod.name_any(), &params, &patch).await {
                Ok(_) => self.context.recorder.record(
                    &reference(&*pod),
                    EventType::Warning,
                    "NodeNotReady",
                    "Node is not ready",
                ),
                Err(error) if is_not_found(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if let Some(remembered) = lock(&self.known).nodes.get_mut(name) {
            remembered.owes_pods = false;
        }
        Ok(())
    }

    /// Tells of a node, which may be gone already.
    fn tell(&self, name: &str, uid: Option<String>, reason: &str, message: &str) {
        let node = ObjectReference {
            api_version: Some("v1".to_owned()),
            kind: Some("Node".to_owned()),
            name: Some(name.to_owned()),
            uid,
            ..ObjectReference::default()
        };
        let recorder = &self.context.recorder;
        recorder.record(&node, EventType::Normal, reason, message);
    }
}

fn node_of(pod: &Pod) -> Option<&str> {
    pod.spec.as_ref()?.node_name.as_deref()
}

/// Region and zone of a node as one text: zones of different regions may share a name.
fn zone(node: &Node) -> String {
    let label = |key| node.labels().get(key).map_or("", String::as_str);
    format!("{}:\0:{}", label(REGION), label(ZONE))
}

fn lock(known: &Mutex<Known>) -> MutexGuard<'_, Known> {
    // Each critical section leaves each map whole.
    known.lock().unwrap_or_else(PoisonError::into_inner)
}
