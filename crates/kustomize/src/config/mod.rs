//! Which fields of which kinds the transformers change: field specs, the tables kustomize has
//! built in, and what `configurations` and `crds` add to them.

mod course;
mod crds;
mod defaults;
mod field_path;
mod field_spec;
mod field_specs;
mod field_spots;
mod field_tree;
mod field_ways;
mod file;
mod kind_order;
mod known_kinds;
mod name_references;
mod scalar_spots;
mod settled_notes;
mod spec_list;
mod transformer_config;

pub(crate) use course::{Course, value_at_mut};
#[cfg(test)]
pub(crate) use defaults::field_specs as builtin_specs;
pub(crate) use field_path::FieldPath;
pub(crate) use field_spec::{Create, FieldSpec};
pub(crate) use field_specs::{Due, FieldSpecs};
pub(crate) use field_spots::{FieldSpot, are_apart, change_at};
pub(crate) use field_tree::{FieldTree, Met, Noted, Search, SearchNotes};
pub(crate) use field_ways::FieldWays;
pub(crate) use file::to_specs;
pub(crate) use kind_order::{
    FIRST as KINDS_FIRST, LAST as KINDS_LAST, compare_texts as compare_gvk_texts,
};
pub(crate) use known_kinds::KnownKinds;
#[cfg(test)]
pub(crate) use name_references::NameReference;
pub(crate) use name_references::NameReferences;
pub(crate) use scalar_spots::{ScalarSpot, ScalarSpots};
pub(crate) use settled_notes::{AfterJson, SettledNotes};
pub(crate) use spec_list::SpecList;
pub(crate) use transformer_config::TransformerConfig;
