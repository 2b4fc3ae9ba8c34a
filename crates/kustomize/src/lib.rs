//! `kustomization.yaml` to complete resources.

mod accumulate;
mod config;
mod documents;
mod generate;
mod go_float;
mod kustomization;
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

pub use accumulate::SharedBases;
pub use loader::{LoadRestrictions, LookedAt, Sources};
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
    build_sharing(directory, options, sources, &SharedBases::default())
}

/// Builds as [`build`] does, beside other builds of the same options, maybe on other threads. Bases
/// that [`SharedBases::expect`] was told of are built once for all of them. Each build has a
/// [`Sources`] of its own, all made by [`Sources::for_another_build`] from one.
///
/// # Errors
/// The first thing that is wrong with what was read.
pub fn build_sharing(
    directory: &str,
    options: &BuildOptions,
    sources: &Sources,
    bases: &SharedBases,
) -> trimtab_tree::Result<Vec<Resource>> {
    sources.use_remote_options(&options.remote);
    let result = accumulate::Build::new(options, sources, bases).run(directory);
    result.map_err(|error| sources.with_trail(error))
}
