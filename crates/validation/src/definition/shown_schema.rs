//! A schema as Kubernetes' messages show it: as JSON of the internal `JSONSchemaProps`.

use super::shown;
use crate::fields::{is_true, text};
use trimtab_tree::{Mapping, Value};

/// What Go writes for a field of a struct.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A text, empty if it is not said.
    Text,
    /// A truth value, false if it is not said.
    Flag,
    /// Null if it is not said.
    Plain,
    Schema,
    SchemaOrFlag,
    SchemaOrList,
    List,
    Map,
    Dependencies,
    Documentation,
    Rules,
}

/// A field of a schema: its name in a definition, its name in Go, and its form; in Go's order
/// (`JSONSchemaProps` in `apiextensions/types_jsonschema.go`).
const FIELDS: [(&str, &str, Form); 44] = [
    ("id", "ID", Form::Text),
    ("$schema", "Schema", Form::Text),
    ("$ref", "Ref", Form::Plain),
    ("description", "Description", Form::Text),
    ("type", "Type", Form::Text),
    ("nullable", "Nullable", Form::Flag),
    ("format", "Format", Form::Text),
    ("title", "Title", Form::Text),
    ("default", "Default", Form::Plain),
    ("maximum", "Maximum", Form::Plain),
    ("exclusiveMaximum", "ExclusiveMaximum", Form::Flag),
    ("minimum", "Minimum", Form::Plain),
    ("exclusiveMinimum", "ExclusiveMinimum", Form::Flag),
    ("maxLength", "MaxLength", Form::Plain),
    ("minLength", "MinLength", Form::Plain),
    ("pattern", "Pattern", Form::Text),
    ("maxItems", "MaxItems", Form::Plain),
    ("minItems", "MinItems", Form::Plain),
    ("uniqueItems", "UniqueItems", Form::Flag),
    ("multipleOf", "MultipleOf", Form::Plain),
    ("enum", "Enum", Form::Plain),
    ("maxProperties", "MaxProperties", Form::Plain),
    ("minProperties", "MinProperties", Form::Plain),
    ("required", "Required", Form::Plain),
    ("items", "Items", Form::SchemaOrList),
    ("allOf", "AllOf", Form::List),
    ("oneOf", "OneOf", Form::List),
    ("anyOf", "AnyOf", Form::List),
    ("not", "Not", Form::Schema),
    ("properties", "Properties", Form::Map),
    (
        "additionalProperties",
        "AdditionalProperties",
        Form::SchemaOrFlag,
    ),
    ("patternProperties", "PatternProperties", Form::Map),
    ("dependencies", "Dependencies", Form::Dependencies),
    ("additionalItems", "AdditionalItems", Form::SchemaOrFlag),
    ("definitions", "Definitions", Form::Map),
    ("externalDocs", "ExternalDocs", Form::Documentation),
    ("example", "Example", Form::Plain),
    (
        "x-kubernetes-preserve-unknown-fields",
        "XPreserveUnknownFields",
        Form::Plain,
    ),
    (
        "x-kubernetes-embedded-resource",
        "XEmbeddedResource",
        Form::Flag,
    ),
    ("x-kubernetes-int-or-string", "XIntOrString", Form::Flag),
    ("x-kubernetes-list-map-keys", "XListMapKeys", Form::Plain),
    ("x-kubernetes-list-type", "XListType", Form::Plain),
    ("x-kubernetes-map-type", "XMapType", Form::Plain),
    ("x-kubernetes-validations", "XValidations", Form::Rules),
];

/// The fields that a schema says something in, in the order in which they are looked at: by their
/// names in a definition and in Go. Empty lists and mappings say something, empty texts do not.
pub(super) fn said(schema: &Value) -> impl Iterator<Item = (&'static str, &'static str)> {
    let is_said = |name: &str, form: Form| match form {
        Form::Text => text(schema, name).is_some(),
        Form::Flag => is_true(schema, name),
        _ => schema.get(name).is_some_and(|value| !value.is_null()),
    };
    let said = FIELDS.into_iter();
    said.filter(move |(name, _, form)| is_said(name, *form))
        .map(|(name, go, _)| (name, go))
}

/// A schema as JSON.
pub(super) fn schema(schema: &Value) -> String {
    shown::json(&struct_of(schema))
}

