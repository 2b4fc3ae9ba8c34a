//! The conditions of a Job.

use k8s_openapi::api::batch::v1::{Job, JobCondition};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

pub(super) const COMPLETE: &str = "Complete";
pub(super) const FAILED: &str = "Failed";
pub(super) const FAILURE_TARGET: &str = "FailureTarget";
pub(super) const SUCCESS_CRITERIA_MET: &str = "SuccessCriteriaMet";
pub(super) const SUSPENDED: &str = "Suspended";

/// A condition that holds from `now` on.
pub(super) fn holds(type_: &str, reason: &str, message: &str, now: &Time) -> JobCondition {
    JobCondition {
        type_: type_.to_owned(),
        status: "True".to_owned(),
        reason: Some(reason.to_owned()),
        message: Some(message.to_owned()),
        last_probe_time: Some(now.clone()),
        last_transition_time: Some(now.clone()),
    }
}

/// `condition` as another type, for the same reason.
pub(super) fn becomes(condition: &JobCondition, type_: &str, now: &Time) -> JobCondition {
    JobCondition {
        type_: type_.to_owned(),
        last_probe_time: Some(now.clone()),
        last_transition_time: Some(now.clone()),
        ..condition.clone()
    }
}

/// The condition of this type, if it holds.
pub(super) fn holding<'a>(job: &'a Job, type_: &str) -> Option<&'a JobCondition> {
    let conditions = job.status.as_ref()?.conditions.as_ref()?;
    let mut conditions = conditions.iter();
    conditions.find(|it| it.type_ == type_ && it.status == "True")
}

/// The condition that ended `job`.
pub(crate) fn finished(job: &Job) -> Option<&JobCondition> {
    holding(job, COMPLETE).or_else(|| holding(job, FAILED))
}

/// Puts `condition` in the place of the one of its type; one that does not hold is not put where
/// there is none. Tells whether that changes anything.
pub(super) fn ensure(job: &mut Job, condition: JobCondition) -> bool {
    let status = job.status.get_or_insert_default();
    let conditions = status.conditions.get_or_insert_default();
    match conditions.iter_mut().find(|it| it.type_ == condition.type_) {
        Some(known) => {
            let says =
                |it: &JobCondition| (it.status.clone(), it.reason.clone(), it.message.clone());
            if says(known) == says(&condition) {
                return false;
            }
            *known = condition;
            true
        }
        None if condition.status == "False" => false,
        None => {
            conditions.push(condition);
            true
        }
    }
}
