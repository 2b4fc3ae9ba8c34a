//! Schemas of custom kinds as others read them: as types for merging, and as the API publishes them.
//!
//! Upstream: `apiextensions-apiserver/pkg/controller/openapi`.

use crate::fields::{has, is_true, items, set, text};
use trimtab_tree::{Mapping, Text, Value};

/// The full name of the type of metadata.
const OBJECT_META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/// Who reads a published schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// OpenAPI 3.0
    Version3,
    /// OpenAPI 2.0, which knows less, and whose readers stumble over some of what it knows.
    Version2,
}

/// What is said of the fields that every object has, in a published schema.
#[derive(Clone, Copy, Debug, Default)]
pub struct CommonDescriptions<'a> {
    /// Of `apiVersion`.
    pub api_version: &'a str,
    /// Of `kind`.
    pub kind: &'a str,
    /// Of `metadata`.
    pub metadata: &'a str,
}

/// The name of a kind's schema in a published document: `com.example.v1.Thing`.
#[must_use]
pub fn definition_name(group: &str, version: &str, kind: &str) -> String {
    let mut parts: Vec<&str> = group.split('.').collect();
    parts.reverse();
    format!("{}.{version}.{kind}", parts.join("."))
}

/// An OpenAPI document with the one definition of a custom kind, for
/// [`Schema::with_openapi`](trimtab_schema::Schema::with_openapi).
#[must_use]
pub fn type_document(schema: &Value, group: &str, version: &str, kind: &str) -> Value {
    let mut definition = schema.clone();
    for_merging(&mut definition, true);
    let is_of = Value::mapping([
        ("group", Value::string(group)),
        ("version", Value::string(version)),
        ("kind", Value::string(kind)),
    ]);
    let is_of = Value::sequence(vec![is_of]);
    set(&mut definition, "x-kubernetes-group-version-kind", is_of);
    let name = definition_name(group, version, kind);
    let definitions: Mapping = [(Text::from(name), definition)].into_iter().collect();
    Value::mapping([("definitions", definitions.into())])
}

/// Drops what merging does not look at, and says of objects what they all have. Defaults stay: those
/// of the keys of lists tell items apart that leave a key out.
fn for_merging(schema: &mut Value, is_resource: bool) {
    let is_resource = is_resource || is_true(schema, "x-kubernetes-embedded-resource");
    if let Some(fields) = schema.as_mapping_mut() {
        fields.retain(|name, _| !matches!(name, "description" | "enum" | "example"));
    }
    for_each_below(schema, &mut |below| for_merging(below, false));
    if is_resource {
        let plain = || Value::mapping([("type", Value::string("string"))]);
        set_properties(schema, plain(), plain(), reference("#/definitions/"));
    }
}

fn reference(prefix: &str) -> Value {
    Value::mapping([("$ref", Value::string(format!("{prefix}{OBJECT_META}")))])
}

/// Visits the schemas right below one: those of fields, values and items.
fn for_each_below(schema: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_mapping_mut) {
        properties.values_mut().for_each(&mut *visit);
    }
    for name in ["items", "additionalProperties"] {
        let below = schema.get_mut(name);
        if let Some(below) = below.filter(|below| below.as_mapping().is_some()) {
            visit(below);
        }
    }
}

fn set_properties(schema: &mut Value, api_version: Value, kind: Value, metadata: Value) {
    let Some(fields) = schema.as_mapping_mut() else {
        return;
    };
    let properties = fields.get_or_insert_with("properties", || Value::mapping([]));
    if let Some(properties) = properties.as_mapping_mut() {
        properties.insert("apiVersion", api_version);
        properties.insert("kind", kind);
        properties.insert("metadata", metadata);
        properties.sort_by(|a, b| a.key.text().cmp(b.key.text()));
    }
}

/// The schema of a custom kind as the API publishes it.
#[must_use]
pub fn published(
    schema: &Value,
    (group, version, kind): (&str, &str, &str),
    selectable: &[String],
    audience: Audience,
    said: CommonDescriptions<'_>,
) -> Value {
    let is_second = audience == Audience::Version2;
    let is_open = is_true(schema, "x-kubernetes-preserve-unknown-fields");
    let is_empty = schema.as_mapping().is_none_or(Mapping::is_empty);
    let mut shown = if is_empty || is_open && is_second {
        Value::mapping([("type", Value::string("object"))])
    } else {
        let mut shown = schema.clone();
        unfold(&mut shown);
        if is_second {
            for_version_2(&mut shown);
        }
        add_common(&mut shown, audience, said, true);
        shown
    };
    let is_of = Value::mapping([
        ("group", Value::string(group)),
        ("kind", Value::string(kind)),
        ("version", Value::string(version)),
    ]);
    let is_of = Value::sequence(vec![is_of]);
    set(&mut shown, "x-kubernetes-group-version-kind", is_of);
    if !selectable.is_empty() && !is_second {
        set(
            &mut shown,
            "x-kubernetes-selectable-fields",
            selectable_fields(selectable),
        );
    }
    shown
}

/// `x-kubernetes-selectable-fields`
#[must_use]
pub fn selectable_fields(names: &[String]) -> Value {
    let field = |name: &String| Value::mapping([("fieldPath", Value::string(name.as_str()))]);
    Value::sequence(names.iter().map(field).collect())
}

