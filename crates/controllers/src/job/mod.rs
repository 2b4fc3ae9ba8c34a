//! `job-controller`: runs pods until enough of them succeed.
//!
//! The rules are those of `pkg/controller/job` in Kubernetes. Every pod carries a finalizer until it
//! is counted, so that none is lost, whoever deletes it: a finished pod is first written into
//! `status.uncountedTerminatedPods`, then let go, then counted. [`look`] is one look at a Job,
//! `manage` makes and deletes its pods, `track` counts them.

mod backoff;
mod conditions;
mod indexes;
mod look;
mod manage;
mod orphans;
mod pods;
mod policy;
mod track;

use crate::context::Context;
use crate::error::ReconcileError;
use crate::ownership::{candidates, claim_all, controller, index_owners};
use crate::pod_changes::PodChanges;
use crate::pod_control::PodControl;
use crate::selector;
use crate::worker::{Reconcile, work};
use backoff::Backoff;
pub(crate) use conditions::finished;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use kube::api::Patch;
use look::Look;
use orphans::Orphans;
use pods::{TRACKING, is_tracked};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::json;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use trimtab_informer::{
    Cache, Change, EventType, Expectations, ObjectKey, WorkQueue, index, reference,
};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "job-controller";

/// Jobs looked at the same time: `--concurrent-job-syncs`.
const WORKERS: usize = 5;
/// The first wait after a failed look, and the longest.
const RETRIES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// What `spec.managedBy` says of Jobs that this controller sees to.
const MANAGER: &str = "kubernetes.io/job-controller";

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct JobController {
    context: Context,
    jobs: Cache<Job>,
    pods: Cache<Pod>,
    queue: WorkQueue<ObjectKey>,
    /// Pods that nobody will count.
    orphans: WorkQueue<ObjectKey>,
    expectations: Arc<Expectations>,
    memory: Arc<Mutex<FxHashMap<ObjectKey, Memory>>>,
}

/// What the controller knows of a Job and no cache shows yet.
#[derive(Clone, Debug, Default)]
struct Memory {
    uid: Option<String>,
    /// The version last written.
    written: Option<u64>,
    /// Uids of the pods that were let go and do not yet look it.
    released: FxHashSet<String>,
    backoff: Backoff,
}

/// The number in a resource version; servers let them be compared.
fn version(job: &Job) -> Option<u64> {
    job.metadata.resource_version.as_deref()?.parse().ok()
}

/// Whether another controller sees to `job`.
fn is_foreign(job: &Job) -> bool {
    let manager = job.spec.as_ref().and_then(|it| it.managed_by.as_deref());
    manager.is_some_and(|manager| manager != MANAGER)
}

impl Reconcile for JobController {
    type Key = ObjectKey;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        let Some(job) = self.jobs.find(key) else {
            self.forget(key);
            return Ok(());
        };
        if is_foreign(&job) {
            return Ok(());
        }
        if finished(&job).is_some() {
            self.forget(key);
            return Ok(());
        }
        let memory = self.remember(key, &job);
        if version(&job) < memory.written {
            // The cache is behind what was written; when it has caught up, the key comes back.
            return Ok(());
        }
        let selector = job.spec.as_ref().and_then(|spec| spec.selector.clone());
        let selector = selector::parse(&selector.unwrap_or_default())?;
        let candidates = candidates(&self.pods, &*job);
        let pods = claim_all(&self.context, &*job, &selector, candidates).await?;
        let pods = self.track_adopted(pods).await?;
        Box::pin(Look::new(self, key, &job, pods, memory).run()).await
    }
}

impl JobController {
    pub(crate) fn new(context: Context) -> Self {
        let (first, longest) = RETRIES;
        let controller = Self {
            jobs: context.informers.of(),
            pods: context.informers.of(),
            queue: WorkQueue::with_retries(first, longest),
            orphans: WorkQueue::new(),
            expectations: Arc::default(),
            memory: Arc::default(),
            context,
        };
        index_owners(&controller.pods);
        controller.watch();
        controller
    }

