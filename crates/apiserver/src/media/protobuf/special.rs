//! Types whose message is unlike their value.

use super::wire::{Reader, Wire, Writer};
use super::{JSON_SCHEMA, MAGIC, decode, encode, object};
use jiff::Timestamp;
use trimtab_schema::{Schema, Type};
use trimtab_tree::{JsonStyle, Mapping, ScalarKind, Value, parse_json, write_json};

/// What such a type is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Special {
    /// Text in a message of its own.
    Quantity,
    /// A number or text, and which.
    IntOrString,
    /// Seconds and nanoseconds since 1970, told to the second.
    Time,
    /// The same, told to the microsecond.
    MicroTime,
    /// Bytes that are JSON.
    Json,
    /// A schema or a list of schemas.
    SchemaOrArray,
    /// A schema or a truth.
    SchemaOrBool,
    /// A schema or a list of texts.
    SchemaOrStrings,
}

impl Special {
    /// Which one a type is, if any.
    pub(super) fn of(ty: Type<'_>) -> Option<Self> {
        let (_, name) = ty.name()?;
        Some(match name {
            "Quantity" => Self::Quantity,
            "IntOrString" => Self::IntOrString,
            "Time" => Self::Time,
            "MicroTime" => Self::MicroTime,
            "FieldsV1" | "RawExtension" | "JSON" => Self::Json,
            "JSONSchemaPropsOrArray" => Self::SchemaOrArray,
            "JSONSchemaPropsOrBool" => Self::SchemaOrBool,
            "JSONSchemaPropsOrStringArray" => Self::SchemaOrStrings,
            _ => return None,
        })
    }

