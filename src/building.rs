//! Builds a target for a command and tells its warnings.

use crate::exit::{Failure, Status};
use crate::ui::report::Report;
use crate::ui::stderr;
use std::path::Path;
use trimtab_kustomize::{BuildOptions, Resource, Sources};

/// Builds the kustomization in the directory `target` and does with its resources what `then`
/// says. Warnings are reported first, whether or not the build ends well.
///
/// # Errors
/// The first thing that is wrong with what was read, or with what `then` made of it; and when a
/// warning counts as an error.
pub(crate) fn build<T>(
    target: &str,
    options: &BuildOptions,
    report: &Report,
    then: impl FnOnce(&[Resource]) -> trimtab_tree::Result<T>,
) -> Result<T, Failure> {
    let mut options = options.clone();
    if report.is_for_machines() {
        options.remote.observer = None;
    }
    read(report, |sources| {
        trimtab_kustomize::build(target, &options, sources).and_then(|resources| then(&resources))
    })
}

/// Does some work that reads kustomizations. What programs told and warnings are reported first,
/// whether or not it ends well.
///
/// # Errors
/// Those of the work; and when a warning counts as an error.
pub(crate) fn read<T>(
    report: &Report,
    work: impl FnOnce(&Sources) -> trimtab_tree::Result<T>,
) -> Result<T, Failure> {
    let sources = Sources::new(Path::new("."));
    let result = work(&sources);
    if !report.is_for_machines() {
        sources
            .take_told()
            .iter()
            .for_each(|line| stderr::line(line));
    }
    let warnings = sources.take_warnings();
    let sources = sources.into_map();
    report.add_all(&warnings, &sources);
    let result = result.map_err(|finding| Failure::Finding {
        finding,
        sources,
        status: Status::Failed,
    })?;
    report.refuse_denied()?;
    Ok(result)
}
