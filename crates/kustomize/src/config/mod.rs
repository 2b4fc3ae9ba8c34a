//! Which fields of which kinds the transformers change: field specs, the tables kustomize has
//! built in, and what `configurations` and `crds` add to them.

mod crds;
mod defaults;
mod field_path;
mod field_spec;
mod field_specs;
mod file;
mod kind_order;
mod name_references;
mod spec_list;
mod transformer_config;

#[cfg(test)]
pub(crate) use defaults::field_specs as builtin_specs;
pub use field_path::{FieldPath, Step, split};
pub use field_spec::{Create, FieldSpec};
pub use field_specs::FieldSpecs;
pub(crate) use file::to_specs;
pub(crate) use kind_order::{
    FIRST as KINDS_FIRST, LAST as KINDS_LAST, compare_texts as compare_gvk_texts,
};
pub use name_references::{NameReference, NameReferences};
pub use spec_list::SpecList;
pub use transformer_config::TransformerConfig;
