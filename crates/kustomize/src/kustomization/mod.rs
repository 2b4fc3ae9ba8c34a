//! What `kustomization.yaml` holds, as types; every value knows its place in the file.

mod at;
pub(crate) mod decode;
mod scalar;

pub use at::{At, StringMap};
