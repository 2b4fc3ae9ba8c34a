//! Volumes.

use super::errors::{Errors, Path};
use super::formats;
use super::references::check_field_reference;
use super::resources;
use super::rules::Rule::{Do, Items, Object, OneOf, Required};
use super::rules::{Rule, apply};
use crate::fields::{int, items, text};
use trimtab_object::Quantity;
use trimtab_tree::Value;

/// Kinds of volumes, in the order in which Kubernetes looks for them, and the rules of each.
static SOURCES: &[(&str, &[Rule])] = &[
    ("emptyDir", &[Do(check_empty_dir)]),
    (
        "hostPath",
        &[
            Required("path"),
            Do(check_host_path),
            OneOf("type", HOST_PATH_TYPES),
        ],
    ),
    ("gitRepo", &[Required("repository")]),
    ("gcePersistentDisk", &[Required("pdName")]),
    ("awsElasticBlockStore", &[Required("volumeID")]),
    (
        "secret",
        &[Required("secretName"), Do(check_mode), Items("items", ITEM)],
    ),
    (
        "nfs",
        &[Required("server"), Required("path"), Do(check_nfs_path)],
    ),
    ("iscsi", &[Required("targetPortal"), Required("iqn")]),
    ("glusterfs", &[Required("endpoints"), Required("path")]),
    ("flocker", &[]),
    ("persistentVolumeClaim", &[Required("claimName")]),
    ("rbd", &[Required("monitors"), Required("image")]),
    ("cinder", &[Required("volumeID")]),
    ("cephfs", &[Required("monitors")]),
    ("quobyte", &[Required("registry"), Required("volume")]),
    ("downwardAPI", &[Do(check_mode), Items("items", DOWNWARD)]),
    ("fc", &[]),
    ("flexVolume", &[Required("driver")]),
    (
        "configMap",
        &[Required("name"), Do(check_mode), Items("items", ITEM)],
    ),
    (
        "azureFile",
        &[Required("secretName"), Required("shareName")],
    ),
    ("vsphereVolume", &[Required("volumePath")]),
    ("photonPersistentDisk", &[Required("pdID")]),
    ("portworxVolume", &[Required("volumeID")]),
    ("azureDisk", &[Required("diskName"), Required("diskURI")]),
    ("storageos", &[]),
    (
        "scaleIO",
        &[
            Required("gateway"),
            Required("system"),
            Required("volumeName"),
        ],
    ),
    ("projected", &[Do(check_projected)]),
    ("csi", &[Required("driver")]),
    ("ephemeral", &[Do(check_ephemeral)]),
    (
        "image",
        &[
            Required("reference"),
            OneOf("pullPolicy", &["Always", "IfNotPresent", "Never"]),
        ],
    ),
];

const HOST_PATH_TYPES: &[&str] = &[
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
];

/// What of its pod a file of a volume may hold.
const DOWNWARD_FIELDS: &[&str] = &[
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
];

static ITEM: &[Rule] = &[Required("key"), Do(check_item)];

static DOWNWARD: &[Rule] = &[Do(check_downward_item)];

pub(super) fn check_volumes(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("volumes");
    let volumes = items(spec, "volumes");
    for (at, volume) in volumes.iter().enumerate() {
        let path = list.item(at);
        let mut found = 0;
        for &(kind, rules) in SOURCES {
            let Some(source) = volume.get(kind) else {
                continue;
            };
            let path = path.field(kind);
            found += 1;
            if found > 1 {
                errors.forbidden(&path, "may not specify more than 1 volume type");
            } else {
                apply(rules, source, &path, errors);
            }
        }
        if found == 0 {
            errors.required(&path, "must specify a volume type");
        }
        let name_path = path.field("name");
        match text(volume, "name") {
            None => errors.required(&name_path, ""),
            Some(name) => {
                errors.invalid_each(&name_path, name, formats::dns_label(name));
                if volumes[..at]
                    .iter()
                    .any(|it| text(it, "name") == Some(name))
                {
                    errors.duplicate(&name_path, name);
                }
            }
        }
    }
}

/// Whether the pod has a volume of this name that can be mounted: of one kind only.
pub(super) fn has_usable(spec: &Value, name: &str) -> bool {
    let mut volumes = items(spec, "volumes").iter();
    let volume = volumes.find(|it| text(it, "name") == Some(name));
    let kinds = |volume: &Value| {
        let found = SOURCES
            .iter()
            .filter(|(kind, _)| volume.get(kind).is_some());
        found.count()
    };
    volume.is_some_and(|volume| kinds(volume) == 1)
}

fn check_empty_dir(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    let size = text(source, "sizeLimit").and_then(|size| Quantity::parse(size).ok());
    if size.is_some_and(|size| size.is_negative()) {
        let why = "SizeLimit field must be a valid resource quantity";
        errors.forbidden(&path.field("sizeLimit"), why);
    }
}

