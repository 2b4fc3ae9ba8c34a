//! What the server owns in objects of single kinds.

use super::qos::qos_class;
use super::same;
use crate::fields::{copy, is_true, mapping_at, set, text};
use trimtab_tree::{Mapping, Value};

/// Counts the templates of a daemon set, for clients of old.
const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";

pub(super) fn create(kind: &str, object: &mut Value) {
    match kind {
        "Pod" => set_qos_class(object),
        "Namespace" => add_namespace_finalizer(object),
        "DaemonSet" => set_template_generation(object, 1),
        "Job" => generate_job_labels(object),
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
        ("Pod", "status") => set_qos_class_from(object, old),
        ("Pod", "ephemeralcontainers" | "resize") => {
            copy(object, old, "status");
        }
        ("Secret", "") => {
            // Of an immutable type; the default must not hide that it was left out.
            if text(object, "type").is_none() {
                copy(object, old, "type");
            }
        }
        _ => {}
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
    let uid = Mapping::from([("batch.kubernetes.io/controller-uid", uid)]);
    if let Some(selector) = mapping_at(spec, "selector") {
        selector.get_or_insert_with("matchLabels", || uid.into());
    }
}
