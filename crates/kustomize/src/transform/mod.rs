//! What a kustomization does to resources: one file and one function over the resource set for
//! each transformer.

mod affix;
mod builtin;
mod finish;
mod hash;
mod image_index;
mod image_reference;
mod images;
mod labels;
mod namespace;
pub mod patch;
mod patch_json;
mod patch_strategic;
mod patch_text;
pub mod patcher;
pub mod replacement;
mod replacement_path;
mod replacement_value;
mod replicas;
mod set;
mod sort_order;
#[cfg(test)]
mod testing;
mod value_add;

pub use affix::{Affix, add_affix};
pub use builtin::Builtin;
pub use finish::{Keep, ORIGIN, TRANSFORMATIONS, finish};
pub use hash::add_hashes;
pub use images::set_images;
pub use labels::{label_specs, set_labels};
pub use namespace::{SetNamespace, Subjects, set_namespace};
pub use replicas::set_replicas;
pub use sort_order::{sort, sort_legacy};
pub use value_add::ValueAdd;
