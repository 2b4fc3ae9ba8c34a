//! Slices: what a driver offers, and where.

use super::counters::check_counters;
use super::device::{SEVERAL_VALUES, check_device};
use super::lists::{check_unique, fits, names};
use super::names::check_driver;
use super::place::{check_one_place, places};
use crate::fields::{entries, int, is_true, items, text};
use crate::validate::errors::{Errors, Path};
use crate::validate::formats;
use trimtab_tree::Value;

const MAX_POOL_NAME: usize = 253;
const MAX_COUNTER_SETS: usize = 8;
/// Devices of a slice, and of one whose devices do more than to have scalar attributes.
const MAX_DEVICES: usize = 128;
const MAX_ADVANCED_DEVICES: usize = 64;

pub(super) fn check_slice(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_driver(spec, path, errors);
    check_pool(spec, &path.field("pool"), errors);
    let flags = ["allNodes", "perDeviceNodeSelection"];
    let empty = "must be either unset or set to a non-empty string";
    let set = places(spec, &flags, empty, path, errors);
    if let Some(terms) = spec.get_path(&["nodeSelector", "nodeSelectorTerms"])
        && terms.as_sequence().map_or(0, <[Value]>::len) != 1
    {
        let selector = path.field("nodeSelector");
        let why = "must have exactly one node selector term";
        errors.invalid_or_none(&selector.field("nodeSelectorTerms"), Some(terms), why);
    }
    let why = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is \
               required";
    check_one_place(&set, why, path, errors);
    let has = |field| spec.get(field).is_some_and(|it| !it.is_null());
    if has("sharedCounters") && has("devices") {
        let why = "only one of `sharedCounters` or `devices` is allowed";
        errors.invalid_string(path, "", why);
    }
    check_devices(spec, path, errors);
    let list = path.field("sharedCounters");
    let sets = items(spec, "sharedCounters");
    if fits(sets.len(), MAX_COUNTER_SETS, &list, errors) {
        for (at, set) in sets.iter().enumerate() {
            check_counters(set, "name", &list.item(at), errors);
        }
        check_unique(names(sets), &list, errors);
    }
}

fn check_pool(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let none = Value::null();
    let pool = spec.get("pool").unwrap_or(&none);
    let name_path = path.field("name");
    let name = text(pool, "name").unwrap_or_default();
    if name.is_empty() {
        errors.required(&name_path, "");
    } else {
        if name.len() > MAX_POOL_NAME {
            errors.too_long(&name_path, MAX_POOL_NAME);
        }
        for part in name.split('/') {
            errors.invalid_each(&name_path, part, formats::dns_subdomain(part));
        }
    }
    let count = int(pool, "resourceSliceCount").unwrap_or(0);
    if count <= 0 {
        let path = path.field("resourceSliceCount");
        errors.invalid(&path, &Value::int(count), "must be greater than zero");
    }
    if let Some(generation) = int(pool, "generation").filter(|it| *it < 0) {
        let why = "must be greater than or equal to zero";
        errors.invalid(&path.field("generation"), &Value::int(generation), why);
    }
}

fn check_devices(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("devices");
    let devices = items(spec, "devices");
    let is_advanced = |device: &Value| {
        let has = |field| !items(device, field).is_empty();
        let lists = |attribute: &Value| SEVERAL_VALUES.iter().any(|it| attribute.get(it).is_some());
        has("taints")
            || has("consumesCounters")
            || entries(device, "attributes").any(|(_, attribute)| lists(attribute))
    };
    let most = if devices.iter().any(is_advanced) {
        MAX_ADVANCED_DEVICES
    } else {
        MAX_DEVICES
    };
    if !fits(devices.len(), most, &list, errors) {
        return;
    }
    let per_device = is_true(spec, "perDeviceNodeSelection");
    for (at, device) in devices.iter().enumerate() {
        check_device(device, per_device, &list.item(at), errors);
    }
    check_unique(names(devices), &list, errors);
}

/// What a slice may not change: whose it is, and where.
pub(in crate::validate) fn check_slice_update(
    slice: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let path = path.field("spec");
    for field in [&["pool", "name"][..], &["driver"], &["nodeName"]] {
        let of = |slice: &Value| {
            let steps: Vec<&str> = std::iter::once("spec")
                .chain(field.iter().copied())
                .collect();
            slice.get_path(&steps).cloned()
        };
        let now = of(slice);
        if now != of(old) {
            let told = field.join(".");
            errors.invalid_or_none(&path.raw(&told), now.as_ref(), "field is immutable");
        }
    }
}
