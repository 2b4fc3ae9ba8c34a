//! Patches: strategic merge as kustomize has it and as Kubernetes has it, JSON patch (RFC 6902) and
//! merge patch (RFC 7386).

mod associative;
mod directive;
mod irregular;
mod json;
mod keys;
mod kubernetes;
mod late;
mod merge;
mod place;
mod slot;
mod strategic;
mod yaml_1_1;

pub use json::JsonPatch;
pub use kubernetes::{StrategicPatchError, kubernetes_strategic_merge};
pub use late::{LateScalar, late_scalars};
pub use merge::merge_patch;
pub use strategic::{MergeOptions, Merged, names_no_types, settle_for_merge, strategic_merge};
pub use yaml_1_1::read_as_yaml_1_1;
