//! The status of a budget, from what there is.

use super::expected::Expected;
use crate::pods::is_ready;
use jiff::SignedDuration;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetStatus};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How long a pod that was evicted may take until it is being deleted.
const DELETION_TIMEOUT: SignedDuration = SignedDuration::from_mins(2);
const DISRUPTION_ALLOWED: &str = "DisruptionAllowed";

/// Pods that were evicted and are not being deleted yet.
pub(super) struct Disrupted {
    /// Those that still may be, by name, and since when.
    pub(super) waiting: BTreeMap<String, Time>,
    /// Those that should have been.
    pub(super) overdue: Vec<Arc<Pod>>,
    /// Until the first of those that wait is overdue.
    pub(super) look_again_after: Option<SignedDuration>,
}

/// Takes apart what the API server noted of evictions.
pub(super) fn disrupted(budget: &PodDisruptionBudget, pods: &[Arc<Pod>], now: &Time) -> Disrupted {
    let noted = budget
        .status
        .as_ref()
        .and_then(|status| status.disrupted_pods.as_ref());
    let mut disrupted = Disrupted {
        waiting: BTreeMap::new(),
        overdue: Vec::new(),
        look_again_after: None,
    };
    let Some(noted) = noted else {
        return disrupted;
    };
    for pod in pods
        .iter()
        .filter(|pod| pod.metadata.deletion_timestamp.is_none())
    {
        let name = pod.metadata.name.clone().unwrap_or_default();
        let Some(since) = noted.get(&name) else {
            continue;
        };
        let left = DELETION_TIMEOUT - now.0.duration_since(since.0);
        if left.is_negative() {
            disrupted.overdue.push(Arc::clone(pod));
            continue;
        }
        disrupted.waiting.insert(name, since.clone());
        let sooner = disrupted.look_again_after.is_none_or(|known| left < known);
        if sooner {
            // Not at the very moment, when it would still wait.
            disrupted.look_again_after = Some(left + SignedDuration::from_millis(1));
        }
    }
    disrupted
}

/// What the budget lets go.
pub(super) fn status(
    budget: &PodDisruptionBudget,
    pods: &[Arc<Pod>],
    expected: &Expected,
    waiting: BTreeMap<String, Time>,
    now: &Time,
) -> PodDisruptionBudgetStatus {
    let is_healthy = |pod: &&Arc<Pod>| {
        let name = pod.metadata.name.as_deref().unwrap_or_default();
        pod.metadata.deletion_timestamp.is_none() && !waiting.contains_key(name) && is_ready(pod)
    };
    let healthy = pods.iter().filter(is_healthy).count();
    let healthy = i32::try_from(healthy).unwrap_or(i32::MAX);
    // Where none are expected, the first may come before this is looked at again.
    let allowed = if expected.pods > 0 {
        healthy.saturating_sub(expected.healthy).max(0)
    } else {
        0
    };
    let generation = budget.metadata.generation;
    let (status, reason) = if allowed > 0 {
        ("True", "SufficientPods")
    } else {
        ("False", "InsufficientPods")
    };
    PodDisruptionBudgetStatus {
        current_healthy: Some(healthy),
        desired_healthy: Some(expected.healthy),
        expected_pods: Some(expected.pods),
        disruptions_allowed: Some(allowed),
        disrupted_pods: Some(waiting).filter(|waiting| !waiting.is_empty()),
        observed_generation: generation,
        conditions: Some(with_condition(
            budget,
            Condition {
                type_: DISRUPTION_ALLOWED.to_owned(),
                status: status.to_owned(),
                reason: reason.to_owned(),
                message: String::new(),
                observed_generation: generation,
                last_transition_time: now.clone(),
            },
        )),
    }
}

/// The status of a budget of which it is not known what it lets go: nothing.
pub(super) fn unknown(
    budget: &PodDisruptionBudget,
    why: &str,
    now: &Time,
) -> PodDisruptionBudgetStatus {
    let before = budget.status.clone().unwrap_or_default();
    let condition = Condition {
        type_: DISRUPTION_ALLOWED.to_owned(),
        status: "False".to_owned(),
        reason: "SyncFailed".to_owned(),
        message: why.to_owned(),
        observed_generation: before.observed_generation,
        last_transition_time: now.clone(),
    };
    PodDisruptionBudgetStatus {
        disruptions_allowed: Some(0),
        conditions: Some(with_condition(budget, condition)),
        ..before
    }
}

