//! What is wrong with a `CustomResourceDefinition`.
//!
//! Kubernetes checks definitions in an internal form, in which what all versions have in common is
//! said once: errors are told at `spec.validation` then, not at `spec.versions[0].schema`, and
//! values are shown with the names of Go's fields ([`shown`]). So it is here.
//!
//! Upstream: `apiextensions-apiserver/pkg/apis/apiextensions/validation`,
//! `pkg/apiserver/schema/validation.go`.

mod approval;
mod conversion;
mod defaults;
mod names;
mod rules;
mod schema;
mod shown;
mod shown_schema;
mod structural;
#[cfg(test)]
mod tests;
mod versions;
mod walk;
mod warnings;

pub use approval::{Approval, approval};
pub use warnings::warnings;

use crate::equality::same;
use crate::fields::{is_true, items, text};
use crate::validate::errors::{Errors, Path};
use crate::validate::formats;
use rustc_hash::FxHashSet;
use trimtab_tree::Value;

/// Checks a new definition, its metadata aside.
pub(crate) fn check_create(definition: &Value, path: &Path<'_>, errors: &mut Errors) {
    let name = definition
        .get_path(&["metadata", "name"])
        .and_then(Value::as_str);
    let name = name.unwrap_or_default();
    let spec = definition
        .get("spec")
        .cloned()
        .unwrap_or_else(|| Value::mapping([]));
    let names = spec
        .get("names")
        .cloned()
        .unwrap_or_else(|| Value::mapping([]));
    let plural = text(&names, "plural").unwrap_or_default();
    let group = text(&spec, "group").unwrap_or_default();
    let why = "must be spec.names.plural+\".\"+spec.group";
    let metadata = path.field("metadata");
    let wanted = format!("{plural}.{group}");
    let prefix = definition.get_path(&["metadata", "generateName"]);
    if let Some(prefix) = prefix.and_then(Value::as_str).filter(|it| !it.is_empty())
        && prefix != wanted
    {
        errors.invalid_string(&metadata.field("generateName"), prefix, why);
    }
    if name != wanted {
        errors.invalid_string(&metadata.field("name"), name, why);
    }
    check(definition, None, path, errors);
}

/// Checks a definition that takes the place of another.
pub(crate) fn check_update(definition: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    check(definition, Some(old), path, errors);
}

/// Checks what the status of a definition says.
pub(crate) fn check_status(definition: &Value, _: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(accepted) = definition.get_path(&["status", "acceptedNames"]) {
        let path = path.field("status");
        names::check(accepted, &path.field("acceptedNames"), errors);
    }
}

fn check(definition: &Value, old: Option<&Value>, path: &Path<'_>, errors: &mut Errors) {
    let empty = Value::mapping([]);
    let spec = definition.get("spec").unwrap_or(&empty);
    let spec_path = path.field("spec");
    check_spec(spec, old, &spec_path, errors);
    if let Some(old) = old {
        check_immutable(definition, old, &spec_path, errors);
    }
    let status = path.field("status");
    if let Some(accepted) = definition.get_path(&["status", "acceptedNames"]) {
        names::check(accepted, &status.field("acceptedNames"), errors);
    }
    check_stored_versions(definition, &status, errors);
    approval::check(definition, old, path, errors);
    let preserves = |definition: &Value| {
        let spec = definition.get("spec");
        spec.is_some_and(|spec| is_true(spec, "preserveUnknownFields"))
    };
    if preserves(definition) && !old.is_some_and(preserves) {
        let why = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in \
                   spec.versions[*].schema instead";
        errors.invalid_text(&spec_path.field("preserveUnknownFields"), "true", why);
    }
}

/// Whether a field is there and not null.
fn is_there(object: &Value, field: &str) -> bool {
    object.get(field).is_some_and(|value| !value.is_null())
}

/// Whether a definition has been established: its names are settled.
fn is_established(definition: &Value) -> bool {
    let conditions = definition.get_path(&["status", "conditions"]);
    let conditions = conditions.and_then(Value::as_sequence).unwrap_or_default();
    conditions
        .iter()
        .any(|it| text(it, "type") == Some("Established") && text(it, "status") == Some("True"))
}

fn check_immutable(definition: &Value, old: &Value, spec: &Path<'_>, errors: &mut Errors) {
    let mut keep = |steps: &[&str], path: &Path<'_>| {
        let mut full = vec!["spec"];
        full.extend(steps);
        let (new, old) = (definition.get_path(&full), old.get_path(&full));
        if new != old {
            errors.invalid_or_none(path, new, "field is immutable");
        }
    };
    let names = spec.field("names");
    if is_established(old) {
        keep(&["scope"], &spec.field("scope"));
        keep(&["names", "kind"], &names.field("kind"));
    }
    keep(&["group"], &spec.field("group"));
    keep(&["names", "plural"], &names.field("plural"));
}

