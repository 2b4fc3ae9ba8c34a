//! From messages to values.

use crate::Error;
use crate::envelope::{Envelope, type_of};
use crate::leaf::{Leaf, SchemaOr, number};
use crate::wire::{Reader, Wire};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use trimtab_schema::{Field, Schema, Type, ValueKind};
use trimtab_tree::{Mapping, Value};

/// How deep messages may stand in each other: as deep as the tree takes JSON.
const MAX_DEPTH: usize = 100;

/// How many values a body may hold. An item of a list may be a single byte long on the wire, and is
/// a hundred times as large in memory.
const MAX_VALUES: usize = 1 << 20;

/// What is left of the bounds of a body.
struct Budget {
    values: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { values: MAX_VALUES }
    }
}

impl Budget {
    fn take(&mut self) -> Result<(), Error> {
        self.values = self
            .values
            .checked_sub(1)
            .ok_or(Error::TooMany(MAX_VALUES))?;
        Ok(())
    }
}

/// Reads an object out of its envelope. `apiVersion` and `kind` come first, as the envelope says
/// them.
///
/// # Errors
/// When it is none, is damaged, too large, or of a kind that is not known.
pub fn decode(schema: &Schema, body: &[u8]) -> Result<Value, Error> {
    let budget = &mut Budget::default();
    Decoder { schema, budget }.enveloped(body, 0)
}

struct Decoder<'s, 'b> {
    schema: &'s Schema,
    budget: &'b mut Budget,
}

impl Decoder<'_, '_> {
    /// Reads an object in its envelope.
    fn enveloped(&mut self, body: &[u8], depth: usize) -> Result<Value, Error> {
        let Envelope {
            api_version,
            kind,
            raw,
        } = Envelope::open(body)?;
        let mut fields = Mapping::from([
            ("apiVersion", Value::string(api_version)),
            ("kind", Value::string(kind)),
        ]);
        let known: Vec<Field<'_>> = type_of(self.schema, api_version, kind)?.fields().collect();
        self.embedded(&known, &[], raw, &mut fields, depth)?;
        Ok(Value::from(fields))
    }

    /// Reads the fields of a message to which the numbers `path` lead from the type of `known`.
    fn embedded(
        &mut self,
        known: &[Field<'_>],
        path: &[u8],
        bytes: &[u8],
        fields: &mut Mapping,
        depth: usize,
    ) -> Result<(), Error> {
        if depth > MAX_DEPTH {
            return Err(Error::TooDeep(MAX_DEPTH));
        }
        let mut reader = Reader::new(bytes);
        while let Some((number, wire)) = reader.next()? {
            let Ok(number) = u8::try_from(number) else {
                continue;
            };
            let leads = |field: &&Field<'_>| {
                let own = field.protobuf_path();
                own.len() > path.len() && own.starts_with(path) && own[path.len()] == number
            };
            // What is not known is passed over, as everywhere in Protocol Buffers.
            let Some(field) = known.iter().find(leads) else {
                continue;
            };
            if field.protobuf_path().len() > path.len() + 1 {
                let path = [path, &[number]].concat();
                self.embedded(known, &path, wire.bytes()?, fields, depth + 1)?;
            } else if let Some(ty) = field.value_type() {
                self.add(ty, wire, fields, field.name, depth)
                    .map_err(|error| error.within(field.name))?;
            }
        }
        Ok(())
    }

    /// Adds what was read of a field to what has been read of it already.
    fn add(
        &mut self,
        ty: Type<'_>,
        wire: Wire<'_>,
        fields: &mut Mapping,
        name: &str,
        depth: usize,
    ) -> Result<(), Error> {
        match ty.kind() {
            ValueKind::List => {
                let items = ty.elements();
                let items = items.ok_or_else(|| Error::value("a list of nothing known"))?;
                let list = fields.get_or_insert_with(name, || Value::sequence(Vec::new()));
                let list = list.as_sequence_mut();
                let list = list.ok_or_else(|| Error::value("there is no list"))?;
                self.list_items(items, wire, list, depth)
            }
            ValueKind::Map => {
                let values = ty.values();
                let values = values.ok_or_else(|| Error::value("a map to nothing known"))?;
                let map = fields.get_or_insert_with(name, || Value::mapping([]));
                let map = map.as_mapping_mut();
                let map = map.ok_or_else(|| Error::value("there is no map"))?;
                let (key, value) = self.map_entry(values, wire.bytes()?, depth)?;
                map.insert(key, value);
                Ok(())
            }
            ValueKind::Object if Leaf::of(ty).is_none() && SchemaOr::of(ty).is_none() => {
                // A message that comes in two parts is both.
                self.budget.take()?;
                let object = fields.get_or_insert_with(name, || Value::mapping([]));
                let object = object.as_mapping_mut();
                let object = object.ok_or_else(|| Error::value("there is no object"))?;
                let known: Vec<Field<'_>> = ty.fields().collect();
                self.embedded(&known, &[], wire.bytes()?, object, depth + 1)
            }
            _ => {
                let value = self.single(ty, wire, depth)?;
                fields.insert(name, value);
                Ok(())
            }
        }
    }

