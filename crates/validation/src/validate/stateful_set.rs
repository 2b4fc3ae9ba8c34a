//! Stateful sets.

use super::amounts;
use super::claim;
use super::errors::{Errors, Path, show};
use super::formats;
use super::metadata::{check_annotations, check_labels};
use super::rules::Rule::{AtLeast, Do, Form, Object, OneOf};
use super::rules::{Rule, apply};
use super::workloads::{Kind, check_selector, show_strategy};
use crate::equality::same;
use crate::fields::{items, remove, text};
use std::collections::BTreeSet;
use trimtab_tree::Value;

pub(super) static STATEFUL_SET: &[Rule] = &[Object("spec", &[Do(check_new_stateful)])];

/// How a stateful set brings its pods, before their claims are looked at.
static STATEFUL_WAYS: &[Rule] = &[
    Do(check_pod_management),
    Do(check_stateful_strategy),
    Object(
        "persistentVolumeClaimRetentionPolicy",
        &[
            OneOf("whenDeleted", &["Retain", "Delete"]),
            OneOf("whenScaled", &["Retain", "Delete"]),
        ],
    ),
];

/// How many pods a stateful set has.
static STATEFUL_NUMBERS: &[Rule] = &[
    AtLeast("replicas", 0),
    AtLeast("minReadySeconds", 0),
    Object("ordinals", &[AtLeast("start", 0)]),
];

/// A stateful set whose pods are as they will be: with a volume for each of its claims, and names that
/// follow from its own, whatever the template says. None where that changes nothing.
fn pods_as_made(spec: &Value) -> Option<Value> {
    let claims = items(spec, "volumeClaimTemplates").iter();
    // One without a name is told of as the volume that it becomes.
    let names: BTreeSet<&str> = claims
        .map(|it| it.get_path(&["metadata", "name"]).and_then(Value::text))
        .map(Option::unwrap_or_default)
        .collect();
    let of_pod = |name: &str| spec.get_path(&["template", "spec", name]).is_some();
    let is_named = of_pod("hostname") || of_pod("subdomain");
    if names.is_empty() && !is_named {
        return None;
    }
    let mut spec = spec.clone();
    let pod = spec.get_path_mut(&["template", "spec"])?.as_mapping_mut()?;
    for name in ["hostname", "subdomain"] {
        pod.remove(name);
    }
    if names.is_empty() {
        return Some(spec);
    }
    let volumes = pod.get_or_insert_with("volumes", || Value::sequence(Vec::new()));
    let volumes = volumes.as_sequence_mut()?;
    // A claim takes the place of a volume of its name, and claims come first.
    volumes.retain(|volume| !names.contains(text(volume, "name").unwrap_or_default()));
    let claims = names.into_iter().map(|name| {
        let claim = Value::mapping([("claimName", Value::string(name))]);
        Value::mapping([
            ("name", Value::string(name)),
            ("persistentVolumeClaim", claim),
        ])
    });
    volumes.splice(..0, claims);
    Some(spec)
}

fn check_new_stateful(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    apply(STATEFUL_WAYS, spec, path, errors);
    check_claim_templates(spec, path, errors);
    apply(STATEFUL_NUMBERS, spec, path, errors);
    apply(
        &[Form("serviceName", formats::dns_label)],
        spec,
        path,
        errors,
    );
    check_stateful_selector(spec, path, errors);
}

/// A stateful set that takes the place of another: the claims and the name of the service, which
/// cannot change, are as they were let in.
pub(super) fn check_stateful_change(
    object: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let none = Value::null();
    let spec = object.get("spec").unwrap_or(&none);
    let spec_path = path.field("spec");
    apply(STATEFUL_WAYS, spec, &spec_path, errors);
    apply(STATEFUL_NUMBERS, spec, &spec_path, errors);
    check_stateful_selector(spec, &spec_path, errors);
    check_stateful_update(object, old, path, errors);
}

fn check_stateful_selector(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let kind = Kind {
        empty: "empty selector is invalid for statefulset",
        deadline: "activeDeadlineSeconds in StatefulSet is not Supported",
        unusable: "",
    };
    let as_made = pods_as_made(spec);
    let spec = as_made.as_ref().unwrap_or(spec);
    // Labels and annotations of a stateful set's template are looked at twice, as Kubernetes does.
    if check_selector(spec, kind, path, errors)
        && let Some(metadata) = spec.get_path(&["template", "metadata"])
    {
        let path = path.field("template");
        check_labels(metadata, "labels", &path, errors);
        check_annotations(metadata, &path, errors);
    }
}

fn check_pod_management(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("podManagementPolicy");
    match text(spec, "podManagementPolicy") {
        None => errors.required(&path, ""),
        Some("OrderedReady" | "Parallel") => {}
        Some(found) => {
            errors.invalid_string(&path, found, "must be 'OrderedReady' or 'Parallel'");
        }
    }
}

fn check_stateful_strategy(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(strategy) = spec.get("updateStrategy") else {
        return;
    };
    let path = path.field("updateStrategy");
    let rolling_path = path.field("rollingUpdate");
    let rolling = strategy.get("rollingUpdate");
    match (text(strategy, "type"), rolling) {
        (None, _) => errors.required(&path, ""),
        (Some("OnDelete"), Some(rolling)) => {
            let shown = format!(
                "{{\"Partition\":{},\"MaxUnavailable\":{}}}",
                rolling
                    .get("partition")
                    .and_then(Value::text)
                    .unwrap_or("0"),
                show(rolling.get("maxUnavailable")),
            );
            let why = "only allowed for updateStrategy 'RollingUpdate'";
            errors.invalid_text(&rolling_path, &shown, why);
        }
        (Some("RollingUpdate"), Some(rolling)) => {
            apply(&[AtLeast("partition", 0)], rolling, &rolling_path, errors);
            let unavailable = rolling.get("maxUnavailable");
            let path = rolling_path.field("maxUnavailable");
            amounts::check(unavailable, &path, errors);
            if amounts::is_zero(unavailable) {
                errors.invalid_or_none(&path, unavailable, "cannot be 0");
            }
            amounts::check_at_most_all(unavailable, &path, errors);
        }
        (Some("OnDelete" | "RollingUpdate"), None) => {}
        (Some(_), _) => {
            let why = "must be 'RollingUpdate' or 'OnDelete'";
            errors.invalid_text(
                &path,
                &show_strategy(strategy, ("partition", "0"), ("maxUnavailable", "null")),
                why,
            );
        }
    }
}

fn check_claim_templates(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("volumeClaimTemplates");
    for (at, template) in items(spec, "volumeClaimTemplates").iter().enumerate() {
        if let Some(claim) = template.get("spec") {
            claim::check_spec(claim, &list.item(at).field("spec"), errors);
        }
    }
}

/// Only some fields of a stateful set may change.
fn check_stateful_update(object: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    const CHANGEABLE: [&str; 7] = [
        "replicas",
        "ordinals",
        "template",
        "updateStrategy",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    ];
    let rest = |object: &Value| {
        let mut spec = object.get("spec").cloned().unwrap_or_else(Value::null);
        for field in CHANGEABLE {
            remove(&mut spec, field);
        }
        spec
    };
    if !same(&rest(object), &rest(old)) {
        let why = "updates to statefulset spec for fields other than 'replicas', 'ordinals', \
                   'template', 'updateStrategy', 'revisionHistoryLimit', \
                   'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
        errors.forbidden(&path.field("spec"), why);
    }
}
