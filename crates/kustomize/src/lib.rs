//! `kustomization.yaml` to complete resources.

mod accumulate;
mod builtin_plugins;
mod config;
mod documents;
pub mod edit;
mod function;
mod generate;
mod go_float;
mod go_glob;
mod helm;
mod kustomization;
mod lint;
mod loader;
mod localize;
mod nearest;
mod options;
mod origin;
mod path;
mod pattern;
mod plugin;
mod program;
mod provenance;
mod reference;
mod resource;
mod resource_set;
mod selector;
#[cfg(test)]
mod testing;
mod transform;
mod wildcard;

pub use accumulate::SharedBases;
pub use function::{Answer, StandaloneFunction, Told};
pub use lint::unreferenced_files;
pub use loader::{Fitting, LoadRestrictions, LookedAt, Sources};
pub use localize::{LocalizeArguments, Localized, localize};
pub use options::{BuildOptions, FunctionOptions, HelmOptions, Overrides, RemoteOptions, Reorder};
pub use provenance::{
    Action, Address, Cause, Effect, Event, FieldOrigin, Found, History, Removed, Step, Wanted,
    without_effect,
};
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
    let result = accumulate::Build::new(options, sources, bases).run(directory);
    result.map_err(|error| sources.with_trail(error))
}

/// A build that was recorded.
#[derive(Debug)]
pub struct Recorded {
    /// What [`build`] gives, each with its [`History`].
    pub resources: Vec<Resource>,
    /// Resources that were there and were taken out, in order.
    pub removed: Vec<Removed>,
}

/// As [`build`], and writes down what set every field: see [`Resource::history`].
///
/// # Errors
/// As [`build`].
pub fn build_recorded(
    directory: &str,
    options: &BuildOptions,
    sources: &Sources,
) -> trimtab_tree::Result<Recorded> {
    let options = BuildOptions {
        record: true,
        ..options.clone()
    };
    let bases = SharedBases::default();
    let mut build = accumulate::Build::new(&options, sources, &bases);
    match build.run(directory) {
        Ok(resources) => Ok(Recorded {
            resources,
            removed: build.removed,
        }),
        Err(error) => Err(sources.with_trail(error)),
    }
}
