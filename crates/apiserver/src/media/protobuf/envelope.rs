//! The envelope of an object, which says its kind.

use super::decode::message as read_message;
use super::encode::message as write_message;
use super::wire::{Reader, Wire, Writer};
use trimtab_schema::{Schema, Type};
use trimtab_tree::{Mapping, Value};

/// What an envelope begins with.
const MAGIC: &[u8] = b"k8s\0";

/// Reads an object out of its envelope.
///
/// # Errors
/// When it is none, is damaged or of a kind that is not known, in words.
pub(crate) fn decode(body: &[u8]) -> Result<Value, String> {
    let schema = Schema::kubernetes();
    let body = body.strip_prefix(MAGIC).ok_or(
        "the body is no object in Protocol Buffers: it does not begin with the bytes `k8s\\0`",
    )?;
    let (mut api_version, mut kind, mut raw) = ("", "", &[][..]);
    let mut unknown = Reader::new(body);
    while let Some((number, wire)) = unknown.next()? {
        match (number, wire) {
            (1, Wire::Bytes(bytes)) => {
                let mut type_meta = Reader::new(bytes);
                while let Some((number, wire)) = type_meta.next()? {
                    match number {
                        1 => api_version = wire.text()?,
                        2 => kind = wire.text()?,
                        _ => {}
                    }
                }
            }
            (2, Wire::Bytes(bytes)) => raw = bytes,
            _ => {}
        }
    }
    let mut fields = Mapping::from([
        ("apiVersion", Value::string(api_version)),
        ("kind", Value::string(kind)),
    ]);
    let ty = type_of(&schema, api_version, kind)?;
    read_message(ty, &schema, raw, &mut fields, 0)?;
    Ok(Value::from(fields))
}

/// Puts an object into its envelope.
///
/// # Errors
/// When its kind is not known, or a value is not of its type, in words.
pub(crate) fn encode(object: &Value) -> Result<Vec<u8>, String> {
    let schema = Schema::kubernetes();
    let text = |field| {
        object
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    // The oldest documents of discovery have no version; in an envelope they do.
    let (api_version, kind) = match (text("apiVersion"), text("kind")) {
        ("", kind) => ("v1", kind),
        said => said,
    };
    let ty = type_of(&schema, api_version, kind)?;
    let mut type_meta = Writer::default();
    type_meta.bytes(1, api_version.as_bytes());
    type_meta.bytes(2, kind.as_bytes());
    let mut raw = Writer::default();
    write_message(ty, &schema, object, &mut raw)?;
    let mut unknown = Writer::after(MAGIC);
    unknown.bytes(1, type_meta.written());
    unknown.bytes(2, raw.written());
    unknown.bytes(3, b"");
    unknown.bytes(4, b"");
    Ok(unknown.into_bytes())
}

fn type_of<'s>(schema: &'s Schema, api_version: &str, kind: &str) -> Result<Type<'s>, String> {
    let ty = schema.type_of(api_version, kind);
    ty.ok_or_else(|| format!("no kind {kind:?} of version {api_version:?} in Protocol Buffers"))
}
