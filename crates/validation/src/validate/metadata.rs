//! `metadata`, which all kinds have.

use super::errors::{Errors, Path};
use super::formats::{self, Format};
use crate::equality::same;
use crate::fields::{entries, int, items, text};
use trimtab_schema::Schema;
use trimtab_tree::Value;

/// Bytes that the keys and values of annotations may have together.
const ANNOTATIONS_LIMIT: usize = 256 << 10;

/// Checks the metadata of an object whose name must have this form.
pub(crate) fn check(object: &Value, name_format: Format, errors: &mut Errors) {
    let root = Path::ROOT;
    let path = root.field("metadata");
    let empty = Value::null();
    let metadata = object.get("metadata").unwrap_or(&empty);
    if let Some(prefix) = text(metadata, "generateName") {
        // What the server adds makes the end right.
        let problems = match prefix.strip_suffix('-') {
            Some(start) if !start.is_empty() => name_format(start),
            _ => name_format(prefix),
        };
        errors.invalid_each(&path.field("generateName"), prefix, problems);
    }
    match text(metadata, "name") {
        None => errors.required(&path.field("name"), "name or generateName is required"),
        Some(name) => errors.invalid_each(&path.field("name"), name, name_format(name)),
    }
    check_common(metadata, &path, errors);
    if has_standard_finalizers(object) {
        check_standard_finalizers(metadata, &path, errors);
    }
}

/// Whether finalizers without a domain are only those of Kubernetes itself: not of custom objects,
/// and not of what the servers for other groups keep.
fn has_standard_finalizers(object: &Value) -> bool {
    let api_version = text(object, "apiVersion").unwrap_or_default();
    let kind = text(object, "kind").unwrap_or_default();
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    !["apiextensions.k8s.io", "apiregistration.k8s.io"].contains(&group)
        && Schema::kubernetes().kind(api_version, kind).is_some()
}

fn check_standard_finalizers(metadata: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("finalizers");
    for (at, finalizer) in items(metadata, "finalizers").iter().enumerate() {
        let name = finalizer.text().unwrap_or_default();
        if !name.contains('/') && !formats::is_standard_finalizer(name) {
            let why = "name is neither a standard finalizer name nor is it fully qualified";
            errors.invalid_string(&path.item(at), name, why);
        }
    }
}

/// A manager has a name of so many bytes at most.
const MANAGER_LIMIT: usize = 128;

fn check_managers(metadata: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("managedFields");
    for (at, entry) in items(metadata, "managedFields").iter().enumerate() {
        let manager = text(entry, "manager").unwrap_or_default();
        if manager.len() > MANAGER_LIMIT {
            errors.too_long(&path.item(at).field("manager"), MANAGER_LIMIT);
        }
    }
}

fn check_common(metadata: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(namespace) = text(metadata, "namespace") {
        let problems = formats::dns_label(namespace);
        errors.invalid_each(&path.field("namespace"), namespace, problems);
    }
    if let Some(generation) = int(metadata, "generation").filter(|it| *it < 0) {
        let why = "must be greater than or equal to 0";
        errors.invalid(&path.field("generation"), &Value::int(generation), why);
    }
    check_maps_and_owners(metadata, path, errors);
    check_finalizers(metadata, path, errors);
}

fn check_maps_and_owners(metadata: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_labels(metadata, "labels", path, errors);
    check_annotations(metadata, path, errors);
    check_owners(metadata, &path.field("ownerReferences"), errors);
    check_managers(metadata, path, errors);
}

/// Checks the metadata of an object within another. It need not have a name.
pub(crate) fn check_embedded(metadata: &Value, path: &Path<'_>, errors: &mut Errors) {
    for field in ["generateName", "name"] {
        if let Some(name) = text(metadata, field) {
            errors.invalid_each(&path.field(field), name, formats::path_segment(name));
        }
    }
    check_common(metadata, path, errors);
}

/// Checks a map of labels, such as `metadata.labels` or a `matchLabels`.
pub(super) fn check_labels(object: &Value, field: &str, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field(field);
    for (key, value) in entries(object, field) {
        errors.invalid_each(&path, key, formats::qualified_name(key));
        let value = value.text().unwrap_or_default();
        errors.invalid_each(&path, value, formats::label_value(value));
    }
}

/// Checks the metadata of what objects are made from, which may have labels and annotations.
pub(super) fn check_template(template: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(metadata) = template.get("metadata") else {
        return;
    };
    let own = path.field("metadata");
    check_annotations(metadata, &own, errors);
    check_labels(metadata, "labels", &own, errors);
    let set = metadata
        .as_mapping()
        .into_iter()
        .flat_map(trimtab_tree::Mapping::iter);
    for (field, value) in set {
        let is_empty = value.is_null_or_empty() || value.text() == Some("");
        if !is_empty && !matches!(field, "labels" | "annotations") {
            let told_as = if field == "uid" { "uID" } else { field };
            errors.forbidden(&own.field(told_as), "cannot be set");
        }
    }
}

