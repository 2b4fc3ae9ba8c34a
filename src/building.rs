//! Builds targets for a command and tells their warnings.

use crate::exit::{Failure, Status};
use crate::parallel;
use crate::ui::report::Report;
use std::collections::HashSet;
use std::path::Path;
use trimtab_kustomize::{BuildOptions, Resource, SharedBases, Sources, build_sharing};
use trimtab_tree::{Diagnostic, SourceMap};

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

/// What building several targets came to.
pub(crate) struct Built<T> {
    /// Of each target in turn.
    pub(crate) results: Vec<trimtab_tree::Result<T>>,
    /// Of all targets; what several of them give, from a base they share, once.
    pub(crate) warnings: Vec<Diagnostic>,
    /// The files, for the positions in both.
    pub(crate) sources: Sources,
}

/// Builds several targets on all cores, and does with the resources of each what `then` says. Every
/// base that several of them name is read and built once.
pub(crate) fn build_several<T: Send>(
    targets: &[&str],
    options: &BuildOptions,
    sources: Sources,
    then: impl Fn(&str, &[Resource]) -> trimtab_tree::Result<T> + Sync,
) -> Built<T> {
    let bases = SharedBases::default();
    if targets.len() > 1 {
        bases.expect(targets, options, &sources);
    }
    let outcomes = parallel::map(targets.len(), |at| {
        let sources = sources.for_another_build();
        let result = build_sharing(targets[at], options, &sources, &bases);
        let result = result.and_then(|resources| then(targets[at], &resources));
        (result, sources.take_warnings())
    });
    let mut told = HashSet::new();
    let mut built = Built {
        results: Vec::with_capacity(targets.len()),
        warnings: Vec::new(),
        sources,
    };
    for (result, warnings) in outcomes {
        built.results.push(result);
        let new = warnings.into_iter().filter(|warning| {
            let place = (warning.code, warning.position, warning.message.clone());
            !warning.position.is_some() || told.insert(place)
        });
        built.warnings.extend(new);
    }
    built
}

impl<T> Built<T> {
    /// Reports the warnings, and what each target failed with.
    ///
    /// # Errors
    /// When a target failed, or a warning counts as an error.
    pub(crate) fn tell(self, report: &Report) -> Result<Vec<T>, Failure> {
        let sources = self.sources.into_map();
        report.add_all(&self.warnings, &sources);
        let mut results = Vec::with_capacity(self.results.len());
        let mut last = None;
        for result in self.results {
            match result {
                Ok(result) => results.push(result),
                Err(finding) => {
                    if let Some(finding) = last.replace(finding) {
                        report.add(&finding, &sources);
                    }
                }
            }
        }
        if let Some(finding) = last {
            return Err(failure(finding, sources));
        }
        report.refuse_denied()?;
        Ok(results)
    }
}

fn failure(finding: Box<Diagnostic>, sources: SourceMap) -> Failure {
    Failure::Finding {
        finding,
        sources,
        status: Status::Failed,
    }
}

/// Does some work that reads kustomizations. Warnings are reported first, whether or not it ends
/// well.
///
/// # Errors
/// Those of the work; and when a warning counts as an error.
pub(crate) fn read<T>(
    report: &Report,
    work: impl FnOnce(&Sources) -> trimtab_tree::Result<T>,
) -> Result<T, Failure> {
    let sources = Sources::new(Path::new("."));
    let result = work(&sources);
    let warnings = sources.take_warnings();
    let sources = sources.into_map();
    report.add_all(&warnings, &sources);
    let result = result.map_err(|finding| failure(finding, sources))?;
    report.refuse_denied()?;
    Ok(result)
}
