//! `kustomization.yaml` to complete resources.

pub mod config;
pub mod generate;
pub mod kustomization;
pub mod loader;
mod nearest;
mod origin;
pub mod path;
mod pattern;
pub mod reference;
mod resource;
mod resource_set;
pub mod selector;
#[cfg(test)]
mod testing;
pub mod transform;

pub use origin::{ConfiguredBy, Origin};
pub use resource::{Behavior, PreviousId, Resource, metadata_mut};
pub use resource_set::ResourceSet;
