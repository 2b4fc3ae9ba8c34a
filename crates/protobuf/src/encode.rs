//! From JSON text to messages.

use crate::envelope::{MAGIC, type_of};
use crate::json::{Json, Kind, Tape};
use crate::leaf::{Leaf, SchemaOr, integer};
use crate::wire::Writer;
use crate::{Error, frame};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use trimtab_schema::{Field, Schema, Type, ValueKind};
use trimtab_tree::{JsonStyle, Value, write_json};

/// Writes objects. It keeps its memory from one to the next.
#[derive(Debug)]
pub struct Encoder {
    schema: Schema,
    tape: Tape,
}

impl Encoder {
    /// Writes objects of the kinds of this schema.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        Self {
            schema: schema.clone(),
            tape: Tape::default(),
        }
    }

    /// Writes an object, whose JSON this is, in an envelope that says this kind: `apps/v1`,
    /// `Deployment`. Fields that messages of the kind do not have are left out, `apiVersion` and
    /// `kind` among them; so the metadata of any object can be written as `PartialObjectMetadata`.
    ///
    /// # Errors
    /// When the kind is not known, the text is no JSON, or a value is not of its type.
    pub fn object(
        &mut self,
        api_version: &str,
        kind: &str,
        json: &str,
        out: &mut Writer,
    ) -> Result<(), Error> {
        let Self { schema, tape } = self;
        let ty = type_of(schema, api_version, kind)?;
        let json = tape.read(json)?;
        let raw = open_envelope(api_version, kind, out);
        message(ty, schema, json, out)?;
        close_envelope(raw, out);
        Ok(())
    }

    /// Writes a tree that says its kind as an object in its envelope.
    ///
    /// # Errors
    /// As [`Encoder::object`].
    pub fn value(&mut self, object: &Value) -> Result<Vec<u8>, Error> {
        let text = |field| {
            let text = object.get(field).and_then(Value::as_str);
            text.unwrap_or_default()
        };
        // The oldest documents of discovery have no version; in an envelope they do.
        let (api_version, kind) = match (text("apiVersion"), text("kind")) {
            ("", kind) => ("v1", kind),
            said => said,
        };
        let mut json = String::new();
        write_json(object, &mut json, JsonStyle::Ordered)
            .map_err(|error| Error::value(error.to_string()))?;
        let mut out = Writer::default();
        self.object(api_version, kind, &json, &mut out)?;
        Ok(out.into_bytes())
    }

    /// Writes an event of a watch in its frame: `ADDED`, and the JSON of the object.
    ///
    /// # Errors
    /// As [`Encoder::object`].
    pub fn event(
        &mut self,
        event: &str,
        (api_version, kind): (&str, &str),
        json: &str,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        frame(event, out, |out| self.object(api_version, kind, json, out))
    }

    /// Begins a list: its envelope, and its metadata.
    ///
    /// # Errors
    /// When there are no lists of that kind (`PodList`).
    pub fn list(
        mut self,
        api_version: &str,
        kind: &str,
        metadata: &Value,
    ) -> Result<ListWriter, Error> {
        let ty = type_of(&self.schema, api_version, kind)?;
        let unknown = || Error::UnknownKind {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
        };
        let items = ty.field_entry("items").ok_or_else(unknown)?;
        let [number] = *items.protobuf_path() else {
            return Err(unknown());
        };
        let mut json = String::new();
        write_json(
            &Value::mapping([("metadata", metadata.clone())]),
            &mut json,
            JsonStyle::Ordered,
        )
        .map_err(|error| Error::value(error.to_string()))?;
        let mut out = Writer::default();
        let raw = open_envelope(api_version, kind, &mut out);
        message(ty, &self.schema, self.tape.read(&json)?, &mut out)?;
        Ok(ListWriter {
            encoder: self,
            kind: (api_version.to_owned(), kind.to_owned()),
            number: u32::from(number),
            raw,
            out,
        })
    }
}

/// Writes the items of a list one by one.
#[derive(Debug)]
pub struct ListWriter {
    encoder: Encoder,
    kind: (String, String),
    number: u32,
    raw: usize,
    out: Writer,
}

