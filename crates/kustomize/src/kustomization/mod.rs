//! What `kustomization.yaml` holds, as types; every value knows its place in the file.
//!
//! The fields and what is accepted in them are those of kustomize's `api/types`. Files of this
//! module hold a group of fields each; [`decode`] reads them all.

mod at;
pub(crate) mod decode;
pub(crate) mod encode;
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
mod written;

pub(crate) use at::{At, StringMap};
pub(crate) use field_spec::FieldSpec;
pub(crate) use file::{BUILD_METADATA, Kind, Kustomization};
pub(crate) use generator::{GeneratorArgs, GeneratorOptions, SecretArgs};
pub(crate) use helm::{HelmChart, HelmGlobals};
pub(crate) use image::{Image, Replica};
pub(crate) use label::{Label, ObjectMeta};
pub(crate) use patch::{Patch, PatchOptions};
pub(crate) use replacement::{
    FieldOptions, Replacement, ReplacementField, SourceSelector, TargetSelector,
};
pub(crate) use selector::{IdFields, Selector};
pub(crate) use sort::SortOptions;
pub(crate) use var::Var;
pub(crate) use written::Written;
