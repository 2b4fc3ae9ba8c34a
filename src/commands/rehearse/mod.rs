//! `trimtab rehearse`: a rollout played in virtual time before it happens.

mod chart;
mod current;
mod json;
mod svg;
mod text;

use crate::build_flags::BuildFlags;
use crate::client::Connection;
use crate::commands::simulation;
use crate::exit::{Failure, Status};
use crate::manifests::Origin;
use crate::ui::colour::Paint;
use crate::ui::report::Report;
use crate::ui::stdout;
use clap::ValueEnum;
use std::path::PathBuf;
use trimtab_rehearsal::{Assertion, Before, Options, Rehearsal, RehearsalError, Verdict, rehearse};

/// Play a rollout before it happens
///
/// Builds the kustomization in DIR and rolls it out on a control plane with simulated nodes in this
/// process, in virtual time: ten minutes take milliseconds, and the same seed always plays the same.
/// With --from, the state before is there first. Tells how many pods were available, updated and missing at
/// each moment, the worst of it against maxUnavailable and disruption budgets, how long it took, and
/// whether an undo brings back what was. Of a rollout that does not end it tells why, from the workload
/// down to the container, and what to do about it. No cluster is touched.
///
/// Status 0: everything got ready and every assertion holds. Status 1: not so.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab rehearse overlays/production
  trimtab rehearse overlays/production --from ../released/overlays/production
  trimtab rehearse overlays/production --from current --scenario bad-day.yaml
  trimtab rehearse . --from ../released --assert 'minAvailable>=80%' --assert 'maxDuration<5m'
  trimtab rehearse . --from ../released -o svg > rollout.svg

Assertions: [WORKLOAD:]QUANTITY and a bound, where the quantity is minAvailable, maxUnavailable or maxSurge (pods,
or a percentage of those wanted), peakPods, maxDuration or undoDuration; or budgetsKept or undoRestores alone.")]
pub(crate) struct Args {
    /// Directory to build
    #[arg(value_name = "DIR", default_value = ".")]
    target: String,

    /// What is there before: a directory to build, or `current` for what the cluster has
    #[arg(long, value_name = "DIR|current")]
    from: Option<String>,

    /// A file that says what nodes there are, what pods go through and what goes wrong (see
    /// docs/rehearse.md)
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,

    /// What decides everything that is left to chance; without it the scenario's seed, or 1
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,

    /// A condition that has to hold; can be given again
    #[arg(long = "assert", value_name = "CONDITION", value_parser = Assertion::parse)]
    assertions: Vec<Assertion>,

    /// Do not find out what an undo brings back
    #[arg(long)]
    no_undo: bool,

    /// Form of what comes of it on standard output
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    flags: BuildFlags,

    #[command(flatten)]
    connection: Connection,
}

/// The form of a rehearsal on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people: what happened, with charts
    Text,
    /// One JSON object
    Json,
    /// A picture of the pods against time
    Svg,
}

/// A rehearsal and what its assertions came to.
struct Outcome {
    rehearsal: Rehearsal,
    verdicts: Vec<Verdict>,
}

impl Outcome {
    /// Whether everything got ready and every assertion holds.
    fn passes(&self) -> bool {
        self.rehearsal.completes() && self.verdicts.iter().all(|verdict| verdict.holds)
    }
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let scenario = match &args.scenario {
        Some(path) => simulation::read(path)?,
        None => trimtab_node::Scenario::default(),
    };
    let build = |directory: &str| {
        let options = Box::new(args.flags.options());
        Origin::Kustomization(directory.to_owned(), options).load(report)
    };
    let after = build(&args.target)?;
    let mut options = Options {
        before: None,
        after,
        seed: args.seed.or(scenario.seed).unwrap_or(1),
        scenario,
        undoes: !args.no_undo,
    };
    match args.from.as_deref() {
        None => {}
        Some("current") => current::read(&args.connection, &mut options)?,
        Some(directory) => options.before = Some(Before::Files(build(directory)?)),
    }
    let rehearsal = rehearse(options).map_err(|error| failure(&error))?;
    let verdicts = args.assertions.iter();
    let outcome = Outcome {
        verdicts: verdicts.map(|it| it.judge(&rehearsal)).collect(),
        rehearsal,
    };
    let text = match args.output {
        Output::Text => text::render(&outcome, Paint::for_stdout()),
        Output::Json => json::render(&outcome),
        Output::Svg => svg::render(&outcome.rehearsal),
    };
    stdout::write(text.as_bytes())?;
    if outcome.passes() {
        Ok(())
    } else {
        Err(Failure::Said(Status::Failed))
    }
}

fn failure(error: &RehearsalError) -> Failure {
    Failure::new("no-rehearsal", crate::exit::chain(error))
}