impl ListWriter {
    /// Makes room for so many bytes.
    pub fn reserve(&mut self, bytes: usize) {
        self.out.reserve(bytes);
    }

    /// Writes the next item, whose JSON this is.
    ///
    /// # Errors
    /// As [`Encoder::object`].
    pub fn item(&mut self, json: &str) -> Result<(), Error> {
        let Encoder { schema, tape } = &mut self.encoder;
        let list = type_of(schema, &self.kind.0, &self.kind.1)?;
        let items = list.field("items").and_then(|items| items.elements());
        let ty = items.ok_or_else(|| Error::value("a list of nothing known"))?;
        let at = self.out.open(self.number);
        message(ty, schema, tape.read(json)?, &mut self.out)?;
        self.out.close(at);
        Ok(())
    }

    /// The whole list.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        close_envelope(self.raw, &mut self.out);
        self.out.into_bytes()
    }
}

/// Begins an envelope, up to the object's own message.
fn open_envelope(api_version: &str, kind: &str, out: &mut Writer) -> usize {
    out.raw(MAGIC);
    let type_meta = out.open(1);
    out.bytes(1, api_version.as_bytes());
    out.bytes(2, kind.as_bytes());
    out.close(type_meta);
    out.open(2)
}

fn close_envelope(raw: usize, out: &mut Writer) {
    out.close(raw);
    // The encoding and the type of the content: plain Protocol Buffers.
    out.bytes(3, b"");
    out.bytes(4, b"");
}

/// A field that is there.
struct Present<'s, 'j> {
    field: Field<'s>,
    value: Json<'j>,
}

/// Writes the fields of an object of type `ty`, in the order of their numbers.
fn message(ty: Type<'_>, schema: &Schema, value: Json<'_>, out: &mut Writer) -> Result<(), Error> {
    if value.is_null() {
        return Ok(());
    }
    if value.kind() != Kind::Object {
        return Err(Error::value(format!(
            "an object was expected, not {}",
            value.described()
        )));
    }
    let mut present = Vec::with_capacity(8);
    for (key, value) in value.members().filter(|(_, value)| !value.is_null()) {
        if let Some(field) = ty.field_entry(&key.text()?)
            && !field.protobuf_path().is_empty()
        {
            present.push(Present { field, value });
        }
    }
    let path = |present: &Present<'_, '_>| {
        let mut path = [0; 3];
        let own = present.field.protobuf_path();
        path[..own.len()].copy_from_slice(own);
        path
    };
    present.sort_by_key(path);
    embedded(&present, 0, schema, out)
}

/// Writes fields whose paths are the same up to `depth`.
fn embedded(
    present: &[Present<'_, '_>],
    depth: usize,
    schema: &Schema,
    out: &mut Writer,
) -> Result<(), Error> {
    let number = |present: &Present<'_, '_>| present.field.protobuf_path()[depth];
    for group in present.chunk_by(|a, b| number(a) == number(b)) {
        let first = &group[0];
        let number = u32::from(number(first));
        if first.field.protobuf_path().len() > depth + 1 {
            out.message(number, |out| embedded(group, depth + 1, schema, out))?;
            continue;
        }
        // A key that is there twice counts as it does in JSON: the last one.
        let last = group.last().unwrap_or(first);
        if let Some(ty) = last.field.value_type() {
            any(ty, schema, number, last.value, out)
                .map_err(|error| error.within(last.field.name))?;
        }
    }
    Ok(())
}

fn any(
    ty: Type<'_>,
    schema: &Schema,
    number: u32,
    value: Json<'_>,
    out: &mut Writer,
) -> Result<(), Error> {
    match ty.kind() {
        ValueKind::List => {
            let items = ty.elements();
            let items = items.ok_or_else(|| Error::value("a list of nothing known"))?;
            expect(value, Kind::List)?;
            for item in value.items() {
                single(items, schema, number, item, out)?;
            }
            Ok(())
        }
        ValueKind::Map => {
            let values = ty.values();
            let values = values.ok_or_else(|| Error::value("a map to nothing known"))?;
            expect(value, Kind::Object)?;
            map(values, schema, number, value, out)
        }
        _ => single(ty, schema, number, value, out),
    }
}