    /// Items come one by one; numbers may also come packed together.
    fn list_items(
        &mut self,
        items: Type<'_>,
        wire: Wire<'_>,
        list: &mut Vec<Value>,
        depth: usize,
    ) -> Result<(), Error> {
        let packs = matches!(items.kind(), ValueKind::Integer | ValueKind::Boolean);
        if let (true, Wire::Bytes(bytes)) = (packs, wire) {
            let mut packed = Reader::new(bytes);
            while let Some(wire) = packed.packed()? {
                list.push(self.single(items, wire, depth)?);
            }
            return Ok(());
        }
        list.push(self.single(items, wire, depth)?);
        Ok(())
    }

    fn map_entry(
        &mut self,
        values: Type<'_>,
        bytes: &[u8],
        depth: usize,
    ) -> Result<(String, Value), Error> {
        let (mut key, mut value) = (String::new(), None);
        let mut reader = Reader::new(bytes);
        while let Some((number, wire)) = reader.next()? {
            match number {
                1 => wire.text()?.clone_into(&mut key),
                2 => value = Some(wire),
                _ => {}
            }
        }
        if values.kind() != ValueKind::List {
            // What has no value has the zero value: proto2 writes maps like that.
            let zero = match values.kind() {
                ValueKind::Integer | ValueKind::Boolean => Wire::Varint(0),
                ValueKind::Number => Wire::Fixed64(0),
                _ => Wire::Bytes(&[]),
            };
            let value = self.single(values, value.unwrap_or(zero), depth)?;
            return Ok((key, value));
        }
        // A list in a map stands in a message of its own.
        self.budget.take()?;
        let items = values.elements();
        let items = items.ok_or_else(|| Error::value("a list of nothing known"))?;
        let mut list = Vec::new();
        let mut reader = Reader::new(value.map_or(Ok(&[][..]), Wire::bytes)?);
        while let Some((number, wire)) = reader.next()? {
            if number == 1 {
                self.list_items(items, wire, &mut list, depth)?;
            }
        }
        Ok((key, Value::sequence(list)))
    }

    /// A value that is neither a list nor a map.
    fn single(&mut self, ty: Type<'_>, wire: Wire<'_>, depth: usize) -> Result<Value, Error> {
        self.budget.take()?;
        if let Some(leaf) = Leaf::of(ty) {
            let bytes = wire.bytes()?;
            return match leaf.envelope(bytes)? {
                Some(_) if depth > MAX_DEPTH => Err(Error::TooDeep(MAX_DEPTH)),
                Some(body) => self.enveloped(body, depth + 1),
                None => leaf.decode(bytes),
            };
        }
        if let Some(alternative) = SchemaOr::of(ty) {
            return self.schema_or(alternative, wire.bytes()?, depth);
        }
        Ok(match ty.kind() {
            ValueKind::String if ty.format() == "byte" => {
                Value::string(STANDARD.encode(wire.bytes()?))
            }
            ValueKind::String => Value::string(wire.text()?),
            ValueKind::Integer => Value::int(wire.integer()?),
            ValueKind::Boolean => Value::bool(wire.integer()? != 0),
            ValueKind::Number => number(wire.double()?)?,
            ValueKind::Object => {
                let mut fields = Mapping::new();
                let known: Vec<Field<'_>> = ty.fields().collect();
                self.embedded(&known, &[], wire.bytes()?, &mut fields, depth + 1)?;
                Value::from(fields)
            }
            ValueKind::Any | ValueKind::IntOrString | ValueKind::List | ValueKind::Map => {
                return Err(Error::value("a value of no known form"));
            }
        })
    }

    /// A schema of custom kinds, or the alternative to it.
    fn schema_or(
        &mut self,
        alternative: SchemaOr,
        bytes: &[u8],
        depth: usize,
    ) -> Result<Value, Error> {
        let ty = self.schema.type_named(SchemaOr::SCHEMA);
        let ty = ty.ok_or_else(|| Error::value("schemas of custom kinds are not known"))?;
        let number_of_schema = u64::from(alternative.schema_number());
        let (mut truth, mut list) = (false, Vec::new());
        let mut reader = Reader::new(bytes);
        while let Some((number, wire)) = reader.next()? {
            if number == number_of_schema {
                return self.single(ty, wire, depth);
            }
            match alternative {
                SchemaOr::Bool if number == 1 => truth = wire.integer()? != 0,
                SchemaOr::Schemas if number == 2 => list.push(self.single(ty, wire, depth)?),
                SchemaOr::Texts if number == 2 => {
                    self.budget.take()?;
                    list.push(Value::string(wire.text()?));
                }
                _ => {}
            }
        }
        Ok(match alternative {
            SchemaOr::Bool => Value::bool(truth),
            SchemaOr::Schemas | SchemaOr::Texts => Value::sequence(list),
        })
    }
}
