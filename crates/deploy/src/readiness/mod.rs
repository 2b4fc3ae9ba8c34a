//! Whether an object has become what was asked for, by its own status alone.
//!
//! Workloads are judged as `kubectl rollout status` judges them and in its words; kinds that only
//! have conditions by the conventions that kstatus wrote down (`Ready`, `observedGeneration`).
//! Why an object is not ready yet is the business of [`crate::reason`].

mod conditions;
mod workloads;

pub(crate) use conditions::{condition, condition_status};
pub use workloads::rollout;
pub(crate) use workloads::{exceeded_deadline, has_exceeded_deadline, pods_replaced};

use crate::fields::{field, number_at, text_at};
use trimtab_tree::Value;

/// How far an object is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It is what was asked for; the text says so.
    Ready(String),
    /// Not yet; the text says what is missing.
    Waiting(String),
    /// It will never be; the text says why.
    Failed(String),
}

/// Judges an object by its kind.
#[must_use]
pub fn readiness(object: &Value) -> Readiness {
    let (group, _) = trimtab_object::split_api_version(field(object, "apiVersion"));
    match (group, field(object, "kind")) {
        ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") => rollout(object),
        ("", "ReplicationController") => rollout(object),
        ("batch", "Job") => job(object),
        ("", "Pod") => pod(object),
        ("", "Namespace") => namespace(object),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => definition(object),
        ("apiregistration.k8s.io", "APIService") => by_condition(object, "Available"),
        // Their conditions speak of others: of targets, of load, of bindings to come.
        ("autoscaling" | "policy" | "networking.k8s.io" | "storage.k8s.io" | "", _) => ready(),
        _ => by_conventions(object),
    }
}

fn ready() -> Readiness {
    Readiness::Ready("is there".to_owned())
}

/// Whether the controller has seen the object as it is now; kinds that do not say count as seen.
fn is_observed(object: &Value) -> bool {
    let generation = number_at(object, &["metadata", "generation"]);
    match (
        generation,
        number_at(object, &["status", "observedGeneration"]),
    ) {
        (Some(generation), Some(observed)) => observed >= generation,
        _ => true,
    }
}

fn job(job: &Value) -> Readiness {
    if let Some(failed) = condition(job, "Failed")
        && text_at(failed, &["status"]) == "True"
    {
        return Readiness::Failed(format!("the job failed: {}", said(failed)));
    }
    if condition_status(job, "Complete") == "True" {
        return Readiness::Ready("completed".to_owned());
    }
    // It runs when somebody resumes it, which may be never.
    if text_at(job, &["spec", "suspend"]) == "true" {
        return Readiness::Ready("is suspended".to_owned());
    }
    let wanted = number_at(job, &["spec", "completions"]).unwrap_or(1);
    let done = number_at(job, &["status", "succeeded"]).unwrap_or(0);
    Readiness::Waiting(format!("{done} of {wanted} completions"))
}

fn pod(pod: &Value) -> Readiness {
    match text_at(pod, &["status", "phase"]) {
        "Succeeded" => Readiness::Ready("completed".to_owned()),
        "Failed" => {
            let why = match text_at(pod, &["status", "message"]) {
                "" => text_at(pod, &["status", "reason"]),
                message => message,
            };
            let colon = if why.is_empty() { "" } else { ": " };
            Readiness::Failed(format!("the pod failed{colon}{why}"))
        }
        _ if condition_status(pod, "Ready") == "True" => Readiness::Ready("is ready".to_owned()),
        "" => Readiness::Waiting("not started".to_owned()),
        phase => Readiness::Waiting(phase.to_lowercase()),
    }
}

fn namespace(namespace: &Value) -> Readiness {
    match text_at(namespace, &["status", "phase"]) {
        "Terminating" => Readiness::Failed("the namespace is being deleted".to_owned()),
        _ => ready(),
    }
}

fn definition(definition: &Value) -> Readiness {
    if let Some(names) = condition(definition, "NamesAccepted")
        && text_at(names, &["status"]) == "False"
    {
        return Readiness::Failed(format!("its names are not accepted: {}", said(names)));
    }
    if condition_status(definition, "Established") == "True" {
        Readiness::Ready("established".to_owned())
    } else {
        Readiness::Waiting("not established".to_owned())
    }
}

fn by_condition(object: &Value, name: &str) -> Readiness {
    match condition(object, name) {
        Some(condition) if text_at(condition, &["status"]) == "True" => {
            Readiness::Ready(name.to_lowercase())
        }
        Some(condition) => Readiness::Waiting(format!("not {name}: {}", said(condition))),
        None => Readiness::Waiting(format!("not {name}")),
    }
}

/// For kinds whose controllers nobody here knows.
fn by_conventions(object: &Value) -> Readiness {
    if !is_observed(object) {
        return Readiness::Waiting("its controller has not seen the change".to_owned());
    }
    if condition_status(object, "Stalled") == "True" {
        let why = condition(object, "Stalled").map(said).unwrap_or_default();
        return Readiness::Failed(format!("stalled: {why}"));
    }
    if condition(object, "Ready").is_some() {
        return by_condition(object, "Ready");
    }
    ready()
}

/// What a condition says: `reason: message`.
fn said(condition: &Value) -> String {
    let (reason, message) = (
        text_at(condition, &["reason"]),
        text_at(condition, &["message"]),
    );
    match (reason.is_empty(), message.is_empty()) {
        (false, false) => format!("{reason}: {message}"),
        _ => format!("{reason}{message}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;
    use Readiness::{Failed, Ready, Waiting};

    fn judged(text: &str) -> Readiness {
        readiness(&yaml(text))
    }

    #[test]
    fn every_kind_is_judged_by_what_its_status_promises() {
        let cases = [
            (
                "{apiVersion: batch/v1, kind: Job, spec: {completions: 3}, status: {succeeded: 1}}",
                Waiting("1 of 3 completions".to_owned()),
            ),
            (
                "{apiVersion: batch/v1, kind: Job, status: {conditions: [{type: Failed, status: 'True', reason: BackoffLimitExceeded, message: too often}]}}",
                Failed("the job failed: BackoffLimitExceeded: too often".to_owned()),
            ),
            (
                "{apiVersion: batch/v1, kind: Job, spec: {suspend: true, completions: 3}}",
                Ready("is suspended".to_owned()),
            ),
            (
                "{apiVersion: batch/v1, kind: Job, spec: {suspend: true}, status: {conditions: [{type: Failed, status: 'True', reason: DeadlineExceeded}]}}",
                Failed("the job failed: DeadlineExceeded".to_owned()),
            ),
            (
                "{apiVersion: v1, kind: Pod, status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}}",
                Ready("is ready".to_owned()),
            ),
            (
                "{apiVersion: v1, kind: Pod, status: {phase: Failed, reason: Evicted}}",
                Failed("the pod failed: Evicted".to_owned()),
            ),
            (
                "{apiVersion: v1, kind: Pod, status: {phase: Pending}}",
                Waiting("pending".to_owned()),
            ),
            (
                "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition}",
                Waiting("not established".to_owned()),
            ),
            (
                "{apiVersion: example.com/v1, kind: Widget, metadata: {generation: 2}, status: {observedGeneration: 1}}",
                Waiting("its controller has not seen the change".to_owned()),
            ),
            (
                "{apiVersion: example.com/v1, kind: Widget, status: {conditions: [{type: Ready, status: 'False', reason: Slow}]}}",
                Waiting("not Ready: Slow".to_owned()),
            ),
            (
                "{apiVersion: v1, kind: ConfigMap}",
                Ready("is there".to_owned()),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(judged(text), expected, "{text}");
        }
    }
}