fn map(
    values: Type<'_>,
    schema: &Schema,
    number: u32,
    value: Json<'_>,
    out: &mut Writer,
) -> Result<(), Error> {
    let entries = value.members().map(|(key, value)| Ok((key.text()?, value)));
    let mut entries = entries.collect::<Result<Vec<_>, Error>>()?;
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (key, value) in entries {
        let entry = out.open(number);
        out.bytes(1, key.as_bytes());
        let written = if values.kind() == ValueKind::List {
            // A list in a map stands in a message of its own.
            out.message(2, |out| match value.kind() {
                Kind::Null => Ok(()),
                _ => any(values, schema, 1, value, out),
            })
        } else {
            single(values, schema, 2, value, out)
        };
        written.map_err(|error| error.within(&key))?;
        out.close(entry);
    }
    Ok(())
}

/// Refuses a value that is not of this kind.
fn expect(value: Json<'_>, kind: Kind) -> Result<(), Error> {
    if value.kind() == kind {
        return Ok(());
    }
    let expected = if kind == Kind::List {
        "a list"
    } else {
        "an object"
    };
    let found = value.described();
    Err(Error::value(format!(
        "{expected} was expected, not {found}"
    )))
}

/// A value that is neither a list nor a map.
fn single(
    ty: Type<'_>,
    schema: &Schema,
    number: u32,
    value: Json<'_>,
    out: &mut Writer,
) -> Result<(), Error> {
    if let Some(leaf) = Leaf::of(ty) {
        return out.message(number, |out| {
            if value.is_null() && leaf != Leaf::Json {
                return Ok(());
            }
            leaf.encode(value, out)
        });
    }
    if let Some(alternative) = SchemaOr::of(ty) {
        return out.message(number, |out| schema_or(alternative, schema, value, out));
    }
    match ty.kind() {
        ValueKind::String if ty.format() == "byte" => {
            let bytes = STANDARD
                .decode(&*value.text()?)
                .map_err(|_| Error::value("text that is no base64"))?;
            out.bytes(number, &bytes);
        }
        ValueKind::String => out.bytes(number, value.text()?.as_bytes()),
        ValueKind::Integer if value.is_null() => out.integer(number, 0),
        ValueKind::Integer => out.integer(number, integer(value)?),
        ValueKind::Boolean => match &*value.text()? {
            "true" => out.integer(number, 1),
            "false" | "" => out.integer(number, 0),
            other => return Err(Error::value(format!("{other:?} is no truth"))),
        },
        ValueKind::Number => {
            let text = value.text()?;
            let value = text.parse();
            let value = value.map_err(|_| Error::value(format!("{text:?} is no number")))?;
            out.double(number, value);
        }
        ValueKind::Object => {
            return out.message(number, |out| message(ty, schema, value, out));
        }
        ValueKind::Any | ValueKind::IntOrString | ValueKind::List | ValueKind::Map => {
            return Err(Error::value("a value of no known form"));
        }
    }
    Ok(())
}

/// A schema of custom kinds, or the alternative to it.
fn schema_or(
    alternative: SchemaOr,
    schema: &Schema,
    value: Json<'_>,
    out: &mut Writer,
) -> Result<(), Error> {
    let ty = schema.type_named(SchemaOr::SCHEMA);
    let ty = ty.ok_or_else(|| Error::value("schemas of custom kinds are not known"))?;
    let is_schema = value.kind() == Kind::Object;
    if alternative == SchemaOr::Bool {
        out.integer(1, i64::from(is_schema || value.raw() == "true"));
    }
    if is_schema {
        return single(ty, schema, alternative.schema_number(), value, out);
    }
    for item in value.items() {
        if alternative == SchemaOr::Schemas {
            single(ty, schema, 2, item, out)?;
        } else {
            out.bytes(2, item.text()?.as_bytes());
        }
    }
    Ok(())
}
