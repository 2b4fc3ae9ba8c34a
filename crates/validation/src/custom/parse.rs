//! From an `openAPIV3Schema` to nodes, and what is not structural about it.

use super::node::{Additional, Bound, Kind, Limits, List, Node, Pattern, Range};
use super::rule::RuleSource;
use crate::fields::{entries, has, int, is_true, items, text};
use crate::validate::errors::{Errors, Path};
use trimtab_tree::{Text, Value};

/// Fields that only say something at a place of the structure, not inside `allOf` and its like.
const OF_STRUCTURE: [&str; 6] = [
    "additionalProperties",
    "default",
    "nullable",
    "type",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-preserve-unknown-fields",
];

/// Reads a schema.
pub(super) fn node(schema: &Value, path: &Path<'_>, errors: &mut Errors) -> Node {
    let mut node = structure(schema, path, errors);
    node.limits = limits(schema, &node, path, errors);
    let of_limits = node.limits.as_deref().is_some_and(|limits| {
        let lists = [&limits.all_of, &limits.any_of, &limits.one_of];
        lists.into_iter().flatten().any(|node| node.has_rules)
    });
    node.has_rules |= of_limits;
    check(schema, &node, path, errors);
    node
}

fn structure(schema: &Value, path: &Path<'_>, errors: &mut Errors) -> Node {
    let mut node = Node {
        kind: kind(schema, path, errors),
        nullable: is_true(schema, "nullable"),
        int_or_string: is_true(schema, "x-kubernetes-int-or-string"),
        is_resource: is_true(schema, "x-kubernetes-embedded-resource"),
        preserves_unknown: is_true(schema, "x-kubernetes-preserve-unknown-fields"),
        has_rules: has(schema, "x-kubernetes-validations"),
        has_embedded: is_true(schema, "x-kubernetes-embedded-resource"),
        rule_sources: RuleSource::all(schema),
        default: schema.get("default").filter(|it| !it.is_null()).cloned(),
        ..Node::default()
    };
    let list = path.field("properties");
    let mut properties = Vec::new();
    for (name, property) in entries(schema, "properties") {
        let property = self::node(property, &list.key(name), errors);
        node.has_rules |= property.has_rules;
        node.has_embedded |= property.has_embedded;
        properties.push((Text::from(name), property));
    }
    node.set_properties(properties);
    if let Some(additional) = schema.get("additionalProperties") {
        node.additional = if additional.as_mapping().is_some() {
            let path = path.field("additionalProperties");
            let values = self::node(additional, &path, errors);
            node.has_rules |= values.has_rules;
            node.has_embedded |= values.has_embedded;
            Additional::Of(Box::new(values))
        } else if additional.text() == Some("true") {
            Additional::Anything
        } else {
            let why = "must not be used";
            errors.forbidden(&path.field("additionalProperties"), why);
            Additional::Unsaid
        };
    }
    if let Some(of_items) = schema.get("items").filter(|it| it.as_mapping().is_some()) {
        let of_items = self::node(of_items, &path.field("items"), errors);
        node.has_rules |= of_items.has_rules;
        node.has_embedded |= of_items.has_embedded;
        node.items = Some(Box::new(of_items));
    }
    node.list = match text(schema, "x-kubernetes-list-type") {
        Some("set") => List::Set,
        Some("map") => List::Map(texts(schema, "x-kubernetes-list-map-keys")),
        _ => List::Atomic,
    };
    node
}

fn kind(schema: &Value, path: &Path<'_>, errors: &mut Errors) -> Kind {
    match text(schema, "type") {
        None => Kind::Any,
        Some("object") => Kind::Object,
        Some("array") => Kind::Array,
        Some("string") => Kind::String,
        Some("integer") => Kind::Integer,
        Some("number") => Kind::Number,
        Some("boolean") => Kind::Boolean,
        Some(other) => {
            let known = ["array", "boolean", "integer", "number", "object", "string"];
            errors.unsupported(&path.field("type"), &Value::string(other), &known);
            Kind::Any
        }
    }
}

fn texts(schema: &Value, field: &str) -> Vec<Text> {
    let listed = items(schema, field).iter();
    listed.filter_map(Value::text).map(Text::from).collect()
}

