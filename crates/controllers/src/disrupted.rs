//! Pods that a controller ends for a reason that is not their own.
//!
//! The rules are those of `pkg/controller/podgc` and `pkg/controller/tainteviction` in Kubernetes
//! (KEP 3329): the reason stands in a condition before the pod is deleted, so that a Job's pod
//! failure policy can tell such an end from a failure.

use crate::context::{Context, deleting};
use crate::error::{is_not_found, status, unless_not_found};
use crate::pods::is_finished;
use k8s_openapi::api::core::v1::{Pod, PodCondition};
use kube::ResourceExt;
use kube::api::Patch;
use serde_json::{Value, json};

/// The condition of a pod that is being ended by somebody else than itself.
pub(crate) const DISRUPTION_TARGET: &str = "DisruptionTarget";

/// Why a pod is ended: reason and message of the condition.
pub(crate) type Reason = (&'static str, &'static str);

/// How it is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// As anybody deletes a pod: its node may take the time that the pod asks for.
    Gracefully,
    /// At once, as failed: nobody else would ever end it.
    Forced,
}

/// Deletes `pod` (and no later one of its name), after `reason`, if there is one, was written down.
pub(crate) async fn end(
    context: &Context,
    pod: &Pod,
    reason: Option<Reason>,
    how: End,
) -> Result<(), kube::Error> {
    let namespace = pod.namespace().unwrap_or_default();
    let pods = context.namespaced::<Pod>(&namespace);
    let name = pod.name_any();
    if let Some(told) = told(context, pod, reason, how) {
        let (params, patch) = (context.patching(), Patch::Strategic(told));
        match pods.patch_status(&name, &params, &patch).await {
            Ok(_) => {}
            // Gone, or (409) gone and made anew.
            Err(error) if is_not_found(&error) => return Ok(()),
            Err(error) if status(&error).is_some_and(|it| it.code == 409) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    let params = deleting(pod.metadata.uid.as_deref());
    let params = match how {
        End::Gracefully => params,
        End::Forced => params.grace_period(0),
    };
    match pods.delete(&name, &params).await {
        Err(error) if status(&error).is_some_and(|it| it.code == 409) => Ok(()),
        result => unless_not_found(result),
    }
}

/// What of the pod's status is to change before it is deleted.
fn told(context: &Context, pod: &Pod, reason: Option<Reason>, how: End) -> Option<Value> {
    let mut told = serde_json::Map::new();
    if how == End::Forced && !is_finished(pod) {
        told.insert("phase".to_owned(), json!("Failed"));
    }
    if let Some((reason, message)) = reason
        && !is_told(pod, reason, message)
    {
        let condition = json!({
            "type": DISRUPTION_TARGET,
            "status": "True",
            "reason": reason,
            "message": message,
            "lastTransitionTime": context.now(),
            "observedGeneration": pod.metadata.generation,
        });
        told.insert("conditions".to_owned(), json!([condition]));
    }
    if told.is_empty() {
        return None;
    }
    Some(json!({"metadata": {"uid": pod.uid()}, "status": told}))
}

fn is_told(pod: &Pod, reason: &str, message: &str) -> bool {
    let status = pod.status.as_ref();
    let mut conditions = status
        .and_then(|it| it.conditions.as_ref())
        .into_iter()
        .flatten();
    let is_same = |it: &PodCondition| {
        it.type_ == DISRUPTION_TARGET
            && it.status == "True"
            && it.reason.as_deref() == Some(reason)
            && it.message.as_deref() == Some(message)
    };
    conditions.any(is_same)
}
