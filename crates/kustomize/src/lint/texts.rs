//! Values that a cluster takes only as texts: labels, annotations, the data of `ConfigMaps`, variables
//! of containers. kustomize passes on what is no text, and the cluster refuses it.

use crate::resource::Resource;
use trimtab_schema::PodTemplatePlace;
use trimtab_tree::{Diagnostic, ScalarKind, Value};

/// Mappings of texts in any object.
const EVERYWHERE: [&[&str]; 2] = [&["metadata", "labels"], &["metadata", "annotations"]];

/// Mappings of texts in a pod template.
const OF_TEMPLATE: [&[&str]; 3] = [
    &["metadata", "labels"],
    &["metadata", "annotations"],
    &["spec", "nodeSelector"],
];

/// Warns of what is no text in the fields of a resource that was read from a file.
pub(crate) fn warn_of_other_than_texts(resource: &Resource, warn: &mut dyn FnMut(Diagnostic)) {
    let object = resource.value();
    let gvk = resource.gvk();
    for path in EVERYWHERE {
        check_map(object, path, warn);
    }
    match (&*gvk.group, &*gvk.kind) {
        ("", "ConfigMap") => check_map(object, &["data"], warn),
        ("", "Secret") => {
            check_map(object, &["data"], warn);
            check_map(object, &["stringData"], warn);
        }
        ("", "Service") => check_map(object, &["spec", "selector"], warn),
        ("", "Pod") => check_pod(object, warn),
        ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") => {
            check_map(object, &["spec", "selector", "matchLabels"], warn);
            check_template(object, PodTemplatePlace::WORKLOAD, warn);
        }
        ("batch", "Job") => check_template(object, PodTemplatePlace::WORKLOAD, warn),
        ("batch", "CronJob") => check_template(object, PodTemplatePlace::CRON_JOB, warn),
        _ => {}
    }
}

fn check_template(object: &Value, place: PodTemplatePlace, warn: &mut dyn FnMut(Diagnostic)) {
    let Some(template) = object.get_path(place.path) else {
        return;
    };
    for path in OF_TEMPLATE {
        check_map(template, path, warn);
    }
    check_pod(template, warn);
}

fn check_pod(pod: &Value, warn: &mut dyn FnMut(Diagnostic)) {
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