/// A whole number or a string is said to be one of both, for readers that do not know the extension.
fn unfold(schema: &mut Value) {
    for_each_below(schema, &mut unfold);
    if !is_true(schema, "x-kubernetes-int-or-string") {
        return;
    }
    let either = || {
        let kinds = ["integer", "string"];
        let kinds = kinds.map(|kind| Value::mapping([("type", Value::string(kind))]));
        Value::sequence(kinds.to_vec())
    };
    let named = |value: &Value| items(value, "anyOf").iter().any(|part| has(part, "type"));
    if named(schema) || items(schema, "allOf").iter().any(named) {
        return;
    }
    if has(schema, "anyOf") {
        let own = schema.get("anyOf").cloned().unwrap_or_else(Value::null);
        if let Some(fields) = schema.as_mapping_mut() {
            fields.remove("anyOf");
        }
        let mut all = items(schema, "allOf").to_vec();
        all.insert(0, Value::mapping([("anyOf", own)]));
        all.insert(0, Value::mapping([("anyOf", either())]));
        set(schema, "allOf", Value::sequence(all));
    } else {
        set(schema, "anyOf", either());
    }
}

/// Leaves out what version 2 does not know, and what kubectl cannot read in it.
fn for_version_2(schema: &mut Value) {
    let nullable: Vec<Text> = {
        let properties = schema.get("properties").and_then(Value::as_mapping);
        let properties = properties.into_iter().flat_map(Mapping::iter);
        properties
            .filter(|(_, property)| is_true(property, "nullable"))
            .map(|(name, _)| Text::from(name))
            .collect()
    };
    let values_nullable = schema
        .get("additionalProperties")
        .is_some_and(|values| is_true(values, "nullable"));
    let is_nullable = is_true(schema, "nullable");
    let is_open = is_true(schema, "x-kubernetes-preserve-unknown-fields");
    let kind = text(schema, "type").unwrap_or_default().to_owned();
    let Some(fields) = schema.as_mapping_mut() else {
        return;
    };
    for name in ["allOf", "anyOf", "oneOf", "not", "nullable"] {
        fields.remove(name);
    }
    if is_nullable || is_open {
        fields.remove("items");
        fields.remove("properties");
    }
    let is_untyped = is_nullable
        || is_open && kind == "object"
        || kind == "array" && !fields.contains_key("items");
    if is_untyped {
        fields.remove("type");
    }
    if values_nullable {
        fields.remove("required");
    } else if let Some(required) = fields.get_mut("required").and_then(Value::as_sequence_mut) {
        required.retain(|name| {
            !nullable
                .iter()
                .any(|known| name.text() == Some(known.as_str()))
        });
        if required.is_empty() {
            fields.remove("required");
        }
    }
    for_each_below(schema, &mut for_version_2);
}

/// Adds the fields that every object has, to the kind itself and to objects embedded in it.
fn add_common(schema: &mut Value, audience: Audience, said: CommonDescriptions<'_>, is_root: bool) {
    for_each_below(schema, &mut |below| {
        add_common(below, audience, said, false);
    });
    let is_second = audience == Audience::Version2;
    let is_open = is_true(schema, "x-kubernetes-preserve-unknown-fields");
    let is_embedded = is_true(schema, "x-kubernetes-embedded-resource") && !(is_second && is_open);
    if !is_root && !is_embedded {
        return;
    }
    let string = |description: &str| {
        let mut fields = Mapping::new();
        if !description.is_empty() {
            fields.insert("description", Value::string(description));
        }
        fields.insert("type", Value::string("string"));
        Value::from(fields)
    };
    let metadata = if is_second {
        let mut metadata = reference("#/definitions/");
        set(&mut metadata, "description", Value::string(said.metadata));
        metadata
    } else {
        Value::mapping([
            ("description", Value::string(said.metadata)),
            (
                "allOf",
                Value::sequence(vec![reference("#/components/schemas/")]),
            ),
        ])
    };
    set_properties(
        schema,
        string(said.api_version),
        string(said.kind),
        metadata,
    );
    if is_embedded {
        let mut required = items(schema, "required").to_vec();
        for name in ["kind", "apiVersion"] {
            if !required.iter().any(|known| known.text() == Some(name)) {
                required.push(Value::string(name));
            }
        }
        set(schema, "required", Value::sequence(required));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::{JsonStyle, parse_json, write_json};

    fn shown(schema: &str, audience: Audience) -> String {
        let schema = parse_json(schema, 0).unwrap();
        let kind = ("example.com", "v1", "Thing");
        let value = published(&schema, kind, &[], audience, CommonDescriptions::default());
        let mut text = String::new();
        let properties = value.get("properties").unwrap();
        write_json(properties.get("a").unwrap(), &mut text, JsonStyle::Go).unwrap();
        text
    }

    #[test]
    fn the_second_version_is_told_less() {
        for (schema, third, second) in [
            (
                r#"{"x-kubernetes-int-or-string":true}"#,
                r#"{"anyOf":[{"type":"integer"},{"type":"string"}],"x-kubernetes-int-or-string":true}"#,
                r#"{"x-kubernetes-int-or-string":true}"#,
            ),
            (
                r#"{"type":"string","nullable":true}"#,
                r#"{"nullable":true,"type":"string"}"#,
                "{}",
            ),
            (
                r#"{"type":"object","x-kubernetes-preserve-unknown-fields":true}"#,
                r#"{"type":"object","x-kubernetes-preserve-unknown-fields":true}"#,
                r#"{"x-kubernetes-preserve-unknown-fields":true}"#,
            ),
        ] {
            let schema = format!(r#"{{"type":"object","properties":{{"a":{schema}}}}}"#);
            assert_eq!(shown(&schema, Audience::Version3), third);
            assert_eq!(shown(&schema, Audience::Version2), second);
        }
    }

    #[test]
    fn names_are_those_of_the_group_backwards() {
        assert_eq!(
            definition_name("a.example.com", "v1", "B"),
            "com.example.a.v1.B"
        );
    }
}