pub(super) fn check_annotations(metadata: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("annotations");
    let mut size = 0;
    for (key, value) in entries(metadata, "annotations") {
        // Keys were allowed upper case prefixes before they were checked, and still are.
        let lower = key.to_lowercase();
        errors.invalid_each(&path, key, formats::qualified_name(&lower));
        size += key.len() + value.text().unwrap_or_default().len();
    }
    if size > ANNOTATIONS_LIMIT {
        errors.too_long(&path, ANNOTATIONS_LIMIT);
    }
}

fn check_owners(metadata: &Value, path: &Path<'_>, errors: &mut Errors) {
    let owners = items(metadata, "ownerReferences");
    let mut controller: Option<&str> = None;
    for owner in owners {
        for (field, why) in [
            ("apiVersion", "version must not be empty"),
            ("kind", "must not be empty"),
            ("name", "must not be empty"),
            ("uid", "must not be empty"),
        ] {
            // A version has at most a group before it.
            let is_usable = text(owner, field)
                .is_some_and(|found| field != "apiVersion" || found.matches('/').count() < 2);
            if !is_usable {
                let found = text(owner, field).unwrap_or_default();
                errors.invalid_string(&path.field(field), found, why);
            }
        }
        if (text(owner, "apiVersion"), text(owner, "kind")) == (Some("v1"), Some("Event")) {
            let why = "/v1, Kind=Event is disallowed from being an owner";
            errors.invalid(path, owner, why);
        }
        if crate::fields::is_true(owner, "controller") {
            let name = text(owner, "name").unwrap_or_default();
            if let Some(first) = controller
                && let Some(all) = metadata.get("ownerReferences")
            {
                let why = format!(
                    "Only one reference can have Controller set to true. Found \"true\" in \
                     references for {first} and {name}"
                );
                errors.invalid(path, all, &why);
            }
            controller = controller.or(Some(name));
        }
    }
}

fn check_finalizers(metadata: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("finalizers");
    let finalizers = items(metadata, "finalizers");
    for finalizer in finalizers {
        let name = finalizer.text().unwrap_or_default();
        errors.invalid_each(&path, name, formats::qualified_name(name));
    }
    let has = |name: &str| finalizers.iter().any(|it| it.text() == Some(name));
    if has("orphan")
        && has("foregroundDeletion")
        && let Some(all) = metadata.get("finalizers")
    {
        let why = "finalizer orphan and foregroundDeletion cannot be both set";
        errors.invalid(&path, all, why);
    }
}

/// Checks what an update may not change.
pub(crate) fn check_update(object: &Value, old: &Value, errors: &mut Errors) {
    let root = Path::ROOT;
    let path = root.field("metadata");
    let empty = Value::null();
    let metadata = object.get("metadata").unwrap_or(&empty);
    let before = old.get("metadata").unwrap_or(&empty);
    if text(before, "deletionTimestamp").is_some() {
        let is_new = |name: &&str| {
            !items(before, "finalizers")
                .iter()
                .any(|it| it.text() == Some(name))
        };
        let mut added: Vec<&str> = items(metadata, "finalizers")
            .iter()
            .filter_map(Value::text)
            .filter(is_new)
            .collect();
        added.sort_unstable();
        added.dedup();
        if !added.is_empty() {
            let added: Vec<String> = added.iter().map(|name| format!("{name:?}")).collect();
            let why = format!(
                "no new finalizers can be added if the object is being deleted, found new \
                 finalizers []string{{{}}}",
                added.join(", ")
            );
            errors.forbidden(&path.field("finalizers"), &why);
        }
    }
    for field in [
        "name",
        "namespace",
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
    ] {
        check_immutable(metadata, before, field, &path, errors);
    }
    check_maps_and_owners(metadata, &path, errors);
}

/// Checks that a field of an object is what it was.
pub(super) fn check_immutable(
    object: &Value,
    old: &Value,
    field: &str,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let (now, before) = (object.get(field), old.get(field));
    let null = Value::null();
    if !same(now.unwrap_or(&null), before.unwrap_or(&null)) {
        errors.invalid_or_none(&path.field(field), now, "field is immutable");
    }
}

/// Checks that what a path of fields leads to is what it was.
pub(super) fn check_kept(
    object: &Value,
    old: &Value,
    fields: &[&str],
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let null = Value::null();
    match fields {
        [] => {}
        [field] => check_immutable(object, old, field, path, errors),
        [field, rest @ ..] => {
            let (now, before) = (object.get(field), old.get(field));
            let (now, before) = (now.unwrap_or(&null), before.unwrap_or(&null));
            check_kept(now, before, rest, &path.field(field), errors);
        }
    }
}
