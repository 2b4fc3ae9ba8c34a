//! `deployment-controller`: rolls a template out, one `ReplicaSet` for each.
//!
//! The rules are those of `pkg/controller/deployment` in Kubernetes. What is to be done is decided
//! by plain functions of the objects ([`rolling`], [`proportional`], [`status`], [`revision`]);
//! [`rollout`] does it, and this module says when.

mod conditions;
mod hash;
mod limits;
mod proportional;
mod revision;
mod rolling;
mod rollout;
mod sets;
mod status;
mod watch;

use crate::context::Context;
use crate::error::ReconcileError;
use crate::ownership::{candidates, claim_all, index_owners};
use crate::selector;
use crate::worker::{Reconcile, work};
pub(crate) use hash::template_hash;
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
pub(crate) use limits::{resolve_down, resolve_up};
use rollout::Rollout;
use trimtab_informer::{Cache, EventType, ObjectKey, WorkQueue, index, reference};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "deployment-controller";

/// Deployments looked at the same time: `--concurrent-deployment-syncs`.
const WORKERS: usize = 5;

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct DeploymentController {
    context: Context,
    deployments: Cache<Deployment>,
    sets: Cache<ReplicaSet>,
    pods: Cache<Pod>,
    queue: WorkQueue<ObjectKey>,
}

impl Reconcile for DeploymentController {
    type Key = ObjectKey;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        let Some(deployment) = self.deployments.find(key) else {
            return Ok(());
        };
        let spec = deployment.spec.clone().unwrap_or_default();
        if spec.selector == LabelSelector::default() {
            self.warn_of_selecting_all(&deployment);
            return Ok(());
        }
        let selector = selector::parse(&spec.selector)?;
        let candidates = candidates(&self.sets, &*deployment);
        let sets = claim_all(&self.context, &*deployment, &selector, candidates).await?;
        let mut rollout = Rollout::new(self, key, &deployment, sets);
        Box::pin(rollout.advance()).await
    }
}

impl DeploymentController {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            deployments: context.informers.of(),
            sets: context.informers.of(),
            pods: context.informers.of(),
            queue: WorkQueue::new(),
            context,
        };
        index_owners(&controller.sets);
        controller
            .pods
            .add_index(index::CONTROLLER, index::controller_uid);
        watch::register(&controller);
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.deployments.synced().await;
        self.sets.synced().await;
        self.pods.synced().await;
        work(&self, &self.queue).await;
    }

    fn warn_of_selecting_all(&self, deployment: &Deployment) {
        let message = "This deployment is selecting all pods. A non-empty selector is required.";
        self.tell(deployment, EventType::Warning, "SelectingAll", message);
    }

    fn tell(&self, deployment: &Deployment, event_type: EventType, reason: &str, message: &str) {
        let recorder = &self.context.recorder;
        recorder.record(&reference(deployment), event_type, reason, message);
    }
}
