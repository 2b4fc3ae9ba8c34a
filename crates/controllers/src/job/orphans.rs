//! Pods that carry the finalizer of a Job which will not count them any more.

use super::conditions::finished;
use super::pods::is_tracked;
use super::{JobController, NAME, is_foreign};
use crate::error::ReconcileError;
use crate::ownership::controller;
use crate::worker::Reconcile;
use k8s_openapi::api::core::v1::Pod;
use trimtab_informer::{ObjectKey, index};

/// The part of the controller that lets them go.
pub(super) struct Orphans(pub(super) JobController);

impl Reconcile for Orphans {
    type Key = ObjectKey;
    const NAME: &str = NAME;
    const WORKERS: usize = 1;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        let pod = self.0.pods.find(key);
        if let Some(pod) = pod.filter(|pod| is_tracked(pod) && self.0.may_be_orphan(pod)) {
            self.0.release(&pod).await?;
        }
        Ok(())
    }
}

impl JobController {
    /// Whether nobody will count `pod`: its Job is over, gone, or none.
    pub(super) fn may_be_orphan(&self, pod: &Pod) -> bool {
        let Some(owner) = index::controller_of(pod) else {
            return true;
        };
        if owner.kind != "Job" || owner.api_version != "batch/v1" || !self.jobs.has_synced() {
            return false;
        }
        let job = controller(&self.jobs, pod).and_then(|key| self.jobs.find(&key));
        job.is_none_or(|job| !is_foreign(&job) && finished(&job).is_some())
    }
}
