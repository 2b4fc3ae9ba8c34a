//! The progress deadline of a Deployment that was rolled out before, and got other replicas since.
//!
//! Its controller counts the deadline in a rollout alone: one that was complete stays so, however many of the
//! pods that it was scaled to never come (Kubernetes' `pkg/controller/deployment/progress.go`). Whoever waits
//! for those counts it here, by the same rules.

use crate::fields::{field, number_at, text_at};
use crate::readiness::condition;
use std::time::Duration;
use tokio::time::Instant;
use trimtab_tree::Value;

/// The reason of the condition `Progressing` once a rollout is complete.
const COMPLETE: &str = "NewReplicaSetAvailable";

/// What stands for no deadline at all.
const NONE: i64 = i32::MAX as i64;

/// How far a Deployment is, and since when.
#[derive(Debug, Default)]
pub(crate) struct Stall {
    reached: Option<(Counts, Instant)>,
    /// When it is to be looked at again, if nothing is heard of it.
    pub(crate) due: Option<Instant>,
}

/// The numbers of a status by which progress is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counts {
    updated: i64,
    outdated: i64,
    ready: i64,
    available: i64,
}

impl Counts {
    fn of(deployment: &Value) -> Self {
        let count = |name| number_at(deployment, &["status", name]).unwrap_or(0);
        let updated = count("updatedReplicas");
        Self {
            updated,
            outdated: count("replicas") - updated,
            ready: count("readyReplicas"),
            available: count("availableReplicas"),
        }
    }

    fn is_further_than(self, other: Self) -> bool {
        self.updated > other.updated
            || self.outdated < other.outdated
            || self.ready > other.ready
            || self.available > other.available
    }
}

impl Stall {
    /// Takes in the object as it is `now`, which is not ready; whether it has been so for longer than it may.
    pub(crate) fn is_over(&mut self, object: &Value, now: Instant) -> bool {
        self.due = None;
        let Some(limit) = limit(object) else {
            self.reached = None;
            return false;
        };
        let counts = Counts::of(object);
        let since = match self.reached {
            Some((last, since)) if !counts.is_further_than(last) => since,
            _ => now,
        };
        self.reached = Some((counts, since));
        let due = since + limit;
        if due > now {
            self.due = Some(due);
        }
        due <= now
    }
}

/// How long the object may go without progress, where nobody else counts that: a Deployment that its controller
/// has seen as it is, and takes for rolled out.
fn limit(object: &Value) -> Option<Duration> {
    let is_deployment =
        field(object, "kind") == "Deployment" && field(object, "apiVersion").starts_with("apps/");
    if !is_deployment || text_at(object, &["spec", "paused"]) == "true" {
        return None;
    }
    let generation = number_at(object, &["metadata", "generation"])?;
    let observed = number_at(object, &["status", "observedGeneration"])?;
    let progressing = condition(object, "Progressing")?;
    if observed < generation || text_at(progressing, &["reason"]) != COMPLETE {
        return None;
    }
    let seconds = number_at(object, &["spec", "progressDeadlineSeconds"])?;
    let seconds = Some(seconds).filter(|&seconds| seconds != NONE)?;
    u64::try_from(seconds).ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    fn deployment(generation: u8, spec: &str, status: &str) -> Value {
        yaml(&format!(
            "{{apiVersion: apps/v1, kind: Deployment, metadata: {{generation: {generation}}}, spec: {{{spec}}}, \
             status: {{observedGeneration: 2, {status}}}}}"
        ))
    }

    const MINUTE: &str = "progressDeadlineSeconds: 60";
    const DONE: &str =
        "conditions: [{type: Progressing, status: 'True', reason: NewReplicaSetAvailable}]";

    #[test]
    fn every_bit_of_progress_gives_it_time_anew() {
        let (mut stall, start) = (Stall::default(), Instant::now());
        for (counts, seconds, expected) in [
            ("", 0, (false, Some(60))),
            ("replicas: 2, updatedReplicas: 2", 50, (false, Some(110))),
            // One that is lost is no progress.
            ("replicas: 1, updatedReplicas: 1", 100, (false, Some(110))),
            (
                "updatedReplicas: 1, readyReplicas: 1",
                105,
                (false, Some(165)),
            ),
            ("updatedReplicas: 1", 164, (false, Some(165))),
            ("updatedReplicas: 1", 165, (true, None)),
        ] {
            let object = deployment(2, MINUTE, &format!("{DONE}, {counts}"));
            let is_over = stall.is_over(&object, start + Duration::from_secs(seconds));
            let due = stall.due.map(|due| (due - start).as_secs());
            assert_eq!((is_over, due), expected, "after {seconds} s: {counts}");
        }
    }

    #[test]
    fn what_its_controller_counts_or_nobody_is_to_is_not_counted() {
        let going = "conditions: [{type: Progressing, reason: ReplicaSetUpdated}]";
        let paused = format!("{MINUTE}, paused: true");
        let endless = format!("progressDeadlineSeconds: {NONE}");
        for (generation, spec, status, is_counted) in [
            (2, MINUTE, DONE, true),
            (2, MINUTE, going, false),
            (2, MINUTE, "", false),
            (2, &paused, DONE, false),
            (2, &endless, DONE, false),
            // Its controller has not seen yet what it is now.
            (3, MINUTE, DONE, false),
        ] {
            let limit = limit(&deployment(generation, spec, status));
            assert_eq!(limit.is_some(), is_counted, "{generation} {spec} {status}");
        }
    }
}
