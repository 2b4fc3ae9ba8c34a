//! `trimtab snapshot`: what overlays render to, kept in files and held against them.

mod difference;
mod place;

use crate::build_flags::BuildFlags;
use crate::building;
use crate::commands::build::output::print;
use crate::commands::overlays;
use crate::exit::{Failure, Status};
use crate::ui::report::Report;
use crate::ui::{stderr, stdout};
use place::Places;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use trimtab_kustomize::Sources;
use trimtab_tree::{Diagnostic, Severity};

/// Verify that overlays render to what their snapshots say
///
/// Builds every overlay and compares what it prints with a file that was recorded before:
/// `snapshots/PATH.yaml` for the overlay in the directory PATH. Differences are shown as a diff.
/// Nothing is changed, unless --update asks for it.
///
/// Status 0: every overlay renders to its snapshot. Status 1: one does not, has none, or does not
/// build, or a snapshot is of an overlay that is gone.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab snapshot overlays/*
  trimtab snapshot overlays/* --update
  trimtab snapshot -R . --dir tests/rendered")]
pub(crate) struct Args {
    /// Overlays: directories with a kustomization
    #[arg(value_name = "DIR", default_value = ".")]
    targets: Vec<String>,

    /// Take every kustomization below the directories that no other one there uses
    #[arg(short = 'R', long)]
    recursive: bool,

    /// Directory of the snapshots
    #[arg(long, value_name = "PATH", default_value = "snapshots")]
    dir: PathBuf,

    /// Record what the overlays render to now
    #[arg(short, long)]
    update: bool,

    /// Remove the snapshots of overlays that are gone, too
    #[arg(long, requires = "update")]
    prune: bool,

    #[command(flatten)]
    flags: BuildFlags,
}

/// What became of the snapshots.
#[derive(Default)]
struct Tally {
    same: usize,
    written: usize,
    removed: usize,
    /// Differing, missing, stale, or not built.
    failed: usize,
}

impl Args {
    /// Whether it changes files, rather than looking at them.
    pub(crate) fn changes(&self) -> bool {
        self.update
    }
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let targets = overlays::targets(&args.targets, args.recursive)?;
    let places = Places::new(&args.dir);
    let options = args.flags.options();
    let files = targets.iter().map(|target| places.of(target));
    let files: Vec<PathBuf> = files.collect::<Result<_, _>>()?;
    let stale = places.stale()?;
    let mut tally = Tally::default();
    let names: Vec<&str> = targets.iter().map(String::as_str).collect();
    let sources = Sources::new(Path::new("."));
    let outcomes = building::build_each(&names, &options, &sources, report, |_, resources| {
        print(&resources)
    });
    let sources = sources.into_map();
    let mut told = HashSet::new();
    for ((target, file), outcome) in names.into_iter().zip(&files).zip(outcomes) {
        let denies = |warning: &Diagnostic| {
            let judged = report.under_policy(warning.clone());
            judged.is_some_and(|warning| warning.severity == Severity::Error)
        };
        let is_denied = outcome.warnings.iter().any(denies);
        for warning in outcome.warnings {
            // Of a base that others share it was said already.
            let is_new = !warning.position.is_some()
                || told.insert((warning.code, warning.position, warning.message.clone()));
            if is_new {
                report.add(&warning, &sources);
            }
        }
        match outcome.result {
            // The other overlays have snapshots, too.
            Err(error) => {
                report.add(&error, &sources);
                tally.failed += 1;
            }
            Ok(_) if is_denied => tally.failed += 1,
            Ok(text) if args.update => record(file, &text, &mut tally)?,
            Ok(text) => verify(target, file, &text, report, &mut tally)?,
        }
    }
    for stale in stale {
        if args.prune {
            std::fs::remove_file(&stale).map_err(|error| Failure::io("remove", &stale, &error))?;
            tally.removed += 1;
        } else {
            tally.failed += 1;
            let message = format!("{}: the overlay of this snapshot is gone", stale.display());
            let failure = Failure::new("stale-snapshot", message);
            report.add_failure(failure.hint("`trimtab snapshot --update --prune` removes it"))?;
        }
    }
    if !report.is_for_machines() {
        stderr::line(&tally.summary(args.update));
    }
    if tally.failed > 0 {
        return Err(Failure::Said(Status::Failed));
    }
    Ok(())
}

/// Writes a snapshot, unless it is there already.
fn record(file: &Path, text: &str, tally: &mut Tally) -> Result<(), Failure> {
    if std::fs::read(file).is_ok_and(|known| known == text.as_bytes()) {
        tally.same += 1;
        return Ok(());
    }
    let failed = |error| Failure::Write {
        path: file.to_owned(),
        error,
    };
    if let Some(directory) = file.parent() {
        std::fs::create_dir_all(directory).map_err(failed)?;
    }
    std::fs::write(file, text).map_err(failed)?;
    tally.written += 1;
    Ok(())
}

/// Compares with a snapshot; the difference goes to standard output.
fn verify(
    target: &str,
    file: &Path,
    text: &str,
    report: &Report,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let shown = file.display();
    let (failure, difference) = match std::fs::read(file) {
        Ok(known) if known == text.as_bytes() => {
            tally.same += 1;
            return Ok(());
        }
        Ok(known) => {
            let known = String::from_utf8_lossy(&known);
            let names = [shown.to_string(), format!("{target} (now)")];
            let message = format!("{target} does not render to its snapshot {shown}");
            let finding = Diagnostic::error("snapshot-differs", message)
                .in_file(shown.to_string())
                .hint("if that is meant, record it with `trimtab snapshot --update`");
            (
                Failure::of(finding),
                difference::render(&known, text, &names),
            )
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let message = format!("{target} has no snapshot {shown}");
            let failure = Failure::new("missing-snapshot", message)
                .hint("record it with `trimtab snapshot --update`");
            (failure, String::new())
        }
        Err(error) => return Err(Failure::io("read", file, &error)),
    };
    tally.failed += 1;
    stdout::write(difference.as_bytes())?;
    report.add_failure(failure)
}

impl Tally {
    /// `3 snapshots: 1 as recorded, 2 written`
    fn summary(&self, update: bool) -> String {
        let mut parts = Vec::new();
        let mut part = |count: usize, what: &str| {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        };
        let same = if update { "unchanged" } else { "as recorded" };
        part(self.same, same);
        part(self.written, "written");
        part(self.removed, "removed");
        part(self.failed, "failed");
        let all = self.same + self.written + self.removed + self.failed;
        let ending = if all == 1 { "" } else { "s" };
        format!("{all} snapshot{ending}: {}", parts.join(", "))
    }
}
