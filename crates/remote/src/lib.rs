//! Repositories and files on other machines.
//!
//! [`RepoSpec`] reads a reference to a git repository as kustomize does.

mod repo_spec;
mod url;

pub use repo_spec::{NotARepository, RepoSpec};
pub use url::{is_web_address, mask};
