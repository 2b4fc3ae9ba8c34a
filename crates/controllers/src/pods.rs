//! What a pod's state says about it.
//!
//! The rules are those of `pkg/api/v1/pod/util.go` and `pkg/controller/controller_utils.go` in
//! Kubernetes.

use crate::ownership::controller_reference;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::{Pod, PodCondition, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::{Resource, ResourceExt};

/// `status.phase`; empty before anything was reported.
pub(crate) fn phase(pod: &Pod) -> &str {
    let status = pod.status.as_ref();
    status
        .and_then(|it| it.phase.as_deref())
        .unwrap_or_default()
}

/// Whether all containers have ended and none comes back.
pub(crate) fn is_finished(pod: &Pod) -> bool {
    matches!(phase(pod), "Succeeded" | "Failed")
}

/// Whether the pod counts: neither finished nor being deleted.
pub(crate) fn is_active(pod: &Pod) -> bool {
    !is_finished(pod) && pod.metadata.deletion_timestamp.is_none()
}

/// Whether the pod is being deleted and still runs.
pub(crate) fn is_terminating(pod: &Pod) -> bool {
    !is_finished(pod) && pod.metadata.deletion_timestamp.is_some()
}

fn ready_condition(pod: &Pod) -> Option<&PodCondition> {
    let conditions = pod.status.as_ref()?.conditions.as_ref()?;
    let mut conditions = conditions.iter();
    conditions.find(|condition| condition.type_ == "Ready")
}

/// Whether the pod may serve.
pub(crate) fn is_ready(pod: &Pod) -> bool {
    ready_condition(pod).is_some_and(|condition| condition.status == "True")
}

/// Since when the pod has been ready, if it is and that was reported.
pub(crate) fn ready_since(pod: &Pod) -> Option<Timestamp> {
    let condition = ready_condition(pod).filter(|condition| condition.status == "True")?;
    condition.last_transition_time.as_ref().map(|time| time.0)
}

/// How long until the pod counts as available: zero if it does, `None` if it is not ready (or since
/// when is unknown, which only matters where it must have been for some time).
pub(crate) fn available_in(
    pod: &Pod,
    min_ready_seconds: i32,
    now: Timestamp,
) -> Option<SignedDuration> {
    if !is_ready(pod) {
        return None;
    }
    if min_ready_seconds <= 0 {
        return Some(SignedDuration::ZERO);
    }
    let needed = SignedDuration::from_secs(min_ready_seconds.into());
    let passed = now.duration_since(ready_since(pod)?);
    Some((needed - passed).max(SignedDuration::ZERO))
}

/// The pod that `owner` makes from its template. The API server names it, unless it gets a name.
pub(crate) fn from_template<O>(template: &PodTemplateSpec, owner: &O) -> Pod
where
    O: Resource<DynamicType = ()>,
{
    let meta = template.metadata.clone().unwrap_or_default();
    Pod {
        metadata: ObjectMeta {
            generate_name: Some(format!("{}-", owner.name_any())),
            namespace: owner.namespace(),
            labels: meta.labels,
            annotations: meta.annotations,
            finalizers: meta.finalizers,
            owner_references: Some(vec![controller_reference(owner)]),
            ..ObjectMeta::default()
        },
        spec: template.spec.clone(),
        status: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(ready: &str, since: Option<&str>) -> Pod {
        serde_json::from_value(json!({
            "metadata": {},
            "status": {"phase": "Running", "conditions": [
                {"type": "Ready", "status": ready, "lastTransitionTime": since},
            ]},
        }))
        .unwrap()
    }

    #[test]
    fn availability_takes_its_time() {
        let now: Timestamp = "2026-01-01T00:00:10Z".parse().unwrap();
        let since = Some("2026-01-01T00:00:03Z");
        for (ready, since, seconds, expected) in [
            ("True", since, 0, Some(0)),
            ("True", since, 7, Some(0)),
            ("True", since, 8, Some(1)),
            ("True", None, 0, Some(0)),
            ("True", None, 1, None),
            ("False", since, 0, None),
            ("Unknown", since, 0, None),
        ] {
            let wait = available_in(&pod(ready, since), seconds, now);
            assert_eq!(
                wait,
                expected.map(SignedDuration::from_secs),
                "{ready} {since:?} {seconds}"
            );
        }
    }

    #[test]
    fn finished_or_leaving_pods_do_not_count() {
        let mut it = pod("True", None);
        assert!(is_active(&it) && !is_terminating(&it));
        it.metadata.deletion_timestamp = Some(Timestamp::UNIX_EPOCH.into());
        assert!(!is_active(&it) && is_terminating(&it));
        it.status.as_mut().unwrap().phase = Some("Failed".to_owned());
        assert!(!is_active(&it) && !is_terminating(&it));
    }
}
