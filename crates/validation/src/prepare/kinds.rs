//! What the server owns in objects of single kinds.

use super::qos::qos_class;
use super::service;
use crate::default::TEMPLATE_GENERATION;
use crate::equality::same;
use crate::fields::{copy, is_true, items, mapping_at, remove, set, text};
use trimtab_tree::Value;

pub(super) fn create(kind: &str, object: &mut Value) {
    match kind {
        "Pod" => {
            set_qos_class(object);
            hold_gated_pod(object);
        }
        "Namespace" => add_namespace_finalizer(object),
        "ServiceAccount" => keep_names_of_secrets(object),
        "Service" => service::drop_unused_policy(object),
        "DaemonSet" => set_template_generation(object, 1),
        "Job" => generate_job_labels(object),
        "PersistentVolumeClaim" => tell_data_source_twice(object, None),
        "CustomResourceDefinition" => set_stored_versions(object),
        "PersistentVolume" => {
            let now = object.get_path(&["metadata", "creationTimestamp"]).cloned();
            if let (Some(status), Some(now)) = (object.get_mut("status"), now) {
                set(status, "lastPhaseTransitionTime", now);
            }
        }
        _ => {}
    }
}

pub(super) fn update(kind: &str, object: &mut Value, old: &Value, subresource: &str) {
    match (kind, subresource) {
        // A namespace's finalizers have an endpoint of their own.
        ("Namespace", "") => copy(object, old, "spec"),
        // What was asked for is settled.
        ("CertificateSigningRequest", _) => copy(object, old, "spec"),
        ("CustomResourceDefinition", "") => add_stored_version(object),
        ("Service", "") => service::drop_dependent_fields(object, old),
        ("PersistentVolumeClaim", "") => tell_data_source_twice(object, Some(old)),
        ("Namespace", "finalize") => copy(object, old, "status"),
        ("DaemonSet", "") => {
            let template = |object: &Value| {
                object
                    .get_path(&["spec", "template"])
                    .cloned()
                    .unwrap_or_else(Value::null)
            };
            let changed = !same(&template(object), &template(old));
            let count = old
                .get_path(&["metadata", "annotations", TEMPLATE_GENERATION])
                .and_then(Value::text)
                .and_then(|count| count.parse::<i64>().ok())
                .unwrap_or(0);
            set_template_generation(object, count + i64::from(changed));
        }
        ("ServiceAccount", "") => keep_names_of_secrets(object),
        ("Pod", "status") => set_qos_class_from(object, old),
        ("Pod", "ephemeralcontainers") => {
            keep_metadata(object, old);
            take_debuggers(object, old);
        }
        ("Pod", "resize") => {
            keep_metadata(object, old);
            take_sizes(object, old);
        }
        _ => {}
    }
}

/// Secrets of an account are of its namespace: of references to them only the name counts.
fn keep_names_of_secrets(account: &mut Value) {
    let secrets = account.get_mut("secrets").and_then(Value::as_sequence_mut);
    for secret in secrets.into_iter().flatten() {
        if let Some(fields) = secret.as_mapping_mut() {
            fields.retain(|field, _| field == "name");
        }
    }
}

/// What the metadata say to users stays, at endpoints that are for something else.
fn keep_metadata(object: &mut Value, old: &Value) {
    if let (Some(metadata), Some(before)) = (object.get_mut("metadata"), old.get("metadata")) {
        for field in ["labels", "annotations", "finalizers", "ownerReferences"] {
            copy(metadata, before, field);
        }
    }
}

/// At this endpoint only containers for debugging are written.
fn take_debuggers(pod: &mut Value, old: &Value) {
    let debuggers = pod.get_path(&["spec", "ephemeralContainers"]).cloned();
    copy(pod, old, "spec");
    copy(pod, old, "status");
    if let (Some(spec), Some(debuggers)) = (pod.get_mut("spec"), debuggers) {
        set(spec, "ephemeralContainers", debuggers);
    }
}

/// At this endpoint only what containers ask for is written, and how they take a change of it.
fn take_sizes(pod: &mut Value, old: &Value) {
    let spec = pod.get("spec").cloned().unwrap_or_else(Value::null);
    copy(pod, old, "spec");
    copy(pod, old, "status");
    for list in ["containers", "initContainers"] {
        let containers = pod.get_path_mut(&["spec", list]);
        let containers = containers.and_then(Value::as_sequence_mut).into_iter();
        for container in containers.flatten() {
            let named = |it: &&Value| it.get("name") == container.get("name");
            if let Some(wished) = items(&spec, list).iter().find(named) {
                for field in ["resources", "resizePolicy"] {
                    copy(container, wished, field);
                }
            }
        }
    }
    if let Some(kept) = pod.get_mut("spec") {
        copy(kept, &spec, "resources");
    }
}

fn set_qos_class(pod: &mut Value) {
    let class = qos_class(pod);
    if let Some(status) = pod
        .as_mapping_mut()
        .and_then(|pod| mapping_at(pod, "status"))
    {
        status.insert("phase", Value::string("Pending"));
        status.insert("qosClass", Value::string(class));
    }
}

/// A pod that waits for a gate to open says so from the start.
fn hold_gated_pod(pod: &mut Value) {
    let gates = pod.get_path(&["spec", "schedulingGates"]);
    if gates.is_none_or(Value::is_null_or_empty) {
        return;
    }
    let now = pod.get_path(&["metadata", "creationTimestamp"]).cloned();
    let condition = Value::mapping([
        ("type", Value::string("PodScheduled")),
        ("status", Value::string("False")),
        ("lastProbeTime", Value::null()),
        ("lastTransitionTime", now.unwrap_or_else(Value::null)),
        ("reason", Value::string("SchedulingGated")),
        (
            "message",
            Value::string("Scheduling is blocked due to non-empty scheduling gates"),
        ),
    ]);
    if let Some(status) = pod.get_mut("status") {
        set(status, "conditions", Value::sequence(vec![condition]));
    }
}

