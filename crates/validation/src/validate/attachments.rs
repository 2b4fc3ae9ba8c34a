//! Attachments of volumes, and what drivers of storage say about themselves.

use super::errors::{Errors, Path};
use super::formats;
use super::internal::show_internal;
use super::resources::check_amount;
use super::rules::Rule::{self, Do, Form, Object, Required};
use super::selectors;
use crate::equality::same;
use crate::fields::{entries, int, some, text};
use trimtab_tree::Value;

const MAX_ATTACHED_METADATA: usize = 256 * 1024;
const MAX_ERROR: usize = 1024;
const MAX_DRIVER_NAME: usize = 63;

pub(super) static ATTACHMENT: &[Rule] = &[
    Object(
        "spec",
        &[
            Do(check_attacher),
            Do(check_source),
            Rule::GivenForm("nodeName", formats::dns_subdomain),
        ],
    ),
    Object("status", ATTACHMENT_STATUS),
    Do(check_volume_name),
];

static ATTACHMENT_STATUS: &[Rule] = &[
    Do(check_attached_metadata),
    Object("attachError", &[Do(check_error)]),
    Object("detachError", &[Do(check_error)]),
];

fn check_attacher(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("attacher");
    let Some(name) = text(spec, "attacher") else {
        errors.required(&path, "");
        return;
    };
    if name.len() > MAX_DRIVER_NAME {
        errors.too_long(&path, MAX_DRIVER_NAME);
    }
    let lower = name.to_lowercase();
    errors.invalid_each(&path, name, formats::dns_subdomain(&lower));
}

fn check_source(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    const ONE: &str = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
    let path = path.field("source");
    let part = |field| some(spec.get("source")?, field);
    match (part("inlineVolumeSpec"), part("persistentVolumeName")) {
        (None, None) => errors.required(&path, ONE),
        (Some(_), Some(_)) => errors.forbidden(&path, ONE),
        (None, Some(name)) => {
            if name.text().is_none_or(str::is_empty) {
                let why = "must specify non empty persistentVolumeName";
                errors.required(&path.field("persistentVolumeName"), why);
            }
        }
        (Some(_), None) => {}
    }
}

fn check_volume_name(attachment: &Value, path: &Path<'_>, errors: &mut Errors) {
    let name = attachment
        .get_path(&["spec", "source", "persistentVolumeName"])
        .and_then(Value::text);
    if let Some(name) = name {
        let path = path.field("spec.source.persistentVolumeName");
        errors.invalid_each(&path, name, formats::dns_subdomain(name));
    }
}

fn check_attached_metadata(status: &Value, path: &Path<'_>, errors: &mut Errors) {
    let size: usize = entries(status, "attachmentMetadata")
        .map(|(key, value)| key.len() + value.text().map_or(0, str::len))
        .sum();
    if size > MAX_ATTACHED_METADATA {
        errors.too_long(&path.field("attachmentMetadata"), MAX_ATTACHED_METADATA);
    }
}

fn check_error(error: &Value, path: &Path<'_>, errors: &mut Errors) {
    if text(error, "message").is_some_and(|it| it.len() > MAX_ERROR) {
        // The limit that is told is another, as in Kubernetes.
        errors.too_long(&path.field("message"), MAX_ATTACHED_METADATA);
    }
    if let Some(code) = int(error, "errorCode").filter(|code| *code < 0) {
        let why = format!("must be between 0 and {}, inclusive", i32::MAX);
        errors.invalid(&path.field("errorCode"), &Value::int(code), &why);
    }
}

pub(super) fn check_attachment_update(
    now: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    check_spec_kept(now, old, "VolumeAttachmentSpec", path, errors);
}

/// The parameters of a class: names, and all together not too long.
pub(super) fn check_parameters(class: &Value, path: &Path<'_>, errors: &mut Errors) {
    const MAX_COUNT: usize = 512;
    const MAX_SIZE: usize = 256 * 1024;
    let path = path.field("parameters");
    if entries(class, "parameters").count() > MAX_COUNT {
        errors.too_long(&path, MAX_COUNT);
        return;
    }
    let mut size = 0;
    for (key, value) in entries(class, "parameters") {
        if key.is_empty() {
            errors.invalid_string(&path, key, "field can not be empty.");
        }
        size += key.len() + value.text().map_or(0, str::len);
    }
    if size > MAX_SIZE {
        errors.too_long(&path, MAX_SIZE);
    }
}