fn struct_of(schema: &Value) -> Value {
    let fields = FIELDS.into_iter().map(|(name, go, form)| {
        let value = schema.get(name).filter(|value| !value.is_null());
        let shown = match (form, value) {
            (Form::Text, _) => Value::string(text(schema, name).unwrap_or_default()),
            (Form::Flag, _) => Value::bool(is_true(schema, name)),
            (_, None) => Value::null(),
            (Form::Plain, Some(value)) => value.clone(),
            (Form::Schema, Some(value)) => struct_of(value),
            (Form::SchemaOrFlag, Some(value)) => schema_or_flag(value),
            (Form::SchemaOrList, Some(value)) => schema_or_list(value, "JSONSchemas", struct_of),
            (Form::List, Some(value)) => each(value, struct_of),
            (Form::Map, Some(value)) => map(value, struct_of),
            (Form::Dependencies, Some(value)) => map(value, |dependency| {
                schema_or_list(dependency, "Property", Value::clone)
            }),
            (Form::Documentation, Some(value)) => Value::mapping([
                ("Description", own_text(value, "description")),
                ("URL", own_text(value, "url")),
            ]),
            (Form::Rules, Some(value)) => each(value, shown::rule_struct),
        };
        (go.into(), shown)
    });
    fields.collect::<Mapping>().into()
}

fn own_text(value: &Value, field: &str) -> Value {
    Value::string(text(value, field).unwrap_or_default())
}

fn each(list: &Value, shown: impl Fn(&Value) -> Value) -> Value {
    let items = list.as_sequence().unwrap_or_default();
    Value::sequence(items.iter().map(shown).collect())
}

/// A mapping, by its sorted keys, as Go writes one.
fn map(mapping: &Value, shown: impl Fn(&Value) -> Value) -> Value {
    let entries = mapping.as_mapping().into_iter().flat_map(Mapping::iter);
    let mut entries: Vec<(&str, &Value)> = entries.collect();
    entries.sort_by_key(|(key, _)| *key);
    let entries = entries
        .into_iter()
        .map(|(key, value)| (key.into(), shown(value)));
    entries.collect::<Mapping>().into()
}

fn schema_or_flag(value: &Value) -> Value {
    let is_schema = value.as_mapping().is_some();
    let allows = is_schema || value.text() == Some("true");
    let below = if is_schema {
        struct_of(value)
    } else {
        Value::null()
    };
    Value::mapping([("Allows", Value::bool(allows)), ("Schema", below)])
}

fn schema_or_list(value: &Value, list: &str, item: impl Fn(&Value) -> Value) -> Value {
    let (mut one, mut many) = (Value::null(), Value::null());
    if value.as_sequence().is_some() {
        many = each(value, item);
    } else if value.as_mapping().is_some() {
        one = struct_of(value);
    }
    Value::mapping([("Schema", one), (list, many)])
}

#[cfg(test)]
mod tests {
    use super::{said, schema};
    use trimtab_tree::parse_json;

    #[test]
    fn a_schema_is_shown_as_gos_struct() {
        let shown = schema(
            &parse_json(
                r#"{"type":"object","properties":{"b":{"type":"array","items":{"type":"string"}},"a":{"additionalProperties":false,"maximum":5}}}"#,
                0,
            )
            .unwrap(),
        );
        assert!(shown.starts_with(
            r#"{"ID":"","Schema":"","Ref":null,"Description":"","Type":"object","Nullable":false"#
        ));
        assert!(shown.contains(r#""Properties":{"a":{"ID":"""#));
        assert!(shown.contains(r#""AdditionalProperties":{"Allows":false,"Schema":null}"#));
        assert!(shown.contains(r#""Items":{"Schema":{"ID":"""#));
        assert!(shown.contains(r#""JSONSchemas":null}"#));
        assert!(shown.contains(r#""Maximum":5,"#));
    }

    #[test]
    fn empty_lists_say_something_and_empty_texts_do_not() {
        let schema = parse_json(
            r#"{"type":"object","allOf":[],"title":"","nullable":false,"default":null,"$ref":""}"#,
            0,
        )
        .unwrap();
        let said: Vec<&str> = said(&schema).map(|(name, _)| name).collect();
        assert_eq!(said, ["$ref", "type", "allOf"]);
    }
}
