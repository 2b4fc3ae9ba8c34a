//! The progress deadline of a Deployment where its controller does not count it.
//!
//! That counts it in a rollout alone: one that was complete stays so, however many of the pods that it was scaled
//! to never come; and one that went past its deadline stays so, too, until it gets further (Kubernetes'
//! `pkg/controller/deployment/progress.go`). Whoever waits for those counts it here, by the same rules.

use crate::fields::{field, number_at, text_at};
use crate::readiness::{condition, has_exceeded_deadline};
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
    /// When the deadline was passed that does not count.
    forgiven: Option<String>,
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
    /// Does not count the deadline that the object has passed now, if it has: it is given as much time again.
    pub(crate) fn forgive(&mut self, object: &Value) {
        if is_deployment(object) && has_exceeded_deadline(object) {
            self.forgiven = Some(passed_at(object));
        }
    }

    /// Whether the deadline that the object has passed does not count.
    pub(crate) fn forgives(&self, object: &Value) -> bool {
        let forgiven = self.forgiven.as_ref();
        forgiven.is_some_and(|at| has_exceeded_deadline(object) && *at == passed_at(object))
    }

    /// Takes in the object as it is `now`, which is not ready; whether it has been so for longer than it may.
    pub(crate) fn is_over(&mut self, object: &Value, now: Instant) -> bool {
        self.due = None;
        let Some(limit) = limit(object, self.forgives(object)) else {
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
/// has seen as it is, and takes for rolled out, or for failed where that is forgiven.
fn limit(object: &Value, is_forgiven: bool) -> Option<Duration> {
    if !is_deployment(object) || text_at(object, &["spec", "paused"]) == "true" {
        return None;
    }
    let generation = number_at(object, &["metadata", "generation"])?;
    let observed = number_at(object, &["status", "observedGeneration"])?;
    let progressing = condition(object, "Progressing")?;
    let is_counted = text_at(progressing, &["reason"]) != COMPLETE && !is_forgiven;
    if observed < generation || is_counted {
        return None;
    }
    let seconds = number_at(object, &["spec", "progressDeadlineSeconds"])?;
    let seconds = Some(seconds).filter(|&seconds| seconds != NONE)?;
    u64::try_from(seconds).ok().map(Duration::from_secs)
}

fn is_deployment(object: &Value) -> bool {
    field(object, "kind") == "Deployment" && field(object, "apiVersion").starts_with("apps/")
}

/// When an object passed its deadline.
fn passed_at(object: &Value) -> String {
    let at = condition(object, "Progressing").map(|it| text_at(it, &["lastUpdateTime"]));
    at.unwrap_or_default().to_owned()
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
    fn a_deadline_that_was_passed_before_is_begun_anew() {
        let (mut stall, start) = (Stall::default(), Instant::now());
        let passed = |second: u8| {
            let condition = format!(
                "{{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded, \
                 lastUpdateTime: '2026-01-01T00:00:0{second}Z'}}"
            );
            deployment(2, MINUTE, &format!("conditions: [{condition}]"))
        };
        assert!(!stall.forgives(&passed(1)), "nothing was forgiven yet");
        stall.forgive(&passed(1));
        assert!(stall.forgives(&passed(1)) && !stall.forgives(&passed(2)));
        assert!(!stall.is_over(&passed(1), start));
        assert_eq!(stall.due, Some(start + Duration::from_secs(60)));
        assert!(stall.is_over(&passed(1), start + Duration::from_secs(60)));
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
            let limit = limit(&deployment(generation, spec, status), false);
            assert_eq!(limit.is_some(), is_counted, "{generation} {spec} {status}");
        }
    }
}
