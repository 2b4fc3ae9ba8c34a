//! Classes: of priority, of storage, of container runtimes.

use super::errors::{Errors, Path};
use super::formats;
use super::metadata::check_immutable;
use super::rules::Rule;
use super::rules::Rule::{Do, Items, OneOf, Required};
use crate::fields::{entries, int};
use trimtab_tree::Value;

/// Priorities above this are the system's.
const MAX_PRIORITY: i64 = 1_000_000_000;

pub(super) static PRIORITY_CLASS: &[Rule] = &[
    Do(check_priority),
    OneOf("preemptionPolicy", &["PreemptLowerPriority", "Never"]),
];

fn check_priority(class: &Value, path: &Path<'_>, errors: &mut Errors) {
    let name = class.get_path(&["metadata", "name"]).and_then(Value::text);
    let name = name.unwrap_or_default();
    if matches!(name, "system-node-critical" | "system-cluster-critical") {
        return;
    }
    if name.starts_with("system-") {
        let metadata = path.field("metadata");
        let why = format!(
            "priority class names with 'system-' prefix are reserved for system use only. error: \
             {name} is not a known system priority class"
        );
        errors.forbidden(&metadata.field("name"), &why);
    }
    if int(class, "value").unwrap_or(0) > MAX_PRIORITY {
        let why = format!("maximum allowed value of a user defined priority is {MAX_PRIORITY}");
        errors.forbidden(&path.field("value"), &why);
    }
}

pub(super) fn check_priority_update(
    class: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if class.get("value") != old.get("value") {
        errors.forbidden(&path.field("value"), "may not be changed in an update.");
    }
    check_immutable(class, old, "preemptionPolicy", path, errors);
}

pub(super) static STORAGE_CLASS: &[Rule] = &[
    Required("provisioner"),
    Rule::Form("provisioner", lower_qualified_name),
    Do(check_parameters),
    OneOf("reclaimPolicy", &["Delete", "Retain"]),
    OneOf("volumeBindingMode", &["Immediate", "WaitForFirstConsumer"]),
    Items(
        "allowedTopologies",
        &[Items(
            "matchLabelExpressions",
            &[Required("key"), Required("values")],
        )],
    ),
];

fn lower_qualified_name(text: &str) -> formats::Problems {
    formats::qualified_name(&text.to_lowercase())
}

fn check_parameters(class: &Value, path: &Path<'_>, errors: &mut Errors) {
    if entries(class, "parameters").any(|(key, _)| key.is_empty()) {
        errors.invalid_string(&path.field("parameters"), "", "field can not be empty.");
    }
}

pub(super) fn check_storage_class_update(
    class: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    for field in [
        "parameters",
        "provisioner",
        "reclaimPolicy",
        "volumeBindingMode",
    ] {
        check_immutable(class, old, field, path, errors);
    }
}

pub(super) fn check_runtime_class_update(
    class: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    check_immutable(class, old, "handler", path, errors);
}
