//! What makes a schema structural: the type of everything is said, once, outside of `allOf` and its
//! like.

use crate::fields::{entries, has, is_true, items, text};
use crate::validate::errors::{Errors, Path};
use trimtab_tree::Value;

/// Where in a schema a part of it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Root,
    Field,
    Item,
}

/// Checks a schema; errors are in the order of their texts.
///
/// A schema with something that no structural one can have is not looked at: what that is comes back.
pub(super) fn check(schema: &Value, path: &Path<'_>, errors: &mut Errors) -> Option<&'static str> {
    let unsupported = unsupported(schema);
    if unsupported.is_some() {
        return unsupported;
    }
    let mut found = Errors::default();
    invariants(schema, Level::Root, path, &mut found);
    completeness(schema, Some(schema), path, path, &mut found);
    found.sort();
    errors.append(found);
    None
}

/// What in a schema cannot be told in a structural one
/// (`NewStructural` in `pkg/apiserver/schema/convert.go`).
fn unsupported(schema: &Value) -> Option<&'static str> {
    const UNSUPPORTED: [(&str, &str); 6] = [
        ("id", "'id' is not supported"),
        ("$schema", "'schema' is not supported"),
        ("$ref", "'$ref' is not supported"),
        ("patternProperties", "'patternProperties' is not supported"),
        ("dependencies", "'dependencies' is not supported"),
        ("definitions", "'definitions' is not supported"),
    ];
    for (name, why) in UNSUPPORTED {
        if has(schema, name) {
            return Some(why);
        }
    }
    if schema
        .get("additionalItems")
        .is_some_and(|it| !it.is_null())
    {
        return Some("'additionalItems' is not supported");
    }
    if !items(schema, "items").is_empty() {
        return Some("'items' must be a schema, but is an array");
    }
    let alone = ["not", "items", "additionalProperties"].into_iter();
    let alone = alone.filter_map(|name| schema.get(name));
    let parts = ["anyOf", "allOf", "oneOf"].into_iter();
    let parts = parts.flat_map(|name| items(schema, name));
    let properties = entries(schema, "properties").map(|(_, property)| property);
    let mut below = alone.chain(parts).chain(properties);
    below.find_map(unsupported)
}

fn below<'v>(schema: &'v Value, field: &str) -> Option<&'v Value> {
    schema.get(field).filter(|it| it.as_mapping().is_some())
}

fn has_properties(schema: &Value) -> bool {
    entries(schema, "properties").next().is_some()
}

fn invariants(schema: &Value, level: Level, path: &Path<'_>, errors: &mut Errors) {
    let kind = text(schema, "type");
    let of_items = below(schema, "items");
    if kind == Some("array") && of_items.is_none() {
        errors.required(&path.field("items"), "must be specified");
    }
    if let Some(of_items) = of_items {
        invariants(of_items, Level::Item, &path.field("items"), errors);
    }
    let properties = path.field("properties");
    for (name, property) in entries(schema, "properties") {
        invariants(property, Level::Field, &properties.key(name), errors);
    }
    let additional = schema
        .get("additionalProperties")
        .filter(|it| !it.is_null());
    let is_embedded = is_true(schema, "x-kubernetes-embedded-resource");
    if let Some(values) = additional {
        let path = path.field("additionalProperties");
        if level == Level::Root {
            errors.forbidden(&path, "must not be used at the root");
        }
        if values.as_mapping().is_some() {
            invariants(values, Level::Field, &path, errors);
        }
        if is_embedded {
            let why = "must not be used if x-kubernetes-embedded-resource is set";
            errors.forbidden(&path, why);
        }
    }
    extensions(schema, path, errors);
    let either = is_true(schema, "x-kubernetes-int-or-string");
    let skips_any_of = either && names_both(items(schema, "anyOf"));
    let first = items(schema, "allOf").first();
    let skips_first = either && first.is_some_and(|first| names_both(items(first, "anyOf")));
    conditions(schema, skips_any_of, skips_first, path, errors);
    of_type(schema, level, path, errors);
}

