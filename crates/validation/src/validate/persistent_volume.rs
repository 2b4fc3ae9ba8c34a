//! Persistent volumes.

use super::claim::check_modes;
use super::errors::{Errors, Path, show};
use super::formats;
use super::internal::{difference, internal};
use super::metadata::check_immutable;
use super::rules::Rule::{Do, Form, Object, OneOf};
use super::rules::{Rule, apply};
use super::scheduling::NODE_SELECTOR;
use super::volume::check_sources;
use super::volume_sources::OF_PERSISTENT;
use crate::equality::same;
use crate::fields::{entries, has, items, remove, text};
use trimtab_object::Quantity;
use trimtab_tree::Value;

pub(super) static VOLUME: &[Rule] = &[Do(check_volume)];

fn check_volume(volume: &Value, path: &Path<'_>, errors: &mut Errors) {
    let none = Value::null();
    let name = volume.get_path(&["metadata", "name"]).and_then(Value::text);
    let spec = volume.get("spec").unwrap_or(&none);
    check_spec(spec, name.unwrap_or_default(), path, errors);
}

/// Checks the volume of that name; its source is told at `spec`.
fn check_spec(spec: &Value, name: &str, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("spec");
    if items(spec, "accessModes").is_empty() {
        errors.required(&path.field("accessModes"), "");
    }
    check_modes(spec, &path, errors);
    check_capacity(spec, &path.field("capacity"), errors);
    let policies = [OneOf(
        "persistentVolumeReclaimPolicy",
        &["Delete", "Recycle", "Retain"],
    )];
    apply(&policies, spec, &path, errors);
    apply(
        &[Object("nodeAffinity", &[Do(check_affinity)])],
        spec,
        &path,
        errors,
    );
    if let Some(source) = spec.get("iscsi") {
        let portal = text(source, "targetPortal").unwrap_or_default();
        if source.get("initiatorName").is_some() && name.len() + 1 + portal.len() > 64 {
            let why = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 \
                       characters if iscsi.initiatorName is specified.";
            let iscsi = path.field("iscsi");
            errors.invalid_string(&iscsi.field("targetportal"), portal, why);
        }
    }
    let before = errors.len();
    let found = check_sources(spec, OF_PERSISTENT, &path, errors);
    let is_told = found > 1 && errors.len() > before;
    if spec.get("local").is_some() && spec.get("nodeAffinity").is_none() && !is_told {
        let why = "Local volume requires node affinity";
        errors.required(&path.field("nodeAffinity"), why);
    }
    if found == 0 {
        errors.required(&path, "must specify a volume type");
    }
    let place = spec.get_path(&["hostPath", "path"]).and_then(Value::text);
    let is_root =
        place.is_some_and(|place| place.starts_with('/') && place.trim_matches('/').is_empty());
    if is_root && text(spec, "persistentVolumeReclaimPolicy") == Some("Recycle") {
        let why = "may not be 'recycle' for a hostPath mount of '/'";
        errors.forbidden(&path.field("persistentVolumeReclaimPolicy"), why);
    }
    apply(CLASSES, spec, &path, errors);
    check_attributes(spec, &path, errors);
}

static CLASSES: &[Rule] = &[
    Form("storageClassName", formats::dns_subdomain),
    OneOf("volumeMode", &["Block", "Filesystem"]),
];

fn check_attributes(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(class) = spec
        .get("volumeAttributesClassName")
        .and_then(Value::as_str)
    else {
        return;
    };
    let class_path = path.field("volumeAttributesClassName");
    if class.is_empty() {
        errors.required(&class_path, "an empty string is disallowed");
    } else {
        errors.invalid_each(&class_path, class, formats::dns_subdomain(class));
    }
    if spec.get("csi").is_none() {
        let why = "has to be specified when using volumeAttributesClassName";
        errors.required(&path.field("csi"), why);
    }
}