/// What must hold of a value; `None` if nothing.
fn limits(
    schema: &Value,
    node: &Node,
    path: &Path<'_>,
    errors: &mut Errors,
) -> Option<Box<Limits>> {
    const FIELDS: [&str; 20] = [
        "required",
        "enum",
        "pattern",
        "format",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
        "uniqueItems",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
    ];
    let fields = schema.as_mapping()?;
    if !FIELDS.iter().any(|name| fields.contains_key(name)) {
        return None;
    }
    let range = |least: &str, most: &str| Range {
        least: size(schema, least),
        most: size(schema, most),
    };
    let mut parts = |field: &str| -> Vec<Node> {
        let list = path.field(field);
        let parts = items(schema, field).iter().enumerate();
        parts
            .map(|(at, part)| condition(part, node, &list.item(at), errors))
            .collect()
    };
    let (all_of, any_of, one_of) = (parts("allOf"), parts("anyOf"), parts("oneOf"));
    let not = schema.get("not").filter(|it| it.as_mapping().is_some());
    Some(Box::new(Limits {
        required: texts(schema, "required"),
        allowed: items(schema, "enum").to_vec(),
        pattern: text(schema, "pattern").map(Pattern::new),
        format: text(schema, "format").unwrap_or_default().into(),
        minimum: bound(schema, "minimum", "exclusiveMinimum"),
        maximum: bound(schema, "maximum", "exclusiveMaximum"),
        multiple_of: number(schema, "multipleOf").filter(|factor| *factor > 0.0),
        length: range("minLength", "maxLength"),
        items: range("minItems", "maxItems"),
        properties: range("minProperties", "maxProperties"),
        unique_items: is_true(schema, "uniqueItems"),
        all_of,
        any_of,
        one_of,
        not: not.map(|not| condition(not, node, &path.field("not"), errors)),
    }))
}

fn size(schema: &Value, field: &str) -> Option<u64> {
    u64::try_from(int(schema, field)?).ok()
}

fn number(schema: &Value, field: &str) -> Option<f64> {
    schema.get(field)?.text()?.parse().ok()
}

fn bound(schema: &Value, field: &str, exclusive: &str) -> Option<Bound> {
    Some(Bound {
        value: number(schema, field)?,
        text: schema.get(field)?.text()?.into(),
        exclusive: is_true(schema, exclusive),
    })
}

/// A part of `allOf` and its like: it says what must hold, but not what the structure is.
fn condition(schema: &Value, of: &Node, path: &Path<'_>, errors: &mut Errors) -> Node {
    for field in OF_STRUCTURE {
        // The alternatives of a whole number or a string name their types.
        let names_type = field == "type" && of.int_or_string;
        if schema.get(field).is_some() && !names_type {
            errors.forbidden(&path.field(field), "must be undefined to be structural");
        }
    }
    let mut node = structure(schema, path, &mut Errors::default());
    node.limits = limits(schema, &node, path, errors);
    node
}

/// What makes a schema structural.
fn check(schema: &Value, node: &Node, path: &Path<'_>, errors: &mut Errors) {
    let says_nothing = node.int_or_string || node.preserves_unknown;
    if node.kind == Kind::Any && !says_nothing {
        let why = if path.is_root() {
            "must not be empty at the root"
        } else {
            "must not be empty for specified object fields"
        };
        errors.required(&path.field("type"), why);
    }
    if path.is_root() && node.kind != Kind::Object && node.kind != Kind::Any {
        let found = schema.get("type").and_then(Value::text).unwrap_or_default();
        let why = "must be object at the root";
        errors.invalid_string(&path.field("type"), found, why);
    }
    if node.kind == Kind::Array && node.items.is_none() {
        errors.required(&path.field("items"), "must be specified");
    }
    if !node.properties().is_empty() && !matches!(node.additional, Additional::Unsaid) {
        let why = "additionalProperties and properties are mutual exclusive";
        errors.forbidden(&path.field("additionalProperties"), why);
    }
    if let List::Map(keys) = &node.list {
        check_keys(keys, node, path, errors);
    }
    if is_true(schema, "uniqueItems") {
        let why =
            "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
        errors.forbidden(&path.field("uniqueItems"), why);
    }
}

/// The keys of a list that is a map are fields of its items, there or with a default.
fn check_keys(keys: &[Text], node: &Node, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("x-kubernetes-list-map-keys");
    if keys.is_empty() {
        let why = "must not be empty if x-kubernetes-list-type is map";
        errors.required(&list, why);
    }
    let Some(of_items) = node.items.as_deref() else {
        return;
    };
    let of_items_path = path.field("items");
    let properties = of_items_path.field("properties");
    for (at, key) in keys.iter().enumerate() {
        let Some(field) = of_items.property(key) else {
            let why = "entries must all be names of item properties";
            errors.invalid_string(&list.item(at), key, why);
            continue;
        };
        let limits = of_items.limits.as_deref();
        let is_required = limits.is_some_and(|limits| limits.required.contains(key));
        if !is_required && field.default.is_none() {
            let property = properties.key(key);
            let why = "this property is in x-kubernetes-list-map-keys, so it must have a default \
                       or be a required property";
            errors.required(&property.field("default"), why);
        }
    }
}