/// A part of versions that is said once if all versions have the same.
#[expect(
    clippy::option_option,
    reason = "all can have nothing in common, or nothing at all"
)]
fn common<'v>(versions: &'v [Value], field: &str) -> Option<Option<&'v Value>> {
    let first = versions
        .first()?
        .get(field)
        .filter(|value| !value.is_null());
    let is_same = |version: &Value| {
        let own = version.get(field).filter(|value| !value.is_null());
        match (own, first) {
            (Some(a), Some(b)) => same(a, b),
            (None, None) => true,
            _ => false,
        }
    };
    versions.iter().all(is_same).then_some(first)
}

/// What all versions have in common, part by part; nothing of a part in which they differ.
#[expect(
    clippy::option_option,
    reason = "all can have nothing in common, or nothing at all"
)]
struct Common<'v> {
    schema: Option<Option<&'v Value>>,
    subresources: Option<Option<&'v Value>>,
    columns: Option<Option<&'v Value>>,
    selectable: Option<Option<&'v Value>>,
}

impl<'v> Common<'v> {
    fn of(versions: &'v [Value]) -> Self {
        Self {
            schema: common(versions, "schema"),
            subresources: common(versions, "subresources"),
            columns: common(versions, "additionalPrinterColumns"),
            selectable: common(versions, "selectableFields"),
        }
    }

    /// The versions as messages show them: without these.
    fn shown(&self, versions: &[Value]) -> String {
        let common = shown::Common {
            schema: self.schema.is_some(),
            subresources: self.subresources.is_some(),
            columns: self.columns.is_some(),
            selectable: self.selectable.is_some(),
        };
        shown::versions(versions, &common)
    }
}

fn check_spec(spec: &Value, old: Option<&Value>, path: &Path<'_>, errors: &mut Errors) {
    check_group(spec, &path.field("group"), errors);
    check_scope(spec, &path.field("scope"), errors);
    let versions = items(spec, "versions");
    let old_spec = old.and_then(|old| old.get("spec"));
    let common = Common::of(versions);
    check_defaults_are_used(spec, versions, path, errors);
    let list = path.field("versions");
    check_schemas(versions, &common, &list, errors);
    for (at, version) in versions.iter().enumerate() {
        check_version(version, &common, old_spec, &list.item(at), errors);
    }
    check_version_names(versions, &common, &list, errors);
    if let Some(name) = versions.first().and_then(|first| text(first, "name")) {
        check_label(&path.field("version"), name, errors);
    }
    check_names(spec, &path.field("names"), errors);
    check_common(versions, &common, old_spec, path, errors);
    if let Some(conversion) = spec.get("conversion") {
        conversion::check(conversion, old_spec, &path.field("conversion"), errors);
    }
}

fn check_scope(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    match text(spec, "scope") {
        None => errors.required(path, ""),
        Some("Cluster" | "Namespaced") => {}
        Some(other) => {
            let known = ["Cluster", "Namespaced"];
            errors.unsupported(path, &Value::string(other), &known);
        }
    }
}

/// Defaults are for fields that are known: where unknown ones are kept, there are none.
fn check_defaults_are_used(spec: &Value, versions: &[Value], path: &Path<'_>, errors: &mut Errors) {
    if !is_true(spec, "preserveUnknownFields") {
        return;
    }
    let mut schemas = versions
        .iter()
        .filter_map(|version| version.get_path(&["schema", "openAPIV3Schema"]));
    if schemas.any(|schema| walk::any(schema, &|part| is_there(part, "default"))) {
        let why = "must be false in order to use defaults in the schema";
        errors.invalid_text(&path.field("preserveUnknownFields"), "true", why);
    }
}

/// Every version has a schema.
fn check_schemas(versions: &[Value], common: &Common<'_>, list: &Path<'_>, errors: &mut Errors) {
    let has_one = |version: &Value| {
        let schema = version.get_path(&["schema", "openAPIV3Schema"]);
        schema.is_some_and(|schema| !schema.is_null())
    };
    if matches!(common.schema, Some(Some(_))) && versions.iter().all(has_one) {
        return;
    }
    for (at, version) in versions.iter().enumerate() {
        if !has_one(version) {
            let version = list.item(at);
            let schema = version.field("schema");
            errors.required(&schema.field("openAPIV3Schema"), "");
        }
    }
}

/// What one version has for itself.
fn check_version(
    version: &Value,
    common: &Common<'_>,
    old_spec: Option<&Value>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let name = text(version, "name").unwrap_or_default();
    check_label(&path.field("name"), name, errors);
    versions::check_deprecation(version, path, errors);
    if common.schema.is_none()
        && let Some(schema) = version.get("schema")
    {
        let is_unchanged = has_schema(old_spec, name, schema);
        let path = path.field("schema");
        schema::check(schema, has_status(version), is_unchanged, &path, errors);
    }
    if common.subresources.is_none()
        && let Some(subresources) = version.get("subresources")
    {
        versions::check_subresources(subresources, &path.field("subresources"), errors);
    }
    if common.columns.is_none() {
        versions::check_columns(version, path, errors);
    }
    if common.selectable.is_none() {
        let schema = version.get_path(&["schema", "openAPIV3Schema"]);
        versions::check_selectable(version, schema, path, errors);
    }
}

