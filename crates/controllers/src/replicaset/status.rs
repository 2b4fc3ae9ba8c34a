//! What a set reports.
//!
//! The rules are those of `pkg/controller/replicaset/replica_set_utils.go` in Kubernetes.

use super::kinds::Replicated;
use crate::pods::{available_in, is_active, is_ready, is_terminating};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::apps::v1::{ReplicaSetCondition, ReplicaSetStatus};
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use std::sync::Arc;

const REPLICA_FAILURE: &str = "ReplicaFailure";

/// Why the number of pods could not be made right.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    /// Whether pods were missing, not too many.
    pub(super) while_creating: bool,
    pub(super) message: String,
}

/// The status of `set` with the pods `claimed`, and how long until another pod counts as available
/// by time alone.
pub(super) fn status<K: Replicated>(
    set: &K,
    claimed: &[Arc<Pod>],
    failure: Option<&Failure>,
    now: Timestamp,
) -> (ReplicaSetStatus, Option<SignedDuration>) {
    let min_ready_seconds = set.min_ready_seconds();
    let template_labels = set
        .template()
        .and_then(|template| template.metadata.as_ref());
    let template_labels = template_labels
        .and_then(|meta| meta.labels.clone())
        .unwrap_or_default();

    let (mut replicas, mut labelled, mut ready, mut available, mut terminating) = (0, 0, 0, 0, 0);
    let mut next: Option<SignedDuration> = None;
    for pod in claimed {
        if is_terminating(pod) {
            terminating += 1;
        }
        if !is_active(pod) {
            continue;
        }
        replicas += 1;
        let labels = pod.metadata.labels.as_ref();
        let has = |(key, value)| labels.is_some_and(|labels| labels.get(key) == Some(value));
        if template_labels.iter().all(has) {
            labelled += 1;
        }
        if is_ready(pod) {
            ready += 1;
        }
        match available_in(pod, min_ready_seconds, now) {
            Some(wait) if wait.is_zero() => available += 1,
            Some(wait) => next = Some(next.map_or(wait, |sooner| sooner.min(wait))),
            None => {}
        }
    }
    let status = ReplicaSetStatus {
        replicas,
        fully_labeled_replicas: Some(labelled),
        ready_replicas: Some(ready),
        available_replicas: Some(available),
        terminating_replicas: K::COUNTS_TERMINATING.then_some(terminating),
        observed_generation: set.meta().generation,
        conditions: conditions(set, failure, now),
    };
    (status, next)
}

fn conditions<K: Replicated>(
    set: &K,
    failure: Option<&Failure>,
    now: Timestamp,
) -> Option<Vec<ReplicaSetCondition>> {
    let mut conditions = set
        .status()
        .unwrap_or_default()
        .conditions
        .unwrap_or_default();
    let known = conditions
        .iter()
        .any(|condition| condition.type_ == REPLICA_FAILURE);
    match failure {
        // The first failure stays told until all is well: messages that change with each try would
        // make the status change without end.
        Some(_) if known => {}
        Some(failure) => conditions.push(ReplicaSetCondition {
            type_: REPLICA_FAILURE.to_owned(),
            status: "True".to_owned(),
            reason: Some(
                if failure.while_creating {
                    "FailedCreate"
                } else {
                    "FailedDelete"
                }
                .to_owned(),
            ),
            message: Some(failure.message.clone()),
            last_transition_time: Some(Time(now)),
        }),
        None => conditions.retain(|condition| condition.type_ != REPLICA_FAILURE),
    }
    Some(conditions).filter(|conditions| !conditions.is_empty())
}

/// Whether both say the same. The API leaves out counts of none.
pub(super) fn is_same(old: &ReplicaSetStatus, new: &ReplicaSetStatus) -> bool {
    let count = |it: Option<i32>| it.unwrap_or_default();
    old.replicas == new.replicas
        && count(old.fully_labeled_replicas) == count(new.fully_labeled_replicas)
        && count(old.ready_replicas) == count(new.ready_replicas)
        && count(old.available_replicas) == count(new.available_replicas)
        && old.terminating_replicas == new.terminating_replicas
        && old.observed_generation == new.observed_generation
        && old.conditions.as_deref().unwrap_or_default()
            == new.conditions.as_deref().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::apps::v1::ReplicaSet;
    use serde_json::json;

    fn set() -> ReplicaSet {
        serde_json::from_value(json!({
            "metadata": {"generation": 3},
            "spec": {"minReadySeconds": 10, "selector": {}, "template": {"metadata": {"labels": {"a": "1", "v": "2"}}}},
        }))
        .unwrap()
    }

    fn pod(
        labels: &serde_json::Value,
        ready_since: Option<&str>,
        phase: &str,
        leaves: bool,
    ) -> Arc<Pod> {
        let pod = json!({
            "metadata": {"labels": labels, "deletionTimestamp": leaves.then_some("2026-01-01T00:00:00Z")},
            "status": {"phase": phase, "conditions": [
                {"type": "Ready", "status": if ready_since.is_some() { "True" } else { "False" }, "lastTransitionTime": ready_since},
            ]},
        });
        Arc::new(serde_json::from_value(pod).unwrap())
    }

    #[test]
    fn pods_are_counted() {
        let now = "2026-01-01T00:01:00Z".parse().unwrap();
        let (full, half) = (json!({"a": "1", "v": "2", "x": "y"}), json!({"a": "1"}));
        let pods = [
            pod(&full, Some("2026-01-01T00:00:00Z"), "Running", false),
            pod(&half, Some("2026-01-01T00:00:53Z"), "Running", false),
            pod(&half, Some("2026-01-01T00:00:52Z"), "Running", false),
            pod(&full, None, "Pending", false),
            pod(&full, Some("2026-01-01T00:00:00Z"), "Running", true),
            pod(&full, None, "Failed", false),
        ];
        let (status, next) = status(&set(), &pods, None, now);
        let expected: ReplicaSetStatus = serde_json::from_value(json!({
            "replicas": 4, "fullyLabeledReplicas": 2, "readyReplicas": 3, "availableReplicas": 1,
            "terminatingReplicas": 1, "observedGeneration": 3,
        }))
        .unwrap();
        assert_eq!(status, expected);
        assert_eq!(next, Some(SignedDuration::from_secs(2)));
    }

    #[test]
    fn a_failure_is_told_until_all_is_well() {
        let now: Timestamp = "2026-01-01T00:01:00Z".parse().unwrap();
        let failure = |message: &str| Failure {
            while_creating: true,
            message: message.to_owned(),
        };
        let mut set = set();
        let first = status(&set, &[], Some(&failure("first")), now).0;
        let condition = first.conditions.as_ref().unwrap()[0].clone();
        assert_eq!(condition.reason.as_deref(), Some("FailedCreate"));
        set.status = Some(first.clone());
        let second = status(
            &set,
            &[],
            Some(&failure("second")),
            now + SignedDuration::from_secs(1),
        )
        .0;
        assert!(is_same(&first, &second));
        assert_eq!(status(&set, &[], None, now).0.conditions, None);
    }
}