    pub(super) fn decode(
        self,
        bytes: &[u8],
        schema: &Schema,
        depth: usize,
    ) -> Result<Value, String> {
        let mut numbers = [0, 0];
        let mut parts: [Option<Wire<'_>>; 3] = [None; 3];
        // What number 2 holds, each time.
        let mut seconds = Vec::new();
        let mut reader = Reader::new(bytes);
        while let Some((number, wire)) = reader.next()? {
            match (number, wire) {
                (1 | 2, Wire::Varint(_)) => {
                    numbers[number as usize - 1] = wire.integer()?;
                    parts[number as usize - 1] = Some(wire);
                }
                (1..=3, _) => {
                    parts[number as usize - 1] = Some(wire);
                    if number == 2 {
                        seconds.push(wire.bytes()?);
                    }
                }
                _ => {}
            }
        }
        let text = |at: usize| parts[at].map_or(Ok(""), Wire::text);
        let first_schema = || {
            let bytes = parts[0].unwrap_or(Wire::Bytes(&[])).bytes()?;
            schema_value(bytes, schema, depth)
        };
        Ok(match self {
            Self::Quantity => Value::string(text(0)?),
            Self::IntOrString if numbers[0] == 0 => Value::int(numbers[1]),
            Self::IntOrString => Value::string(text(2)?),
            Self::Time | Self::MicroTime if bytes.is_empty() => Value::null(),
            Self::Time | Self::MicroTime => self.time(numbers)?,
            Self::Json => match parts[0] {
                Some(wire) => json(wire.bytes()?, schema, depth)?,
                None => Value::null(),
            },
            Self::SchemaOrArray | Self::SchemaOrStrings if parts[0].is_some() => first_schema()?,
            Self::SchemaOrArray => {
                let schemas = seconds.iter();
                let schemas = schemas.map(|bytes| schema_value(bytes, schema, depth));
                Value::sequence(schemas.collect::<Result<_, _>>()?)
            }
            Self::SchemaOrBool => match seconds.first() {
                Some(bytes) => schema_value(bytes, schema, depth)?,
                None => Value::bool(numbers[0] != 0),
            },
            Self::SchemaOrStrings => {
                let texts = seconds.iter().map(|bytes| Wire::Bytes(bytes).text());
                let texts = texts.map(|text| text.map(Value::string));
                Value::sequence(texts.collect::<Result<_, _>>()?)
            }
        })
    }

    fn time(self, [seconds, nanoseconds]: [i64; 2]) -> Result<Value, String> {
        // Go writes its zero time, which stands for none, as the year 1.
        const NO_TIME: i64 = -62_135_596_800;
        if seconds == NO_TIME {
            return Ok(Value::null());
        }
        let nanoseconds = i32::try_from(nanoseconds).unwrap_or(i32::MAX);
        let time = Timestamp::new(seconds, nanoseconds);
        let time = time.map_err(|error| format!("a time that is none: {error}"))?;
        Ok(Value::string(match self {
            Self::MicroTime => format!("{time:.6}"),
            _ => format!("{time:.0}"),
        }))
    }

    /// Writes the message's fields.
    pub(super) fn encode(
        self,
        value: &Value,
        schema: &Schema,
        out: &mut Writer,
    ) -> Result<(), String> {
        let text = value.text().unwrap_or_default();
        match self {
            Self::Quantity => out.bytes(1, text.as_bytes()),
            Self::IntOrString => {
                let is_number = value
                    .as_scalar()
                    .is_some_and(|it| it.kind == ScalarKind::Int);
                out.integer(1, i64::from(!is_number));
                if is_number {
                    out.integer(2, encode::integer(value)?);
                } else {
                    out.integer(2, 0);
                    out.bytes(3, text.as_bytes());
                }
            }
            Self::Time | Self::MicroTime => {
                let time: Timestamp = text
                    .parse()
                    .map_err(|_| format!("{text:?} is no time in the form of RFC 3339"))?;
                out.integer(1, time.as_second());
                out.integer(2, i64::from(time.subsec_nanosecond()));
            }
            Self::Json => {
                let mut json = String::new();
                write_json(value, &mut json, JsonStyle::Ordered)
                    .map_err(|error| error.to_string())?;
                out.bytes(1, json.as_bytes());
            }
            Self::SchemaOrArray => match value.as_sequence() {
                Some(schemas) => {
                    for one in schemas {
                        write_schema(2, one, schema, out)?;
                    }
                }
                None => write_schema(1, value, schema, out)?,
            },
            Self::SchemaOrBool => {
                let is_schema = value.as_mapping().is_some();
                out.integer(1, i64::from(is_schema || text == "true"));
                if is_schema {
                    write_schema(2, value, schema, out)?;
                }
            }
            Self::SchemaOrStrings => match value.as_sequence() {
                Some(texts) => {
                    for text in texts {
                        out.bytes(2, text.text().unwrap_or_default().as_bytes());
                    }
                }
                None => write_schema(1, value, schema, out)?,
            },
        }
        Ok(())
    }
}

/// Raw JSON, or an object in an envelope of its own.
fn json(bytes: &[u8], schema: &Schema, depth: usize) -> Result<Value, String> {
    if bytes.starts_with(MAGIC) {
        return object(bytes, schema, depth + 1);
    }
    let text = Wire::Bytes(bytes).text()?;
    if text.is_empty() {
        return Ok(Value::null());
    }
    parse_json(text, 0).map_err(|error| error.to_string())
}

fn json_schema(schema: &Schema) -> Result<Type<'_>, String> {
    let ty = schema.type_named(JSON_SCHEMA);
    ty.ok_or_else(|| "schemas of custom kinds are not known".to_owned())
}

fn schema_value(bytes: &[u8], schema: &Schema, depth: usize) -> Result<Value, String> {
    let mut fields = Mapping::new();
    decode::message(json_schema(schema)?, schema, bytes, &mut fields, depth + 1)?;
    Ok(Value::from(fields))
}

fn write_schema(
    number: u8,
    value: &Value,
    schema: &Schema,
    out: &mut Writer,
) -> Result<(), String> {
    let mut inner = Writer::default();
    encode::message(json_schema(schema)?, schema, value, &mut inner)?;
    out.bytes(number, inner.written());
    Ok(())
}
