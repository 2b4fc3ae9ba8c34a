//! Kinds that are served in several versions and stored in one.
//!
//! An object is stored in one version of its kind; a request for another gets it converted. Only
//! such objects are made trees of to be read; all others are copied as bytes.

use trimtab_schema::{Kind, Schema};
use trimtab_tree::Value;

use crate::Status;

/// The kind that objects of `kind` are stored as.
pub(crate) fn stored_as(schema: &Schema, kind: Kind) -> Kind {
    let stored = match (kind.group(), kind.kind()) {
        ("autoscaling", "HorizontalPodAutoscaler") => "autoscaling/v2",
        ("events.k8s.io", "Event") => "v1",
        _ => return kind,
    };
    schema.kind(stored, kind.kind()).unwrap_or(kind)
}

/// An object in the version of `kind`.
///
/// # Errors
/// When the schema does not know the kind, or what is stored does not fit it.
pub(crate) fn in_version(schema: &Schema, kind: Kind, mut object: Value) -> Result<Value, Status> {
    let version = object.get("apiVersion").and_then(Value::as_str);
    if version == Some(kind.api_version()) {
        return Ok(object);
    }
    let ty = schema.type_of(kind.api_version(), kind.kind());
    let ty = ty.ok_or_else(|| Status::internal(format!("{kind:?} has no type")))?;
    trimtab_validation::convert(&mut object, kind.api_version());
    trimtab_validation::decode(&mut object, ty).map_err(Status::internal)?;
    trimtab_validation::default(&mut object, ty);
    Ok(object)
}
