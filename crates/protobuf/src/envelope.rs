//! The envelope of an object, which says its kind.

use crate::Error;
use crate::decode::{Budget, message};
use crate::wire::{Reader, Wire};
use trimtab_schema::{Schema, Type};
use trimtab_tree::{Mapping, Value};

/// The media type of an object in its envelope.
pub const CONTENT_TYPE: &str = "application/vnd.kubernetes.protobuf";

/// What an envelope begins with.
pub(crate) const MAGIC: &[u8] = b"k8s\0";

/// The package of the types that belong to no group.
const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1";

/// The package of aggregated discovery.
const DISCOVERY: &str = "io.k8s.api.apidiscovery.v2";

/// Reads an object out of its envelope. `apiVersion` and `kind` come first, as the envelope says
/// them.
///
/// # Errors
/// When it is none, is damaged, too large, or of a kind that is not known.
pub fn decode(schema: &Schema, body: &[u8]) -> Result<Value, Error> {
    within(schema, body, &mut Budget::default(), 0)
}

/// As [`decode`], with what is left of the bounds.
pub(crate) fn within(
    schema: &Schema,
    body: &[u8],
    budget: &mut Budget,
    depth: usize,
) -> Result<Value, Error> {
    let body = body.strip_prefix(MAGIC).ok_or(Error::NoEnvelope)?;
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
    if kind.is_empty() {
        return Err(Error::NoKind);
    }
    let mut fields = Mapping::from([
        ("apiVersion", Value::string(api_version)),
        ("kind", Value::string(kind)),
    ]);
    let ty = type_of(schema, api_version, kind)?;
    message(ty, schema, raw, &mut fields, budget, depth)?;
    Ok(Value::from(fields))
}

/// The type of the messages of a kind.
///
/// # Errors
/// When there are none of that kind.
pub fn type_of<'s>(schema: &'s Schema, api_version: &str, kind: &str) -> Result<Type<'s>, Error> {
    if let Some(ty) = schema.type_of(api_version, kind) {
        return Ok(ty);
    }
    let package = match (api_version, kind) {
        (
            "meta.k8s.io/v1" | "meta.k8s.io/v1beta1",
            "PartialObjectMetadata" | "PartialObjectMetadataList",
        ) => META,
        ("apidiscovery.k8s.io/v2", "APIGroupDiscoveryList") => DISCOVERY,
        // Options are of every version, those that the table does not know included.
        (_, "DeleteOptions" | "Status") => META,
        _ => "",
    };
    let ty = (!package.is_empty()).then(|| schema.type_named(&format!("{package}.{kind}")));
    ty.flatten().ok_or_else(|| Error::UnknownKind {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
    })
}
