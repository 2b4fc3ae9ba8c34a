//! Schemas of types.

use super::text::reference;
use std::collections::BTreeSet;
use trimtab_schema::{ListType, Names, PatchStrategy, Schema, Type, ValueKind, ZeroValue};
use trimtab_tree::{Mapping, Node, Value};

/// The type of `/version`, which is none of the API's.
pub(super) const VERSION_INFO: &str = "io.k8s.apimachinery.pkg.version.Info";

const PREFIX: &str = "#/components/schemas/";

/// Adds the full names of all schemas that `value` refers to.
pub(super) fn references(value: &Value, names: &mut Vec<String>) {
    match &value.node {
        Node::Scalar(_) => {}
        Node::Sequence(items) => items.iter().for_each(|item| references(item, names)),
        Node::Mapping(fields) => {
            for (key, field) in fields.iter() {
                if key == "$ref"
                    && let Some(name) = field.text().and_then(|text| text.strip_prefix(PREFIX))
                {
                    names.push(name.to_owned());
                } else {
                    references(field, names);
                }
            }
        }
    }
}

/// Gives the schemas of the types of these full names, and of all that they lead to, to `take`, each
/// with its name, in no order. Those that are kinds say so; of kinds of many versions, only that of
/// `api_version`.
pub(super) fn reachable(
    schema: &Schema,
    names: Vec<String>,
    api_version: &str,
    mut take: impl FnMut(String, Value),
) {
    let mut seen: BTreeSet<String> = names.into_iter().collect();
    let mut next: Vec<String> = seen.iter().cloned().collect();
    while let Some(name) = next.pop() {
        let Some(value) = definition(schema, &name, api_version) else {
            continue;
        };
        let mut found = Vec::new();
        references(&value, &mut found);
        next.extend(found.into_iter().filter(|name| seen.insert(name.clone())));
        take(name, value);
    }
}

/// The schema of the type of that full name, if there is one. One that is a kind says so; of a kind
/// of many versions, only that of `api_version`, or all if it is empty.
pub(super) fn definition(schema: &Schema, name: &str, api_version: &str) -> Option<Value> {
    if name == VERSION_INFO {
        return Some(version_info());
    }
    Some(named(schema, schema.type_named(name)?, api_version))
}

/// The schema of a named type.
fn named(schema: &Schema, ty: Type<'_>, api_version: &str) -> Value {
    let (_, name) = ty.name().unwrap_or_default();
    match name {
        "Quantity" => return one_of(&["string", "number"], None),
        "IntOrString" => return one_of(&["integer", "string"], Some("int-or-string")),
        _ => {}
    }
    let mut fields = Mapping::new();
    put_type(&mut fields, ty);
    let required: Vec<Value> = ty.required_fields().map(Value::string).collect();
    if !required.is_empty() {
        fields.insert("required", Value::sequence(required));
    }
    let mut properties = Mapping::new();
    for field in ty.fields() {
        if let Some(value_type) = field.value_type() {
            properties.insert(field.name, property(ty, field.name, value_type));
        }
    }
    let items = properties.get_mut("items").and_then(Value::as_mapping_mut);
    if let Some(items) = items
        && let Some(listed) = listed(schema, name)
    {
        items.insert("description", Value::string(format!("List of {listed}.")));
    }
    if !properties.is_empty() {
        fields.insert("properties", Value::from(properties));
    }
    let kinds = kinds_of(schema, ty, api_version);
    if !kinds.is_empty() {
        fields.insert("x-kubernetes-group-version-kind", Value::sequence(kinds));
    }
    if ty.is_atomic_map() {
        fields.insert("x-kubernetes-map-type", Value::string("atomic"));
    }
    Value::from(fields)
}

/// What a type lists, if it is the list of a kind: `services` of `ServiceList`. The dependency that
/// describes all others has one type for them all.
fn listed(schema: &Schema, name: &str) -> Option<&'static str> {
    let kind = name.strip_suffix("List")?;
    let mut kinds = schema.kinds();
    kinds.find(|known| known.kind() == kind)?.plural()
}

