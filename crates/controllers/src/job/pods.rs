//! What a pod is to its Job.
//!
//! The rules are those of `pkg/controller/job` in Kubernetes.

use crate::pods::{is_finished, phase};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{
    Container, ContainerStatus, EnvVar, EnvVarSource, ObjectFieldSelector, Pod,
};
use kube::ResourceExt;

/// Keeps a finished pod until it was counted.
pub(super) const TRACKING: &str = "batch.kubernetes.io/job-tracking";
/// Annotation and label of a pod of an indexed Job.
pub(super) const INDEX: &str = "batch.kubernetes.io/job-completion-index";
/// How often the index of a pod failed before.
pub(super) const INDEX_FAILURES: &str = "batch.kubernetes.io/job-index-failure-count";
/// How often the index of a pod failed before in ways that do not count.
pub(super) const INDEX_IGNORED: &str = "batch.kubernetes.io/job-index-ignored-failure-count";
/// The environment variable that tells a container its index.
const INDEX_VARIABLE: &str = "JOB_COMPLETION_INDEX";

pub(super) fn is_tracked(pod: &Pod) -> bool {
    pod.finalizers().iter().any(|it| it == TRACKING)
}

/// The completion index of a pod.
pub(super) fn index(pod: &Pod) -> Option<i32> {
    let index = pod.annotations().get(INDEX)?.parse().ok()?;
    (index >= 0).then_some(index)
}

fn count(pod: &Pod, annotation: &str) -> i32 {
    let count = pod.annotations().get(annotation);
    let count = count.and_then(|it| it.parse().ok());
    count.filter(|it| *it >= 0).unwrap_or_default()
}

/// How often the index of `pod` failed before it, as far as that counts.
pub(super) fn index_failures(pod: &Pod) -> i32 {
    count(pod, INDEX_FAILURES)
}

/// How often the index of `pod` failed before it, in ways that do not count.
pub(super) fn ignored_index_failures(pod: &Pod) -> i32 {
    count(pod, INDEX_IGNORED)
}

/// How often the index of `pod` failed before it.
pub(super) fn all_index_failures(pod: &Pod) -> i32 {
    index_failures(pod).saturating_add(ignored_index_failures(pod))
}

pub(super) fn is_succeeded(pod: &Pod) -> bool {
    phase(pod) == "Succeeded"
}

/// Whether a failed pod is replaced only once it has ended.
pub(super) fn replaces_only_failed(job: &Job) -> bool {
    let spec = job.spec.as_ref();
    spec.is_some_and(|spec| {
        spec.pod_replacement_policy.as_deref() == Some("Failed")
            || spec.pod_failure_policy.is_some()
    })
}

/// Whether `pod` counts as failed.
pub(super) fn is_failed(pod: &Pod, job: &Job) -> bool {
    phase(pod) == "Failed"
        || !replaces_only_failed(job)
            && pod.metadata.deletion_timestamp.is_some()
            && !is_finished(pod)
}

/// When `pod` ended: as its containers say; else when it stopped being ready, when it was deleted,
/// or when it came.
pub(super) fn finished_at(pod: &Pod) -> Timestamp {
    let meta = &pod.metadata;
    let deleted = meta.deletion_timestamp.as_ref().map(|time| {
        let grace = meta.deletion_grace_period_seconds.unwrap_or_default();
        time.0.saturating_sub(SignedDuration::from_secs(grace))
    });
    let deleted = deleted.and_then(Result::ok);
    let created = meta.creation_timestamp.as_ref().map(|time| time.0);
    containers_finished(pod)
        .or_else(|| unready_since(pod))
        .or(deleted)
        .or(created)
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

/// When the last container ended, sidecars included, if all have.
fn containers_finished(pod: &Pod) -> Option<Timestamp> {
    let status = pod.status.as_ref()?;
    let spec = pod.spec.as_ref();
    let init = spec.and_then(|spec| spec.init_containers.as_ref());
    let is_sidecar = |status: &&ContainerStatus| {
        let mut init = init.into_iter().flatten();
        init.any(|it| it.name == status.name && it.restart_policy.as_deref() == Some("Always"))
    };
    let main = status.container_statuses.iter().flatten();
    let sidecars = status.init_container_statuses.iter().flatten();
    let mut latest = None;
    for container in main.chain(sidecars.filter(is_sidecar)) {
        let terminated = container.state.as_ref()?.terminated.as_ref()?;
        latest = latest.max(Some(terminated.finished_at.as_ref()?.0));
    }
    latest
}

fn unready_since(pod: &Pod) -> Option<Timestamp> {
    let conditions = pod.status.as_ref()?.conditions.as_ref()?;
    let ready = conditions.iter().find(|it| it.type_ == "Ready")?;
    let since = ready.last_transition_time.as_ref()?;
    (ready.status == "False").then_some(since.0)
}

/// The restarts of the containers of `pod`.
pub(super) fn restarts(pod: &Pod) -> i32 {
    let status = pod.status.iter();
    let containers = status.flat_map(|status| {
        let init = status.init_container_statuses.iter().flatten();
        init.chain(status.container_statuses.iter().flatten())
    });
    containers.map(|it| it.restart_count).sum()
}

/// Lets every container of `pod` know its index.
pub(super) fn tell_index(pod: &mut Pod) {
    let spec = pod.spec.get_or_insert_default();
    let init = spec.init_containers.iter_mut().flatten();
    init.chain(&mut spec.containers).for_each(add_variable);
}

fn add_variable(container: &mut Container) {
    let variables = container.env.get_or_insert_default();
    if variables.iter().any(|it| it.name == INDEX_VARIABLE) {
        return;
    }
    variables.push(EnvVar {
        name: INDEX_VARIABLE.to_owned(),
        value_from: Some(EnvVarSource {
            field_ref: Some(ObjectFieldSelector {
                api_version: None,
                field_path: format!("metadata.labels['{INDEX}']"),
            }),
            ..EnvVarSource::default()
        }),
        ..EnvVar::default()
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pod_ends_with_its_last_container() {
        let mut pod: Pod = serde_json::from_value(json!({
            "metadata": {"creationTimestamp": "2026-01-01T00:00:00Z"},
            "status": {"containerStatuses": [
                {"name": "a", "image": "", "imageID": "", "ready": false, "restartCount": 2,
                 "state": {"terminated": {"exitCode": 1, "finishedAt": "2026-01-01T00:00:07Z"}}},
                {"name": "b", "image": "", "imageID": "", "ready": false, "restartCount": 1,
                 "state": {"terminated": {"exitCode": 0, "finishedAt": "2026-01-01T00:00:05Z"}}},
            ], "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": "2026-01-01T00:00:03Z"}]},
        }))
        .unwrap();
        let at = |pod: &Pod| finished_at(pod).to_string();
        assert_eq!(at(&pod), "2026-01-01T00:00:07Z");
        assert_eq!(restarts(&pod), 3);
        let status = pod.status.as_mut().unwrap();
        status.container_statuses.as_mut().unwrap()[1].state = None;
        assert_eq!(at(&pod), "2026-01-01T00:00:03Z");
        pod.status = None;
        assert_eq!(at(&pod), "2026-01-01T00:00:00Z");
    }
}
