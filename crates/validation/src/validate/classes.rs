//! Classes of priority and storage, and the drivers behind storage.

use super::attachments;
use super::errors::{Errors, Path};
use super::formats;
use super::metadata::check_immutable;
use super::rules::Rule;
use super::rules::Rule::{AtLeast, Do, Items, Object, OneOf, Required, Unique};
use crate::fields::{int, items, text};
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
    Do(attachments::check_parameters),
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

pub(super) static CSI_DRIVER: &[Rule] = &[Object(
    "spec",
    &[
        OneOf(
            "fsGroupPolicy",
            &["File", "None", "ReadWriteOnceWithFSType"],
        ),
        Do(check_tokens),
        Do(check_lifecycle_modes),
    ],
)];

fn check_tokens(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("tokenRequests");
    let requests = items(spec, "tokenRequests");
    for (at, request) in requests.iter().enumerate() {
        let path = list.item(at);
        let audience = text(request, "audience");
        if requests[..at]
            .iter()
            .any(|it| text(it, "audience") == audience)
        {
            errors.duplicate(&path.field("audience"), audience.unwrap_or_default());
        }
        if let Some(seconds) = int(request, "expirationSeconds") {
            let path = path.field("expirationSeconds");
            if seconds < 600 {
                let why = "may not specify a duration less than 10 minutes";
                errors.invalid(&path, &Value::int(seconds), why);
            } else if seconds > 1 << 32 {
                let why = "may not specify a duration larger than 2^32 seconds";
                errors.invalid(&path, &Value::int(seconds), why);
            }
        }
    }
}

fn check_lifecycle_modes(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("volumeLifecycleModes");
    for mode in items(spec, "volumeLifecycleModes") {
        if !matches!(mode.text(), Some("Persistent" | "Ephemeral")) {
            errors.unsupported(&path, mode, &["Persistent", "Ephemeral"]);
        }
    }
}

pub(super) static CSI_NODE: &[Rule] = &[Object(
    "spec",
    &[
        Items(
            "drivers",
            &[
                Required("name"),
                Required("nodeID"),
                Object("allocatable", &[AtLeast("count", 0)]),
            ],
        ),
        Unique("drivers", "name"),
    ],
)];
