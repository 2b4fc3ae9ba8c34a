//! Taking back that a pod is about to be disrupted, when it was not.

use crate::context::Context;
use crate::error::{ReconcileError, unless_not_found};
use crate::pods::is_finished;
use crate::worker::{Reconcile, work};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::{Pod, PodCondition};
use kube::api::Patch;
use serde_json::json;
use std::time::Duration;
use trimtab_informer::{Cache, Change, ObjectKey, WorkQueue};

use crate::disrupted::DISRUPTION_TARGET;
/// A kubelet may take as long as it likes.
const BY_KUBELET: &str = "TerminationByKubelet";
/// How long a pod with the condition may take until it is being deleted.
const TIMEOUT: SignedDuration = SignedDuration::from_mins(2);

/// Pods that have the condition.
#[derive(Clone)]
pub(super) struct StaleConditions {
    context: Context,
    pods: Cache<Pod>,
    queue: WorkQueue<ObjectKey>,
}

impl Reconcile for StaleConditions {
    type Key = ObjectKey;
    const NAME: &str = super::NAME;
    const WORKERS: usize = 1;

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ReconcileError> {
        let Some(pod) = self.pods.find(key) else {
            return Ok(());
        };
        let now = self.context.clock.now();
        match stale_in(&pod, now) {
            None => Ok(()),
            Some(left) if left.is_positive() => {
                self.queue.add_after(key.clone(), wait(left));
                Ok(())
            }
            Some(_) => {
                let patch = json!({
                    "metadata": {"uid": pod.metadata.uid},
                    "status": {"conditions": [{
                        "type": DISRUPTION_TARGET,
                        "status": "False",
                        "reason": null,
                        "message": null,
                        "lastTransitionTime": self.context.now(),
                        "observedGeneration": pod.metadata.generation,
                    }]},
                });
                let pods = self.context.namespaced::<Pod>(&key.namespace);
                let patch = Patch::Strategic(patch);
                let patching = self.context.patching();
                unless_not_found(pods.patch_status(&key.name, &patching, &patch).await)?;
                Ok(())
            }
        }
    }
}

impl StaleConditions {
    pub(super) fn new(context: Context) -> Self {
        let it = Self {
            pods: context.informers.of(),
            queue: WorkQueue::new(),
            context,
        };
        let (queue, clock) = (it.queue.clone(), it.context.clock);
        it.pods.on_change(move |change| {
            if !matches!(change, Change::Deleted(_))
                && condition(change.object()).is_some()
                && let Some(left) = stale_in(change.object(), clock.now())
            {
                queue.add_after(ObjectKey::of(&**change.object()), wait(left));
            }
        });
        it
    }

    pub(super) async fn run(&self) {
        work(self, &self.queue).await;
    }
}

fn wait(left: SignedDuration) -> Duration {
    Duration::try_from(left.max(SignedDuration::ZERO)).unwrap_or_default()
}

fn condition(pod: &Pod) -> Option<&PodCondition> {
    let conditions = pod.status.as_ref()?.conditions.as_ref()?;
    conditions.iter().find(|it| it.type_ == DISRUPTION_TARGET)
}

/// How long the condition still may stand; `None` if there is nothing to take back.
fn stale_in(pod: &Pod, now: Timestamp) -> Option<SignedDuration> {
    let condition = condition(pod)?;
    if pod.metadata.deletion_timestamp.is_some()
        || condition.status != "True"
        || condition.reason.as_deref() == Some(BY_KUBELET)
        || is_finished(pod)
    {
        return None;
    }
    let since = condition
        .last_transition_time
        .as_ref()
        .map_or(now, |time| time.0);
    Some(TIMEOUT - now.duration_since(since))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_and_should_have_ended_is_stale() {
        let now: Timestamp = "2026-01-01T00:03:00Z".parse().unwrap();
        for (status, reason, phase, since, expected) in [
            (
                "True",
                "PreemptionByScheduler",
                "Running",
                "2026-01-01T00:02:00Z",
                Some(60),
            ),
            (
                "True",
                "EvictionByEvictionAPI",
                "Running",
                "2026-01-01T00:00:00Z",
                Some(-60),
            ),
            ("True", BY_KUBELET, "Running", "2026-01-01T00:00:00Z", None),
            (
                "False",
                "EvictionByEvictionAPI",
                "Running",
                "2026-01-01T00:00:00Z",
                None,
            ),
            (
                "True",
                "EvictionByEvictionAPI",
                "Failed",
                "2026-01-01T00:00:00Z",
                None,
            ),
        ] {
            let pod: Pod = serde_json::from_value(json!({"metadata": {}, "status": {
                "phase": phase,
                "conditions": [{"type": DISRUPTION_TARGET, "status": status, "reason": reason, "lastTransitionTime": since}],
            }}))
            .unwrap();
            let left = stale_in(&pod, now).map(|left| left.as_secs());
            assert_eq!(left, expected, "{status} {reason} {phase}");
        }
    }
}
