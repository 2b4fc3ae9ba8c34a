//! What a Deployment says about itself in words.
//!
//! Types and reasons are those of Kubernetes' `deployment_util.go`.

use k8s_openapi::api::apps::v1::{DeploymentCondition, DeploymentStatus, ReplicaSetCondition};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

/// Enough pods have been ready for long enough.
pub(super) const AVAILABLE: &str = "Available";
/// The rollout goes on, or is done.
pub(super) const PROGRESSING: &str = "Progressing";
/// Pods cannot be created or deleted.
pub(super) const REPLICA_FAILURE: &str = "ReplicaFailure";

/// Why a condition is what it is.
pub(super) mod reason {
    pub(in super::super) const NEW_SET: &str = "NewReplicaSetCreated";
    pub(in super::super) const FOUND_SET: &str = "FoundNewReplicaSet";
    pub(in super::super) const SET_UPDATED: &str = "ReplicaSetUpdated";
    pub(in super::super) const SET_AVAILABLE: &str = "NewReplicaSetAvailable";
    pub(in super::super) const CREATE_FAILED: &str = "ReplicaSetCreateError";
    pub(in super::super) const TIMED_OUT: &str = "ProgressDeadlineExceeded";
    pub(in super::super) const PAUSED: &str = "DeploymentPaused";
    pub(in super::super) const RESUMED: &str = "DeploymentResumed";
    pub(in super::super) const AVAILABLE: &str = "MinimumReplicasAvailable";
    pub(in super::super) const UNAVAILABLE: &str = "MinimumReplicasUnavailable";
}

/// A condition that holds from `now` on.
pub(super) fn condition(
    type_: &str,
    status: &str,
    reason: &str,
    message: String,
    now: &Time,
) -> DeploymentCondition {
    DeploymentCondition {
        type_: type_.to_owned(),
        status: status.to_owned(),
        reason: Some(reason.to_owned()),
        message: Some(message),
        last_update_time: Some(now.clone()),
        last_transition_time: Some(now.clone()),
    }
}

pub(super) fn get<'a>(
    status: &'a DeploymentStatus,
    type_: &str,
) -> Option<&'a DeploymentCondition> {
    let mut conditions = status.conditions.iter().flatten();
    conditions.find(|condition| condition.type_ == type_)
}

/// Whether the condition of this type is there for `reason`.
pub(super) fn is_for(status: &DeploymentStatus, type_: &str, reason: &str) -> bool {
    get(status, type_).is_some_and(|condition| condition.reason.as_deref() == Some(reason))
}

/// Puts a condition in the place of the one of its type, unless that says the same for the same
/// reason.
pub(super) fn set(status: &mut DeploymentStatus, mut condition: DeploymentCondition) {
    if let Some(current) = get(status, &condition.type_) {
        if current.status == condition.status && current.reason == condition.reason {
            return;
        }
        if current.status == condition.status {
            condition
                .last_transition_time
                .clone_from(&current.last_transition_time);
        }
    }
    remove(status, &condition.type_);
    status.conditions.get_or_insert_default().push(condition);
}

pub(super) fn remove(status: &mut DeploymentStatus, type_: &str) {
    if let Some(conditions) = &mut status.conditions {
        conditions.retain(|condition| condition.type_ != type_);
        if conditions.is_empty() {
            status.conditions = None;
        }
    }
}

/// Whether what is said of the progress is said of a set other than `name`.
///
/// Every such message quotes the set it is about, here as in Kubernetes' own controller; one that
/// quotes none, as of a pause, is about the Deployment.
pub(super) fn is_of_another_set(status: &DeploymentStatus, name: &str) -> bool {
    let message = get(status, PROGRESSING).and_then(|it| it.message.as_deref());
    let Some((before, quoted)) = message.and_then(|it| it.split_once('"')) else {
        return false;
    };
    let told = quoted.split('"').next();
    let is_of_a_set = ["ReplicaSet ", "replica set "]
        .iter()
        .any(|it| before.ends_with(it));
    is_of_a_set && told != Some(name)
}

/// What a set's failure is on its Deployment.
pub(super) fn of_set(condition: &ReplicaSetCondition) -> DeploymentCondition {
    DeploymentCondition {
        type_: condition.type_.clone(),
        status: condition.status.clone(),
        reason: condition.reason.clone(),
        message: condition.message.clone(),
        last_update_time: condition.last_transition_time.clone(),
        last_transition_time: condition.last_transition_time.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_changes_only_with_status_or_reason() {
        let at = |second| Time(jiff::Timestamp::from_second(second).unwrap());
        let make = |status: &str, reason: &str, second| {
            condition(
                PROGRESSING,
                status,
                reason,
                format!("at {second}"),
                &at(second),
            )
        };
        let mut status = DeploymentStatus::default();
        set(&mut status, make("True", reason::NEW_SET, 1));
        set(&mut status, make("True", reason::NEW_SET, 2));
        assert_eq!(
            get(&status, PROGRESSING).unwrap().message.as_deref(),
            Some("at 1")
        );
        set(&mut status, make("True", reason::SET_UPDATED, 3));
        let current = get(&status, PROGRESSING).unwrap();
        assert_eq!(current.last_transition_time, Some(at(1)), "still true");
        assert_eq!(current.last_update_time, Some(at(3)));
        set(&mut status, make("False", reason::TIMED_OUT, 4));
        assert_eq!(
            get(&status, PROGRESSING).unwrap().last_transition_time,
            Some(at(4))
        );
        remove(&mut status, PROGRESSING);
        assert_eq!(status, DeploymentStatus::default());
    }

    #[test]
    fn a_condition_tells_which_set_it_is_of() {
        let is_of_another = |message: &str| {
            let mut status = DeploymentStatus::default();
            let now = Time(jiff::Timestamp::UNIX_EPOCH);
            set(
                &mut status,
                condition(PROGRESSING, "True", "R", message.to_owned(), &now),
            );
            is_of_another_set(&status, "web-1")
        };
        for of in [
            "ReplicaSet \"SET\" has successfully progressed.",
            "Found new replica set \"SET\"",
            "Failed to create new replica set \"SET\": \"no\" is no answer",
        ] {
            assert!(!is_of_another(&of.replace("SET", "web-1")), "{of}");
            assert!(is_of_another(&of.replace("SET", "web-12")), "{of}");
        }
        for of_the_deployment in ["Deployment \"web\" is progressing.", "Deployment is paused"] {
            assert!(!is_of_another(of_the_deployment), "{of_the_deployment}");
        }
        assert!(!is_of_another_set(&DeploymentStatus::default(), "web-1"));
    }
}
