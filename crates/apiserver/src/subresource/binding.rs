//! `pods/binding`: the scheduler's word on which node a pod goes to.

use http::StatusCode;
use trimtab_tree::{Mapping, Value};

use super::{complete, set_condition, succeeded};
use crate::admission::KindName;
use crate::body::{Body, Response, read};
use crate::fields::string_at;
use crate::registry::{
    Admitted, Call, Change, Decoded, WriteOptions, answer_value, before_request, metadata_field,
    metadata_text, timestamp,
};
use crate::request::RequestInfo;
use crate::{Reason, Status};

/// What is posted.
const KIND: KindName<'static> = KindName {
    group: "",
    version: "v1",
    kind: "Binding",
};

/// Puts the pod on the node that the `Binding` in the body names.
///
/// # Errors
/// When the pod is on one already, is going away, or the body names none.
pub(super) async fn create(call: &Call<'_>, body: Body) -> Result<Response, Status> {
    let bytes = read(body).await?;
    let binding = call.document(&bytes)?.value;
    bind(call, &binding).await
}

/// The older form, a `Binding` posted to the namespace: it names the pod itself.
///
/// # Errors
/// As [`create`].
pub(crate) async fn create_in_namespace(call: &Call<'_>, body: Body) -> Result<Response, Status> {
    let bytes = read(body).await?;
    let binding = call.document(&bytes)?.value;
    let resources = call.server.resources();
    let resource = resources.get("", "v1", "pods");
    let info = RequestInfo {
        resource: "pods",
        subresource: "binding",
        name: metadata_text(&binding, "name"),
        ..call.info.clone()
    };
    let call = Call {
        info: &info,
        resource: resource.ok_or_else(Status::no_such_path)?,
        ..*call
    };
    bind(&call, &binding).await
}

async fn bind(call: &Call<'_>, binding: &Value) -> Result<Response, Status> {
    let options = WriteOptions::read(call, "CreateOptions", false)?;
    // The path does not stand in for the name that the body does not say.
    if metadata_text(binding, "name") != call.info.name {
        let why = "name in URL does not match name in Binding object";
        return Err(Status::bad_request(why));
    }
    let mut binding = binding.clone();
    complete(call, &mut binding, KIND.version, KIND.kind);
    before_request(call, &mut binding, KIND, &options).await?;
    check(&binding)?;
    let change = Change {
        subresource: "binding",
        options: &options,
        is_bound: false,
        may_create: false,
        admitted: Admitted::Already,
    };
    let new = |live: Option<&Value>| {
        let pod = live.ok_or_else(|| call.not_found(call.info.name))?;
        Ok(Decoded {
            object: bound(call, pod, &binding)?,
            warnings: Vec::new(),
            is_tracked: true,
        })
    };
    change.make(call, new).await?;
    answer_value(call, StatusCode::CREATED, &succeeded())
}

fn check(binding: &Value) -> Result<(), Status> {
    // As on a real server, these are no `Invalid` errors.
    let wrong = |message: String| Status::new(500, Reason::Unknown, message);
    let kind = string_at(binding, &["target", "kind"]);
    if !["", "Node"].contains(&kind) {
        return Err(wrong(format!(
            "target.kind: Unsupported value: {kind:?}: supported values: \"Node\", \"<empty>\""
        )));
    }
    if string_at(binding, &["target", "name"]).is_empty() {
        return Err(wrong("target.name: Required value".to_owned()));
    }
    Ok(())
}

/// The pod, on its node.
fn bound(call: &Call<'_>, pod: &Value, binding: &Value) -> Result<Value, Status> {
    let name = call.info.name;
    let node = string_at(binding, &["target", "name"]);
    let uid = metadata_text(binding, "uid");
    let own_uid = metadata_text(pod, "uid");
    if !uid.is_empty() && uid != own_uid {
        let why = format!(
            "Precondition failed: UID in precondition: {uid}, UID in object meta: {own_uid}"
        );
        return Err(call.conflict(name, &why));
    }
    let conflict = |why: &str| {
        let resource = "pods/binding";
        Status::conflict("", resource, name, why)
    };
    if metadata_field(pod, "deletionTimestamp").is_some() {
        return Err(conflict(&format!(
            "pod {name} is being deleted, cannot be assigned to a host"
        )));
    }
    let assigned = string_at(pod, &["spec", "nodeName"]);
    if !assigned.is_empty() {
        return Err(conflict(&format!(
            "pod {name} is already assigned to node {assigned:?}"
        )));
    }
    let gates = pod
        .get_path(&["spec", "schedulingGates"])
        .and_then(Value::as_sequence);
    if gates.is_some_and(|gates| !gates.is_empty()) {
        return Err(conflict(&format!(
            "pod {name} has non-empty .spec.schedulingGates"
        )));
    }
    let mut bound = pod.clone();
    if let Some(spec) = bound.get_mut("spec").and_then(Value::as_mapping_mut) {
        spec.insert("nodeName", Value::string(node));
    }
    // It was a hint of what has come true now, or has not.
    if let Some(status) = bound.get_mut("status").and_then(Value::as_mapping_mut) {
        status.remove("nominatedNodeName");
    }
    for name in ["annotations", "labels"] {
        if let Some(entries) = metadata_field(binding, name).and_then(Value::as_mapping) {
            add_metadata(&mut bound, name, entries);
        }
    }
    set_scheduled(call, &mut bound);
    Ok(bound)
}

fn add_metadata(pod: &mut Value, name: &str, entries: &Mapping) {
    let Some(metadata) = pod.get_mut("metadata").and_then(Value::as_mapping_mut) else {
        return;
    };
    let own = metadata.get_or_insert_with(name, || Value::mapping([]));
    if let Some(own) = own.as_mapping_mut() {
        for (key, value) in entries.iter() {
            own.insert(key, value.clone());
        }
    }
}

/// Sets the condition `PodScheduled`.
fn set_scheduled(call: &Call<'_>, pod: &mut Value) {
    let now = timestamp(call.server.clock.now());
    let condition = Value::mapping([
        ("type", Value::string("PodScheduled")),
        ("status", Value::string("True")),
        ("lastProbeTime", Value::null()),
        ("lastTransitionTime", Value::string(now)),
    ]);
    set_condition(pod, condition);
}
