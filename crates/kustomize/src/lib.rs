//! `kustomization.yaml` to complete resources.

mod accumulate;
mod config;
mod documents;
mod generate;
mod go_float;
mod kustomization;
mod lint;
mod loader;
mod localize;
mod nearest;
mod options;
mod origin;
mod path;
mod pattern;
mod reference;
mod resource;
mod resource_set;
mod selector;
#[cfg(test)]
mod testing;
mod transform;

pub use lint::unreferenced_files;
pub use loader::{LoadRestrictions, Sources};
pub use localize::{LocalizeArguments, Localized, localize};
pub use options::{BuildOptions, FunctionOptions, HelmOptions, Overrides, RemoteOptions, Reorder};
pub use resource::Resource;
pub(crate) use resource::{PreviousId, metadata_mut};
pub(crate) use resource_set::ResourceSet;

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
    sources.use_remote_options(&options.remote);
    let result = accumulate::Build::new(options, sources).run(directory);
    result.map_err(|error| sources.with_trail(error))
}
