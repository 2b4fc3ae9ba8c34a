//! Identity, selectors, paths, differences and patches of Kubernetes objects.

mod apply;
mod diff;
mod equality;
mod gvk;
mod id;
mod json_path;
mod label_selector;
mod patch;
mod path;
mod quantity;
#[cfg(test)]
mod testing;
mod zero;

pub use apply::{
    ApplyError, BadManagedFields, Conflict, FieldSet, KeyValue, LAST_APPLIED_ANNOTATION, ManagerId,
    NoVersion, Operation, PathElement, ReplicasPaths, TypeProblem, Versions, Writer, apply,
    entries_of_scaled, keep_timestamps, lay_over, scale_entries, track_update, track_update_in,
};
pub use diff::{Change, diff};
pub use gvk::{Gvk, split_api_version};
pub use id::{DEFAULT_NAMESPACE, ResourceId, Scope};
pub use json_path::{JsonPath, JsonPathError, Template};
pub use label_selector::{FaultyLabel, LabelSelector, Operator, Requirement};
pub use patch::{
    JsonPatch, MergeOptions, Merged, StrategicPatchError, kubernetes_strategic_merge, merge_patch,
    read_as_yaml_1_1, strategic_merge,
};
pub use path::{FieldPath, JsonPointer, NodeKind, Visited, split_escaped};
pub use quantity::{Quantity, QuantityError};
pub use zero::{is_quantity, write_zeroes, zero};