fn check_capacity(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let capacity = spec.get("capacity");
    if !has(spec, "capacity") {
        errors.required(path, "");
    }
    let names: Vec<&str> = entries(spec, "capacity").map(|(name, _)| name).collect();
    if names != ["storage"] {
        errors.unsupported_text(path, &show(capacity), &["storage"]);
    }
    for (name, value) in entries(spec, "capacity") {
        let path = path.key(name);
        let amount = value.text().and_then(|text| Quantity::parse(text).ok());
        let Some(amount) = amount else { continue };
        if amount.is_negative() {
            let why = "must be a valid resource quantity";
            errors.invalid(&path, &Value::int(amount.units()), why);
        }
        if amount <= Quantity::ZERO {
            errors.invalid(&path, value, "must be greater than zero");
        }
    }
}

fn check_affinity(affinity: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("required");
    match affinity.get("required").filter(|it| !it.is_null()) {
        None => errors.required(&path, "must specify required node constraints"),
        Some(selector) => apply(NODE_SELECTOR, selector, &path, errors),
    }
}

/// What is behind a volume stays, and how it is used.
pub(super) fn check_update(volume: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    // The server and the kind both check the volume as a whole.
    check_volume(volume, path, errors);
    let none = Value::null();
    let before = old.get("spec").unwrap_or(&none);
    let spec = volume.get("spec").unwrap_or(&none);
    let mut rest = spec.clone();
    // A secret for growing may come.
    let has_secret = |spec: &Value| {
        spec.get_path(&["csi", "controllerExpandSecretRef"])
            .is_some()
    };
    if before.get("csi").is_some()
        && !has_secret(before)
        && let Some(csi) = rest.get_mut("csi")
    {
        remove(csi, "controllerExpandSecretRef");
    }
    let source = |spec: &Value| internal(spec, "PersistentVolumeSource");
    let spec_path = path.field("spec");
    if !same(&source(&rest), &source(before)) {
        let changes = difference(before, &rest, "PersistentVolumeSource");
        let why = format!("spec.persistentvolumesource is immutable after creation\n{changes}");
        errors.forbidden(&spec_path.field("persistentvolumesource"), &why);
    }
    check_immutable(spec, before, "volumeMode", path, errors);
    let affinity = |spec: &Value| {
        spec.get("nodeAffinity")
            .cloned()
            .unwrap_or_else(Value::null)
    };
    if !affinity(before).is_null()
        && !same(
            &with_new_labels(affinity(spec), &affinity(before)),
            &affinity(before),
        )
    {
        let why = "field is immutable, except for updating from beta label to GA";
        errors.invalid_or_none(&path.field("nodeAffinity"), spec.get("nodeAffinity"), why);
    }
    let class = |spec: &Value| {
        spec.get("volumeAttributesClassName")
            .is_some_and(|it| !it.is_null())
    };
    if class(before) && !class(spec) {
        let why = "update from non-nil value to nil is forbidden";
        errors.forbidden(&spec_path.field("volumeAttributesClassName"), why);
    }
}

/// Labels of nodes that have other names by now.
const RENAMED: [(&str, &str); 5] = [
    (
        "failure-domain.beta.kubernetes.io/zone",
        "topology.kubernetes.io/zone",
    ),
    (
        "failure-domain.beta.kubernetes.io/region",
        "topology.kubernetes.io/region",
    ),
    ("beta.kubernetes.io/os", "kubernetes.io/os"),
    ("beta.kubernetes.io/arch", "kubernetes.io/arch"),
    (
        "beta.kubernetes.io/instance-type",
        "node.kubernetes.io/instance-type",
    ),
];

/// Gives labels that were renamed their old names, where the old value has those.
fn with_new_labels(mut now: Value, old: &Value) -> Value {
    let path = ["required", "nodeSelectorTerms"];
    let none = Value::null();
    let before = old.get_path(&path).unwrap_or(&none);
    let terms = now.get_path_mut(&path).and_then(Value::as_sequence_mut);
    let before = before.as_sequence().unwrap_or_default();
    for (term, before) in terms.into_iter().flatten().zip(before) {
        for list in ["matchExpressions", "matchFields"] {
            let requirements = term.get_mut(list).and_then(Value::as_sequence_mut);
            let old = items(before, list);
            for (requirement, old) in requirements.into_iter().flatten().zip(old) {
                let pair = (
                    text(old, "key").unwrap_or_default(),
                    text(requirement, "key").unwrap_or_default(),
                );
                if RENAMED.contains(&pair) {
                    crate::fields::copy(requirement, old, "key");
                }
            }
        }
    }
    now
}