/// `anyOf: [{type: integer}, {type: string}]`
fn names_both(parts: &[Value]) -> bool {
    let is_type = |part: &Value, kind: &str| {
        text(part, "type") == Some(kind) && part.as_mapping().is_some_and(|it| it.len() == 1)
    };
    matches!(parts, [one, other] if is_type(one, "integer") && is_type(other, "string"))
}

fn extensions(schema: &Value, path: &Path<'_>, errors: &mut Errors) {
    if !is_true(schema, "x-kubernetes-int-or-string") {
        return;
    }
    for name in [
        "x-kubernetes-preserve-unknown-fields",
        "x-kubernetes-embedded-resource",
    ] {
        if is_true(schema, name) {
            let why = "must be false if x-kubernetes-int-or-string is true";
            errors.invalid_text(&path.field(name), "true", why);
        }
    }
}

fn of_type(schema: &Value, level: Level, path: &Path<'_>, errors: &mut Errors) {
    let kind = text(schema, "type");
    let type_path = path.field("type");
    let is_embedded = is_true(schema, "x-kubernetes-embedded-resource");
    let preserves = is_true(schema, "x-kubernetes-preserve-unknown-fields");
    let either = is_true(schema, "x-kubernetes-int-or-string");
    if is_embedded && kind != Some("object") {
        let why = "must be object if x-kubernetes-embedded-resource is true";
        match kind {
            None => errors.required(&type_path, why),
            Some(kind) => errors.invalid_string(&type_path, kind, why),
        }
    } else if kind.is_none() && !either && !preserves {
        let why = match level {
            Level::Root => "must not be empty at the root",
            Level::Item => "must not be empty for specified array items",
            Level::Field => "must not be empty for specified object fields",
        };
        errors.required(&type_path, why);
    }
    if let Some(kind) = kind.filter(|kind| level == Level::Root && *kind != "object") {
        errors.invalid_string(&type_path, kind, "must be object at the root");
    }
    let is_resource = level == Level::Root || is_embedded;
    let properties = path.field("properties");
    for (name, property) in entries(schema, "properties") {
        let own = text(property, "type").unwrap_or_default();
        let path = properties.key(name);
        match name {
            "kind" | "apiVersion" if is_resource && own != "string" => {
                errors.invalid_string(&path.field("type"), own, "must be string");
            }
            "metadata" => {
                if is_resource && own != "object" {
                    errors.invalid_string(&path.field("type"), own, "must be object");
                }
                if level == Level::Root && !says_names_only(property) {
                    let why = "must not specify anything other than name and generateName, but \
                               metadata is implicitly specified";
                    errors.forbidden(&path, why);
                }
            }
            _ => {}
        }
    }
    if is_embedded && !preserves && !has_properties(schema) {
        let why = "must not be empty if x-kubernetes-embedded-resource is true without \
                   x-kubernetes-preserve-unknown-fields";
        errors.required(&properties, why);
    }
}

fn says_names_only(metadata: &Value) -> bool {
    let fields = metadata
        .as_mapping()
        .into_iter()
        .flat_map(trimtab_tree::Mapping::iter);
    let mut fields = fields.filter(|(_, value)| !value.is_null_or_empty());
    fields.all(|(name, _)| match name {
        "type" | "default" => true,
        "properties" => {
            entries(metadata, "properties").all(|(name, _)| matches!(name, "name" | "generateName"))
        }
        _ => false,
    })
}

/// What must hold beside the type.
fn conditions(
    schema: &Value,
    skips_any_of: bool,
    skips_first: bool,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let mut each = |field: &str, skip: &dyn Fn(usize) -> bool| {
        let list = path.field(field);
        for (at, part) in items(schema, field).iter().enumerate() {
            nested(part, skip(at), &list.item(at), errors);
        }
    };
    if !skips_any_of {
        each("anyOf", &|_| false);
    }
    each("allOf", &|at| skips_first && at == 0);
    each("oneOf", &|_| false);
    if let Some(not) = below(schema, "not") {
        nested(not, false, &path.field("not"), errors);
    }
    if let Some(pattern) = text(schema, "pattern")
        && let Err(error) = regex::Regex::new(pattern)
    {
        let why = format!(
            "must be a valid regular expression, but isn't: error parsing regexp: {}",
            shortly(&error, pattern)
        );
        errors.invalid_string(&path.field("pattern"), pattern, &why);
    }
}

