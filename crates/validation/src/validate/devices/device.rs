//! One device of a slice: its attributes, taints, counters, and what binds it.

use super::counters::check_counters;
use super::lists::{check_unique, fits};
use super::names::{check_attribute_name, check_label};
use super::place::{check_one_place, places};
use super::taints::check_taints;
use crate::fields::{entries, is_true, items, text};
use crate::validate::errors::{Errors, Path};
use crate::validate::formats;
use trimtab_tree::Value;

const MAX_ATTRIBUTE: usize = 64;
const MAX_ATTRIBUTES: usize = 32;
const MAX_BINDING_CONDITIONS: usize = 4;
const MAX_CONSUMPTIONS: usize = 2;

/// Kinds of attributes, each as one value and as several.
const ONE_VALUE: [&str; 4] = ["bool", "int", "string", "version"];
pub(super) const SEVERAL_VALUES: [&str; 4] = ["bools", "ints", "strings", "versions"];

pub(super) fn check_device(device: &Value, per_device: bool, path: &Path<'_>, errors: &mut Errors) {
    let name = text(device, "name").unwrap_or_default();
    check_label(name, &path.field("name"), errors);
    let count = entries(device, "attributes").count() + entries(device, "capacity").count();
    if count > MAX_ATTRIBUTES {
        let why = format!(
            "the total number of attributes and capacities must not exceed {MAX_ATTRIBUTES}"
        );
        errors.invalid_text(path, &count.to_string(), &why);
    }
    let attributes = path.field("attributes");
    for (name, attribute) in entries(device, "attributes") {
        check_attribute_name(name, &attributes, errors);
        check_attribute(attribute, &attributes.key(name), errors);
    }
    let capacities = path.field("capacity");
    for (name, capacity) in entries(device, "capacity") {
        check_attribute_name(name, &capacities, errors);
        if !is_true(device, "allowMultipleAllocations") && capacity.get("requestPolicy").is_some() {
            let capacity = capacities.key(name);
            let why = "allowMultipleAllocations must be true";
            errors.forbidden(&capacity.field("requestPolicy"), why);
        }
    }
    check_taints(device, &path.field("taints"), errors);
    let list = path.field("consumesCounters");
    let consumed = items(device, "consumesCounters");
    if fits(consumed.len(), MAX_CONSUMPTIONS, &list, errors) {
        for (at, it) in consumed.iter().enumerate() {
            check_counters(it, "counterSet", &list.item(at), errors);
        }
        let sets = consumed
            .iter()
            .map(|it| text(it, "counterSet").unwrap_or_default());
        check_unique(sets, &list, errors);
    }
    check_device_place(device, per_device, path, errors);
    check_binding_conditions(device, path, errors);
}

fn check_device_place(device: &Value, per_device: bool, path: &Path<'_>, errors: &mut Errors) {
    if per_device {
        let set = places(device, &["allNodes"], "must not be empty", path, errors);
        let why = "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when \
                   `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
        check_one_place(&set, why, path, errors);
        return;
    }
    let ways = ["nodeName", "nodeSelector", "allNodes"];
    if ways.iter().any(|field| device.get(field).is_some()) {
        let why = "`nodeName`, `nodeSelector` and `allNodes` can only be set if \
                   `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
        errors.invalid_or_none(path, None, why);
    }
}

fn check_attribute(attribute: &Value, path: &Path<'_>, errors: &mut Errors) {
    let mut count = 0;
    for field in ONE_VALUE {
        let Some(value) = attribute.get(field) else {
            continue;
        };
        count += 1;
        check_attribute_value(field, value, &path.field(field), errors);
    }
    for (one, field) in ONE_VALUE.into_iter().zip(SEVERAL_VALUES) {
        let Some(values) = attribute.get(field) else {
            continue;
        };
        count += 1;
        let list = path.field(field);
        if values.is_null_or_empty() {
            errors.invalid_or_none(&list, Some(values), "must not be empty if specified");
        }
        for (at, value) in values.as_sequence().unwrap_or_default().iter().enumerate() {
            check_attribute_value(one, value, &list.item(at), errors);
        }
    }
    let why = "exactly one value must be specified";
    match count {
        0 => errors.invalid_string(path, "", why),
        1 => {}
        _ => errors.invalid(path, attribute, why),
    }
}

fn check_attribute_value(kind: &str, value: &Value, path: &Path<'_>, errors: &mut Errors) {
    let value = value.text().unwrap_or_default();
    if kind == "version" && !is_semantic_version(value) {
        let why = "must be a string compatible with semver.org spec 2.0.0";
        errors.invalid_string(path, value, why);
    }
    if matches!(kind, "string" | "version") && value.len() > MAX_ATTRIBUTE {
        errors.too_long(path, MAX_ATTRIBUTE);
    }
}

/// Whether a text is a version as semver.org's second edition has them.
fn is_semantic_version(text: &str) -> bool {
    let is_number = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|it| it.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
    };
    let is_word = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'-')
    };
    let is_release = |part: &str| {
        is_word(part) && (is_number(part) || part.bytes().any(|it| !it.is_ascii_digit()))
    };
    let (text, build) = match text.split_once('+') {
        Some((text, build)) => (text, Some(build)),
        None => (text, None),
    };
    let (core, release) = match text.split_once('-') {
        Some((core, release)) => (core, Some(release)),
        None => (text, None),
    };
    core.split('.').count() == 3
        && core.split('.').all(is_number)
        && release.is_none_or(|it| it.split('.').all(is_release))
        && build.is_none_or(|it| it.split('.').all(is_word))
}

/// Conditions that bind a pod to a device, and those that keep it off: both or none.
fn check_binding_conditions(device: &Value, path: &Path<'_>, errors: &mut Errors) {
    let fields = ["bindingConditions", "bindingFailureConditions"];
    let lists = fields.map(|field| items(device, field));
    for (field, conditions) in fields.into_iter().zip(lists) {
        let list = path.field(field);
        if fits(conditions.len(), MAX_BINDING_CONDITIONS, &list, errors) {
            for (at, condition) in conditions.iter().enumerate() {
                let name = condition.text().unwrap_or_default();
                errors.invalid_each(&list.item(at), name, formats::qualified_name(name));
            }
        }
    }
    let [right, wrong] = lists;
    for (field, conditions) in fields.into_iter().zip(lists) {
        let list = path.field(field);
        for (at, condition) in conditions.iter().enumerate() {
            let name = condition.text().unwrap_or_default();
            if conditions[..at].contains(condition) {
                errors.duplicate(&list.item(at), name);
            }
            if field == fields[1] && right.contains(condition) {
                let why = "bindingFailureConditions must not overlap with bindingConditions";
                errors.invalid_string(&list.item(at), name, why);
            }
        }
    }
    for (one, other, is_alone) in [
        (fields[0], fields[1], right.is_empty() && !wrong.is_empty()),
        (fields[1], fields[0], wrong.is_empty() && !right.is_empty()),
    ] {
        if is_alone {
            let why = format!("{one} are required to use {other}");
            errors.invalid_or_none(&path.field(one), device.get(one), &why);
        }
    }
}
