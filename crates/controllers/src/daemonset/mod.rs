//! `daemonset-controller`: keeps a pod on every node that is to have one.
//!
//! The rules are those of `pkg/controller/daemon` in Kubernetes. [`plan`] decides, [`placement`]
//! knows nodes and pods, `versions` keeps the history; this module says when, and does it.

mod placement;
mod plan;
mod versions;

use crate::context::Context;
use crate::error::{ReconcileError, unless_not_found};
use crate::ownership::{candidates, claim_all, index_owners};
use crate::pod_changes::PodChanges;
use crate::pod_control::{BURST, PodControl};
use crate::selector;
use crate::worker::{Reconcile, work};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::apps::v1::{ControllerRevision, DaemonSet};
use k8s_openapi::api::core::v1::{Node, Pod};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use kube::ResourceExt;
use placement::new_pod;
use plan::{Picture, Plan, has_failed, is_same};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use trimtab_informer::{Cache, Change, EventType, Expectations, ObjectKey, WorkQueue, reference};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "daemonset-controller";

/// Sets looked at the same time: `--concurrent-daemonset-syncs`.
const WORKERS: usize = 2;
/// How long a pod that failed stays at first, and at most, if the one before it failed too.
const FAILED_STAYS: (SignedDuration, SignedDuration) =
    (SignedDuration::from_secs(1), SignedDuration::from_mins(15));

/// Set, its generation and the node.
type Failing = (String, i64, String);

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct DaemonSetController {
    context: Context,
    sets: Cache<DaemonSet>,
    pods: Cache<Pod>,
    nodes: Cache<Node>,
    revisions: Cache<ControllerRevision>,
    queue: WorkQueue<ObjectKey>,
    expectations: Arc<Expectations>,
    /// How long the next failed pod stays, and when the last was deleted.
    failing: Arc<Mutex<FxHashMap<Failing, (SignedDuration, Timestamp)>>>,
}

impl Reconcile for DaemonSetController {
    type Key = ObjectKey;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        let Some(set) = self.sets.find(key) else {
            self.expectations.forget(key);
            return Ok(());
        };
        let spec = set.spec.clone().unwrap_or_default();
        if spec.selector == LabelSelector::default() {
            let told = "This daemon set is selecting all pods. A non-empty selector is required.";
            self.tell(&set, EventType::Warning, "SelectingAll", told);
            return Ok(());
        }
        if set.metadata.deletion_timestamp.is_some() {
            return Ok(());
        }
        let selector = selector::parse(&spec.selector)?;
        let pods = candidates(&self.pods, &*set);
        let pods = claim_all(&self.context, &*set, &selector, pods).await?;
        Box::pin(self.advance(key, &set, &selector, &pods)).await
    }
}

