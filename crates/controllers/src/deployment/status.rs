//! What a Deployment reports.
//!
//! The rules are those of Kubernetes' `pkg/controller/deployment/{sync,progress}.go`.

use super::conditions::{self, AVAILABLE, PROGRESSING, REPLICA_FAILURE, condition, reason};
use super::limits::{max_unavailable, progress_deadline, replicas};
use super::sets::{Sets, status_of};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::apps::v1::{Deployment, DeploymentStatus, ReplicaSet};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::ResourceExt;
use std::sync::Arc;

/// The counts, and whether enough pods are available: all that can be said of a Deployment that is
/// paused or was resized, too.
pub(super) fn counts(deployment: &Deployment, sets: &Sets, now: &Time) -> DeploymentStatus {
    let sum = |of: fn(&ReplicaSet) -> i32| sets.all().map(|set| of(set)).sum::<i32>();
    let available = sum(|set| status_of(set).available_replicas.unwrap_or_default());
    let new = sets.new.as_ref().map(|set| status_of(set).replicas);
    let old = deployment.status.clone().unwrap_or_default();
    let mut status = DeploymentStatus {
        observed_generation: deployment.metadata.generation,
        replicas: Some(sum(|set| status_of(set).replicas)),
        updated_replicas: Some(new.unwrap_or_default()),
        ready_replicas: Some(sum(|set| status_of(set).ready_replicas.unwrap_or_default())),
        available_replicas: Some(available),
        unavailable_replicas: Some((sets.wanted() - available).max(0)),
        // Unknown as long as one of the sets does not know.
        terminating_replicas: sets
            .all()
            .map(|set| status_of(set).terminating_replicas)
            .sum(),
        collision_count: old.collision_count,
        conditions: old.conditions,
    };
    let enough = available >= replicas(deployment) - max_unavailable(deployment);
    let is_available = if enough {
        let message = "Deployment has minimum availability.";
        condition(
            AVAILABLE,
            "True",
            reason::AVAILABLE,
            message.to_owned(),
            now,
        )
    } else {
        let message = "Deployment does not have minimum availability.";
        condition(
            AVAILABLE,
            "False",
            reason::UNAVAILABLE,
            message.to_owned(),
            now,
        )
    };
    conditions::set(&mut status, is_available);
    status
}

/// The counts, how the rollout goes, and what keeps pods from being made.
pub(super) fn rollout(deployment: &Deployment, sets: &Sets, now: &Time) -> DeploymentStatus {
    let mut status = counts(deployment, sets, now);
    let old = deployment.status.clone().unwrap_or_default();
    if progress_deadline(deployment).is_none() {
        conditions::remove(&mut status, PROGRESSING);
    } else {
        // A rollout that was complete stays so when a pod fails afterwards.
        let stays_complete = status.replicas == status.updated_replicas
            && conditions::is_for(&old, PROGRESSING, reason::SET_AVAILABLE);
        if !stays_complete {
            set_progress(deployment, sets, &old, &mut status, now);
        }
    }
    let of_new = sets.new.as_ref().and_then(failure);
    match of_new.or_else(|| sets.old.iter().find_map(failure)) {
        Some(failure) => conditions::set(&mut status, failure),
        None => conditions::remove(&mut status, REPLICA_FAILURE),
    }
    status
}

/// Stamps the progress as that of the new set, if there is one and what is said is not of it;
/// whether that changed anything.
///
/// What was said last is of the set before if the word of the new one's creation was lost, or if an
/// older set has become the new one again. Left as it is, it would be taken for this rollout's: one
/// that got no pod running would count as complete for ever, and never run into its deadline.
/// Kubernetes' controller stamps only where nothing is said at all.
pub(super) fn stamp_found(
    deployment: &Deployment,
    sets: &Sets,
    status: &mut DeploymentStatus,
    now: &Time,
) -> bool {
    let Some(new) = sets.new.as_ref().map(|set| set.name_any()) else {
        return false;
    };
    let is_told = conditions::get(status, PROGRESSING).is_some()
        && !conditions::is_of_another_set(status, &new);
    if is_told || progress_deadline(deployment).is_none() {
        return false;
    }
    let message = format!("Found new replica set \"{new}\"");
    conditions::remove(status, PROGRESSING);
    conditions::set(
        status,
        condition(PROGRESSING, "True", reason::FOUND_SET, message, now),
    );
    true
}

fn failure(set: &Arc<ReplicaSet>) -> Option<k8s_openapi::api::apps::v1::DeploymentCondition> {
    let conditions = set.status.as_ref()?.conditions.as_ref()?;
    let failure = conditions
        .iter()
        .find(|condition| condition.type_ == REPLICA_FAILURE)?;
    Some(conditions::of_set(failure))
}

