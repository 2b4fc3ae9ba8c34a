//! Patches: strategic merge, JSON patch (RFC 6902) and merge patch (RFC 7386).

mod associative;
mod directive;
mod irregular;
mod json;
mod merge;
mod place;
mod slot;
mod strategic;

pub use json::JsonPatch;
pub use merge::merge_patch;
pub use strategic::{MergeOptions, Merged, strategic_merge};
