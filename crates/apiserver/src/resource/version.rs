//! Kinds that are served in several versions and stored in one.
//!
//! An object is stored in one version of its kind; a request for another gets it converted. Only
//! such objects are made trees of to be read; all others are copied as bytes.

use trimtab_schema::{Kind, Schema};
use trimtab_tree::Value;

use super::kind::ServedKind;
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

/// An object in the version of `kind`. One of a custom kind that a webhook converts is in that
/// version already, or not brought there by this.
///
/// # Errors
/// When the schema does not know the kind, or what is stored does not fit it.
pub(crate) fn in_version(
    schema: &Schema,
    kind: &ServedKind,
    mut object: Value,
) -> Result<Value, Status> {
    let version = object.get("apiVersion").and_then(Value::as_str);
    let is_converted = version != Some(kind.api_version());
    let ServedKind::BuiltIn(built_in) = kind else {
        if let Some(custom) = kind.custom() {
            crate::custom::in_version(custom, &mut object);
        }
        return Ok(object);
    };
    if !is_converted {
        return Ok(object);
    }
    let ty = schema.type_of(built_in.api_version(), built_in.kind());
    let ty = ty.ok_or_else(|| Status::internal(format!("{kind:?} has no type")))?;
    trimtab_validation::convert(&mut object, built_in.api_version());
    trimtab_validation::decode(&mut object, ty).map_err(Status::internal)?;
    trimtab_validation::default(&mut object, ty);
    Ok(object)
}