fn set_progress(
    deployment: &Deployment,
    sets: &Sets,
    old: &DeploymentStatus,
    status: &mut DeploymentStatus,
    now: &Time,
) {
    let subject = match &sets.new {
        Some(new) => format!("ReplicaSet \"{}\"", new.name_any()),
        None => format!("Deployment \"{}\"", deployment.name_any()),
    };
    if is_complete(deployment, status) {
        let message = format!("{subject} has successfully progressed.");
        let done = condition(PROGRESSING, "True", reason::SET_AVAILABLE, message, now);
        conditions::set(status, done);
    } else if is_progressing(old, status) {
        let message = format!("{subject} is progressing.");
        let mut going = condition(PROGRESSING, "True", reason::SET_UPDATED, message, now);
        // Every bit of progress is stamped, for the deadline is counted from the last.
        if let Some(current) = conditions::get(status, PROGRESSING)
            && current.status == "True"
        {
            going
                .last_transition_time
                .clone_from(&current.last_transition_time);
        }
        conditions::remove(status, PROGRESSING);
        conditions::set(status, going);
    } else if is_timed_out(deployment, status, now.0) {
        let message = format!("{subject} has timed out progressing.");
        let stuck = condition(PROGRESSING, "False", reason::TIMED_OUT, message, now);
        conditions::set(status, stuck);
    }
}

/// Whether all pods are new ones and available.
pub(super) fn is_complete(deployment: &Deployment, status: &DeploymentStatus) -> bool {
    let wanted = replicas(deployment);
    let is_all = |count: Option<i32>| count.unwrap_or_default() == wanted;
    is_all(status.updated_replicas)
        && is_all(status.replicas)
        && is_all(status.available_replicas)
        && status.observed_generation >= deployment.metadata.generation
}

/// Whether there are more new pods, fewer old ones, or more that work.
fn is_progressing(old: &DeploymentStatus, new: &DeploymentStatus) -> bool {
    let count = |it: Option<i32>| it.unwrap_or_default();
    let outdated = |it: &DeploymentStatus| count(it.replicas) - count(it.updated_replicas);
    count(new.updated_replicas) > count(old.updated_replicas)
        || outdated(new) < outdated(old)
        || count(new.ready_replicas) > count(old.ready_replicas)
        || count(new.available_replicas) > count(old.available_replicas)
}

fn is_timed_out(deployment: &Deployment, status: &DeploymentStatus, now: Timestamp) -> bool {
    if conditions::is_for(status, PROGRESSING, reason::SET_AVAILABLE) {
        return false;
    }
    conditions::is_for(status, PROGRESSING, reason::TIMED_OUT)
        || time_left(deployment, status, now).is_some_and(|left| left.is_negative())
}

/// How long the rollout may still go without progress.
fn time_left(
    deployment: &Deployment,
    status: &DeploymentStatus,
    now: Timestamp,
) -> Option<SignedDuration> {
    let deadline = SignedDuration::from_secs(progress_deadline(deployment)?.into());
    let since = conditions::get(status, PROGRESSING)?
        .last_update_time
        .as_ref()?;
    Some(deadline - now.duration_since(since.0))
}

/// When to look again whether the rollout is stuck, if nothing else happens.
pub(super) fn check_again_in(
    deployment: &Deployment,
    status: &DeploymentStatus,
    now: Timestamp,
) -> Option<SignedDuration> {
    if is_complete(deployment, status) || conditions::is_for(status, PROGRESSING, reason::TIMED_OUT)
    {
        return None;
    }
    // A second more: times are kept in whole seconds.
    let left = time_left(deployment, status, now)?;
    Some(left.max(SignedDuration::ZERO) + SignedDuration::from_secs(1))
}

/// Whether both say the same. The API leaves out counts of none, except where it does not.
pub(super) fn is_same(old: &DeploymentStatus, new: &DeploymentStatus) -> bool {
    fn plain(status: &DeploymentStatus) -> DeploymentStatus {
        let count = |it: Option<i32>| it.filter(|count| *count != 0);
        DeploymentStatus {
            replicas: count(status.replicas),
            updated_replicas: count(status.updated_replicas),
            ready_replicas: count(status.ready_replicas),
            available_replicas: count(status.available_replicas),
            unavailable_replicas: count(status.unavailable_replicas),
            ..status.clone()
        }
    }
    plain(old) == plain(new)
}

#[cfg(test)]
mod tests {
    use super::super::sets::tests::set;
    use super::*;
    use serde_json::{Value, json};

    fn at(second: i64) -> Time {
        Time(Timestamp::from_second(second).unwrap())
    }

