//! Identity, selectors, paths and patches of Kubernetes objects.

mod gvk;
mod id;
mod label_selector;
mod patch;
mod path;
mod quantity;
#[cfg(test)]
mod testing;

pub use gvk::{Gvk, split_api_version};
pub use id::{DEFAULT_NAMESPACE, ResourceId, Scope};
pub use label_selector::{LabelSelector, Operator, Requirement};
pub use patch::{JsonPatch, MergeOptions, Merged, merge_patch, read_as_yaml_1_1, strategic_merge};
pub use path::{FieldPath, JsonPointer, NodeKind, Visited, split_escaped};
pub use quantity::{Quantity, QuantityError};