    fn watch(&self) {
        let it = self.clone();
        self.jobs.on_change(move |change| {
            let job = change.object();
            let key = ObjectKey::of(&**job);
            if matches!(change, Change::Deleted(_)) {
                it.forget(&key);
                for pod in it
                    .pods
                    .indexed(index::CONTROLLER, &job.uid().unwrap_or_default())
                {
                    it.orphans.add(ObjectKey::of(&*pod));
                }
            }
            it.queue.add(key);
        });
        // Before the Job is woken, so that it knows.
        let it = self.clone();
        self.pods.on_change(move |change| {
            let pod = change.object();
            let gone = matches!(change, Change::Deleted(_));
            if gone || !is_tracked(pod) {
                it.saw_released(pod);
            } else if it.may_be_orphan(pod) {
                it.orphans.add(ObjectKey::of(&**pod));
            }
        });
        let queue = self.queue.clone();
        let changes = PodChanges {
            owners: self.jobs.clone(),
            expectations: Arc::clone(&self.expectations),
            selector_of: |job: &Job| {
                let selector = job.spec.as_ref()?.selector.as_ref()?;
                selector::parse(selector).ok()
            },
            wake: Box::new(move |key| queue.add(key)),
        };
        changes.register(&self.pods);
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.jobs.synced().await;
        self.pods.synced().await;
        // Pods that came before the Jobs did.
        for pod in self.pods.list() {
            if is_tracked(&pod) && self.may_be_orphan(&pod) {
                self.orphans.add(ObjectKey::of(&*pod));
            }
        }
        let orphans = Orphans(self.clone());
        tokio::join!(work(&self, &self.queue), work(&orphans, &self.orphans));
    }

    fn lock(&self) -> MutexGuard<'_, FxHashMap<ObjectKey, Memory>> {
        // Each critical section is a few map operations.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget(&self, key: &ObjectKey) {
        self.expectations.forget(key);
        self.lock().remove(key);
    }

    /// What is known of `job`; of an earlier one of its name, nothing is.
    fn remember(&self, key: &ObjectKey, job: &Job) -> Memory {
        let mut memory = self.lock();
        let memory = memory.entry(key.clone()).or_default();
        if memory.uid != job.metadata.uid {
            *memory = Memory {
                uid: job.metadata.uid.clone(),
                ..Memory::default()
            };
        }
        memory.clone()
    }

    /// Notes something about a Job.
    fn note(&self, key: &ObjectKey, what: impl FnOnce(&mut Memory)) {
        if let Some(memory) = self.lock().get_mut(key) {
            what(memory);
        }
    }

    fn saw_released(&self, pod: &Pod) {
        if let (Some(key), Some(uid)) = (controller(&self.jobs, pod), &pod.metadata.uid) {
            self.note(&key, |memory| {
                memory.released.remove(uid);
            });
        }
    }

    /// Gives pods that were adopted the finalizer that the others have from the start.
    async fn track_adopted(&self, pods: Vec<Arc<Pod>>) -> Result<Vec<Arc<Pod>>, ReconcileError> {
        let mut tracked = Vec::with_capacity(pods.len());
        for pod in pods {
            let known = self.pods.find(&ObjectKey::of(&*pod));
            let adopted = known.is_some_and(|known| index::controller_of(&*known).is_none());
            if !adopted || is_tracked(&pod) {
                tracked.push(pod);
                continue;
            }
            let patch = json!({"metadata": {"uid": pod.uid(), "finalizers": [TRACKING]}});
            let namespace = pod.namespace().unwrap_or_default();
            let pods = self.context.namespaced::<Pod>(&namespace);
            let patching = self.context.patching();
            let patch = Patch::Strategic(patch);
            tracked.push(Arc::new(
                pods.patch(&pod.name_any(), &patching, &patch).await?,
            ));
        }
        Ok(tracked)
    }

    /// Lets a pod go.
    async fn release(&self, pod: &Pod) -> Result<(), kube::Error> {
        let patch = json!({"metadata": {"$deleteFromPrimitiveList/finalizers": [TRACKING]}});
        let namespace = pod.namespace().unwrap_or_default();
        let pods = self.context.namespaced::<Pod>(&namespace);
        let patching = self.context.patching();
        let patch = Patch::Strategic(patch);
        let patched = pods.patch(&pod.name_any(), &patching, &patch).await;
        crate::error::unless_not_found(patched)
    }

    fn control<'a>(&'a self, key: &'a ObjectKey, owner: &'a Job) -> PodControl<'a, Job> {
        PodControl {
            context: &self.context,
            expectations: &self.expectations,
            key,
            owner,
        }
    }

    fn tell(&self, job: &Job, event_type: EventType, reason: &str, message: &str) {
        let recorder = &self.context.recorder;
        recorder.record(&reference(job), event_type, reason, message);
    }
}
