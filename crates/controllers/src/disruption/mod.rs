//! `disruption-controller`: says how many more pods a `PodDisruptionBudget` lets go.
//!
//! The rules are those of `pkg/controller/disruption` in Kubernetes. What an eviction takes of the
//! budget, the API server notes in its status (`disruptedPods`); this controller takes a pod off
//! that list once it is being deleted, or was to be and is not after two minutes.

mod expected;
mod stale;
mod status;
mod watch;

use crate::context::Context;
use crate::error::{ReconcileError, is_conflict, message};
use crate::selector::{parse, selects};
use crate::worker::{Reconcile, work};
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::core::v1::{Pod, ReplicationController};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use kube::Resource;
use stale::StaleConditions;
use std::sync::Arc;
use std::time::Duration;
use trimtab_informer::{Cache, EventType, ObjectKey, WorkQueue, reference};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "disruption-controller";

/// Budgets looked at the same time.
const WORKERS: usize = 1;

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct DisruptionController {
    context: Context,
    budgets: Cache<PodDisruptionBudget>,
    pods: Cache<Pod>,
    deployments: Cache<Deployment>,
    replica_sets: Cache<ReplicaSet>,
    stateful_sets: Cache<StatefulSet>,
    replication_controllers: Cache<ReplicationController>,
    queue: WorkQueue<ObjectKey>,
    stale: StaleConditions,
}

impl Reconcile for DisruptionController {
    type Key = ObjectKey;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        let Some(budget) = self.budgets.find(key) else {
            return Ok(());
        };
        match self.look(&budget).await {
            Err(ReconcileError::Api(error)) if is_conflict(&error) => Err(error.into()),
            Err(error) => {
                let told = match &error {
                    ReconcileError::Api(error) => message(error),
                    error => error.to_string(),
                };
                // What is not known for certain must not be disrupted.
                self.write(
                    &budget,
                    status::unknown(&budget, &told, &self.context.now()),
                )
                .await
            }
            done => done,
        }
    }
}

impl DisruptionController {
    pub(crate) fn new(context: Context) -> Self {
        let informers = &context.informers;
        let controller = Self {
            budgets: informers.of(),
            pods: informers.of(),
            deployments: informers.of(),
            replica_sets: informers.of(),
            stateful_sets: informers.of(),
            replication_controllers: informers.of(),
            queue: WorkQueue::new(),
            stale: StaleConditions::new(context.clone()),
            context,
        };
        watch::register(&controller);
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.budgets.synced().await;
        self.pods.synced().await;
        self.deployments.synced().await;
        self.replica_sets.synced().await;
        self.stateful_sets.synced().await;
        self.replication_controllers.synced().await;
        futures::future::join(work(&self, &self.queue), self.stale.run()).await;
    }

    async fn look(&self, budget: &PodDisruptionBudget) -> Result<(), ReconcileError> {
        let pods = self.pods_of(budget)?;
        if pods.is_empty() {
            self.tell(
                budget,
                EventType::Normal,
                "NoPods",
                "No matching pods found",
            );
        }
        let expected = match self.expected(budget, &pods).await {
            Ok(expected) => expected,
            Err(error) => {
                let told = format!("Failed to calculate the number of expected pods: {error}");
                self.tell(
                    budget,
                    EventType::Warning,
                    "CalculateExpectedPodCountFailed",
                    &told,
                );
                return Err(error);
            }
        };
        if expected.some_are_unmanaged {
            let told = "Pods selected by this PodDisruptionBudget have no controller, so that its status \
                        cannot be calculated correctly. To account for these pods set \
                        \".spec.minAvailable\" to an integer.";
            self.tell(budget, EventType::Warning, "UnmanagedPods", told);
        }
        let now = self.context.now();
        let disrupted = status::disrupted(budget, &pods, &now);
        for pod in &disrupted.overdue {
            let told = format!(
                "Pod was expected by PDB {} to be deleted but it wasn't",
                ObjectKey::of(budget)
            );
            let recorder = &self.context.recorder;
            recorder.record(&reference(&**pod), EventType::Warning, "NotDeleted", &told);
        }
        let next = status::status(budget, &pods, &expected, disrupted.waiting, &now);
        self.write(budget, next).await?;
        if let Some(after) = disrupted.look_again_after {
            let after = Duration::try_from(after).unwrap_or_default();
            self.queue.add_after(ObjectKey::of(budget), after);
        }
        Ok(())
    }

    /// The pods that a budget selects: none, if it has no selector.
    fn pods_of(&self, budget: &PodDisruptionBudget) -> Result<Vec<Arc<Pod>>, ReconcileError> {
        let Some(selector) = budget.spec.as_ref().and_then(|spec| spec.selector.as_ref()) else {
            return Ok(Vec::new());
        };
        let selector = parse(selector)?;
        let namespace = budget.meta().namespace.as_deref().unwrap_or_default();
        let mut pods = self.pods.list_in(namespace);
        pods.retain(|pod| selects(&selector, &**pod));
        Ok(pods)
    }

    async fn write(
        &self,
        budget: &PodDisruptionBudget,
        next: k8s_openapi::api::policy::v1::PodDisruptionBudgetStatus,
    ) -> Result<(), ReconcileError> {
        if budget.status.as_ref() == Some(&next) {
            return Ok(());
        }
        let key = ObjectKey::of(budget);
        let budgets = self
            .context
            .namespaced::<PodDisruptionBudget>(&key.namespace);
        let written = PodDisruptionBudget {
            status: Some(next),
            ..budget.clone()
        };
        let posting = self.context.posting();
        budgets
            .replace_status(&key.name, &posting, &written)
            .await?;
        Ok(())
    }

    fn tell(
        &self,
        budget: &PodDisruptionBudget,
        event_type: EventType,
        reason: &str,
        message: &str,
    ) {
        let recorder = &self.context.recorder;
        recorder.record(&reference(budget), event_type, reason, message);
    }
}