fn check_host_path(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    let place = text(source, "path").unwrap_or_default();
    check_no_way_up(place, &path.field("path"), errors);
}

fn check_nfs_path(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(place) = text(source, "path").filter(|place| !place.starts_with('/')) {
        errors.invalid_string(&path.field("path"), place, "must be an absolute path");
    }
}

fn check_no_way_up(place: &str, path: &Path<'_>, errors: &mut Errors) {
    if place.split('/').any(|part| part == "..") {
        errors.invalid_string(path, place, "must not contain '..'");
    }
}

/// A path inside a volume.
pub(super) fn check_local_path(place: &str, path: &Path<'_>, errors: &mut Errors) {
    if place.starts_with('/') {
        errors.invalid_string(path, place, "must be a relative path");
    }
    check_no_way_up(place, path, errors);
}

fn check_mode(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_mode_at(source, "defaultMode", path, errors);
}

fn check_mode_at(source: &Value, field: &str, path: &Path<'_>, errors: &mut Errors) {
    if let Some(mode) = int(source, field).filter(|mode| !(0..=0o777).contains(mode)) {
        let why = "must be a number between 0 and 0777 (octal), both inclusive";
        errors.invalid(&path.field(field), &Value::int(mode), why);
    }
}

fn check_item(item: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_item_path(item, path, errors);
    check_mode_at(item, "mode", path, errors);
}

fn check_item_path(item: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("path");
    let Some(place) = text(item, "path") else {
        errors.required(&path, "");
        return;
    };
    check_local_path(place, &path, errors);
    if place.starts_with("..") && !place.starts_with("../") && place != ".." {
        errors.invalid_string(&path, place, "must not start with '..'");
    }
}

fn check_downward_item(item: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_item_path(item, path, errors);
    match (item.get("fieldRef"), item.get("resourceFieldRef")) {
        (Some(field), None) => {
            check_field_reference(field, &path.field("fieldRef"), DOWNWARD_FIELDS, errors);
        }
        (None, Some(resource)) => {
            let path = path.field("resourceFieldRef");
            if text(resource, "containerName").is_none() {
                errors.required(&path.field("containerName"), "");
            }
            resources::check_reference(resource, &path, errors);
        }
        (Some(_), Some(_)) => {
            let why = "fieldRef and resourceFieldRef can not be specified simultaneously";
            errors.invalid_string(path, "resource", why);
        }
        (None, None) => errors.required(path, "one of fieldRef and resourceFieldRef is required"),
    }
    check_mode_at(item, "mode", path, errors);
}

/// What a projected volume may bring together.
static PROJECTIONS: &[(&str, &[Rule])] = &[
    ("secret", &[Required("name"), Items("items", ITEM)]),
    ("configMap", &[Required("name"), Items("items", ITEM)]),
    ("downwardAPI", &[Items("items", DOWNWARD)]),
    ("serviceAccountToken", &[Do(check_token)]),
    (
        "clusterTrustBundle",
        &[Object("labelSelector", &[]), Required("path")],
    ),
    ("podCertificate", &[]),
];

fn check_projected(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_mode(source, path, errors);
    let list = path.field("sources");
    let mut places: Vec<&str> = Vec::new();
    for (at, projection) in items(source, "sources").iter().enumerate() {
        let item = list.item(at);
        let mut found = 0;
        for &(kind, rules) in PROJECTIONS {
            let Some(inner) = projection.get(kind) else {
                continue;
            };
            let item = item.field(kind);
            found += 1;
            if found > 1 {
                errors.forbidden(&item, "may not specify more than 1 volume type");
                continue;
            }
            apply(rules, inner, &item, errors);
            let own = text(inner, "path").into_iter();
            let listed = items(inner, "items")
                .iter()
                .filter_map(|item| text(item, "path"));
            for place in own.chain(listed) {
                if places.contains(&place) {
                    let name = text(inner, "name").unwrap_or(place);
                    errors.invalid_string(path, name, "conflicting duplicate paths");
                }
                places.push(place);
            }
        }
        if found == 0 {
            errors.required(&item, "no source specified");
        }
    }
}

fn check_token(token: &Value, path: &Path<'_>, errors: &mut Errors) {
    let seconds = path.field("expirationSeconds");
    if let Some(found) = int(token, "expirationSeconds") {
        if found < 600 {
            let why = "may not specify a duration less than 10 minutes";
            errors.invalid(&seconds, &Value::int(found), why);
        } else if found > 1 << 32 {
            let why = "may not specify a duration larger than 2^32 seconds";
            errors.invalid(&seconds, &Value::int(found), why);
        }
    }
    if text(token, "path").is_none() {
        errors.required(&path.field("path"), "");
    }
}

fn check_ephemeral(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("volumeClaimTemplate");
    match source
        .get("volumeClaimTemplate")
        .and_then(|it| it.get("spec"))
    {
        Some(spec) => super::claim::check_spec(spec, &path.field("spec"), errors),
        None => errors.required(&path, ""),
    }
}