impl DaemonSetController {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            sets: context.informers.of(),
            pods: context.informers.of(),
            nodes: context.informers.of(),
            revisions: context.informers.of(),
            queue: WorkQueue::new(),
            expectations: Arc::default(),
            failing: Arc::default(),
            context,
        };
        index_owners(&controller.pods);
        index_owners(&controller.revisions);
        controller.watch();
        controller
    }

    fn watch(&self) {
        let it = self.clone();
        self.sets.on_change(move |change| {
            let key = ObjectKey::of(&**change.object());
            if let Change::Deleted(set) = change {
                it.expectations.forget(&key);
                let uid = set.uid().unwrap_or_default();
                let mut failing = it.failing.lock().unwrap_or_else(PoisonError::into_inner);
                failing.retain(|(of, ..), _| *of != uid);
            }
            it.queue.add(key);
        });
        let it = self.clone();
        self.nodes.on_change(move |change| match change {
            Change::Added(_) | Change::Deleted(_) => it.wake_all(),
            Change::Updated { old, new } => {
                let taints = |node: &Node| node.spec.clone().unwrap_or_default().taints;
                if old.metadata.labels != new.metadata.labels || taints(old) != taints(new) {
                    it.wake_all();
                }
            }
        });
        let queue = self.queue.clone();
        let changes = PodChanges {
            owners: self.sets.clone(),
            expectations: Arc::clone(&self.expectations),
            selector_of: |set: &DaemonSet| selector::parse(&set.spec.as_ref()?.selector).ok(),
            wake: Box::new(move |key| queue.add(key)),
        };
        changes.register(&self.pods);
    }

    fn wake_all(&self) {
        for set in self.sets.list() {
            self.queue.add(ObjectKey::of(&*set));
        }
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.sets.synced().await;
        self.pods.synced().await;
        self.nodes.synced().await;
        self.revisions.synced().await;
        work(&self, &self.queue).await;
    }

    async fn advance(
        &self,
        key: &ObjectKey,
        set: &DaemonSet,
        selector: &kube::core::Selector,
        pods: &[Arc<Pod>],
    ) -> Result<(), ReconcileError> {
        let versions = self.versions(key, set, selector, pods).await?;
        let (nodes, now) = (self.nodes.list(), self.context.clock.now());
        let picture = Picture::new(set, &versions.hash, nodes, pods, now);
        if self.expectations.puts_off(key, &self.queue) {
            return self.report(key, &picture, false).await;
        }
        let mut done = self.carry_out(key, &picture, picture.manage()).await;
        if done.is_ok() && self.expectations.satisfied(key) {
            done = self.carry_out(key, &picture, picture.roll()).await;
        }
        if done.is_ok() {
            done = self.clear_up(set, &versions, pods).await;
        }
        self.report(key, &picture, true).await?;
        done
    }

    async fn carry_out(
        &self,
        key: &ObjectKey,
        picture: &Picture<'_>,
        mut plan: Plan,
    ) -> Result<(), ReconcileError> {
        for (node, pod) in std::mem::take(&mut plan.ended) {
            if self.may_delete_ended(key, picture, &node, &pod) {
                plan.delete.push(pod);
            }
        }
        plan.create.truncate(BURST);
        plan.delete.truncate(BURST);
        if plan.create.is_empty() && plan.delete.is_empty() {
            return Ok(());
        }
        let pods = plan.create.iter();
        let pods = pods.map(|node| new_pod(picture.set, picture.hash, node));
        let bodies = pods.map(|pod| serde_json::to_vec(&pod));
        let bodies = bodies.collect::<Result<Vec<_>, _>>()?;
        let doomed = plan.delete.iter().map(|pod| ObjectKey::of(&**pod));
        self.expectations.expect(key, bodies.len(), doomed);
        let control = PodControl {
            context: &self.context,
            expectations: &self.expectations,
            key,
            owner: picture.set,
        };
        let created = control
            .create(bodies.len(), |place| bodies[place].clone())
            .await;
        let deleted = control.delete(&plan.delete).await;
        match created.error.or(deleted.error) {
            Some(error) => Err(ReconcileError::NotYet(error)),
            None => Ok(()),
        }
    }

    /// Whether a pod that has ended goes now; one that failed is looked at again when it may.
    fn may_delete_ended(
        &self,
        key: &ObjectKey,
        picture: &Picture<'_>,
        node: &str,
        pod: &Pod,
    ) -> bool {
        let set = picture.set;
        let of = format!("{}/{} on node {node}", key.namespace, pod.name_any());
        if !has_failed(pod) {
            let told = format!("Found succeeded daemon pod {of}, will try to delete it");
            self.tell(set, EventType::Normal, "SucceededDaemonPod", &told);
            return true;
        }
        let status = set.status.as_ref();
        let generation = status.and_then(|it| it.observed_generation);
        let failing = (
            set.uid().unwrap_or_default(),
            generation.unwrap_or_default(),
            node.to_owned(),
        );
        let (first, longest) = FAILED_STAYS;
        let mut all = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        let next = match all.get(&failing) {
            Some((stays, last)) if picture.now.duration_since(*last) < *stays => {
                let wait = Duration::try_from(*stays).unwrap_or_default();
                self.queue.add_after(key.clone(), wait);
                return false;
            }
            // After a long quiet time it starts anew.
            Some((stays, last)) if picture.now.duration_since(*last) < longest * 2 => {
                (*stays * 2).min(longest)
            }
            _ => first,
        };
        all.insert(failing, (next, picture.now));
        drop(all);
        let told = format!("Found failed daemon pod {of}, will try to kill it");
        self.tell(set, EventType::Warning, "FailedDaemonPod", &told);
        true
    }

    async fn report(
        &self,
        key: &ObjectKey,
        picture: &Picture<'_>,
        observed: bool,
    ) -> Result<(), ReconcileError> {
        let status = picture.status(observed);
        let seconds = picture.set.spec.as_ref();
        let seconds = seconds.and_then(|spec| spec.min_ready_seconds);
        let seconds = u64::try_from(seconds.unwrap_or_default()).unwrap_or_default();
        if seconds > 0 && Some(status.number_ready) != status.number_available {
            let wait = Duration::from_secs(seconds);
            self.queue.add_after(key.clone(), wait);
        }
        let told = picture.set.status.as_ref();
        if told.is_some_and(|told| is_same(told, &status)) {
            return Ok(());
        }
        let sets = self.context.namespaced::<DaemonSet>(&key.namespace);
        let mut set = picture.set.clone();
        set.status = Some(status);
        let posting = self.context.posting();
        unless_not_found(sets.replace_status(&key.name, &posting, &set).await)?;
        Ok(())
    }

    fn tell(&self, set: &DaemonSet, event_type: EventType, reason: &str, message: &str) {
        let recorder = &self.context.recorder;
        recorder.record(&reference(set), event_type, reason, message);
    }
}
