//! `horizontal-pod-autoscaler-controller`: sets how many pods a workload has by what is measured.
//!
//! The rules are those of `pkg/controller/podautoscaler` in Kubernetes. Metrics cannot be watched:
//! every autoscaler is looked at every fifteen seconds, and where there is none nothing is.

mod behavior;
mod calculate;
mod look;
mod measure;
mod metrics;
mod status;

use crate::context::Context;
use crate::discovery::{Kind, Served};
use crate::error::{ReconcileError, message};
use crate::worker::{Reconcile, work};
use behavior::History;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{ApiResource, GroupVersionKind};
use look::Look;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use trimtab_informer::{Cache, Change, ObjectKey, WorkQueue};
use trimtab_object::LabelSelector;

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "horizontal-pod-autoscaler-controller";
/// The source of its events.
pub(crate) const SOURCE: &str = "horizontal-pod-autoscaler";

/// Autoscalers looked at the same time: `--concurrent-horizontal-pod-autoscaler-syncs`.
const WORKERS: usize = 5;
/// From one look to the next: `--horizontal-pod-autoscaler-sync-period`.
const PERIOD: Duration = Duration::from_secs(15);

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct HorizontalPodAutoscaling {
    context: Context,
    autoscalers: Cache<HorizontalPodAutoscaler>,
    pods: Cache<Pod>,
    queue: WorkQueue<ObjectKey>,
    known: Arc<Mutex<Known>>,
}

/// What is remembered from one look to the next.
#[derive(Default)]
struct Known {
    histories: FxHashMap<ObjectKey, History>,
    /// What the target of each autoscaler selects.
    selectors: FxHashMap<ObjectKey, LabelSelector>,
    /// By group and kind: asking what the API server serves is not free.
    kinds: FxHashMap<(String, String), Kind>,
}

impl Reconcile for HorizontalPodAutoscaling {
    type Key = ObjectKey;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        let Some(autoscaler) = self.autoscalers.find(key) else {
            let mut known = self.known();
            known.histories.remove(key);
            known.selectors.remove(key);
            return Ok(());
        };
        // Failing or not: what was measured is another value then.
        self.queue.add_after(key.clone(), PERIOD);
        if let Err(error) = Look::new(self, key, &autoscaler).run().await {
            let error = message(&error);
            tracing::debug!(controller = NAME, %key, error, "could not be looked at");
        }
        Ok(())
    }
}

impl HorizontalPodAutoscaling {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            autoscalers: context.informers.of(),
            pods: context.informers.of(),
            queue: WorkQueue::new(),
            known: Arc::default(),
            context,
        };
        let queue = controller.queue.clone();
        controller.autoscalers.on_change(move |change| {
            let is_news = match change {
                Change::Updated { old, new } => old.spec != new.spec,
                Change::Added(_) | Change::Deleted(_) => true,
            };
            if is_news {
                queue.add(ObjectKey::of(&**change.object()));
            }
        });
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.autoscalers.synced().await;
        self.pods.synced().await;
        work(&self, &self.queue).await;
    }

    /// The kind that a reference names, in whatever version it is served.
    async fn kind(&self, api_version: &str, kind: &str) -> Result<Kind, String> {
        const WORKLOADS: [(&str, &str, &str); 4] = [
            ("apps/v1", "Deployment", "deployments"),
            ("apps/v1", "ReplicaSet", "replicasets"),
            ("apps/v1", "StatefulSet", "statefulsets"),
            ("v1", "ReplicationController", "replicationcontrollers"),
        ];
        if api_version.matches('/').count() > 1 {
            return Err(format!("unexpected GroupVersion string: {api_version}"));
        }
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let known = WORKLOADS
            .iter()
            .find(|it| it.0 == api_version && it.1 == kind);
        if let Some((.., plural)) = known {
            let named = GroupVersionKind::gvk(group, version, kind);
            return Ok(Kind::namespaced(ApiResource::from_gvk_with_plural(
                &named, plural,
            )));
        }
        let name = (group.to_owned(), kind.to_owned());
        if let Some(kind) = self.known().kinds.get(&name) {
            return Ok(kind.clone());
        }
        let served = Served::ask(&self.context.client).await;
        let kinds = served.map_err(|error| message(&error))?.kinds();
        let is_it = |it: &Kind| it.resource.group == group && it.resource.kind == kind;
        let Some(found) = kinds.into_iter().find(is_it) else {
            return Err(match group {
                "" => format!("no matches for kind {kind:?} in version {version:?}"),
                group => format!("no matches for kind {kind:?} in group {group:?}"),
            });
        };
        self.known().kinds.insert(name, found.clone());
        Ok(found)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Each critical section leaves each map whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