pub(super) static ATTRIBUTES_CLASS: &[Rule] = &[
    Do(check_class_driver),
    Do(check_parameters),
    Do(check_some_parameters),
];

/// The name of what provides volumes of a class, of which case does not count.
pub(super) fn check_provisioner(class: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_driver(class, "provisioner", path, errors);
}

fn check_class_driver(class: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_driver(class, "driverName", path, errors);
}

fn check_driver(class: &Value, field: &str, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field(field);
    match text(class, field).map(str::to_lowercase) {
        None => errors.required(&path, ""),
        Some(name) => errors.invalid_each(&path, &name, formats::qualified_name(&name)),
    }
}

fn check_some_parameters(class: &Value, path: &Path<'_>, errors: &mut Errors) {
    if entries(class, "parameters").next().is_none() {
        let why = "must contain at least one key/value pair";
        errors.required(&path.field("parameters"), why);
    }
}

pub(super) fn check_attributes_update(
    now: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let null = Value::null();
    for field in ["driverName", "parameters"] {
        let of = |object: &'_ Value| object.get(field).unwrap_or(&null).clone();
        if !same(&of(now), &of(old)) {
            let why = format!("updates to {field} are forbidden.");
            errors.forbidden(&path.field(field), &why);
        }
    }
    super::rules::apply(ATTRIBUTES_CLASS, now, path, errors);
}

pub(super) static STORAGE_CAPACITY: &[Rule] = &[
    Object("nodeTopology", &[Do(selectors::check)]),
    Do(check_storage_class),
    Do(check_capacity),
];

fn check_storage_class(capacity: &Value, path: &Path<'_>, errors: &mut Errors) {
    let name = text(capacity, "storageClassName").unwrap_or_default();
    let problems = formats::dns_subdomain(name);
    errors.invalid_each(&path.field("storageClassName"), name, problems);
}

fn check_capacity(capacity: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(amount) = some(capacity, "capacity") {
        check_amount("", amount, &path.field("capacity"), errors);
    }
}

/// The spec of a claim of devices stays; nothing else of it is looked at.
pub(super) fn check_resource_claim(now: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_spec_kept(now, old, "ResourceClaimSpec", path, errors);
}

pub(super) fn check_resource_claim_template(
    now: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    check_spec_kept(now, old, "ResourceClaimTemplateSpec", path, errors);
}

fn check_spec_kept(now: &Value, old: &Value, ty: &str, path: &Path<'_>, errors: &mut Errors) {
    let null = Value::null();
    let (spec, before) = (now.get("spec"), old.get("spec"));
    if !same(spec.unwrap_or(&null), before.unwrap_or(&null)) {
        let shown = show_internal(spec, ty);
        errors.invalid_text(&path.field("spec"), &shown, "field is immutable");
    }
}

pub(super) static RUNTIME_CLASS: &[Rule] = &[
    Required("handler"),
    Form("handler", formats::dns_label),
    Do(check_overhead),
    Object("scheduling", &[Do(check_scheduling)]),
];

fn check_overhead(class: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(overhead) = some(class, "overhead") else {
        return;
    };
    let path = path.field("overhead");
    let limits = path.field("limits");
    for (name, amount) in entries(overhead, "podFixed") {
        let path = limits.key(name);
        let is_known = super::resources::is_for_containers;
        let what = super::resources::CONTAINERS;
        super::resources::check_name(name, is_known, what, &path, errors);
        check_amount(name, amount, &path, errors);
    }
}

fn check_scheduling(scheduling: &Value, path: &Path<'_>, errors: &mut Errors) {
    super::metadata::check_labels(scheduling, "nodeSelector", path, errors);
    let list = path.field("tolerations");
    let tolerations = crate::fields::items(scheduling, "tolerations");
    for (at, toleration) in tolerations.iter().enumerate() {
        let path = list.item(at);
        super::rules::apply(super::scheduling::TOLERATION, toleration, &path, errors);
    }
    let is_same = |a: &Value, b: &Value| {
        ["key", "operator", "value", "effect"]
            .iter()
            .all(|field| text(a, field) == text(b, field))
    };
    for (at, toleration) in tolerations.iter().enumerate() {
        if tolerations[..at].iter().any(|it| is_same(it, toleration)) {
            let shown = show_internal(Some(toleration), "Toleration");
            errors.duplicate_text(&list.item(at), &shown);
        }
    }
}
