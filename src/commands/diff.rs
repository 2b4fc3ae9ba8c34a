//! `trimtab diff`: what an apply would change.

use crate::client::Connection;
use crate::cluster::{Failed, on_cluster};
use crate::exit::{Failure, Status};
use crate::manifests::FileArgs;
use crate::ui::colour::Paint;
use crate::ui::report::Report;
use crate::ui::{plan as ui_plan, stderr, stdout, unified};
use clap::ValueEnum;
use trimtab_deploy::{Action, Plan, plan};

/// Show how objects differ from the cluster
///
/// The server works out what an apply would come to; nothing is changed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab diff -k overlays/production
  trimtab diff -f web.yaml -o fields

Exit status: 0 no differences, 1 differences, 2 no answer.")]
pub(crate) struct Args {
    #[command(flatten)]
    files: FileArgs,

    /// How to show differences
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Output::Unified)]
    output: Output,

    /// Take over fields that others own
    #[arg(long)]
    force_conflicts: bool,

    /// Taken for kubectl's sake: every diff is server-side
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide = true)]
    server_side: Option<bool>,

    #[command(flatten)]
    connection: Connection,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// Lines of YAML, as `diff -u` shows them
    Unified,
    /// Field by field, as `apply` shows its plan
    Fields,
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let no_answer = |failure: Failure| failure.with_status(Status::NoAnswer);
    let objects = args
        .files
        .required()
        .and_then(|origin| origin.load(report))
        .map_err(no_answer)?;
    let plan = on_cluster(&args.connection, async |target| {
        let plan = plan(target, objects, args.force_conflicts).await;
        plan.map_err(Failed::from)
    })
    .map_err(no_answer)?;
    let text = match args.output {
        Output::Unified => unified::render(&plan)?,
        Output::Fields => ui_plan::render(&plan, Paint::for_stdout()),
    };
    stdout::write(text.as_bytes())?;
    verdict(&plan, args.output)
}

fn verdict(plan: &Plan, output: Output) -> Result<(), Failure> {
    if plan.obstacles(true).next().is_some() {
        // Only this form tells what is in the way.
        if output == Output::Unified {
            stderr::text(&ui_plan::render(&obstacles(plan), Paint::for_stderr()));
        }
        return Err(Failure::Said(Status::NoAnswer));
    }
    if plan.is_empty() {
        return Ok(());
    }
    if output == Output::Unified {
        let must_replace = |step: &&trimtab_deploy::Step| matches!(step.action, Action::Replace(_));
        for step in plan.steps.iter().filter(must_replace) {
            stderr::line(&format!(
                "{}: fields would change that cannot be changed",
                step.name()
            ));
        }
    }
    Err(Failure::Said(Status::Failed))
}

fn obstacles(plan: &Plan) -> Plan {
    Plan {
        steps: plan.obstacles(true).cloned().collect(),
    }
}
