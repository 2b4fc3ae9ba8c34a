//! What a kustomization does to resources: one file and one function over the resource set for
//! each transformer.

mod affix;
mod builtin;
mod finish;
mod hash;
mod image_index;
mod image_reference;
mod image_search;
mod images;
mod images_later;
mod labels;
mod labels_later;
mod namespace;
pub(crate) mod patch;
mod patch_json;
mod patch_strategic;
mod patch_text;
pub(crate) mod patcher;
pub(crate) mod replacement;
mod replacement_path;
mod replacement_value;
mod replicas;
mod set;
mod sort_order;
#[cfg(test)]
mod testing;
mod value_add;

pub(crate) use affix::{Affix, add_affix};
pub(crate) use builtin::Builtin;
pub(crate) use finish::{Keep, finish};
pub(crate) use hash::add_hashes;
pub(crate) use image_reference::ImageReference;
pub(crate) use images::set_images;
pub(crate) use labels::{label_specs, set_labels};
pub(crate) use namespace::{SetNamespace, Subjects, set_namespace};
pub(crate) use replicas::set_replicas;
pub(crate) use sort_order::{sort, sort_legacy};
pub(crate) use value_add::ValueAdd;
