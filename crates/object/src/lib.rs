//! Identity, selectors, paths, differences and patches of Kubernetes objects.
//!
//! Everything here is a function of one object or two, and of a schema where types matter: what an object
//! is called ([`Gvk`], [`ResourceId`]), whether labels fit ([`LabelSelector`]), what a path leads to
//! ([`FieldPath`], [`JsonPointer`], [`JsonPath`]), how much a [`Quantity`] is, in what two objects differ
//! ([`diff`](fn@diff)).
//!
//! The patches: [`strategic_merge`] as kustomize has it and [`kubernetes_strategic_merge`] as the API has
//! it, [`JsonPatch`], [`merge_patch`], and [`apply`](fn@apply), which keeps who owns which field.
//!
//! Invariants: no file, no client, no clock; nothing compares every list item with every other.

mod apply;
mod diff;
mod equality;
mod fields;
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
pub use fields::{items_at, text_at};
pub use gvk::{Gvk, split_api_version};
pub use id::{DEFAULT_NAMESPACE, ResourceId, Scope};
pub use json_path::{JsonPath, JsonPathError, Template};
pub use label_selector::{FaultyLabel, LabelSelector, Operator, Requirement};
pub use patch::{
    JsonPatch, LateScalar, MergeOptions, Merged, StrategicPatchError, kubernetes_strategic_merge,
    late_scalars, merge_patch, names_no_types, read_as_yaml_1_1, settle_for_merge, strategic_merge,
};
pub use path::{FieldPath, JsonPointer, NodeKind, Visited, split_escaped};
pub use quantity::{Quantity, QuantityError};
pub use zero::{is_quantity, write_zeroes, zero};
