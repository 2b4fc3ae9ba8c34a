//! The volumes of a pod.

use super::errors::{Errors, Path};
use super::formats;
use super::rules::{Rule, apply};
use super::volume_sources::{Kind, OF_PERSISTENT, OF_PODS};
use crate::fields::{items, text};
use rustc_hash::{FxHashMap, FxHashSet};
use trimtab_tree::Value;

/// Checks the volumes of a pod of that name, which is empty for a template; gives those that its
/// containers can use, by name: in which nothing is wrong.
pub(super) fn check_volumes<'v>(
    spec: &'v Value,
    pod: &str,
    path: &Path<'_>,
    errors: &mut Errors,
) -> FxHashMap<&'v str, &'v Value> {
    let list = path.field("volumes");
    let volumes = items(spec, "volumes");
    let mut usable: FxHashMap<&str, &Value> = FxHashMap::default();
    // Claims that are made for the pod's own volumes cannot be used by others of it.
    let made: FxHashSet<String> = volumes
        .iter()
        .filter(|volume| !pod.is_empty() && volume.get("ephemeral").is_some())
        .filter_map(|volume| text(volume, "name"))
        .map(|volume| format!("{pod}-{volume}"))
        .collect();
    for (at, volume) in volumes.iter().enumerate() {
        let path = list.item(at);
        let name = text(volume, "name").unwrap_or_default();
        let mut own = Errors::default();
        check_volume(volume, name, pod, &path, &mut own);
        if usable.contains_key(name) {
            own.duplicate(&path.field("name"), name);
        }
        if own.is_empty() {
            usable.insert(name, volume);
        }
        errors.append(own);
        let claim = volume.get_path(&["persistentVolumeClaim", "claimName"]);
        if let Some(claim) = claim.and_then(Value::text)
            && made.contains(claim)
        {
            let why = "must not reference a PVC that gets created for an ephemeral volume";
            let source = path.field("persistentVolumeClaim");
            errors.invalid_string(&source.field("claimName"), claim, why);
        }
    }
    usable
}

fn check_volume(volume: &Value, name: &str, pod: &str, path: &Path<'_>, errors: &mut Errors) {
    if check_sources(volume, OF_PODS, path, errors) == 0 {
        errors.required(path, "must specify a volume type");
    }
    check_with_name(volume, name, pod, path, errors);
    let name_path = path.field("name");
    if name.is_empty() {
        errors.required(&name_path, "");
    } else {
        errors.invalid_each(&name_path, name, formats::dns_label(name));
    }
}

/// Checks what is behind a volume, of which there may be one, in Kubernetes' names; gives how many there are.
pub(super) fn check_sources(
    volume: &Value,
    kinds: &[Kind],
    path: &Path<'_>,
    errors: &mut Errors,
) -> usize {
    let mut found = 0;
    for &(kind, told_as, rules) in kinds {
        let Some(source) = volume.get(kind).filter(|source| !source.is_null()) else {
            continue;
        };
        found += 1;
        // A persistent volume may have one of these beside another, for want of a check.
        let is_checked = kind != "flexVolume" || !std::ptr::eq(kinds, OF_PERSISTENT);
        if found > 1 && is_checked {
            let told_as = match kind {
                "cephfs" => "cephFS",
                "downwardAPI" => "downwarAPI",
                other => other,
            };
            errors.forbidden(
                &path.field(told_as),
                "may not specify more than 1 volume type",
            );
        } else {
            apply(rules, source, &path.field(told_as), errors);
        }
    }
    found
}

/// What depends on the volume's own name.
fn check_with_name(volume: &Value, name: &str, pod: &str, path: &Path<'_>, errors: &mut Errors) {
    if let Some(source) = volume.get("iscsi")
        && source.get("initiatorName").is_some()
        && name.len() + 1 + text(source, "targetPortal").map_or(0, str::len) > 64
    {
        let why = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters \
                   if iscsi.initiatorName is specified.";
        errors.invalid_string(&path.field("name"), name, why);
    }
    let is_alone = volume.as_mapping().is_some_and(|fields| fields.len() <= 2);
    if let Some(image) = volume.get("image").filter(|_| !pod.is_empty() && is_alone) {
        let path = path.field("image");
        apply(&[Rule::Required("reference")], image, &path, errors);
    }
    if volume.get("ephemeral").is_some() && !pod.is_empty() && !name.is_empty() {
        let claim = format!("{pod}-{name}");
        for problem in formats::dns_subdomain(&claim) {
            let why = format!("PVC name {claim:?}: {problem}");
            errors.invalid_string(&path.field("name"), name, &why);
        }
    }
}
