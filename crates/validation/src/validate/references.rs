//! References: to fields of a pod, and to other objects.

use super::errors::{Errors, Path};
use super::formats;
use crate::fields::text;
use trimtab_tree::Value;

/// Paths that are known, but not everywhere allowed.
const KNOWN_FIELDS: &[&str] = &[
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.serviceAccountName",
    "spec.schedulerName",
    "status.phase",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// Checks a reference to a field of the pod, one of these or a label or annotation.
pub(super) fn check_field_reference(
    reference: &Value,
    path: &Path<'_>,
    allowed: &[&str],
    errors: &mut Errors,
) {
    if text(reference, "apiVersion").is_none() {
        errors.required(&path.field("apiVersion"), "");
        return;
    }
    let Some(field) = text(reference, "fieldPath") else {
        errors.required(&path.field("fieldPath"), "");
        return;
    };
    if let Some((map, key)) = subscript(field) {
        match map {
            "metadata.annotations" => {
                let problems = formats::qualified_name(&key.to_lowercase());
                errors.invalid_each(path, key, problems);
            }
            "metadata.labels" => {
                errors.invalid_each(path, key, formats::qualified_name(key));
            }
            _ => {
                let why = format!(
                    "error converting fieldPath: field label does not support subscript: {field}"
                );
                errors.invalid_string(&path.field("fieldPath"), field, &why);
            }
        }
        return;
    }
    let path = path.field("fieldPath");
    if !KNOWN_FIELDS.contains(&field) {
        let why = format!("error converting fieldPath: field label not supported: {field}");
        errors.invalid_string(&path, field, &why);
    } else if !allowed.contains(&field) {
        errors.unsupported(&path, &Value::string(field), allowed);
    }
}

/// `metadata.labels['key']` as the map and the key.
fn subscript(field: &str) -> Option<(&str, &str)> {
    field.strip_suffix("']")?.split_once("['")
}

/// A reference to an object of any version.
pub(super) fn check_object_reference(target: &Value, path: &Path<'_>, errors: &mut Errors) {
    for field in ["kind", "name"] {
        match text(target, field) {
            None => errors.required(&path.field(field), ""),
            Some(found) => {
                let problems = formats::path_segment(found);
                errors.invalid_each(&path.field(field), found, problems);
            }
        }
    }
}
