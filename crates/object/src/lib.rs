//! Identity, selectors, paths and patches of Kubernetes objects.

mod gvk;
mod id;
mod label_selector;

pub use gvk::{Gvk, split_api_version};
pub use id::{DEFAULT_NAMESPACE, ResourceId, Scope};
pub use label_selector::{LabelSelector, Operator, Requirement};
