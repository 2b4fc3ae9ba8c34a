//! Fields that the server owns, after the strategies of Kubernetes' registry.
//!
//! Who writes an object does not write all of it: status has an endpoint of its own, generations
//! are counted, some kinds get labels or finalizers. What kinds have in common is in the tables
//! here, the rest in [`kinds`].

mod disabled;
mod kinds;
mod qos;
mod service;

pub(crate) use qos::qos_class;

use crate::equality::same;
use crate::fields::{copy, set};
use trimtab_object::zero;
use trimtab_schema::Type;
use trimtab_tree::{Mapping, Value};

/// Built-in types whose objects count their generations. (All custom ones do.)
static GENERATED: &[&str] = &[
    "CronJob",
    "CustomResourceDefinition",
    "DaemonSet",
    "Deployment",
    "DeviceClass",
    "EndpointSlice",
    "FlowSchema",
    "Ingress",
    "IngressClass",
    "Job",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "NetworkPolicy",
    "Pod",
    "PodDisruptionBudget",
    "PodTemplate",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "ReplicaSet",
    "ReplicationController",
    "ResourceSlice",
    "StatefulSet",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
];

/// What of an object's metadata its `status` endpoint may not change, where it is more than nothing.
static KEPT_BY_STATUS: &[(&str, &[&str])] = &[
    ("Deployment", &["labels"]),
    ("Pod", &["ownerReferences", "deletionTimestamp"]),
    ("APIService", METADATA),
    ("FlowSchema", METADATA),
    ("MutatingAdmissionPolicy", METADATA),
    ("PriorityLevelConfiguration", METADATA),
    ("ResourceClaim", METADATA),
    ("ServiceCIDR", METADATA),
    ("ValidatingAdmissionPolicy", METADATA),
    ("VolumeAttachment", METADATA),
];

/// Metadata that belongs to the users of an object.
const METADATA: &[&str] = &["labels", "annotations", "finalizers", "ownerReferences"];

/// Sets what the server owns in an object that is to be created. The object is decoded and
/// defaulted, and its `metadata` has the name, uid and creation time that the server gave it. What the
/// server set may have left room for defaults, which come with storing it: [`crate::default_stored`].
pub fn prepare_create(object: &mut Value, ty: Type<'_>) {
    let name = type_name(ty);
    if is_generated(name) {
        set_generation(object, 1);
    }
    if let Some(status) = ty.field("status")
        && name.is_some_and(|name| name != "Node")
    {
        set(object, "status", zero(status));
    }
    if let Some(name) = name {
        disabled::drop_disabled(name, object, None);
        kinds::create(name, object);
    }
}

/// Takes from `old` what an update at `subresource` (empty for the object itself) may not change,
/// and counts the generation up when what is desired changed. Both objects are decoded and
/// defaulted.
pub fn prepare_update(object: &mut Value, old: &Value, ty: Type<'_>, subresource: &str) {
    let name = type_name(ty);
    match subresource {
        "" if name.is_some() && ty.field("status").is_some() => copy(object, old, "status"),
        "status" => keep_all_but_status(object, old, name),
        _ => {}
    }
    if let Some(name) = name {
        disabled::drop_disabled(name, object, Some(old));
        kinds::update(name, object, old, subresource);
    }
    let generation = old.get_path(&["metadata", "generation"]);
    let generation = generation.and_then(Value::text).unwrap_or("0");
    let generation = generation.parse::<i64>().unwrap_or(0);
    if is_generated(name) {
        let is_counted = subresource != "status" && name != Some("PriorityClass");
        let changed = is_counted && desires_change(name, object, old);
        set_generation(object, generation + i64::from(changed));
    } else if name == Some("CSIDriver") && desires_change(name, object, old) {
        // Counted from its first change on.
        set_generation(object, generation + 1);
    } else if let Some(metadata) = object.get_mut("metadata")
        && let Some(old) = old.get("metadata")
    {
        copy(metadata, old, "generation");
    }
}

