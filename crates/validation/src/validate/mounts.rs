//! Where containers see volumes: as files and as devices.

use super::errors::{Errors, Path};
use super::paths::{check_no_way_up, check_relative};
use super::pod_context::PodContext;
use crate::fields::{given, has, is_true, items, text};
use rustc_hash::{FxHashMap, FxHashSet};
use trimtab_tree::Value;

/// Places by the name of the volume.
fn places<'v>(container: &'v Value, list: &str, place: &str) -> FxHashMap<&'v str, &'v str> {
    let of = |it: &'v Value, field: &str| text(it, field).unwrap_or_default();
    items(container, list)
        .iter()
        .map(|it| (of(it, "name"), of(it, place)))
        .collect()
}

/// Checks the mounts of a container.
pub(super) fn check(container: &Value, pod: &PodContext<'_>, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("volumeMounts");
    let devices = places(container, "volumeDevices", "devicePath");
    let mut taken: FxHashSet<&str> = FxHashSet::default();
    for (at, mount) in items(container, "volumeMounts").iter().enumerate() {
        let path = list.item(at);
        let name = text(mount, "name").unwrap_or_default();
        let name_path = path.field("name");
        if name.is_empty() {
            errors.required(&name_path, "");
        }
        if !pod.volumes.contains_key(name) {
            errors.not_found(&name_path, name, "");
        }
        let place = text(mount, "mountPath").unwrap_or_default();
        let place_path = path.field("mountPath");
        if place.is_empty() {
            errors.required(&place_path, "");
        }
        if !taken.insert(place) {
            errors.invalid_string(&place_path, place, "must be unique");
        }
        if devices.contains_key(name) {
            let why = "must not already exist in volumeDevices";
            errors.invalid_string(&name_path, name, why);
        }
        if devices.values().any(|device| *device == place) {
            let why = "must not already exist as a path in volumeDevices";
            errors.invalid_string(&place_path, place, why);
        }
        check_part(mount, &path, &list, errors);
        check_propagation(container, mount, &list, errors);
    }
}

/// Which part of the volume is mounted. What is wrong in it is told of the list, as Kubernetes does.
fn check_part(mount: &Value, path: &Path<'_>, list: &Path<'_>, errors: &mut Errors) {
    if let Some(part) = text(mount, "subPath") {
        check_relative(part, &list.field("subPath"), errors);
    }
    if let Some(part) = text(mount, "subPathExpr") {
        if has(mount, "subPath") {
            let why = "subPathExpr and subPath are mutually exclusive";
            errors.invalid_string(&path.field("subPathExpr"), part, why);
        }
        check_relative(part, &list.field("subPathExpr"), errors);
    }
}

fn check_propagation(container: &Value, mount: &Value, list: &Path<'_>, errors: &mut Errors) {
    let propagation = given(mount, "mountPropagation");
    let path = list.field("mountPropagation");
    match propagation {
        None | Some("HostToContainer" | "None") => {}
        Some("Bidirectional") => {
            let context = container.get("securityContext");
            if !context.is_some_and(|context| is_true(context, "privileged")) {
                let why =
                    "Bidirectional mount propagation is available only to privileged containers";
                errors.forbidden(&path, why);
            }
        }
        Some(found) => {
            let supported = ["Bidirectional", "HostToContainer", "None"];
            errors.unsupported(&path, &Value::string(found), &supported);
        }
    }
    let path = list.field("recursiveReadOnly");
    match given(mount, "recursiveReadOnly") {
        None | Some("Disabled") => {}
        Some("Enabled" | "IfPossible") => {
            if !is_true(mount, "readOnly") {
                errors.forbidden(&path, "may only be specified when readOnly is true");
            }
            if propagation.is_some_and(|propagation| propagation != "None") {
                let why = "may only be specified when mountPropagation is None or not specified";
                errors.forbidden(&path, why);
            }
        }
        Some(found) => {
            let supported = ["Disabled", "Enabled", "IfPossible"];
            errors.unsupported(&path, &Value::string(found), &supported);
        }
    }
}

/// Checks the devices of a container.
pub(super) fn check_devices(
    container: &Value,
    pod: &PodContext<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let list = path.field("volumeDevices");
    let mounts = places(container, "volumeMounts", "mountPath");
    let (mut names, mut taken) = (FxHashSet::default(), FxHashSet::default());
    for (at, device) in items(container, "volumeDevices").iter().enumerate() {
        let path = list.item(at);
        let name = text(device, "name").unwrap_or_default();
        let name_path = path.field("name");
        if name.is_empty() {
            errors.required(&name_path, "");
        } else if !names.insert(name) {
            errors.invalid_string(&name_path, name, "must be unique");
        }
        match pod.volumes.get(name) {
            None => errors.not_found(&name_path, name, ""),
            Some(volume) => {
                let kinds = ["persistentVolumeClaim", "ephemeral"];
                if kinds.iter().all(|kind| volume.get(kind).is_none()) {
                    let why = "can only use volume source type of PersistentVolumeClaim or \
                               Ephemeral for block mode";
                    errors.invalid_string(&name_path, name, why);
                }
            }
        }
        let place = text(device, "devicePath").unwrap_or_default();
        let place_path = path.field("devicePath");
        if place.is_empty() {
            errors.required(&place_path, "");
        }
        if taken.contains(place) {
            errors.invalid_string(&place_path, place, "must be unique");
        }
        let mut ways = Errors::default();
        check_no_way_up(place, &place_path, &mut ways);
        if ways.is_empty() {
            taken.insert(place);
        } else {
            let why = "can not contain backsteps ('..')";
            errors.invalid_string(&place_path, place, why);
        }
        if mounts.contains_key(name) {
            let why = "must not already exist in volumeMounts";
            errors.invalid_string(&name_path, name, why);
        }
        if mounts.values().any(|mount| *mount == place) {
            let why = "must not already exist as a path in volumeMounts";
            errors.invalid_string(&place_path, place, why);
        }
    }
}
