//! From messages to values.

use super::leaf::{Leaf, SchemaOr};
use super::wire::{Reader, Wire};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use trimtab_schema::{Field, Schema, Type, ValueKind};
use trimtab_tree::{Mapping, ScalarKind, Value};

/// How deep messages may stand in each other: as deep as the tree takes JSON.
const MAX_DEPTH: usize = 100;

/// Reads the fields of a message of type `ty`.
pub(super) fn message(
    ty: Type<'_>,
    schema: &Schema,
    bytes: &[u8],
    fields: &mut Mapping,
    depth: usize,
) -> Result<(), String> {
    let known: Vec<Field<'_>> = ty.fields().collect();
    embedded(&known, &[], schema, bytes, fields, depth)
}

/// Reads the fields of a message to which the numbers `path` lead from the type of `known`.
fn embedded(
    known: &[Field<'_>],
    path: &[u8],
    schema: &Schema,
    bytes: &[u8],
    fields: &mut Mapping,
    depth: usize,
) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err(format!(
            "messages stand in each other more than {MAX_DEPTH} deep"
        ));
    }
    let mut reader = Reader::new(bytes);
    while let Some((number, wire)) = reader.next()? {
        let Ok(number) = u8::try_from(number) else {
            continue;
        };
        let path = [path, &[number]].concat();
        let mut leading = known
            .iter()
            .filter(|field| field.protobuf_path().starts_with(&path));
        // What is not known is passed over, as everywhere in Protocol Buffers.
        let Some(field) = leading.next() else {
            continue;
        };
        if field.protobuf_path() != path {
            embedded(known, &path, schema, wire.bytes()?, fields, depth + 1)?;
        } else if let Some(ty) = field.value_type() {
            add(ty, schema, wire, fields, field.name, depth)
                .map_err(|error| format!("{}: {error}", field.name))?;
        }
    }
    Ok(())
}

/// Adds what was read of a field to what has been read of it already.
fn add(
    ty: Type<'_>,
    schema: &Schema,
    wire: Wire<'_>,
    fields: &mut Mapping,
    name: &str,
    depth: usize,
) -> Result<(), String> {
    match ty.kind() {
        ValueKind::List => {
            let items = ty.elements().ok_or("a list of nothing known")?;
            let list = fields.get_or_insert_with(name, || Value::sequence(Vec::new()));
            let list = list.as_sequence_mut().ok_or("there is no list")?;
            list_items(items, schema, wire, list, depth)
        }
        ValueKind::Map => {
            let values = ty.values().ok_or("a map to nothing known")?;
            let map = fields.get_or_insert_with(name, || Value::mapping([]));
            let map = map.as_mapping_mut().ok_or("there is no map")?;
            let (key, value) = map_entry(values, schema, wire.bytes()?, depth)?;
            map.insert(key, value);
            Ok(())
        }
        _ => {
            let value = single(ty, schema, wire, depth)?;
            fields.insert(name, value);
            Ok(())
        }
    }
}

/// Items come one by one; numbers may also come packed together.
fn list_items(
    items: Type<'_>,
    schema: &Schema,
    wire: Wire<'_>,
    list: &mut Vec<Value>,
    depth: usize,
) -> Result<(), String> {
    let packs = matches!(items.kind(), ValueKind::Integer | ValueKind::Boolean);
    if let (true, Wire::Bytes(bytes)) = (packs, wire) {
        let mut packed = Reader::new(bytes);
        while let Some(wire) = packed.packed()? {
            list.push(single(items, schema, wire, depth)?);
        }
        return Ok(());
    }
    list.push(single(items, schema, wire, depth)?);
    Ok(())
}

fn map_entry(
    values: Type<'_>,
    schema: &Schema,
    bytes: &[u8],
    depth: usize,
) -> Result<(String, Value), String> {
    let (mut key, mut value) = (String::new(), None);
    let mut reader = Reader::new(bytes);
    while let Some((number, wire)) = reader.next()? {
        match number {
            1 => wire.text()?.clone_into(&mut key),
            2 => value = Some(wire),
            _ => {}
        }
    }
    // What has no value has the zero value: proto2 writes maps like that.
    let wire = value.unwrap_or(Wire::Bytes(&[]));
    if values.kind() != ValueKind::List {
        return Ok((key, single(values, schema, wire, depth)?));
    }
    // A list in a map stands in a message of its own.
    let items = values.elements().ok_or("a list of nothing known")?;
    let mut list = Vec::new();
    let mut reader = Reader::new(wire.bytes()?);
    while let Some((number, wire)) = reader.next()? {
        if number == 1 {
            list_items(items, schema, wire, &mut list, depth)?;
        }
    }
    Ok((key, Value::sequence(list)))
}

/// A value that is neither a list nor a map.
fn single(ty: Type<'_>, schema: &Schema, wire: Wire<'_>, depth: usize) -> Result<Value, String> {
    if let Some(leaf) = Leaf::of(ty) {
        return leaf.decode(wire.bytes()?);
    }
    if let Some(alternative) = SchemaOr::of(ty) {
        return schema_or(alternative, schema, wire.bytes()?, depth);
    }
    Ok(match ty.kind() {
        ValueKind::String if ty.format() == "byte" => Value::string(STANDARD.encode(wire.bytes()?)),
        ValueKind::String => Value::string(wire.text()?),
        ValueKind::Integer => Value::int(wire.integer()?),
        ValueKind::Boolean => Value::bool(wire.integer()? != 0),
        ValueKind::Number => {
            let number = wire.double()?;
            if !number.is_finite() {
                return Err("a number that JSON does not have".to_owned());
            }
            Value::scalar(ScalarKind::Float, number.to_string())
        }
        ValueKind::Object => {
            let mut fields = Mapping::new();
            message(ty, schema, wire.bytes()?, &mut fields, depth + 1)?;
            Value::from(fields)
        }
        ValueKind::Any | ValueKind::IntOrString | ValueKind::List | ValueKind::Map => {
            return Err("a value of no known form".to_owned());
        }
    })
}

/// A schema of custom kinds, or the alternative to it.
fn schema_or(
    alternative: SchemaOr,
    schema: &Schema,
    bytes: &[u8],
    depth: usize,
) -> Result<Value, String> {
    let ty = schema.type_named(SchemaOr::SCHEMA);
    let ty = ty.ok_or("schemas of custom kinds are not known")?;
    let number_of_schema = u64::from(alternative.schema_number());
    let (mut truth, mut list) = (false, Vec::new());
    let mut reader = Reader::new(bytes);
    while let Some((number, wire)) = reader.next()? {
        if number == number_of_schema {
            return single(ty, schema, wire, depth);
        }
        match alternative {
            SchemaOr::Bool if number == 1 => truth = wire.integer()? != 0,
            SchemaOr::Schemas if number == 2 => list.push(single(ty, schema, wire, depth)?),
            SchemaOr::Texts if number == 2 => list.push(Value::string(wire.text()?)),
            _ => {}
        }
    }
    Ok(match alternative {
        SchemaOr::Bool => Value::bool(truth),
        SchemaOr::Schemas | SchemaOr::Texts => Value::sequence(list),
    })
}