    fn deployment(replicas: i32, status: Option<DeploymentStatus>) -> Deployment {
        let mut deployment: Deployment = serde_json::from_value(json!({
            "metadata": {"name": "d", "generation": 2},
            "spec": {"replicas": replicas, "selector": {}, "template": {}, "progressDeadlineSeconds": 60,
                "strategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}}},
        }))
        .unwrap();
        deployment.status = status;
        deployment
    }

    fn progressing(status: &DeploymentStatus) -> Value {
        json!(conditions::get(status, PROGRESSING).map(|it| (&it.status, &it.reason, &it.message)))
    }

    #[test]
    fn a_rollout_goes_on_gets_stuck_recovers_and_completes() {
        let sets = |available| Sets {
            new: Some(set("new", 3, 3, available)),
            old: vec![set("old", 0, 0, 0)],
        };
        let going = rollout(&deployment(3, None), &sets(0), &at(0));
        assert_eq!(
            progressing(&going),
            json!([
                "True",
                "ReplicaSetUpdated",
                "ReplicaSet \"new\" is progressing."
            ])
        );
        assert_eq!(conditions::get(&going, AVAILABLE).unwrap().status, "False");
        assert_eq!(
            (going.unavailable_replicas, going.replicas),
            (Some(3), Some(3))
        );

        let later = rollout(&deployment(3, Some(going.clone())), &sets(0), &at(60));
        assert!(is_same(&going, &later), "nothing new before the deadline");
        let wait = check_again_in(&deployment(3, None), &going, at(20).0);
        assert_eq!(wait, Some(SignedDuration::from_secs(41)));

        let stuck = rollout(&deployment(3, Some(going)), &sets(0), &at(61));
        assert_eq!(
            progressing(&stuck),
            json!([
                "False",
                "ProgressDeadlineExceeded",
                "ReplicaSet \"new\" has timed out progressing."
            ])
        );
        assert_eq!(check_again_in(&deployment(3, None), &stuck, at(61).0), None);

        let again = rollout(&deployment(3, Some(stuck)), &sets(2), &at(70));
        assert_eq!(
            progressing(&again),
            json!([
                "True",
                "ReplicaSetUpdated",
                "ReplicaSet \"new\" is progressing."
            ])
        );
        assert_eq!(
            conditions::get(&again, AVAILABLE)
                .unwrap()
                .reason
                .as_deref(),
            Some("MinimumReplicasAvailable")
        );

        let done = rollout(&deployment(3, Some(again)), &sets(3), &at(80));
        assert_eq!(
            progressing(&done),
            json!([
                "True",
                "NewReplicaSetAvailable",
                "ReplicaSet \"new\" has successfully progressed."
            ])
        );
        assert!(is_complete(&deployment(3, None), &done));

        let after = rollout(&deployment(3, Some(done)), &sets(0), &at(500));
        assert_eq!(
            progressing(&after)[1],
            "NewReplicaSetAvailable",
            "a later failure is no rollout"
        );
    }

    #[test]
    fn a_rollout_whose_beginning_was_not_told_runs_into_its_deadline_too() {
        let before = Sets {
            new: Some(set("old", 3, 3, 3)),
            old: Vec::new(),
        };
        let mut status = rollout(&deployment(3, None), &before, &at(0));
        assert_eq!(progressing(&status)[1], "NewReplicaSetAvailable");
        // The new set stands, all its pods were counted, and nobody has told of it.
        let sets = Sets {
            new: Some(set("new", 3, 3, 0)),
            old: vec![set("old", 0, 0, 0)],
        };
        status = rollout(&deployment(3, Some(status)), &sets, &at(100));
        assert_eq!(progressing(&status)[1], "NewReplicaSetAvailable");
        assert!(stamp_found(
            &deployment(3, None),
            &sets,
            &mut status,
            &at(101)
        ));
        let again = stamp_found(&deployment(3, None), &sets, &mut status, &at(102));
        assert!(!again, "told once");
        let waiting = rollout(&deployment(3, Some(status.clone())), &sets, &at(161));
        assert_eq!(
            progressing(&waiting),
            json!([
                "True",
                "FoundNewReplicaSet",
                "Found new replica set \"new\""
            ])
        );
        let stuck = rollout(&deployment(3, Some(status)), &sets, &at(162));
        assert_eq!(progressing(&stuck)[1], "ProgressDeadlineExceeded");
    }

    #[test]
    fn a_failure_of_a_set_is_told() {
        let mut new = (*set("new", 3, 0, 0)).clone();
        new.status.as_mut().unwrap().conditions = Some(vec![serde_json::from_value(
            json!({"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "no"}),
        ).unwrap()]);
        let sets = Sets {
            new: Some(Arc::new(new)),
            old: Vec::new(),
        };
        let failed = rollout(&deployment(3, None), &sets, &at(0));
        assert_eq!(
            conditions::get(&failed, REPLICA_FAILURE)
                .unwrap()
                .reason
                .as_deref(),
            Some("FailedCreate")
        );
        let sets = Sets {
            new: Some(set("new", 3, 0, 0)),
            old: Vec::new(),
        };
        let well = rollout(&deployment(3, Some(failed)), &sets, &at(0));
        assert_eq!(conditions::get(&well, REPLICA_FAILURE), None);
    }

    #[test]
    fn without_a_deadline_nothing_is_said_of_progress() {
        let mut deployment = deployment(3, None);
        deployment.spec.as_mut().unwrap().progress_deadline_seconds = Some(i32::MAX);
        let status = rollout(&deployment, &Sets::default(), &at(0));
        assert_eq!(conditions::get(&status, PROGRESSING), None);
    }
}
