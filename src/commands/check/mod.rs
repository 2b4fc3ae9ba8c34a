//! `trimtab check`: what is wrong with overlays, found without a cluster.
//!
//! Every overlay is built and its resources are held against the API's types and each other (crate
//! `trimtab-check`). Findings are data, so they go to standard output; a finding that several
//! overlays share, because it comes from a base, is told once.

mod admission;
mod baseline;
mod definitions;
mod findings;
mod junit;
mod output;

use crate::build_flags::BuildFlags;
use crate::commands::{overlays, simulation};
use crate::exit::{Failure, Status};
use crate::ui::report::Report;
use crate::ui::stderr;
use admission::Admission;
use clap::ValueEnum;
use output::Output;
use std::path::PathBuf;
use trimtab_check::{Checker, Known, Options};
use trimtab_kustomize::BuildOptions;
use trimtab_node::Scenario;
use trimtab_schema::Release;
use trimtab_tree::{Diagnostic, Severity, SourceMap};

/// Check what overlays render to, without a cluster
///
/// Builds every overlay and holds its resources against the types and rules of the Kubernetes API
/// and against each other: unknown fields, wrong types, values that the API refuses, APIs that a
/// release does not serve, selectors that match nothing, and references to objects that the build
/// does not hold. Each finding names the object and the line that set the value. With --admit and
/// --rehearse a control plane in this process has its say, too.
///
/// Status 0: no findings that count. Status 1: findings, or an overlay that does not build.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab check overlays/*
  trimtab check -R . --kubernetes-version 1.29
  trimtab check overlays/production -o sarif > findings.sarif
  trimtab check overlays/* --baseline .trimtab-baseline.json
  trimtab check overlays/* --rehearse --from ../released")]
pub(crate) struct Args {
    /// Overlays to check: directories with a kustomization
    #[arg(value_name = "DIR", default_value = ".")]
    targets: Vec<String>,

    /// Check every kustomization below the directories that no other one there uses
    #[arg(short = 'R', long)]
    recursive: bool,

    /// Form of the findings on standard output
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    output: Option<Output>,

    /// The release of Kubernetes that the overlays are for
    #[arg(long, value_name = "X.Y", default_value_t = Release::LATEST)]
    kubernetes_version: Release,

    /// File or directory with definitions of custom kinds; can be given again
    #[arg(long, value_name = "PATH")]
    crds: Vec<PathBuf>,

    /// Objects that exist though no overlay holds them, such as `Secret/registry-*`; can be given again
    #[arg(long, value_name = "KIND/NAME", value_delimiter = ',')]
    assume_exists: Vec<String>,

    /// Findings not to tell, errors included, by their code; can be given again
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    ignore: Vec<String>,

    /// From which severity on a finding fails the check
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailOn::Error)]
    fail_on: FailOn,

    /// File with known findings, which are neither told nor fail
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write the present findings to the baseline file instead of telling them
    #[arg(long, requires = "baseline")]
    write_baseline: bool,

    /// Apply every overlay to a control plane in this process, too: admission, rules of custom kinds,
    /// quotas and fields that may not change
    #[arg(long)]
    admit: bool,

    /// The same, and roll its workloads out in virtual time: what does not get ready is a finding
    #[arg(long)]
    rehearse: bool,

    /// With --admit: a tree with the overlays as they are deployed, which they are applied over
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,

    /// With --rehearse: a file that says what nodes there are and what goes wrong (see
    /// docs/rehearse.md)
    #[arg(long, value_name = "FILE", requires = "rehearse")]
    scenario: Option<PathBuf>,

    #[command(flatten)]
    flags: BuildFlags,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Warnings fail, too
    Warning,
    /// Only errors fail
    Error,
}

impl Args {
    /// What overlays are applied to, if they are.
    fn admission(&self, targets: &[String]) -> Result<Option<Admission>, Failure> {
        if !self.admit && !self.rehearse {
            return match &self.from {
                Some(_) => Err(Failure::new(
                    "usage",
                    "--from without --admit or --rehearse",
                )),
                None => Ok(None),
            };
        }
        let scenario = match &self.scenario {
            Some(path) => Some(simulation::read(path)?),
            None => self.rehearse.then(Scenario::default),
        };
        Admission::new(scenario, self.from.as_deref(), targets).map(Some)
    }

    fn checker(&self) -> Result<Checker, Failure> {
        let mut known = Known::default();
        for pattern in &self.assume_exists {
            known.assume(pattern).map_err(|message| {
                Failure::new("usage", message).hint("for example `--assume-exists Secret/tls-*`")
            })?;
        }
        Ok(Checker::new(Options {
            release: self.kubernetes_version,
            definitions: definitions::read(&self.crds)?,
            known,
            ignored: self.ignore.clone(),
        }))
    }
}

/// What is wrong with the objects of one kustomization, each with the kind, namespace and name of the
/// object that it is about, and the texts that it points into.
pub(in crate::commands) fn errors_of(
    directory: &str,
    options: &BuildOptions,
    report: &Report,
) -> (Vec<(String, Diagnostic)>, SourceMap) {
    let checker = Checker::new(Options::default());
    let targets = [directory.to_owned()];
    let findings = findings::gather(&targets, options, &checker, None, report);
    let errors = findings.found.into_iter().filter_map(|found| {
        let is_error = found.diagnostic.severity == Severity::Error;
        is_error.then_some((found.subject?, found.diagnostic))
    });
    (errors.collect(), findings.sources)
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    for code in &args.ignore {
        crate::ui::report::rules::known(code)?;
    }
    let checker = args.checker()?;
    let targets = overlays::targets(&args.targets, args.recursive)?;
    let admission = args.admission(&targets)?;
    let options = args.flags.options();
    let mut found = findings::gather(&targets, &options, &checker, admission.as_ref(), report);
    if let Some(path) = &args.baseline {
        if args.write_baseline {
            return baseline::write(path, &found);
        }
        baseline::apply(path, &mut found)?;
    }
    let counts = found.counts();
    let output = args.output.unwrap_or_else(|| Output::of(report));
    output.print(&found, report)?;
    if !report.is_for_machines() {
        stderr::line(&counts.summary(targets.len()));
    }
    let fails = counts.errors > 0 || args.fail_on == FailOn::Warning && counts.warnings > 0;
    if fails {
        return Err(Failure::Said(Status::Failed));
    }
    Ok(())
}
