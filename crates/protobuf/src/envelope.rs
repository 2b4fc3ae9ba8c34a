//! The envelope of an object, which says its kind.

use crate::Error;
use crate::wire::{Reader, Wire};
use trimtab_schema::{Schema, Type};

/// The media type of an object in its envelope.
pub const CONTENT_TYPE: &str = "application/vnd.kubernetes.protobuf";

/// What an envelope begins with.
pub(crate) const MAGIC: &[u8] = b"k8s\0";

/// The package of the types that belong to no group.
const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1";

/// The package of aggregated discovery.
const DISCOVERY: &str = "io.k8s.api.apidiscovery.v2";

/// What an envelope holds.
pub(crate) struct Envelope<'b> {
    pub(crate) api_version: &'b str,
    pub(crate) kind: &'b str,
    /// The object's own message.
    pub(crate) raw: &'b [u8],
}

impl<'b> Envelope<'b> {
    /// Opens it.
    ///
    /// # Errors
    /// When it is none, is damaged, or does not say the kind.
    pub(crate) fn open(body: &'b [u8]) -> Result<Self, Error> {
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
        Ok(Self {
            api_version,
            kind,
            raw,
        })
    }
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
