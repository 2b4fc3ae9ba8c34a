//! Classes of priority and storage, and the drivers behind storage.

use super::attachments;
use super::errors::{Errors, Path};
use super::formats;
use super::metadata::check_immutable;
use super::rules::Rule::{AtLeast, Do, Items, Object, OneOf, Required, Unique};
use super::rules::{Rule, apply};
use crate::fields::{given, int, is_true, items, text};
use std::collections::{BTreeMap, BTreeSet};
use trimtab_tree::Value;

/// Priorities above this are the system's.
const MAX_PRIORITY: i64 = 1_000_000_000;

pub(super) static PRIORITY_CLASS: &[Rule] = &[Do(check_priority), Do(check_preemption)];

/// Whom a priority may push away: an empty text is no answer.
pub(super) fn check_preemption(object: &Value, path: &Path<'_>, errors: &mut Errors) {
    if given(object, "preemptionPolicy") == Some("") {
        errors.required(&path.field("preemptionPolicy"), "");
        return;
    }
    let policies = [OneOf(
        "preemptionPolicy",
        &["PreemptLowerPriority", "Never"],
    )];
    apply(&policies, object, path, errors);
}

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
    Do(attachments::check_provisioner),
    Do(attachments::check_parameters),
    Do(check_reclaim_policy),
    OneOf("volumeBindingMode", &["Immediate", "WaitForFirstConsumer"]),
    Do(check_topologies),
];

/// What becomes of volumes; an empty text leaves it to Kubernetes.
fn check_reclaim_policy(class: &Value, path: &Path<'_>, errors: &mut Errors) {
    if text(class, "reclaimPolicy").is_some() {
        let policies = [OneOf("reclaimPolicy", &["Delete", "Retain"])];
        apply(&policies, class, path, errors);
    }
}

/// Where volumes may be: terms of labels with values, none of them twice.
fn check_topologies(class: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("allowedTopologies");
    // Of each term before, the values of each label, in an order of their own.
    let mut terms: Vec<BTreeMap<&str, BTreeSet<&str>>> = Vec::new();
    let all = items(class, "allowedTopologies");
    for (at, term) in all.iter().enumerate() {
        let item = list.item(at);
        let expressions = item.field("matchLabelExpressions");
        let mut labels: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (at, expression) in items(term, "matchLabelExpressions").iter().enumerate() {
            let path = expressions.item(at);
            let key = text(expression, "key").unwrap_or_default();
            let found = check_topology_values(expression, &path.field("values"), errors);
            errors.invalid_each(&path.field("key"), key, formats::qualified_name(key));
            if labels.contains_key(key) {
                errors.duplicate(&path.field("key"), key);
            }
            labels.insert(key, found);
        }
        // Told of each that is the same; a term without labels is the same as as many as there are.
        let same = terms.iter().filter(|other| **other == labels).count();
        let unset = if labels.is_empty() { all.len() } else { 0 };
        for _ in 0..same + unset {
            errors.duplicate(&expressions, "");
        }
        terms.push(labels);
    }
}

fn check_topology_values<'v>(
    expression: &'v Value,
    list: &Path<'_>,
    errors: &mut Errors,
) -> BTreeSet<&'v str> {
    let mut found = BTreeSet::new();
    let values = items(expression, "values");
    if values.is_empty() {
        errors.required(list, "");
    }
    for (at, value) in values.iter().enumerate() {
        let value = value.text().unwrap_or_default();
        if !found.insert(value) {
            errors.duplicate(&list.item(at), value);
        }
    }
    found
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
        Do(check_driver_updates),
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

/// How often a driver is asked what fits on a node, and where it finds its tokens.
fn check_driver_updates(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let field = "nodeAllocatableUpdatePeriodSeconds";
    if let Some(seconds) = int(spec, field).filter(|seconds| *seconds < 10) {
        let why = "must be greater than or equal to 10 seconds";
        errors.invalid(&path.field(field), &Value::int(seconds), why);
    }
    let field = "serviceAccountTokenInSecrets";
    if spec.get(field).is_some() && items(spec, "tokenRequests").is_empty() {
        let why = "serviceAccountTokenInSecrets is set but no tokenRequests are specified";
        errors.invalid(&path.field(field), &Value::bool(is_true(spec, field)), why);
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
