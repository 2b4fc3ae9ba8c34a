//! From values to messages.

use super::leaf::{Leaf, SchemaOr, integer};
use super::wire::Writer;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use trimtab_schema::{Field, Schema, Type, ValueKind};
use trimtab_tree::{Mapping, Value};

/// Writes the fields of `value`, which is of type `ty`, in the order of their numbers.
pub(super) fn message(
    ty: Type<'_>,
    schema: &Schema,
    value: &Value,
    out: &mut Writer,
) -> Result<(), String> {
    let Some(fields) = value.as_mapping() else {
        return Err(format!("an object was expected, not {}", value.describe()));
    };
    let mut known: Vec<Field<'_>> = ty
        .fields()
        .filter(|field| !field.protobuf_path().is_empty())
        .filter(|field| fields.get(field.name).is_some_and(|value| !value.is_null()))
        .collect();
    known.sort_by(|a, b| a.protobuf_path().cmp(b.protobuf_path()));
    embedded(&known, 0, schema, fields, out)
}

/// Writes fields whose paths are the same up to `depth`.
fn embedded(
    known: &[Field<'_>],
    depth: usize,
    schema: &Schema,
    fields: &Mapping,
    out: &mut Writer,
) -> Result<(), String> {
    let same = |a: &Field<'_>, b: &Field<'_>| a.protobuf_path()[depth] == b.protobuf_path()[depth];
    for group in known.chunk_by(same) {
        let path = group[0].protobuf_path();
        let number = path[depth];
        if path.len() > depth + 1 {
            let mut inner = Writer::default();
            embedded(group, depth + 1, schema, fields, &mut inner)?;
            out.bytes(number, inner.written());
            continue;
        }
        let field = &group[0];
        if let (Some(ty), Some(value)) = (field.value_type(), fields.get(field.name)) {
            any(ty, schema, number, value, out)
                .map_err(|error| format!("{}: {error}", field.name))?;
        }
    }
    Ok(())
}

fn any(
    ty: Type<'_>,
    schema: &Schema,
    number: u8,
    value: &Value,
    out: &mut Writer,
) -> Result<(), String> {
    match ty.kind() {
        ValueKind::List => {
            let items = ty.elements().ok_or("a list of nothing known")?;
            for item in value.as_sequence().unwrap_or_default() {
                single(items, schema, number, item, out)?;
            }
            Ok(())
        }
        ValueKind::Map => {
            let values = ty.values().ok_or("a map to nothing known")?;
            let entries = value.as_mapping().into_iter().flat_map(Mapping::iter);
            let mut entries: Vec<(&str, &Value)> = entries.collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            for (key, value) in entries {
                let mut entry = Writer::default();
                entry.bytes(1, key.as_bytes());
                if values.kind() == ValueKind::List {
                    // A list in a map stands in a message of its own.
                    let mut list = Writer::default();
                    any(values, schema, 1, value, &mut list)?;
                    entry.bytes(2, list.written());
                } else {
                    single(values, schema, 2, value, &mut entry)?;
                }
                out.bytes(number, entry.written());
            }
            Ok(())
        }
        _ => single(ty, schema, number, value, out),
    }
}

/// A value that is neither a list nor a map.
fn single(
    ty: Type<'_>,
    schema: &Schema,
    number: u8,
    value: &Value,
    out: &mut Writer,
) -> Result<(), String> {
    if let Some(leaf) = Leaf::of(ty) {
        let mut inner = Writer::default();
        if !value.is_null() {
            leaf.encode(value, &mut inner)?;
        }
        out.bytes(number, inner.written());
        return Ok(());
    }
    if let Some(alternative) = SchemaOr::of(ty) {
        let mut inner = Writer::default();
        schema_or(alternative, schema, value, &mut inner)?;
        out.bytes(number, inner.written());
        return Ok(());
    }
    let text = value.text().unwrap_or_default();
    match ty.kind() {
        ValueKind::String if ty.format() == "byte" => {
            let bytes = STANDARD
                .decode(text)
                .map_err(|_| "text that is no base64")?;
            out.bytes(number, &bytes);
        }
        ValueKind::String => out.bytes(number, text.as_bytes()),
        ValueKind::Integer => out.integer(number, integer(value)?),
        ValueKind::Boolean => out.integer(number, i64::from(text == "true")),
        ValueKind::Number => {
            let value = text.parse().map_err(|_| format!("{text:?} is no number"))?;
            out.double(number, value);
        }
        ValueKind::Object => {
            let mut inner = Writer::default();
            message(ty, schema, value, &mut inner)?;
            out.bytes(number, inner.written());
        }
        ValueKind::Any | ValueKind::IntOrString | ValueKind::List | ValueKind::Map => {
            return Err("a value of no known form".to_owned());
        }
    }
    Ok(())
}

/// A schema of custom kinds, or the alternative to it.
fn schema_or(
    alternative: SchemaOr,
    schema: &Schema,
    value: &Value,
    out: &mut Writer,
) -> Result<(), String> {
    let ty = schema.type_named(SchemaOr::SCHEMA);
    let ty = ty.ok_or("schemas of custom kinds are not known")?;
    let is_schema = value.as_mapping().is_some();
    if alternative == SchemaOr::Bool {
        out.integer(1, i64::from(is_schema || value.text() == Some("true")));
    }
    if is_schema {
        return single(ty, schema, alternative.schema_number(), value, out);
    }
    for item in value.as_sequence().unwrap_or_default() {
        if alternative == SchemaOr::Schemas {
            single(ty, schema, 2, item, out)?;
        } else {
            out.bytes(2, item.text().unwrap_or_default().as_bytes());
        }
    }
    Ok(())
}