/// The schema of a field's value.
fn property(owner: Type<'_>, name: &str, ty: Type<'_>) -> Value {
    let mut fields = Mapping::new();
    if let Some((package, type_name)) = ty.name() {
        if let Some(default) = default(owner, name, ty) {
            fields.insert("default", default);
        }
        let target = reference(&format!("{package}.{type_name}"));
        fields.insert("allOf", Value::sequence(vec![target]));
    } else {
        put_type(&mut fields, ty);
        if let Some(default) = default(owner, name, ty) {
            fields.insert("default", default);
        }
        let allowed = texts(ty.allowed_values());
        if let Some(items) = ty.elements() {
            let mut items = inner(items);
            if let Some(items) = items.as_mapping_mut().filter(|_| !allowed.is_empty()) {
                items.insert("enum", Value::sequence(allowed));
            }
            fields.insert("items", items);
        } else if !allowed.is_empty() {
            fields.insert("enum", Value::sequence(allowed));
        }
        if let Some(values) = ty.values() {
            fields.insert("additionalProperties", inner(values));
        }
    }
    put_facts(&mut fields, ty);
    Value::from(fields)
}

/// The schema of a list's items or a map's values.
fn inner(ty: Type<'_>) -> Value {
    if let Some((package, name)) = ty.name() {
        return reference(&format!("{package}.{name}"));
    }
    let mut fields = Mapping::new();
    put_type(&mut fields, ty);
    if let Some(items) = ty.elements() {
        fields.insert("items", inner(items));
    }
    if let Some(values) = ty.values() {
        fields.insert("additionalProperties", inner(values));
    }
    Value::from(fields)
}

fn put_type(fields: &mut Mapping, ty: Type<'_>) {
    let kind = match ty.kind() {
        ValueKind::Any | ValueKind::IntOrString => return,
        ValueKind::String => "string",
        ValueKind::Integer => "integer",
        ValueKind::Number => "number",
        ValueKind::Boolean => "boolean",
        ValueKind::Object | ValueKind::Map => "object",
        ValueKind::List => "array",
    };
    fields.insert("type", Value::string(kind));
    let format = ty.format();
    if !format.is_empty() {
        fields.insert("format", Value::string(format));
    }
}

/// How a value is merged.
fn put_facts(fields: &mut Mapping, ty: Type<'_>) {
    let keys = texts(ty.list_map_keys());
    if !keys.is_empty() {
        fields.insert("x-kubernetes-list-map-keys", Value::sequence(keys));
    }
    let list_type = ty.list_type().map(|list_type| match list_type {
        ListType::Atomic => "atomic",
        ListType::Set => "set",
        ListType::Map => "map",
    });
    if let Some(list_type) = list_type {
        fields.insert("x-kubernetes-list-type", Value::string(list_type));
    }
    // Of a named type it stands at the type.
    if ty.name().is_none() && ty.is_atomic_map() {
        fields.insert("x-kubernetes-map-type", Value::string("atomic"));
    }
    if let Some(key) = ty.patch_merge_key() {
        fields.insert("x-kubernetes-patch-merge-key", Value::string(key));
    }
    let strategy = ty.patch_strategy();
    if !strategy.is_none() {
        let strategy = Value::string(strategy_text(strategy));
        fields.insert("x-kubernetes-patch-strategy", strategy);
    }
}

fn strategy_text(strategy: PatchStrategy) -> String {
    let named = [
        (strategy.merge, "merge"),
        (strategy.replace, "replace"),
        (strategy.retain_keys, "retainKeys"),
    ];
    let names: Vec<&str> = named
        .iter()
        .filter(|(is, _)| *is)
        .map(|(_, name)| *name)
        .collect();
    names.join(",")
}

