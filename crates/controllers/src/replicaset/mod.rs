//! `replicaset-controller`: keeps as many pods as a `ReplicaSet` asks for.
//!
//! The rules are those of `pkg/controller/replicaset/replica_set.go` in Kubernetes. One difference
//! is deliberate: the status is written only from a cache that shows all the controller has done.
//! So `status.replicas` at the observed generation bounds how many pods there are, which the
//! Deployment controller relies on to stay within its surge.

mod ranking;
mod status;
mod watch;

use crate::context::{Context, deleting};
use crate::error::{
    ReconcileError, is_namespace_terminating, is_not_found, message, status as api_status,
};
use crate::ownership::{candidates, claim_all, controller_reference, index_owners};
use crate::pods::is_active;
use crate::selector;
use crate::worker::{Reconcile, work};
use futures::{StreamExt, stream};
use k8s_openapi::api::apps::v1::ReplicaSet;
use k8s_openapi::api::core::v1::{Pod, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::core::PartialObjectMeta;
use kube::core::request::Request;
use kube::{Resource, ResourceExt};
use ranking::pods_to_delete;
use status::{Failure, is_same};
use std::cmp::Ordering;
use std::sync::Arc;
use std::time::Duration;
use trimtab_informer::{Cache, EventType, Expectations, ObjectKey, WorkQueue, index, reference};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "replicaset-controller";

/// `ReplicaSets` looked at the same time: `--concurrent-replicaset-syncs`.
const WORKERS: usize = 5;
/// Pods created or deleted in one look, so that one set does not keep the API server from others.
const BURST: usize = 500;
/// Creations or deletions on their way at the same time.
const IN_FLIGHT: usize = 32;
/// Pods created at first; twice as many each time that all went well. A set whose pods are refused
/// is refused a few times, not a thousand.
const FIRST_BATCH: usize = 1;

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct ReplicaSetController {
    context: Context,
    sets: Cache<ReplicaSet>,
    pods: Cache<Pod>,
    queue: WorkQueue<ObjectKey>,
    expectations: Arc<Expectations>,
}

impl Reconcile for ReplicaSetController {
    type Key = ObjectKey;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        let Some(set) = self.sets.find(key) else {
            self.expectations.forget(key);
            return Ok(());
        };
        if let Some(patience) = self.expectations.patience(key) {
            // The change that satisfies them brings the key back, or the end of patience.
            self.queue.add_after(key.clone(), patience);
            return Ok(());
        }
        let selector = selector::parse(&set.spec.clone().unwrap_or_default().selector)?;
        let claimed = claim_all(
            &self.context,
            &*set,
            &selector,
            candidates(&self.pods, &*set),
        )
        .await?;
        let failure = if set.metadata.deletion_timestamp.is_none() {
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

impl ReplicaSetController {
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
        set: &ReplicaSet,
        claimed: &[Arc<Pod>],
    ) -> Option<Failure> {
        let active: Vec<_> = claimed
            .iter()
            .filter(|pod| is_active(pod))
            .cloned()
            .collect();
        let wanted = set
            .spec
            .as_ref()
            .and_then(|spec| spec.replicas)
            .unwrap_or(1);
        let wanted = usize::try_from(wanted).unwrap_or_default();
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
                (false, self.delete_pods(key, set, doomed).await)
            }
        };
        done.err().map(|message| Failure {
            while_creating,
            message,
        })
    }

    /// The pods of all sets with the same owner as `set`, its own included.
    fn related_pods(&self, set: &ReplicaSet) -> Vec<Arc<Pod>> {
        let pods_of = |uid: &str| self.pods.indexed(index::CONTROLLER, uid);
        let Some(owner) = index::controller_of(set) else {
            return pods_of(&set.uid().unwrap_or_default());
        };
        let sets = self.sets.indexed(index::CONTROLLER, &owner.uid);
        sets.iter()
            .flat_map(|set| pods_of(&set.uid().unwrap_or_default()))
            .collect()
    }

    async fn create_pods(
        &self,
        key: &ObjectKey,
        set: &ReplicaSet,
        count: usize,
    ) -> Result<(), String> {
        let template = set
            .spec
            .as_ref()
            .and_then(|spec| spec.template.clone())
            .unwrap_or_default();
        // Every pod is asked for with the same bytes: the API server names them.
        let body =
            serde_json::to_vec(&pod_from(&template, set)).map_err(|error| error.to_string())?;
        self.expectations.expect_creations(key, count);
        let mut left = count;
        let mut batch = FIRST_BATCH.min(left);
        while batch > 0 {
            let created: Vec<_> = stream::iter(0..batch)
                .map(|_| self.create_pod(key, set, body.clone()))
                .buffer_unordered(IN_FLIGHT)
                .collect()
                .await;
            left -= batch;
            if let Some(error) = created.into_iter().find_map(Result::err) {
                self.expectations.creations_skipped(key, left);
                return Err(error);
            }
            batch = (batch * 2).min(left);
        }
        Ok(())
    }

    async fn create_pod(
        &self,
        key: &ObjectKey,
        set: &ReplicaSet,
        body: Vec<u8>,
    ) -> Result<(), String> {
        match self.post_pod(key, body).await {
            Ok(pod) => {
                let told = format!("Created pod: {}", pod.name_any());
                self.tell(set, EventType::Normal, "SuccessfulCreate", &told);
                Ok(())
            }
            Err(error) => {
                // Nothing will be seen of it.
                self.expectations.creation_observed(key);
                if is_namespace_terminating(&error) {
                    return Ok(());
                }
                let error = message(&error);
                let told = format!("Error creating: {error}");
                self.tell(set, EventType::Warning, "FailedCreate", &told);
                Err(error)
            }
        }
    }

    /// Of the answer only the metadata is decoded.
    async fn post_pod(
        &self,
        key: &ObjectKey,
        body: Vec<u8>,
    ) -> Result<PartialObjectMeta, kube::Error> {
        let request = Request::new(Pod::url_path(&(), Some(&key.namespace)))
            .create(&self.context.posting(), body)
            .map_err(kube::Error::BuildRequest)?;
        self.context.client.request(request).await
    }

    async fn delete_pods(
        &self,
        key: &ObjectKey,
        set: &ReplicaSet,
        doomed: Vec<Arc<Pod>>,
    ) -> Result<(), String> {
        let keys = doomed.iter().map(|pod| ObjectKey::of(&**pod));
        self.expectations.expect_deletions(key, keys);
        let deleted: Vec<_> = stream::iter(doomed)
            .map(|pod| self.delete_pod(key, set, pod))
            .buffer_unordered(IN_FLIGHT)
            .collect()
            .await;
        deleted.into_iter().find(Result::is_err).unwrap_or(Ok(()))
    }

    async fn delete_pod(
        &self,
        key: &ObjectKey,
        set: &ReplicaSet,
        pod: Arc<Pod>,
    ) -> Result<(), String> {
        let pods = self.context.namespaced::<Pod>(&key.namespace);
        let name = pod.name_any();
        let deleted = pods
            .delete(&name, &deleting(pod.metadata.uid.as_deref()))
            .await;
        let Err(error) = deleted else {
            let told = format!("Deleted pod: {name}");
            self.tell(set, EventType::Normal, "SuccessfulDelete", &told);
            return Ok(());
        };
        // Nothing more will be seen of it.
        self.expectations
            .deletion_observed(key, &ObjectKey::of(&*pod));
        // 409: the uid is another, so the pod that was meant is gone.
        if is_not_found(&error) || api_status(&error).is_some_and(|it| it.code == 409) {
            return Ok(());
        }
        let error = message(&error);
        let told = format!("Error deleting: {error}");
        self.tell(set, EventType::Warning, "FailedDelete", &told);
        Err(error)
    }

    async fn update_status(
        &self,
        key: &ObjectKey,
        set: &ReplicaSet,
        claimed: &[Arc<Pod>],
        failure: Option<&Failure>,
    ) -> Result<(), ReconcileError> {
        let (status, next) = status::status(set, claimed, failure, self.context.clock.now());
        if let Some(wait) = next {
            // A little more, so that the clock has passed the moment by then.
            let wait = Duration::try_from(wait).unwrap_or_default() + Duration::from_millis(1);
            self.queue.add_after(key.clone(), wait);
        }
        if set.status.as_ref().is_some_and(|old| is_same(old, &status)) {
            return Ok(());
        }
        let sets = self.context.namespaced::<ReplicaSet>(&key.namespace);
        let mut set = set.clone();
        set.status = Some(status);
        let replaced = sets
            .replace_status(&key.name, &self.context.posting(), &set)
            .await;
        crate::error::unless_not_found(replaced)?;
        Ok(())
    }

    fn tell(&self, set: &ReplicaSet, event_type: EventType, reason: &str, message: &str) {
        self.context
            .recorder
            .record(&reference(set), event_type, reason, message);
    }
}

/// The pod that `owner` makes from its template.
fn pod_from(template: &PodTemplateSpec, owner: &ReplicaSet) -> Pod {
    let meta = template.metadata.clone().unwrap_or_default();
    Pod {
        metadata: ObjectMeta {
            generate_name: Some(format!("{}-", owner.name_any())),
            namespace: owner.namespace(),
            labels: meta.labels,
            annotations: meta.annotations,
            finalizers: meta.finalizers,
            owner_references: Some(vec![controller_reference(owner)]),
            ..ObjectMeta::default()
        },
        spec: template.spec.clone(),
        status: None,
    }
}
