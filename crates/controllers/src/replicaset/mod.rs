//! `replicaset-controller` and `replicationcontroller-controller`: keep as many pods as a
//! `ReplicaSet` or a `ReplicationController` asks for.
//!
//! The rules are those of `pkg/controller/replicaset/replica_set.go` in Kubernetes, which serve both
//! kinds there too; what they differ in is told by [`Replicated`]. One difference is deliberate: the status is written only from a cache that shows all the controller has done.
//! So `status.replicas` at the observed generation bounds how many pods there are, which the
//! Deployment controller relies on to stay within its surge.

mod kinds;
mod ranking;
mod status;
mod watch;

use crate::context::Context;
use crate::error::ReconcileError;
use crate::ownership::{candidates, claim_all, index_owners};
use crate::pod_control::{BURST, PodControl};
use crate::pods::{from_template, is_active};
use crate::worker::{Reconcile, due, work};
use k8s_openapi::api::core::v1::Pod;
use kinds::Replicated;
use kube::ResourceExt;
pub(crate) use ranking::pods_to_delete;
use status::{Failure, is_same};
use std::cmp::Ordering;
use std::sync::Arc;
use std::time::Duration;
use trimtab_informer::{Cache, Expectations, ObjectKey, WorkQueue, index};

pub(crate) use kinds::{REPLICASET_NAME as NAME, REPLICATION_CONTROLLER_NAME};

/// Sets looked at the same time: `--concurrent-replicaset-syncs`, `--concurrent-rc-syncs`.
const WORKERS: usize = 5;
/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct ReplicaSetController<K> {
    context: Context,
    sets: Cache<K>,
    pods: Cache<Pod>,
    queue: WorkQueue<ObjectKey>,
    expectations: Arc<Expectations>,
}

impl<K: Replicated> Reconcile for ReplicaSetController<K> {
    type Key = ObjectKey;
    const NAME: &str = K::CONTROLLER;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        let found = self.sets.find(key);
        let Some(set) = due(found, key, &self.expectations, &self.queue) else {
            return Ok(());
        };
        let selector = set.selector()?;
        let claimed = claim_all(
            &self.context,
            &*set,
            &selector,
            candidates(&self.pods, &*set),
        )
        .await?;
        let failure = if set.meta().deletion_timestamp.is_none() {
            self.make_number_right(key, &set, &claimed).await
        } else {
            None
        };
        if self.expectations.satisfied(key) {
            self.update_status(key, &set, &claimed, failure.as_ref())
                .await?;
        }
        match failure {
            Some(failure) => Err(ReconcileError::NotYet(failure.message)),
            None => Ok(()),
        }
    }
}

impl<K: Replicated> ReplicaSetController<K> {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            sets: context.informers.of(),
            pods: context.informers.of(),
            queue: WorkQueue::new(),
            expectations: Arc::default(),
            context,
        };
        controller
            .sets
            .add_index(index::CONTROLLER, index::controller_uid);
        index_owners(&controller.pods);
        watch::register(&controller);
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.sets.synced().await;
        self.pods.synced().await;
        work(&self, &self.queue).await;
    }

    async fn make_number_right(
        &self,
        key: &ObjectKey,
        set: &K,
        claimed: &[Arc<Pod>],
    ) -> Option<Failure> {
        let active: Vec<_> = claimed
            .iter()
            .filter(|pod| is_active(pod))
            .cloned()
            .collect();
        let wanted = usize::try_from(set.replicas()).unwrap_or_default();
        let (while_creating, done) = match active.len().cmp(&wanted) {
            Ordering::Equal => return None,
            Ordering::Less => {
                let missing = (wanted - active.len()).min(BURST);
                (true, self.create_pods(key, set, missing).await)
            }
            Ordering::Greater => {
                let surplus = (active.len() - wanted).min(BURST);
                let related = self.related_pods(set);
                let doomed = pods_to_delete(&active, &related, surplus, self.context.clock.now());
                (false, self.delete_pods(key, set, &doomed).await)
            }
        };
        done.err().map(|message| Failure {
            while_creating,
            message,
        })
    }

    /// The pods of all sets with the same owner as `set`, its own included.
    fn related_pods(&self, set: &K) -> Vec<Arc<Pod>> {
        let pods_of = |uid: &str| self.pods.indexed(index::CONTROLLER, uid);
        let Some(owner) = index::controller_of(set) else {
            return pods_of(&set.uid().unwrap_or_default());
        };
        let sets = self.sets.indexed(index::CONTROLLER, &owner.uid);
        sets.iter()
            .flat_map(|set| pods_of(&set.uid().unwrap_or_default()))
            .collect()
    }

    async fn create_pods(&self, key: &ObjectKey, set: &K, count: usize) -> Result<(), String> {
        let template = set.template().cloned().unwrap_or_default();
        // Every pod is asked for with the same bytes: the API server names them.
        let pod = from_template(&template, set);
        let body = serde_json::to_vec(&pod).map_err(|error| error.to_string())?;
        self.expectations.expect_creations(key, count);
        let control = self.control(key, set);
        let done = control.create(count, |_| body.clone()).await;
        done.error.map_or(Ok(()), Err)
    }

    async fn delete_pods(
        &self,
        key: &ObjectKey,
        set: &K,
        doomed: &[Arc<Pod>],
    ) -> Result<(), String> {
        let keys = doomed.iter().map(|pod| ObjectKey::of(&**pod));
        self.expectations.expect_deletions(key, keys);
        let done = self.control(key, set).delete(doomed).await;
        done.error.map_or(Ok(()), Err)
    }

    fn control<'a>(&'a self, key: &'a ObjectKey, owner: &'a K) -> PodControl<'a, K> {
        PodControl {
            context: &self.context,
            expectations: &self.expectations,
            key,
            owner,
        }
    }

    async fn update_status(
        &self,
        key: &ObjectKey,
        set: &K,
        claimed: &[Arc<Pod>],
        failure: Option<&Failure>,
    ) -> Result<(), ReconcileError> {
        let (status, next) = status::status(set, claimed, failure, self.context.clock.now());
        if let Some(wait) = next {
            // A little more, so that the clock has passed the moment by then.
            let wait = Duration::try_from(wait).unwrap_or_default() + Duration::from_millis(1);
            self.queue.add_after(key.clone(), wait);
        }
        if set.status().is_some_and(|old| is_same(&old, &status)) {
            return Ok(());
        }
        let sets = self.context.namespaced::<K>(&key.namespace);
        let mut set = set.clone();
        set.set_status(status);
        let replaced = sets
            .replace_status(&key.name, &self.context.posting(), &set)
            .await;
        crate::error::unless_not_found(replaced)?;
        Ok(())
    }
}
