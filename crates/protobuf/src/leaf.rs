//! Types whose message is unlike their value.

use crate::Error;
use crate::json::{Json, Kind};
use crate::wire::{Reader, Wire, Writer};
use jiff::Timestamp;
use trimtab_schema::Type;
use trimtab_tree::{ScalarKind, Value, parse_json};

/// What such a type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
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
    /// Bytes that are JSON, or an object in an envelope of its own.
    Object,
}

impl Leaf {
    /// Which one a type is, if any.
    pub(crate) fn of(ty: Type<'_>) -> Option<Self> {
        let (_, name) = ty.name()?;
        Some(match name {
            "Quantity" => Self::Quantity,
            "IntOrString" => Self::IntOrString,
            "Time" => Self::Time,
            "MicroTime" => Self::MicroTime,
            "FieldsV1" | "JSON" => Self::Json,
            "RawExtension" => Self::Object,
            _ => return None,
        })
    }

    /// Reads its message.
    pub(crate) fn decode(self, bytes: &[u8]) -> Result<Value, Error> {
        let mut parts: [Option<Wire<'_>>; 3] = [None; 3];
        let mut reader = Reader::new(bytes);
        while let Some((number, wire)) = reader.next()? {
            let part = usize::try_from(number)
                .ok()
                .and_then(|it| it.checked_sub(1));
            if let Some(part) = part.and_then(|at| parts.get_mut(at)) {
                *part = Some(wire);
            }
        }
        let number = |at: usize| parts[at].map_or(Ok(0), Wire::integer);
        let text = |at: usize| parts[at].map_or(Ok(""), Wire::text);
        Ok(match self {
            Self::Quantity => Value::string(text(0)?),
            Self::IntOrString if number(0)? == 0 => Value::int(number(1)?),
            Self::IntOrString => Value::string(text(2)?),
            Self::Time | Self::MicroTime if bytes.is_empty() => Value::null(),
            Self::Time | Self::MicroTime => self.time(number(0)?, number(1)?)?,
            Self::Json | Self::Object => match text(0)? {
                "" => Value::null(),
                json => parse_json(json, 0).map_err(|error| Error::value(error.to_string()))?,
            },
        })
    }

    /// The object in an envelope of its own that a message of [`Leaf::Object`] holds, if it does.
    pub(crate) fn envelope(self, bytes: &[u8]) -> Result<Option<&[u8]>, Error> {
        let mut raw = None;
        let mut reader = Reader::new(bytes);
        while let (Self::Object, Some((number, wire))) = (self, reader.next()?) {
            if number == 1 {
                raw = Some(wire.bytes()?);
            }
        }
        Ok(raw.filter(|raw| raw.starts_with(crate::envelope::MAGIC)))
    }

    fn time(self, seconds: i64, nanoseconds: i64) -> Result<Value, Error> {
        // Go writes its zero time, which stands for none, as the year 1.
        const NO_TIME: i64 = -62_135_596_800;
        if seconds == NO_TIME {
            return Ok(Value::null());
        }
        let nanoseconds = i32::try_from(nanoseconds).unwrap_or(i32::MAX);
        let time = Timestamp::new(seconds, nanoseconds);
        let time = time.map_err(|error| Error::value(format!("a time that is none: {error}")))?;
        Ok(Value::string(match self {
            Self::MicroTime => format!("{time:.6}"),
            _ => format!("{time:.0}"),
        }))
    }

    /// Writes the fields of its message.
    pub(crate) fn encode(self, value: Json<'_>, out: &mut Writer) -> Result<(), Error> {
        match self {
            Self::Quantity => out.bytes(1, value.text()?.as_bytes()),
            Self::IntOrString => {
                let is_number = value.kind() == Kind::Number;
                out.integer(1, i64::from(!is_number));
                if is_number {
                    out.integer(2, integer(value)?);
                } else {
                    out.integer(2, 0);
                    out.bytes(3, value.text()?.as_bytes());
                }
            }
            Self::Time | Self::MicroTime => {
                let text = value.text()?;
                let time: Timestamp = text.parse().map_err(|_| {
                    Error::value(format!("{text:?} is no time in the form of RFC 3339"))
                })?;
                out.integer(1, time.as_second());
                out.integer(2, i64::from(time.subsec_nanosecond()));
            }
            Self::Json | Self::Object => out.bytes(1, value.raw().as_bytes()),
        }
        Ok(())
    }
}

/// The whole number that a value is.
pub(crate) fn integer(value: Json<'_>) -> Result<i64, Error> {
    let text = value.text()?;
    text.parse()
        .map_err(|_| Error::value(format!("{text:?} is no whole number")))
}

/// The scalar of a number that need not be whole.
pub(crate) fn number(number: f64) -> Result<Value, Error> {
    if number.is_finite() {
        return Ok(Value::scalar(ScalarKind::Float, number.to_string()));
    }
    Err(Error::value("a number that JSON does not have"))
}

/// A type that holds a schema of custom kinds or something else; the table does not say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SchemaOr {
    /// A list of schemas.
    Schemas,
    /// A truth.
    Bool,
    /// A list of texts.
    Texts,
}

impl SchemaOr {
    /// The full name of schemas' type.
    pub(crate) const SCHEMA: &str =
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";

    /// Which one a type is, if any.
    pub(crate) fn of(ty: Type<'_>) -> Option<Self> {
        let (_, name) = ty.name()?;
        Some(match name {
            "JSONSchemaPropsOrArray" => Self::Schemas,
            "JSONSchemaPropsOrBool" => Self::Bool,
            "JSONSchemaPropsOrStringArray" => Self::Texts,
            _ => return None,
        })
    }

    /// The number of the schema in its message; that of the alternative is the other of 1 and 2.
    pub(crate) fn schema_number(self) -> u32 {
        if self == Self::Bool { 2 } else { 1 }
    }
}