/// The last line of the error, which says what is wrong, with the expression as Go shows it.
fn shortly(error: &regex::Error, pattern: &str) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    let last = last.strip_prefix("error: ").unwrap_or(last);
    format!("{last}: `{pattern}`")
}

/// A part of `allOf` and its like: it says nothing of the structure.
fn nested(schema: &Value, skips_any_of: bool, path: &Path<'_>, errors: &mut Errors) {
    conditions(schema, skips_any_of, false, path, errors);
    if let Some(of_items) = below(schema, "items") {
        nested(of_items, false, &path.field("items"), errors);
    }
    let properties = path.field("properties");
    for (name, property) in entries(schema, "properties") {
        nested(property, false, &properties.key(name), errors);
    }
    let mut forbid = |field: &str, is_there: bool, why: &str| {
        if is_there {
            errors.forbidden(&path.field(field), why);
        }
    };
    let is_said = |field: &str| text(schema, field).is_some();
    let empty = "must be empty to be structural";
    let undefined = "must be undefined to be structural";
    let is_false = "must be false to be structural";
    forbid("type", is_said("type"), empty);
    let has = |field: &str| schema.get(field).is_some_and(|it| !it.is_null());
    forbid(
        "additionalProperties",
        has("additionalProperties"),
        undefined,
    );
    forbid("default", has("default"), undefined);
    forbid("title", is_said("title"), empty);
    forbid("description", is_said("description"), empty);
    forbid("nullable", is_true(schema, "nullable"), is_false);
    for field in [
        "x-kubernetes-preserve-unknown-fields",
        "x-kubernetes-embedded-resource",
        "x-kubernetes-int-or-string",
    ] {
        forbid(field, is_true(schema, field), is_false);
    }
    let keys = "x-kubernetes-list-map-keys";
    forbid(keys, !items(schema, keys).is_empty(), empty);
    forbid(
        "x-kubernetes-list-type",
        has("x-kubernetes-list-type"),
        undefined,
    );
    forbid(
        "x-kubernetes-map-type",
        has("x-kubernetes-map-type"),
        undefined,
    );
    let rules = "x-kubernetes-validations";
    forbid(rules, !items(schema, rules).is_empty(), empty);
    if schema.get_path(&["properties", "metadata"]).is_some() {
        let why = "must not be specified in a nested context";
        errors.forbidden(&properties.key("metadata"), why);
    }
}

/// What conditions at the root name is to be in the structure. (Those further in are not looked at, as in
/// Kubernetes.)
fn completeness(
    condition: &Value,
    schema: Option<&Value>,
    schema_path: &Path<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if let Some(not) = below(condition, "not") {
        nested_completeness(not, schema, schema_path, &path.field("not"), errors);
    }
    for field in ["allOf", "anyOf", "oneOf"] {
        let list = path.field(field);
        for (at, part) in items(condition, field).iter().enumerate() {
            nested_completeness(part, schema, schema_path, &list.item(at), errors);
        }
    }
}

fn nested_completeness(
    condition: &Value,
    schema: Option<&Value>,
    schema_path: &Path<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let Some(schema) = schema else {
        errors.required(schema_path, &format!("because it is defined in {path}"));
        return;
    };
    completeness(condition, Some(schema), schema_path, path, errors);
    if let Some(of_items) = below(condition, "items") {
        nested_completeness(
            of_items,
            below(schema, "items"),
            &schema_path.field("items"),
            &path.field("items"),
            errors,
        );
    }
    let (properties, own) = (schema_path.field("properties"), path.field("properties"));
    for (name, property) in entries(condition, "properties") {
        nested_completeness(
            property,
            schema.get_path(&["properties", name]),
            &properties.key(name),
            &own.key(name),
            errors,
        );
    }
}
