//! What the scheduler writes: bindings, and the condition of pods that fit nowhere.

use k8s_openapi::api::core::v1::{Binding, ObjectReference, Pod};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, Time};
use kube::api::{Api, Patch, PatchParams, PostParams};
use kube::core::Status;
use kube::{Client, Error};
use serde_json::json;
use trimtab_clock::Clock;

/// The name that the scheduler's writes have in `managedFields`.
const MANAGER: &str = "kube-scheduler";

/// Binds the pod to the node. The uid is a precondition: a namesake made meanwhile is not bound.
///
/// # Errors
/// What the API server answered, or that it did not.
pub(crate) async fn bind(client: &Client, pod: &Pod, node: String) -> Result<(), Error> {
    let metadata = &pod.metadata;
    let (name, pods) = address(client, pod);
    let binding = Binding {
        metadata: ObjectMeta {
            name: metadata.name.clone(),
            namespace: metadata.namespace.clone(),
            uid: metadata.uid.clone(),
            ..ObjectMeta::default()
        },
        target: ObjectReference {
            kind: Some("Node".into()),
            name: Some(node),
            ..ObjectReference::default()
        },
    };
    let parameters = PostParams {
        field_manager: Some(MANAGER.to_owned()),
        ..PostParams::default()
    };
    let answer: Result<Status, Error> = pods
        .create_subresource("binding", name, &parameters, &binding)
        .await;
    answer.map(|_| ())
}

/// Says in the pod's condition why it has no node, unless it says so already.
///
/// # Errors
/// As [`bind`].
pub(crate) async fn mark_unschedulable(
    client: &Client,
    clock: &Clock,
    pod: &Pod,
    message: &str,
) -> Result<(), Error> {
    let conditions = pod.status.as_ref().and_then(|it| it.conditions.as_ref());
    let before = conditions
        .into_iter()
        .flatten()
        .find(|it| it.type_ == "PodScheduled");
    let is_false = before.is_some_and(|it| it.status == "False");
    if is_false && before.and_then(|it| it.message.as_deref()) == Some(message) {
        return Ok(());
    }
    // Only the status going over to False is a transition; a new message is none.
    let since = before.filter(|_| is_false);
    let since = since.and_then(|it| it.last_transition_time.clone());
    let condition = json!({
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": message,
        "lastTransitionTime": since.unwrap_or_else(|| Time(clock.now())),
        "lastProbeTime": null,
        "observedGeneration": pod.metadata.generation,
    });
    let patch = json!({
        "metadata": {"uid": pod.metadata.uid},
        "status": {"conditions": [condition]},
    });
    let (name, pods) = address(client, pod);
    let parameters = PatchParams {
        field_manager: Some(MANAGER.to_owned()),
        ..PatchParams::default()
    };
    pods.patch_status(name, &parameters, &Patch::Strategic(patch))
        .await?;
    Ok(())
}

fn address<'p>(client: &Client, pod: &'p Pod) -> (&'p str, Api<Pod>) {
    let namespace = pod.metadata.namespace.as_deref().unwrap_or("default");
    let name = pod.metadata.name.as_deref().unwrap_or_default();
    (name, Api::namespaced(client.clone(), namespace))
}
