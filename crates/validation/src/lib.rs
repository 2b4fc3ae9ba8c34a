//! Defaults and checks of Kubernetes objects, without I/O.
//!
//! What an API server does with an object between reading a body and storing it, each step a
//! function on the one value tree, driven by the schema's types where a rule will do:
//!
//! 1. [`decode`]: the body as Kubernetes understands it: of the right types, without unknown
//!    fields and without values that its Go types would not write;
//! 2. [`default`]: values for what was left out;
//! 3. [`prepare_create`], [`prepare_update`]: fields that the server owns;
//! 4. [`validate_create`], [`validate_update`]: what is wrong with it, as causes of a `Status`;
//! 5. [`warnings`], [`deprecation`]: what is allowed but should not be done.
//!
//! Custom kinds have the same steps in [`custom`], driven by the structural schemas of their
//! definitions.
//!
//! [`cel`] is the language of rules: those of custom kinds, and of admission policies.
//!
//! [`usage`] is what objects use of quotas.
//!
//! [`convert`] brings an object from one version of its API to another.
//!
//! All tables are made at compile time or once; a call allocates for what it changes or finds wrong.

pub mod cel;
mod convert;
pub mod custom;
mod custom_objects;
mod decode;
mod default;
pub mod definition;
mod equality;
mod fields;
mod image;
#[cfg(test)]
mod mutations;
mod policy_types;
mod prepare;
pub mod usage;
mod validate;

pub use convert::convert;
pub use custom_objects::{
    custom_finalizer_warnings, is_same_but_metadata, validate_custom_create, validate_custom_update,
};
pub use decode::{DecodeError, DecodeFindings, StrictProblem, decode, decode_all};
pub use default::{default, default_stored};
pub use policy_types::{CustomTypes, ExpressionWarning, names_custom_kinds, type_warnings};
pub use prepare::{dedup_owner_references, prepare_create, prepare_update};
pub use validate::{
    CauseReason, FieldError, checks_changed_metadata, deprecation, label_key_problems,
    label_value_problems, validate_create, validate_service_addresses, validate_update, warnings,
};
