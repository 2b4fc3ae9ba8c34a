//! Builds targets for a command and tells their warnings.

use crate::exit::{Failure, Status};
use crate::parallel;
use crate::ui::report::Report;
use crate::ui::stderr;
use std::collections::HashMap;
use std::path::Path;
use trimtab_kustomize::{
    BuildOptions, Effect, Overrides, Resource, SharedBases, Sources, build_sharing,
};
use trimtab_tree::{Diagnostic, Severity, SourceMap};

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
    let options = quiet_for_machines(options, report);
    read(report, |sources| {
        trimtab_kustomize::build(target, &options, sources).and_then(|resources| then(&resources))
    })
}

/// What building one of several targets came to.
pub(crate) struct Outcome<T> {
    pub(crate) result: trimtab_tree::Result<T>,
    /// What is to be said of it. Targets say the same of bases that they share.
    pub(crate) warnings: Vec<Diagnostic>,
    /// What entries did, in builds that record.
    pub(crate) effects: Vec<Effect>,
}

/// Builds several targets on all cores, and does with the number and the resources of each, which are its
/// to keep, what `then` says. Every
/// base that several of them name is read and built once. What comes out is in the order of the
/// targets; its positions are in the texts of `sources`.
pub(crate) fn build_each<T: Send>(
    targets: &[&str],
    options: &BuildOptions,
    sources: &Sources,
    report: &Report,
    then: impl Fn(usize, Vec<Resource>) -> trimtab_tree::Result<T> + Sync,
) -> Vec<Outcome<T>> {
    build_sharing_bases(
        targets,
        options,
        sources,
        report,
        &SharedBases::default(),
        then,
    )
}

/// As [`build_each`], with bases that last as long as the caller wants them.
fn build_sharing_bases<T: Send>(
    targets: &[&str],
    options: &BuildOptions,
    sources: &Sources,
    report: &Report,
    bases: &SharedBases,
    then: impl Fn(usize, Vec<Resource>) -> trimtab_tree::Result<T> + Sync,
) -> Vec<Outcome<T>> {
    let options = &quiet_for_machines(options, report);
    if targets.len() > 1 {
        bases.expect(targets, options, sources);
    }
    let built = parallel::map(targets.len(), |at| {
        let sources = sources.for_another_build();
        let result = build_sharing(targets[at], options, &sources, bases);
        let result = result.and_then(|resources| then(at, resources));
        let outcome = Outcome {
            result,
            warnings: sources.take_warnings(),
            effects: sources.take_effects(),
        };
        (outcome, sources.take_told())
    });
    let tell = |(outcome, told): (_, Vec<String>)| {
        tell_of_programs(&told, report);
        outcome
    };
    built.into_iter().map(tell).collect()
}

/// What building several targets came to.
pub(crate) struct Built<T> {
    /// Of each target in turn.
    pub(crate) results: Vec<trimtab_tree::Result<T>>,
    /// Of all targets, and how many of them gave it: several do when it is about a base they share.
    pub(crate) warnings: Vec<(Diagnostic, usize)>,
    /// What entries did, in builds that record.
    pub(crate) effects: Vec<Effect>,
    /// The files, for the positions in all of these.
    pub(crate) sources: Sources,
    /// What was built once for several.
    pub(crate) bases: SharedBases,
}

/// Builds several targets as [`build_each`] does, for a command that succeeds with all or fails.
pub(crate) fn build_several<T: Send>(
    targets: &[&str],
    options: &BuildOptions,
    sources: Sources,
    report: &Report,
    then: impl Fn(usize, Vec<Resource>) -> trimtab_tree::Result<T> + Sync,
) -> Built<T> {
    let bases = SharedBases::default();
    let outcomes = build_sharing_bases(targets, options, &sources, report, &bases, then);
    let mut known = HashMap::new();
    let mut built = Built {
        results: Vec::with_capacity(targets.len()),
        warnings: Vec::new(),
        effects: Vec::new(),
        sources,
        bases,
    };
    for outcome in outcomes {
        let Outcome {
            result,
            warnings,
            effects,
        } = outcome;
        built.effects.extend(effects);
        built.results.push(result);
        for warning in warnings {
            let next = built.warnings.len();
            let place = (warning.code, warning.position, warning.message.clone());
            let at = if warning.position.is_some() {
                *known.entry(place).or_insert(next)
            } else {
                next
            };
            match built.warnings.get_mut(at) {
                Some((_, times)) => *times += 1,
                None => built.warnings.push((warning, 1)),
            }
        }
    }
    built
}

impl<T> Built<T> {
    /// Reports the warnings, and what each target failed with. What an override of the command line
    /// says must be for something in one of the targets.
    ///
    /// # Errors
    /// When a target failed, or a warning counts as an error.
    pub(crate) fn tell(self, report: &Report) -> Result<Vec<T>, Failure> {
        let sources = self.sources.into_map();
        let mut errors = Vec::new();
        let targets = self.results.len();
        for (warning, times) in self.warnings {
            let place = sources.locate(warning.position);
            if place.is_none_or(|place| place.name != Overrides::SHOWN) {
                report.add(&warning, &sources);
            } else if times == targets {
                // Somebody typed it for this very build.
                errors.push(Box::new(Diagnostic {
                    severity: Severity::Error,
                    ..warning
                }));
            }
        }
        let mut results = Vec::with_capacity(targets);
        for result in self.results {
            match result {
                Ok(result) => results.push(result),
                Err(finding) => errors.push(finding),
            }
        }
        if let Some(last) = errors.pop() {
            for error in errors {
                report.add(&error, &sources);
            }
            return Err(failure(last, sources));
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
    tell_of_programs(&sources.take_told(), report);
    let warnings = sources.take_warnings();
    let sources = sources.into_map();
    report.add_all(&warnings, &sources);
    let result = result.map_err(|finding| failure(finding, sources))?;
    report.refuse_denied()?;
    Ok(result)
}

/// The options without progress where standard error belongs to a machine.
fn quiet_for_machines(options: &BuildOptions, report: &Report) -> BuildOptions {
    let mut options = options.clone();
    if report.is_for_machines() {
        options.remote.observer = None;
    }
    options
}

/// What programs told although they ended well.
fn tell_of_programs(told: &[String], report: &Report) {
    if !report.is_for_machines() {
        for line in told {
            stderr::line(line);
        }
    }
}