/// Where the data of a claim comes from is told in an old field and a new one. What the old one does
/// not take is dropped where nothing was told before, and the new one is not used; so is what comes
/// from another namespace, which is not served.
fn tell_data_source_twice(claim: &mut Value, old: Option<&Value>) {
    let Some(spec) = claim.get_mut("spec") else {
        return;
    };
    let told = |field: &str| old.is_some_and(|old| old.get_path(&["spec", field]).is_some());
    let is_elsewhere = spec.get_path(&["dataSourceRef", "namespace"]);
    let is_elsewhere = is_elsewhere.is_some_and(|it| !it.is_null_or_empty());
    if is_elsewhere && !told("dataSourceRef") {
        remove(spec, "dataSourceRef");
    }
    // The old field takes claims and snapshots only.
    let is_known = |source: &Value| {
        let named = (text(source, "apiGroup"), text(source, "kind"));
        matches!(
            named,
            (None, Some("PersistentVolumeClaim"))
                | (Some("snapshot.storage.k8s.io"), Some("VolumeSnapshot"))
        )
    };
    let is_ignored = spec.get("dataSource").is_some_and(|it| !is_known(it));
    if is_ignored
        && spec.get("dataSourceRef").is_none()
        && !told("dataSource")
        && !told("dataSourceRef")
    {
        remove(spec, "dataSource");
    }
    let source = spec.get("dataSource").cloned();
    let reference = spec.get("dataSourceRef").cloned();
    match (source, reference) {
        (Some(source), None) => set(spec, "dataSourceRef", source),
        (None, Some(reference)) if text(&reference, "namespace").is_none() => {
            set(spec, "dataSource", reference);
        }
        _ => {}
    }
}

/// A version that objects are stored in is among those that they were stored in.
fn add_stored_version(definition: &mut Value) {
    let versions = definition.get_path(&["spec", "versions"]);
    let mut versions = versions
        .and_then(Value::as_sequence)
        .unwrap_or_default()
        .iter();
    let stored = versions.find(|version| is_true(version, "storage"));
    let Some(name) = stored.and_then(|version| version.get("name")).cloned() else {
        return;
    };
    let known = definition.get_path_mut(&["status", "storedVersions"]);
    if let Some(known) = known.and_then(Value::as_sequence_mut)
        && !known.iter().any(|it| it.text() == name.text())
    {
        known.push(name);
    }
}

/// The version that a definition stores its objects in is the first that it stored.
fn set_stored_versions(definition: &mut Value) {
    let versions = definition.get_path(&["spec", "versions"]);
    let versions = versions.and_then(Value::as_sequence).unwrap_or_default();
    let stored = versions
        .iter()
        .find(|version| is_true(version, "storage"))
        .and_then(|version| version.get("name").cloned());
    let stored = stored.into_iter().collect();
    if let Some(status) = definition.get_mut("status") {
        set(status, "storedVersions", Value::sequence(stored));
    }
}

/// The quality of service never changes.
fn set_qos_class_from(pod: &mut Value, old: &Value) {
    if let (Some(status), Some(old)) = (pod.get_mut("status"), old.get("status")) {
        copy(status, old, "qosClass");
    }
}

fn add_namespace_finalizer(namespace: &mut Value) {
    let Some(fields) = namespace.as_mapping_mut() else {
        return;
    };
    let Some(spec) = mapping_at(fields, "spec") else {
        return;
    };
    let finalizers = spec.get_or_insert_with("finalizers", || Value::sequence(Vec::new()));
    if let Some(finalizers) = finalizers.as_sequence_mut()
        && !finalizers.iter().any(|it| it.text() == Some("kubernetes"))
    {
        finalizers.push(Value::string("kubernetes"));
    }
}

fn set_template_generation(set: &mut Value, count: i64) {
    if let Some(metadata) = set.get_mut("metadata").and_then(Value::as_mapping_mut)
        && let Some(annotations) = mapping_at(metadata, "annotations")
    {
        annotations.insert(TEMPLATE_GENERATION, Value::string(count.to_string()));
    }
}

/// The pods of a job are told apart by its uid, unless its author sees to that.
fn generate_job_labels(job: &mut Value) {
    let metadata = |field| job.get_path(&["metadata", field]).cloned();
    let (Some(name), Some(uid)) = (metadata("name"), metadata("uid")) else {
        return;
    };
    let Some(spec) = job.get_mut("spec") else {
        return;
    };
    if is_true(spec, "manualSelector") {
        return;
    }
    let Some(spec) = spec.as_mapping_mut() else {
        return;
    };
    spec.get_or_insert_with("manualSelector", || Value::bool(false));
    let Some(template) = mapping_at(spec, "template") else {
        return;
    };
    if let Some(metadata) = mapping_at(template, "metadata")
        && let Some(labels) = mapping_at(metadata, "labels")
    {
        for (label, value) in [
            ("controller-uid", &uid),
            ("batch.kubernetes.io/controller-uid", &uid),
            ("job-name", &name),
            ("batch.kubernetes.io/job-name", &name),
        ] {
            labels.insert(label, value.clone());
        }
    }
    if let Some(selector) = mapping_at(spec, "selector")
        && let Some(labels) = mapping_at(selector, "matchLabels")
    {
        labels.get_or_insert_with("batch.kubernetes.io/controller-uid", || uid);
    }
}
