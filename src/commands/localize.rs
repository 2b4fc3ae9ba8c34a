//! `trimtab localize`: a copy of a kustomization that needs nothing from elsewhere.

use crate::build_flags::BuildFlags;
use crate::building;
use crate::commands::build::output::print;
use crate::exit::{Failure, Status};
use crate::ui::report::Report;
use crate::ui::{stderr, unified};
use std::path::{Path, PathBuf};
use trimtab_kustomize::{BuildOptions, LocalizeArguments, Localized, Sources};

/// Copy a kustomization, with all it reads from elsewhere, into a new directory
///
/// Files and bases keep their places. What is on other machines is copied to
/// `localized-files/HOST/...` beside the kustomization that names it, which then names the copy.
/// The copy and the original are built and compared at the end.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab localize
  trimtab localize overlays/production --scope .
  trimtab localize 'https://github.com/org/repo//overlays/production?ref=v1.2.0' vendored")]
pub(crate) struct Args {
    /// Directory of the kustomization, or a repository with a `ref`
    #[arg(value_name = "TARGET", default_value = ".")]
    target: String,

    /// Directory to make; `localized-TARGET` or `localized-TARGET-REF` when not given
    #[arg(value_name = "DESTINATION")]
    destination: Option<PathBuf>,

    /// Directory that all local bases must be in, which the copy mirrors; the target when not given
    #[arg(long, value_name = "DIR")]
    scope: Option<PathBuf>,

    /// Do not build the original and the copy to compare them
    #[arg(long)]
    no_verify: bool,

    #[command(flatten)]
    flags: BuildFlags,
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let options = args.flags.options();
    let arguments = LocalizeArguments {
        target: args.target.clone(),
        destination: args.destination.clone(),
        scope: args.scope.clone(),
    };
    let localized = building::read(report, |sources| {
        trimtab_kustomize::localize(&arguments, &options, sources)
    })?;
    let directory = shown(&localized.directory);
    let told = |line: &str| {
        if !report.is_for_machines() {
            stderr::line(line);
        }
    };
    if !args.no_verify {
        verify(&args.target, &localized, &options, report)?;
        told(&format!(
            "verified: `{}` and its copy give the same resources",
            args.target
        ));
    }
    told(&format!("localized `{}` to {directory}", args.target));
    Ok(())
}

/// Builds the original and the copy and compares what they give.
fn verify(
    target: &str,
    localized: &Localized,
    options: &BuildOptions,
    report: &Report,
) -> Result<(), Failure> {
    let copy = localized.target.to_string_lossy();
    let kept = |failure: Failure| {
        let directory = shown(&localized.directory);
        failure
            .note(format!(
                "the copy in {directory} is complete; comparing it failed"
            ))
            .hint("give the flags that the build needs, or `--no-verify`")
    };
    let original = building::build(target, options, report, print).map_err(kept)?;
    let copied = build_copy(&copy, options).map_err(kept)?;
    if original == copied {
        return Ok(());
    }
    if !report.is_for_machines() {
        let copy = shown(&localized.target);
        stderr::line(&unified::lines(&original, &copied, target, &copy));
    }
    Err(Failure::new(
        "copy-differs",
        format!(
            "`{target}` and its copy {} give different resources",
            shown(&localized.target)
        ),
    )
    .note("`-` is what only the original gives, `+` what only the copy gives"))
}

/// Builds the copy. What there is to warn of was said of the original.
fn build_copy(target: &str, options: &BuildOptions) -> Result<String, Failure> {
    let sources = Sources::new(Path::new("."));
    let built = trimtab_kustomize::build(target, options, &sources);
    let printed = built.and_then(|resources| print(&resources));
    printed.map_err(|finding| Failure::Finding {
        finding,
        sources: sources.into_map(),
        status: Status::Failed,
    })
}

/// A path as people are shown it: relative to the working directory where it lies below it.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().and_then(dunce::canonicalize);
    let below = here
        .ok()
        .and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    below.as_deref().unwrap_or(path).display().to_string()
}