/// No two versions have one name, and one of them is stored.
fn check_version_names(
    versions: &[Value],
    common: &Common<'_>,
    list: &Path<'_>,
    errors: &mut Errors,
) {
    let names = versions
        .iter()
        .map(|it| text(it, "name").unwrap_or_default());
    let distinct: FxHashSet<&str> = names.collect();
    if distinct.len() != versions.len() {
        let shown = common.shown(versions);
        errors.invalid_text(list, &shown, "must contain unique version names");
    }
    let stored = versions.iter().filter(|it| is_true(it, "storage"));
    if stored.count() != 1 {
        let why = "must have exactly one version marked as storage version";
        errors.invalid_text(list, &common.shown(versions), why);
    }
}

fn check_names(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let nothing = Value::mapping([]);
    let names = spec.get("names").unwrap_or(&nothing);
    for field in ["plural", "singular", "kind", "listKind"] {
        if text(names, field).is_none() {
            errors.required(&path.field(field), "");
        }
    }
    names::check(names, path, errors);
}

/// What all versions have in common, which is told as if it stood in the `spec` itself.
fn check_common(
    versions: &[Value],
    common: &Common<'_>,
    old_spec: Option<&Value>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let Some(first) = versions.first() else {
        return;
    };
    if let Some(Some(schema)) = common.schema {
        let name = text(first, "name").unwrap_or_default();
        let is_unchanged = has_schema(old_spec, name, schema);
        let has_status = versions.iter().any(has_status);
        let path = path.field("validation");
        schema::check(schema, has_status, is_unchanged, &path, errors);
    }
    if let Some(Some(subresources)) = common.subresources {
        versions::check_subresources(subresources, &path.field("subresources"), errors);
    }
    if let Some(Some(_)) = common.columns {
        versions::check_columns(first, path, errors);
    }
    if let Some(Some(_)) = common.selectable {
        let schema = first.get_path(&["schema", "openAPIV3Schema"]);
        versions::check_selectable(first, schema, path, errors);
    }
}

/// Whether a version has a status of its own.
fn has_status(version: &Value) -> bool {
    version.get_path(&["subresources", "status"]).is_some()
}

/// Whether the version of a name had this schema before.
fn has_schema(old_spec: Option<&Value>, version: &str, schema: &Value) -> bool {
    let versions = old_spec
        .map(|spec| items(spec, "versions"))
        .unwrap_or_default();
    let old = versions.iter().find(|it| text(it, "name") == Some(version));
    let old = old.and_then(|old| old.get("schema"));
    old.is_some_and(|old| same(old, schema))
}

/// Says everything that is wrong with a label in one error.
fn check_label(path: &Path<'_>, name: &str, errors: &mut Errors) {
    let problems = formats::dns_1035_label(name);
    if !problems.is_empty() {
        errors.invalid_string(path, name, &problems.join(","));
    }
}

fn check_group(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(group) = text(spec, "group") else {
        errors.required(path, "");
        return;
    };
    let problems = formats::dns_subdomain(group);
    if !problems.is_empty() {
        errors.invalid_string(path, group, &problems.join(","));
    } else if !group.contains('.') {
        errors.invalid_string(path, group, "should be a domain with at least one dot");
    }
}

fn check_stored_versions(definition: &Value, status: &Path<'_>, errors: &mut Errors) {
    let nothing = Value::mapping([]);
    let path = status.field("storedVersions");
    let own_status = definition.get("status").unwrap_or(&nothing);
    let stored = items(own_status, "storedVersions");
    if stored.is_empty() {
        let why = "must have at least one stored version";
        errors.invalid_or_none(&path, None, why);
        return;
    }
    let spec = definition.get("spec").unwrap_or(&nothing);
    let name_of = |version| text(version, "name").unwrap_or_default();
    let mut gone: Vec<(usize, &str)> = stored
        .iter()
        .map(|name| name.text().unwrap_or_default())
        .enumerate()
        .collect();
    // A stored version stands for one version: that another has its name is no excuse.
    for version in items(spec, "versions") {
        let name = name_of(version);
        let known = gone.len();
        gone.retain(|(_, stored)| *stored != name);
        if gone.len() == known && is_true(version, "storage") {
            let why = format!("must have the storage version {name}");
            errors.invalid_or_none(&path, own_status.get("storedVersions"), &why);
        }
    }
    for (at, name) in gone {
        let why = format!(
            "missing from spec.versions; {name} was previously a storage version, and must \
             remain in spec.versions until a storage migration ensures no data remains \
             persisted in {name} and removes {name} from status.storedVersions"
        );
        errors.invalid_string(&path.item(at), name, &why);
    }
}
