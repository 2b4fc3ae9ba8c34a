//! Claims of volumes.

use super::errors::{Errors, Path};
use super::formats;
use super::internal::difference;
use super::metadata::check_immutable;
use super::rules::Rule::{Do, Form, Object, OneOf};
use super::rules::{Rule, apply};
use super::selectors;
use crate::equality::same;
use crate::fields::{copy, entries, has, items, set, text};
use trimtab_object::Quantity;
use trimtab_tree::Value;

/// Ways in which nodes may use a volume, in the order of messages.
pub(super) const MODES: &[&str] = &[
    "ReadOnlyMany",
    "ReadWriteMany",
    "ReadWriteOnce",
    "ReadWriteOncePod",
];

pub(super) static CLAIM: &[Rule] = &[Object("spec", CLAIM_SPEC)];

static CLAIM_SPEC: &[Rule] = &[
    Do(check_any_mode),
    Do(check_selector),
    Do(check_modes),
    Do(check_storage),
    Form("storageClassName", formats::dns_subdomain),
    OneOf("volumeMode", &["Block", "Filesystem"]),
    Object("dataSource", &[Do(check_source)]),
    Object(
        "dataSourceRef",
        &[Do(check_source), Form("namespace", formats::dns_label)],
    ),
    Do(check_sources),
    Form("volumeAttributesClassName", formats::dns_subdomain),
];

/// Checks in which ways nodes may use a volume.
pub(super) fn check_modes(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("accessModes");
    let is = |mode: &Value, alone: bool| {
        let mode = mode.text().unwrap_or_default();
        MODES.contains(&mode) && (mode == "ReadWriteOncePod") == alone
    };
    let modes = items(spec, "accessModes");
    for mode in modes {
        if !MODES.contains(&mode.text().unwrap_or_default()) {
            errors.unsupported(&path, mode, MODES);
        }
    }
    if modes.iter().any(|mode| is(mode, true)) && modes.iter().any(|mode| is(mode, false)) {
        let why = "may not use ReadWriteOncePod with other access modes";
        errors.forbidden(&path, why);
    }
}

/// Checks the `spec` of a claim, or of the template of one.
pub(super) fn check_spec(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    apply(CLAIM_SPEC, spec, path, errors);
}

fn check_any_mode(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if items(spec, "accessModes").is_empty() {
        let why = "at least 1 access mode is required";
        errors.required(&path.field("accessModes"), why);
    }
}

fn check_storage(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let resources = path.field("resources");
    let path = resources.key("storage");
    let Some(storage) = spec.get_path(&["resources", "requests", "storage"]) else {
        errors.required(&path, "");
        return;
    };
    if amount(Some(storage)).is_some_and(|amount| amount <= Quantity::ZERO) {
        errors.invalid(&path, storage, "must be greater than zero");
    }
}

fn amount(value: Option<&Value>) -> Option<Quantity> {
    Quantity::parse(value?.text()?).ok()
}

fn check_selector(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(selector) = spec.get("selector").filter(|it| !it.is_null()) {
        selectors::check(selector, &path.field("selector"), errors);
    }
}

/// What a volume is filled from: a claim, or an object of somebody else's.
fn check_source(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    for field in ["name", "kind"] {
        if !has(source, field) {
            errors.required(&path.field(field), "");
        }
    }
    let kind = text(source, "kind").unwrap_or_default();
    match text(source, "apiGroup") {
        None if kind != "PersistentVolumeClaim" => {
            let why = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
            errors.invalid_string(path, kind, why);
        }
        None => {}
        Some(group) => {
            let problems = formats::dns_subdomain(group);
            errors.invalid_each(&path.field("apiGroup"), group, problems);
        }
    }
}

/// Where data comes from is told in two fields, which agree.
fn check_sources(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let (Some(source), Some(reference)) = (spec.get("dataSource"), spec.get("dataSourceRef"))
    else {
        return;
    };
    let agree = ["apiGroup", "kind", "name"]
        .iter()
        .all(|field| text(source, field) == text(reference, field));
    let why = if has(reference, "namespace") {
        "may not be specified when dataSourceRef.namespace is specified"
    } else if agree {
        return;
    } else {
        "must match dataSourceRef"
    };
    errors.invalid_text(path, "{}", why);
}

const BETA_CLASS: &str = "volume.beta.kubernetes.io/storage-class";

