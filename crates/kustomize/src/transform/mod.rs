//! What a kustomization does to resources; one transformer a file.

pub mod patch;
mod patch_json;
mod patch_strategic;
mod patch_text;
pub mod patcher;
