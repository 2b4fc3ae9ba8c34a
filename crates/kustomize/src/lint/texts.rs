//! Values that a cluster takes only as texts: labels, annotations, the data of `ConfigMaps`, variables
//! of containers. kustomize passes on what is no text, and the cluster refuses it.

use crate::resource::Resource;
use trimtab_schema::PodTemplatePlace;
use trimtab_tree::{Diagnostic, ScalarKind, Value};

/// Mappings of texts in any object, and any pod template.
const METADATA: [&[&str]; 2] = [&["metadata", "labels"], &["metadata", "annotations"]];

/// Warns of what is no text in the fields of a resource that was read from a file.
pub(crate) fn warn_of_other_than_texts(resource: &Resource, warn: &mut dyn FnMut(Diagnostic)) {
    let object = resource.value();
    if resource.is_local() {
        return;
    }
    let gvk = resource.gvk();
    check_metadata(object, warn);
    match (&*gvk.group, &*gvk.kind) {
        ("", "ConfigMap") => check_map(object, &["data"], warn),
        ("", "Secret") => {
            check_map(object, &["data"], warn);
            check_map(object, &["stringData"], warn);
        }
        ("", "Service" | "ReplicationController") => {
            check_map(object, &["spec", "selector"], warn);
        }
        ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") | ("batch", "Job") => {
            check_map(object, &["spec", "selector", "matchLabels"], warn);
        }
        ("", "Pod") => check_pod(object, warn),
        _ => {}
    }
    let place = PodTemplatePlace::of(&gvk.group, &gvk.kind);
    if let Some(template) = place.and_then(|place| object.get_path(place.path)) {
        check_metadata(template, warn);
        check_pod(template, warn);
    }
}

fn check_metadata(object: &Value, warn: &mut dyn FnMut(Diagnostic)) {
    for path in METADATA {
        check_map(object, path, warn);
    }
}

fn check_pod(pod: &Value, warn: &mut dyn FnMut(Diagnostic)) {
    check_map(pod, &["spec", "nodeSelector"], warn);
    for list in ["containers", "initContainers"] {
        let containers = pod.get_path(&["spec", list]).and_then(Value::as_sequence);
        for container in containers.unwrap_or_default() {
            let variables = container.get("env").and_then(Value::as_sequence);
            for variable in variables.unwrap_or_default() {
                if let Some(value) = variable.get("value") {
                    check(value, "value", warn);
                }
            }
        }
    }
}

fn check_map(object: &Value, path: &[&str], warn: &mut dyn FnMut(Diagnostic)) {
    let Some(fields) = object.get_path(path).and_then(Value::as_mapping) else {
        return;
    };
    for (key, value) in fields.iter() {
        check(value, key, warn);
    }
}

fn check(value: &Value, field: &str, warn: &mut dyn FnMut(Diagnostic)) {
    let Some(scalar) = value.as_scalar() else {
        let message = format!(
            "{} cannot stand where a cluster wants text",
            value.describe()
        );
        let warning = Diagnostic::warning("value-not-text", message).at(value.position);
        return warn(*warning.in_field(field).expecting("text"));
    };
    if matches!(
        scalar.kind,
        ScalarKind::String | ScalarKind::Null | ScalarKind::Binary | ScalarKind::Timestamp
    ) {
        return;
    }
    let message = format!(
        "{} is {}, where a cluster wants text",
        scalar.text(),
        value.describe()
    );
    let warning = Diagnostic::warning("value-not-text", message).at(value.position);
    let hint = format!("quote it: \"{}\"", scalar.text());
    warn(*warning.in_field(field).hint(hint));
}