/// A claim asks for the same as before, but that it may grow when it is bound.
pub(super) fn check_update(claim: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let none = Value::null();
    let (mut spec, mut before) = (
        claim.get("spec").cloned().unwrap_or_else(Value::null),
        old.get("spec").cloned().unwrap_or_else(Value::null),
    );
    let (now, then) = (
        claim.get("spec").unwrap_or(&none),
        old.get("spec").unwrap_or(&none),
    );
    if text(then, "volumeName").is_none() {
        copy(&mut before, now, "volumeName");
    }
    check_class(claim, old, &mut spec, path, errors);
    let spec_path = path.field("spec");
    let is_bound = claim.get_path(&["status", "phase"]).and_then(Value::text) == Some("Bound");
    let storage = ["resources", "requests", "storage"];
    if is_bound {
        let size = then.get_path(&storage).cloned();
        if let Some(requests) = spec.get_path_mut(&["resources", "requests"])
            && let Some(size) = size
        {
            set(requests, "storage", size);
        }
        copy(&mut spec, then, "volumeAttributesClassName");
    }
    if !same(&spec, &before) {
        let changes = difference(&before, &spec, "PersistentVolumeClaimSpec");
        let why = format!(
            "spec is immutable after creation except resources.requests and \
             volumeAttributesClassName for bound claims\n{changes}"
        );
        errors.forbidden(&spec_path, &why);
    }
    let size = |spec: &Value| amount(spec.get_path(&storage)).unwrap_or_default();
    if size(now) < size(then) {
        let capacity = amount(old.get_path(&["status", "capacity", "storage"]));
        if size(now) <= capacity.unwrap_or_default() {
            let resources = spec_path.field("resources");
            let requests = resources.field("requests");
            let why = "field can not be less than status.capacity";
            errors.forbidden(&requests.field("storage"), why);
        }
    }
    check_immutable(now, then, "volumeMode", path, errors);
    check_attributes(claim, old, &spec_path, errors);
}

/// The class of a claim stays, but that claims from before classes may get one.
fn check_class(claim: &Value, old: &Value, spec: &mut Value, path: &Path<'_>, errors: &mut Errors) {
    let annotation = |object: &Value| {
        let found = object.get_path(&["metadata", "annotations", BETA_CLASS]);
        found.and_then(Value::text).map(str::to_owned)
    };
    let class = |object: &Value| {
        let found = object.get_path(&["spec", "storageClassName"]);
        found.and_then(Value::text).map(str::to_owned)
    };
    let (now, then) = (class(claim), class(old));
    if let Some(annotated) = annotation(old)
        && then.is_none()
        && now.as_ref() == Some(&annotated)
    {
        crate::fields::remove(spec, "storageClassName");
        return;
    }
    if annotation(claim) != annotation(old) {
        let metadata = path.field("metadata");
        let annotations = metadata.field("annotations");
        let shown = annotation(claim).unwrap_or_default();
        errors.invalid_string(&annotations.field(BETA_CLASS), &shown, "field is immutable");
    }
    // A claim without a class may get the one that is the default by now.
    if then.is_none() && annotation(old).is_none() && now.is_some() {
        crate::fields::remove(spec, "storageClassName");
    }
}

fn check_attributes(claim: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let class = |object: &Value| {
        let found = object.get_path(&["spec", "volumeAttributesClassName"]);
        found.and_then(Value::text).map(str::to_owned)
    };
    let (now, then) = (class(claim), class(old));
    if now == then {
        return;
    }
    let current = old.get_path(&["status", "currentVolumeAttributesClassName"]);
    if current.is_none_or(Value::is_null) {
        return;
    }
    let path = path.field("volumeAttributesClassName");
    match now.as_deref() {
        None => {
            let why = "update to nil is forbidden when status.currentVolumeAttributesClassName \
                       is not nil";
            errors.forbidden(&path, why);
        }
        Some("") => {
            let why = "update to empty string is forbidden when \
                       status.currentVolumeAttributesClassName is not nil";
            errors.forbidden(&path, why);
        }
        Some(_) => {}
    }
}

/// Checks what a claim's status says it has.
pub(super) fn check_status(claim: &Value, _: &Value, path: &Path<'_>, errors: &mut Errors) {
    const STATES: &[&str] = &[
        "ControllerResizeInProgress",
        "ControllerResizeInfeasible",
        "NodeResizeInProgress",
        "NodeResizeInfeasible",
        "NodeResizePending",
    ];
    let none = Value::null();
    let spec = claim.get("spec").unwrap_or(&none);
    if items(spec, "accessModes").is_empty() {
        errors.required(&path.field("Spec").field("accessModes"), "");
    }
    let status = claim.get("status").unwrap_or(&none);
    let path = path.field("status");
    for list in ["capacity", "allocatedResources"] {
        let list_path = path.field(list);
        for (name, value) in entries(status, list) {
            if list == "allocatedResources" && !check_key(name, &list_path, errors) {
                continue;
            }
            if let Some(amount) = amount(Some(value)).filter(Quantity::is_negative) {
                let why = "must be a valid resource quantity";
                errors.invalid(&list_path.key(name), &Value::int(amount.units()), why);
            }
        }
    }
    let list_path = path.field("allocatedResourceStatuses");
    for (name, state) in entries(status, "allocatedResourceStatuses") {
        check_key(name, &list_path, errors);
        if !STATES.contains(&state.text().unwrap_or_default()) {
            errors.unsupported(&list_path, &Value::string(name), STATES);
        }
    }
}

/// Storage, or a resource of somebody else's; gives whether it is one of them.
fn check_key(name: &str, path: &Path<'_>, errors: &mut Errors) -> bool {
    let problems = formats::qualified_name(name);
    let is_right = problems.is_empty();
    errors.invalid_each(path, name, problems);
    let is_known = name == "storage" || (name.contains('/') && !super::resources::is_native(name));
    if is_right && !is_known {
        let supported = ["storage"];
        errors.unsupported(path, &Value::string(name), &supported);
    }
    is_right && is_known
}
