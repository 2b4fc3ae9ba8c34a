//! `ttl-after-finished-controller`: deletes Jobs some time after they have ended.
//!
//! The rules are those of `pkg/controller/ttlafterfinished` in Kubernetes.

use crate::context::{Context, deleting};
use crate::error::{ReconcileError, unless_not_found};
use crate::job::finished;
use crate::worker::{Reconcile, work};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::batch::v1::Job;
use kube::api::{DeleteParams, Preconditions, PropagationPolicy};
use std::time::Duration;
use trimtab_informer::{Cache, Change, ObjectKey, WorkQueue};

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "ttl-after-finished-controller";

/// Jobs looked at the same time: `--concurrent-ttl-after-finished-syncs`.
const WORKERS: usize = 5;

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct TtlAfterFinished {
    context: Context,
    jobs: Cache<Job>,
    queue: WorkQueue<ObjectKey>,
}

impl Reconcile for TtlAfterFinished {
    type Key = ObjectKey;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        let Some(job) = self.jobs.find(key) else {
            return Ok(());
        };
        if self.is_put_off(key, expiry(&job)) {
            return Ok(());
        }
        // The time to live may have been made longer since.
        let jobs = self.context.namespaced::<Job>(&key.namespace);
        let Some(fresh) = jobs.get_opt(&key.name).await? else {
            return Ok(());
        };
        if self.is_put_off(key, expiry(&fresh)) {
            return Ok(());
        }
        let params = DeleteParams {
            propagation_policy: Some(PropagationPolicy::Foreground),
            preconditions: Some(Preconditions {
                uid: fresh.metadata.uid.clone(),
                resource_version: fresh.metadata.resource_version.clone(),
            }),
            ..deleting(None)
        };
        unless_not_found(jobs.delete(&key.name, &params).await)?;
        Ok(())
    }
}

/// When `job` is to go, if it is over and is to.
fn expiry(job: &Job) -> Option<Timestamp> {
    if job.metadata.deletion_timestamp.is_some() {
        return None;
    }
    let seconds = job.spec.as_ref()?.ttl_seconds_after_finished?;
    let ended = finished(job)?.last_transition_time.as_ref()?.0;
    ended
        .checked_add(SignedDuration::from_secs(seconds.into()))
        .ok()
}

impl TtlAfterFinished {
    pub(crate) fn new(context: Context) -> Self {
        let controller = Self {
            jobs: context.informers.of(),
            queue: WorkQueue::new(),
            context,
        };
        let queue = controller.queue.clone();
        controller.jobs.on_change(move |change| {
            let job = change.object();
            if !matches!(change, Change::Deleted(_)) && expiry(job).is_some() {
                queue.add(ObjectKey::of(&**job));
            }
        });
        controller
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.jobs.synced().await;
        work(&self, &self.queue).await;
    }

    /// Whether a Job that is to go then does not go yet; it is looked at again when it does.
    fn is_put_off(&self, key: &ObjectKey, expiry: Option<Timestamp>) -> bool {
        let Some(expiry) = expiry else {
            return true;
        };
        let left = expiry.duration_since(self.context.clock.now());
        if !left.is_positive() {
            return false;
        }
        // A little more, so that the clock has passed the moment by then.
        let left = Duration::try_from(left).unwrap_or_default() + Duration::from_millis(1);
        self.queue.add_after(key.clone(), left);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_over_expires() {
        let job = |status: &str, ttl: Option<i32>, deleted: Option<&str>| -> Job {
            serde_json::from_value(json!({
                "metadata": {"deletionTimestamp": deleted},
                "spec": {"template": {}, "ttlSecondsAfterFinished": ttl},
                "status": {"conditions": [
                    {"type": "Failed", "status": status, "lastTransitionTime": "2026-01-01T00:00:00Z"},
                ]},
            }))
            .unwrap()
        };
        let after = |job: Job| expiry(&job).map(|it| it.to_string());
        assert_eq!(
            after(job("True", Some(90), None)).as_deref(),
            Some("2026-01-01T00:01:30Z")
        );
        assert_eq!(after(job("False", Some(90), None)), None);
        assert_eq!(after(job("True", None, None)), None);
        assert_eq!(
            after(job("True", Some(90), Some("2026-01-01T00:00:00Z"))),
            None
        );
    }
}
