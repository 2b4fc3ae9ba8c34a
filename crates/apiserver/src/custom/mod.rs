//! Objects of custom kinds, on their way through the registry.
//!
//! What differs from built-in kinds is here: a request is decoded by a structural schema, not by a
//! type; what the server owns of an object and what is wrong with it follow from the definition;
//! and what is read is brought into the form of the schema first, which may be younger than the
//! object.
//!
//! Upstream: `apiextensions-apiserver/pkg/registry/customresource` and
//! `pkg/apiserver/customresource_handler.go`.

mod columns;
mod conversions;
mod convert;
mod decode;
mod strategy;

pub(crate) use columns::table;
pub(crate) use conversions::Conversions;
pub(crate) use convert::{in_request_version, in_storage_version, is_converted_by_webhook};
pub(crate) use decode::{Nulls, decode, in_version, is_in_form, shown};
pub(crate) use strategy::{
    admit_write, prepare_create, prepare_update, reset_fields, settle, validate_create,
    validate_update, warnings,
};
