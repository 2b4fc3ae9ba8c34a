//! Identity, selectors, paths and patches of Kubernetes objects.

mod gvk;
mod id;

pub use gvk::{Gvk, split_api_version};
pub use id::{DEFAULT_NAMESPACE, ResourceId, Scope};
