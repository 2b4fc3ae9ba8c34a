//! What `kustomization.yaml` holds, as types; every value knows its place in the file.
//!
//! The fields and what is accepted in them are those of kustomize's `api/types`. Files of this
//! module hold a group of fields each; [`decode`] reads them all.

mod at;
pub(crate) mod decode;
mod field_spec;
mod file;
mod generator;
mod helm;
mod image;
mod label;
mod patch;
mod replacement;
pub(crate) mod scalar;
mod selector;
mod sort;
mod var;

pub use at::{At, StringMap};
pub use field_spec::FieldSpec;
pub use file::{Kind, Kustomization};
pub use generator::{GeneratorArgs, GeneratorOptions, SecretArgs};
pub use helm::{HelmChart, HelmGlobals};
pub use image::{Image, Replica};
pub use label::{Label, ObjectMeta};
pub use patch::{Patch, PatchOptions};
pub use replacement::{
    FieldOptions, Replacement, ReplacementField, SourceSelector, TargetSelector,
};
pub use selector::{IdFields, Selector};
pub use sort::{LegacySortOptions, SortOptions};
pub use var::{FieldReference, Var, VarObject};