/// Keeps of owner references that name one owner twice the first. Gives the warning that belongs to
/// the answer then.
pub fn dedup_owner_references(object: &mut Value) -> Option<String> {
    let owners = object.get_path_mut(&["metadata", "ownerReferences"])?;
    let owners = owners.as_sequence_mut()?;
    let (mut kept, mut repeated): (Vec<Value>, Vec<String>) = (Vec::new(), Vec::new());
    for owner in owners.drain(..) {
        let uid = owner.get("uid").and_then(Value::text).unwrap_or_default();
        if !kept.contains(&owner) {
            kept.push(owner);
        } else if !repeated.iter().any(|known| known == uid) {
            repeated.push(uid.to_owned());
        }
    }
    *owners = kept;
    if repeated.is_empty() {
        return None;
    }
    Some(format!(
        ".metadata.ownerReferences contains duplicate entries; API server dedups owner references \
         in 1.20+, and may reject such requests as early as 1.24; please fix your requests; \
         duplicate UID(s) observed: {}",
        repeated.join(", ")
    ))
}

fn type_name(ty: Type<'_>) -> Option<&'static str> {
    ty.name().map(|(_, name)| name)
}

fn is_generated(name: Option<&str>) -> bool {
    name.is_none_or(|name| GENERATED.binary_search(&name).is_ok())
}

fn set_generation(object: &mut Value, generation: i64) {
    if let Some(object) = object.as_mapping_mut() {
        let metadata = object.get_or_insert_with("metadata", || Mapping::new().into());
        set(metadata, "generation", Value::int(generation));
    }
}

/// What the status endpoint leaves alone.
fn keep_all_but_status(object: &mut Value, old: &Value, name: Option<&str>) {
    if let Some(fields) = object.as_mapping_mut() {
        fields.retain(|field, _| matches!(field, "apiVersion" | "kind" | "metadata" | "status"));
    }
    for (field, _) in old.as_mapping().into_iter().flat_map(Mapping::iter) {
        if !matches!(field, "apiVersion" | "kind" | "metadata" | "status") {
            copy(object, old, field);
        }
    }
    let kept = match name {
        None => METADATA,
        Some(name) => KEPT_BY_STATUS
            .iter()
            .find(|(of, _)| *of == name)
            .map_or(&[][..], |(_, kept)| kept),
    };
    if let (Some(metadata), Some(old)) = (object.get_mut("metadata"), old.get("metadata")) {
        for field in kept {
            copy(metadata, old, field);
        }
    }
}

/// Whether an update changes what is desired, so that controllers have something to do.
fn desires_change(name: Option<&str>, object: &Value, old: &Value) -> bool {
    if name == Some("Pod") {
        // Where a pod runs is not its author's wish.
        return match (object.get("spec"), old.get("spec")) {
            (Some(spec), Some(before)) => differ(spec, before, &["nodeName"]),
            (spec, before) => spec.is_some() != before.is_some(),
        };
    }
    if differ(object, old, &["apiVersion", "kind", "metadata", "status"]) {
        return true;
    }
    if name == Some("EndpointSlice") {
        let metadata = |object: &Value, field: &str| {
            let field = object.get_path(&["metadata", field]);
            field.filter(|it| !it.is_null_or_empty()).cloned()
        };
        // What is said about a slice is a part of it.
        return METADATA
            .iter()
            .any(|field| metadata(object, field) != metadata(old, field));
    }
    // A Deployment's annotations go on to its replica sets.
    let annotations = |object: &Value| {
        let annotations = object.get_path(&["metadata", "annotations"]);
        annotations.filter(|it| !it.is_null_or_empty()).cloned()
    };
    name == Some("Deployment")
        && match (annotations(object), annotations(old)) {
            (Some(a), Some(b)) => !same(&a, &b),
            (None, None) => false,
            _ => true,
        }
}

/// Whether two objects differ in a field other than these.
fn differ(a: &Value, b: &Value, but: &[&str]) -> bool {
    let lacks = |a: &Value, b: &Value| {
        let fields = a.as_mapping().into_iter().flat_map(Mapping::iter);
        fields
            .filter(|(field, _)| !but.contains(field))
            .any(|(field, value)| b.get(field).is_none_or(|other| !same(value, other)))
    };
    lacks(a, b) || lacks(b, a)
}

#[cfg(test)]
mod tests;