/// The conditions of a budget with `new` among them; a status that stays keeps its time.
fn with_condition(budget: &PodDisruptionBudget, mut new: Condition) -> Vec<Condition> {
    let status = budget.status.as_ref();
    let mut conditions = status
        .and_then(|it| it.conditions.clone())
        .unwrap_or_default();
    match conditions.iter_mut().find(|it| it.type_ == new.type_) {
        Some(old) => {
            if old.status == new.status {
                new.last_transition_time
                    .clone_from(&old.last_transition_time);
            }
            *old = new;
        }
        None => conditions.push(new),
    }
    conditions
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn at(second: i64) -> Time {
        Time(jiff::Timestamp::from_second(second).unwrap())
    }

    fn pod(name: &str, ready: bool, more: &Value) -> Arc<Pod> {
        let mut pod = json!({
            "metadata": {"name": name},
            "status": {"conditions": [{"type": "Ready", "status": if ready { "True" } else { "False" }}]},
        });
        if let Value::Object(more) = more {
            pod["metadata"]
                .as_object_mut()
                .unwrap()
                .extend(more.clone());
        }
        Arc::new(serde_json::from_value(pod).unwrap())
    }

    fn budget(status: &Value) -> PodDisruptionBudget {
        let budget = json!({"metadata": {"name": "b", "generation": 2}, "status": status});
        serde_json::from_value(budget).unwrap()
    }

    fn expected(pods: i32, healthy: i32) -> Expected {
        Expected {
            pods,
            healthy,
            some_are_unmanaged: false,
        }
    }

    #[test]
    fn what_is_healthy_beyond_what_must_be_may_go() {
        let leaving = json!({"deletionTimestamp": "2026-01-01T00:00:00Z"});
        let pods = [
            pod("a", true, &json!({})),
            pod("b", true, &json!({})),
            pod("c", true, &leaving),
            pod("d", false, &json!({})),
        ];
        let it = budget(&json!({}));
        for (wanted, allowed, condition) in [
            (expected(4, 1), 1, "True"),
            (expected(4, 2), 0, "False"),
            (expected(4, 3), 0, "False"),
            (expected(0, 0), 0, "False"),
        ] {
            let told = status(&it, &pods, &wanted, BTreeMap::new(), &at(5));
            assert_eq!(
                (told.disruptions_allowed, told.current_healthy),
                (Some(allowed), Some(2))
            );
            let conditions = told.conditions.unwrap();
            assert_eq!(conditions[0].status, condition, "{wanted:?}");
            assert_eq!(conditions[0].observed_generation, Some(2));
        }
    }

    #[test]
    fn who_was_evicted_is_waited_for_two_minutes() {
        let noted = json!({"disruptedPods": {"a": at(0), "b": at(60), "gone": at(0), "c": at(0)}});
        let it = budget(&noted);
        let leaving = json!({"deletionTimestamp": "2026-01-01T00:00:00Z"});
        let pods = [
            pod("a", true, &json!({})),
            pod("b", true, &json!({})),
            pod("c", true, &leaving),
        ];
        let found = disrupted(&it, &pods, &at(130));
        assert_eq!(found.waiting.keys().collect::<Vec<_>>(), ["b"]);
        assert_eq!(found.overdue.len(), 1);
        assert_eq!(found.look_again_after.unwrap().as_secs(), 50);
        let told = status(&it, &pods, &expected(3, 0), found.waiting, &at(130));
        assert_eq!(
            told.current_healthy,
            Some(1),
            "who is waited for counts as gone"
        );
    }

    #[test]
    fn what_is_unknown_lets_nothing_go_and_keeps_the_rest() {
        let mut it = budget(&json!({}));
        it.status = Some(status(
            &it,
            &[pod("a", true, &json!({}))],
            &expected(1, 0),
            BTreeMap::new(),
            &at(1),
        ));
        let told = unknown(&it, "why", &at(9));
        assert_eq!(
            (told.disruptions_allowed, told.current_healthy),
            (Some(0), Some(1))
        );
        let condition = &told.conditions.unwrap()[0];
        assert_eq!(
            (condition.reason.as_str(), condition.message.as_str()),
            ("SyncFailed", "why")
        );
        assert_eq!(condition.last_transition_time, at(9));
    }
}
