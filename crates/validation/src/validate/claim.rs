//! Claims of volumes, and volumes.

use super::errors::{Errors, Path};
use super::formats;
use super::rules::Rule::{Do, Object, OneOf};
use super::rules::{Rule, apply};
use super::selectors;
use crate::equality::same;
use crate::fields::{copy, items, text};
use trimtab_object::Quantity;
use trimtab_tree::Value;

const MODES: &[&str] = &[
    "ReadOnlyMany",
    "ReadWriteMany",
    "ReadWriteOnce",
    "ReadWriteOncePod",
];

pub(super) static CLAIM: &[Rule] = &[Object("spec", CLAIM_SPEC)];

static CLAIM_SPEC: &[Rule] = &[
    Do(check_modes),
    Do(check_storage),
    Rule::Form("storageClassName", formats::dns_subdomain),
    OneOf("volumeMode", &["Block", "Filesystem"]),
    Do(check_selector),
    Do(check_sources),
];

pub(super) fn check_spec(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    apply(CLAIM_SPEC, spec, path, errors);
}

fn check_modes(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("accessModes");
    let modes = items(spec, "accessModes");
    if modes.is_empty() {
        errors.required(&path, "at least 1 access mode is required");
    }
    for mode in modes {
        let mode_text = mode.text().unwrap_or_default();
        if !MODES.contains(&mode_text) {
            errors.unsupported(&path, mode, MODES);
        } else if mode_text == "ReadWriteOncePod" && modes.len() > 1 {
            let why = "may not use ReadWriteOncePod with other access modes";
            errors.forbidden(&path, why);
        }
    }
}

fn check_storage(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let resources = path.field("resources");
    let path = resources.key("storage");
    let Some(storage) = spec.get_path(&["resources", "requests", "storage"]) else {
        errors.required(&path, "");
        return;
    };
    let amount = storage.text().and_then(|text| Quantity::parse(text).ok());
    if amount.is_some_and(|amount| amount <= Quantity::ZERO) {
        errors.invalid(&path, storage, "must be greater than zero");
    }
}

fn check_selector(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(selector) = spec.get("selector") {
        selectors::check(selector, &path.field("selector"), errors);
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
    if !agree {
        errors.invalid_text(path, "{}", "must match dataSourceRef");
    }
}

/// A claim asks for the same as before, but that it may grow when it is bound.
pub(super) fn check_update(claim: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let null = Value::null();
    let (mut spec, before) = (
        claim.get("spec").cloned().unwrap_or_else(Value::null),
        old.get("spec").unwrap_or(&null),
    );
    let path = path.field("spec");
    let was_bound = text(before, "volumeName").is_some();
    if !was_bound {
        copy(&mut spec, before, "volumeName");
    }
    // Claims from before storage classes may get one.
    if before.get("storageClassName").is_none() {
        copy(&mut spec, before, "storageClassName");
    }
    let size = |spec: &Value| {
        let size = spec.get_path(&["resources", "requests", "storage"]);
        size.and_then(Value::text)
            .and_then(|size| Quantity::parse(size).ok())
    };
    let is_bound = old.get_path(&["status", "phase"]).and_then(Value::text) == Some("Bound");
    if is_bound {
        let capacity = old.get_path(&["status", "capacity", "storage"]);
        let capacity = capacity
            .and_then(Value::text)
            .and_then(|text| Quantity::parse(text).ok());
        if size(&spec) < size(before) && size(&spec) < capacity {
            let resources = path.field("resources");
            let requests = resources.field("requests");
            let why = "field can not be less than status.capacity";
            errors.forbidden(&requests.field("storage"), why);
        }
        copy(&mut spec, before, "resources");
        copy(&mut spec, before, "volumeAttributesClassName");
    }
    if !same(&spec, before) {
        let why = "spec is immutable after creation except resources.requests and \
                   volumeAttributesClassName for bound claims";
        errors.forbidden(&path, why);
    }
}