/// Defaults that do not follow from the field's type: the API says them itself.
const DEFAULTS: [(&str, &str, &str); 19] = [
    ("AzureDiskVolumeSource", "cachingMode", "ReadWrite"),
    ("AzureDiskVolumeSource", "fsType", "ext4"),
    ("AzureDiskVolumeSource", "kind", "Shared"),
    ("ConfigMapEnvSource", "name", ""),
    ("ConfigMapKeySelector", "name", ""),
    ("ConfigMapProjection", "name", ""),
    ("ConfigMapVolumeSource", "name", ""),
    ("ContainerPort", "protocol", "TCP"),
    ("ISCSIPersistentVolumeSource", "iscsiInterface", "default"),
    ("ISCSIVolumeSource", "iscsiInterface", "default"),
    ("LocalObjectReference", "name", ""),
    ("RBDVolumeSource", "keyring", "/etc/ceph/keyring"),
    ("RBDVolumeSource", "pool", "rbd"),
    ("RBDVolumeSource", "user", "admin"),
    ("ScaleIOVolumeSource", "storageMode", "ThinProvisioned"),
    ("SecretEnvSource", "name", ""),
    ("SecretKeySelector", "name", ""),
    ("SecretProjection", "name", ""),
    ("ServicePort", "protocol", "TCP"),
];

fn default(owner: Type<'_>, name: &str, ty: Type<'_>) -> Option<Value> {
    let (_, owner) = owner.name()?;
    let said = DEFAULTS
        .iter()
        .find(|(of, field, _)| *of == owner && *field == name);
    if let Some((.., text)) = said {
        return Some(Value::string(*text));
    }
    if ty.zero_value() != ZeroValue::Written {
        return None;
    }
    Some(match ty.kind() {
        ValueKind::Object => Value::mapping([]),
        ValueKind::String => Value::string(""),
        ValueKind::Integer | ValueKind::Number => Value::int(0),
        ValueKind::Boolean => Value::bool(false),
        ValueKind::Any | ValueKind::IntOrString | ValueKind::List | ValueKind::Map => return None,
    })
}

/// What objects of the type are called.
fn kinds_of(schema: &Schema, ty: Type<'_>, api_version: &str) -> Vec<Value> {
    let Some((_, name)) = ty.name() else {
        return Vec::new();
    };
    let is_it = |version: &str| {
        let found = schema.type_of(version, name).and_then(|found| found.name());
        found == ty.name()
    };
    let named = schema
        .kinds()
        .filter(|kind| kind.kind() == name && is_it(kind.api_version()));
    let mut named: Vec<_> = named.collect();
    // Some kinds, such as the options of deletion, are of every version.
    if named.iter().any(|kind| kind.api_version() == api_version) {
        named.retain(|kind| kind.api_version() == api_version);
    }
    named
        .iter()
        .map(|kind| {
            Value::mapping([
                ("group", Value::string(kind.group())),
                ("kind", Value::string(kind.kind())),
                ("version", Value::string(kind.version())),
            ])
        })
        .collect()
}

fn one_of(types: &[&str], format: Option<&str>) -> Value {
    let mut fields = Mapping::new();
    if let Some(format) = format {
        fields.insert("format", Value::string(format));
    }
    let types = types
        .iter()
        .map(|name| Value::mapping([("type", Value::string(*name))]));
    fields.insert("oneOf", Value::sequence(types.collect()));
    Value::from(fields)
}

fn texts(names: Names<'_>) -> Vec<Value> {
    names.map(Value::string).collect()
}

fn version_info() -> Value {
    let document = crate::version::document();
    let fields = document.as_mapping().into_iter().flat_map(Mapping::iter);
    let mut properties = Mapping::new();
    let mut required = Vec::new();
    for (name, _) in fields {
        let mut property = Mapping::from([("type", Value::string("string"))]);
        if !crate::version::is_optional(name) {
            property.insert("default", Value::string(""));
            required.push(Value::string(name));
        }
        properties.insert(name, Value::from(property));
    }
    Value::mapping([
        ("type", Value::string("object")),
        ("required", Value::sequence(required)),
        ("properties", Value::from(properties)),
    ])
}
