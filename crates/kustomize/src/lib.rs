//! `kustomization.yaml` to complete resources.

mod accumulate;
pub mod config;
mod documents;
pub mod generate;
mod go_float;
pub mod kustomization;
pub mod loader;
mod nearest;
mod options;
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

pub use loader::{LoadRestrictions, Sources};
pub use options::{BuildOptions, Reorder};
pub use origin::{ConfiguredBy, Origin};
pub use resource::{Behavior, PreviousId, Resource, metadata_mut};
pub use resource_set::ResourceSet;

/// Builds the kustomization in `directory`: its resources, complete and in their final order.
/// Findings that do not stop the build are left in `sources`.
///
/// # Errors
/// The first thing that is wrong with what was read.
pub fn build(
    directory: &str,
    options: &BuildOptions,
    sources: &Sources,
) -> trimtab_tree::Result<Vec<Resource>> {
    let result = accumulate::Build::new(options, sources).run(directory);
    result.map_err(|error| sources.with_trail(error))
}
