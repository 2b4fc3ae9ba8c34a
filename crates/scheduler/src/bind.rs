//! What the scheduler writes: bindings, the condition of pods that fit nowhere, and what makes room
//! and volumes for them.

use crate::name::SCHEDULER_NAME;
use crate::storage::{Provision, SELECTED_NODE, reference};
use k8s_openapi::api::core::v1::{
    Binding, ObjectReference, PersistentVolume, PersistentVolumeClaim, Pod,
};
use k8s_openapi::api::resource::v1::ResourceClaim;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, Time};
use kube::api::{Api, DeleteParams, Patch, PatchParams, PostParams, Preconditions};
use kube::core::Status;
use kube::{Client, Error};
use serde_json::json;
use trimtab_clock::Clock;

/// The name that the scheduler's writes have in `managedFields`.
const MANAGER: &str = "kube-scheduler";

/// The reason in the condition of a pod that had to go.
pub(crate) const PREEMPTION: &str = "PreemptionByScheduler";

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
    nominated: Nominated<'_>,
) -> Result<(), Error> {
    let conditions = pod.status.as_ref().and_then(|it| it.conditions.as_ref());
    let before = conditions
        .into_iter()
        .flatten()
        .find(|it| it.type_ == "PodScheduled");
    let is_false = before.is_some_and(|it| it.status == "False");
    let node = pod.status.as_ref();
    let node = node.and_then(|status| status.nominated_node_name.as_deref());
    let is_nominated = match nominated {
        Nominated::AsItIs => true,
        Nominated::Node(wanted) => node == Some(wanted),
        Nominated::Nowhere => node.is_none_or(str::is_empty),
    };
    if is_false && is_nominated && before.and_then(|it| it.message.as_deref()) == Some(message) {
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
    let mut status = json!({"conditions": [condition]});
    match nominated {
        Nominated::Node(node) => status["nominatedNodeName"] = json!(node),
        Nominated::Nowhere if !is_nominated => status["nominatedNodeName"] = json!(null),
        Nominated::Nowhere | Nominated::AsItIs => {}
    }
    patch_status(client, pod, &status).await
}

/// What becomes of the node that a pod has made room on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Nominated<'n> {
    /// It stays.
    AsItIs,
    /// It is this one.
    Node(&'n str),
    /// There is none.
    Nowhere,
}

/// Says in a pod's status on which node it is expected.
///
/// # Errors
/// As [`bind`].
pub(crate) async fn nominate(client: &Client, pod: &Pod, node: &str) -> Result<(), Error> {
    patch_status(client, pod, &json!({"nominatedNodeName": node})).await
}

/// Takes back what a pod says of the node that it has made room on.
///
/// # Errors
/// As [`bind`].
pub(crate) async fn clear_nomination(client: &Client, pod: &Pod) -> Result<(), Error> {
    patch_status(client, pod, &json!({"nominatedNodeName": null})).await
}

/// Lets a pod go to make room: says so in its condition, then deletes it with its own grace.
///
/// # Errors
/// As [`bind`]. One that is gone already is no error.
pub(crate) async fn evict(client: &Client, clock: &Clock, victim: &Pod) -> Result<(), Error> {
    let condition = json!({
        "type": "DisruptionTarget",
        "status": "True",
        "reason": PREEMPTION,
        "message": format!("{SCHEDULER_NAME}: preempting to accommodate a higher priority pod"),
        "lastTransitionTime": Time(clock.now()),
        "observedGeneration": victim.metadata.generation,
    });
    let gone = |error: &Error| matches!(error, Error::Api(status) if status.code == 404);
    let marked = patch_status(client, victim, &json!({"conditions": [condition]})).await;
    let (name, pods) = address(client, victim);
    let uid = victim.metadata.uid.clone();
    let parameters = DeleteParams::default().preconditions(Preconditions {
        uid,
        resource_version: None,
    });
    let deleted = match marked {
        Ok(()) => pods.delete(name, &parameters).await.map(|_| ()),
        Err(error) => Err(error),
    };
    match deleted {
        Err(error) if !gone(&error) => Err(error),
        _ => Ok(()),
    }
}

/// Ties a claim to its volume, or asks for one to be made for the node.
///
/// # Errors
/// As [`bind`].
pub(crate) async fn provision(
    client: &Client,
    provision: &Provision,
    node: &str,
) -> Result<(), Error> {
    let parameters = manager();
    match provision {
        Provision::Bind(claim, volume) => {
            let patch = json!({
                "metadata": {"annotations": {"pv.kubernetes.io/bound-by-controller": "yes"}},
                "spec": {"claimRef": reference(claim)},
            });
            let volumes: Api<PersistentVolume> = Api::all(client.clone());
            let patch = Patch::Merge(patch);
            volumes.patch(volume, &parameters, &patch).await?;
            Ok(())
        }
        Provision::Make(claim) => {
            let meta = &claim.metadata;
            let patch = json!({
                "metadata": {"uid": meta.uid, "annotations": {SELECTED_NODE: node}},
            });
            let namespace = meta.namespace.as_deref().unwrap_or("default");
            let claims: Api<PersistentVolumeClaim> = Api::namespaced(client.clone(), namespace);
            let name = meta.name.as_deref().unwrap_or_default();
            let patch = Patch::Merge(patch);
            claims.patch(name, &parameters, &patch).await?;
            Ok(())
        }
    }
}

/// Says in a claim of devices that a pod uses it.
///
/// # Errors
/// As [`bind`]; also that the claim is no longer allocated.
pub(crate) async fn reserve(
    client: &Client,
    claim: &ResourceClaim,
    pod: &Pod,
) -> Result<(), Error> {
    let (meta, pod) = (&claim.metadata, &pod.metadata);
    let consumer = json!({"resource": "pods", "name": pod.name, "uid": pod.uid});
    // By uid in a list that is merged by it: what other pods have reserved meanwhile stays.
    let patch = json!({"metadata": {"uid": meta.uid}, "status": {"reservedFor": [consumer]}});
    let namespace = meta.namespace.as_deref().unwrap_or("default");
    let claims: Api<ResourceClaim> = Api::namespaced(client.clone(), namespace);
    let name = meta.name.as_deref().unwrap_or_default();
    let patch = Patch::Strategic(patch);
    claims.patch_status(name, &manager(), &patch).await?;
    Ok(())
}

async fn patch_status(client: &Client, pod: &Pod, status: &serde_json::Value) -> Result<(), Error> {
    let patch = json!({"metadata": {"uid": pod.metadata.uid}, "status": status});
    let (name, pods) = address(client, pod);
    let patch = Patch::Strategic(patch);
    pods.patch_status(name, &manager(), &patch).await?;
    Ok(())
}

fn manager() -> PatchParams {
    PatchParams {
        field_manager: Some(MANAGER.to_owned()),
        ..PatchParams::default()
    }
}

fn address<'p>(client: &Client, pod: &'p Pod) -> (&'p str, Api<Pod>) {
    let namespace = pod.metadata.namespace.as_deref().unwrap_or("default");
    let name = pod.metadata.name.as_deref().unwrap_or_default();
    (name, Api::namespaced(client.clone(), namespace))
}
