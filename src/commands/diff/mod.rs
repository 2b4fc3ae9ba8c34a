//! `trimtab diff`: what an apply would change, and what differs between renderings.

mod trees;

use super::apply::{Faults, SelectionFlag, none_selected, select};
use crate::client::Connection;
use crate::cluster::{Failed, on_cluster};
use crate::exit::{Failure, Status};
use crate::manifests::{FileArgs, Origin};
use crate::ui::colour::Paint;
use crate::ui::external_diff::ExternalDiff;
use crate::ui::report::Report;
use crate::ui::unified::{self, Pair};
use crate::ui::{plan as ui_plan, stderr, stdout};
use clap::ValueEnum;
use trees::Side;
use trimtab_deploy::{Action, Plan, Replacing, plan};

/// Show how objects differ from the cluster, or two renderings from each other
///
/// The server works out what an apply would come to; nothing is changed. Two directories are compared with
/// each other instead: objects by the names that they have in their files, whatever prefixes,
/// namespaces and hashes the overlays give them. With --revision a kustomization is compared with what it
/// was at a revision of its git repository. `KUBECTL_EXTERNAL_DIFF` may name a program that shows the
/// differences.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab diff -k overlays/production
  trimtab diff -f web.yaml -o fields
  trimtab diff -k overlays/production -l app=web
  trimtab diff overlays/staging overlays/production
  trimtab diff -k overlays/production --revision main
  trimtab diff -k overlays/production --revision v1.0..v1.1

Exit status: 0 no differences, 1 differences, 2 no answer.")]
pub(crate) struct Args {
    /// Two kustomizations to compare with each other, the older one first
    #[arg(value_name = "DIR", num_args = 2, conflicts_with_all = ["filename", "kustomize"])]
    trees: Vec<String>,

    /// Compare the kustomization with what it was at this revision, or at two: `REVISION` or `OLD..NEW`
    #[arg(long, value_name = "REVISION", requires = "kustomize")]
    revision: Option<String>,

    #[command(flatten)]
    files: FileArgs,

    #[command(flatten)]
    selection: SelectionFlag,

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
    let result = match args.sides() {
        Ok(Some(sides)) => with_each_other(args, &sides, report),
        Ok(None) => with_cluster(args, report),
        Err(failure) => Err(failure),
    };
    result.map_err(|failure| match failure {
        Failure::Said(_) | Failure::ClosedPipe => failure,
        failure => failure.with_status(Status::NoAnswer),
    })
}

impl Args {
    /// The two renderings to compare with each other, if the cluster is not meant.
    fn sides(&self) -> Result<Option<[Side; 2]>, Failure> {
        if let [old, new] = &self.trees[..] {
            return Ok(Some([Side::tree(old), Side::tree(new)]));
        }
        let (Some(revision), Some(Origin::Kustomization(directory, _))) =
            (&self.revision, self.files.origin())
        else {
            return Ok(None);
        };
        let (old, new) = match revision.split_once("..") {
            Some((old, new)) => (old, Some(new).filter(|new| !new.is_empty())),
            None => (&**revision, None),
        };
        let new = match new {
            Some(new) => Side::at_revision(&directory, new)?,
            None => Side::tree(&directory),
        };
        Ok(Some([Side::at_revision(&directory, old)?, new]))
    }
}

fn with_each_other(args: &Args, sides: &[Side; 2], report: &Report) -> Result<(), Failure> {
    if args.selection.selector()?.is_some() {
        return Err(Failure::new(
            "usage",
            "-l selects what an apply would send: renderings are compared as a whole",
        ));
    }
    if args.output == Output::Fields {
        return Err(Failure::new(
            "usage",
            "-o fields shows what an apply would change: renderings are compared line by line",
        ));
    }
    let options = args.files.build_options();
    let pairs = trees::compare(sides, &options, report)?;
    let names = sides.each_ref().map(|side| &*side.name);
    if show(&pairs, names, ["OLD", "NEW"])? {
        return Err(Failure::Said(Status::Failed));
    }
    Ok(())
}

fn with_cluster(args: &Args, report: &Report) -> Result<(), Failure> {
    let origin = args.files.required()?;
    let (objects, sources) = origin.load_with_sources(report)?;
    let selector = args.selection.selector()?;
    let objects = select(objects, selector.as_ref());
    if let Some(selector) = selector.filter(|_| objects.is_empty()) {
        stderr::line(&format!("note: {}", none_selected(&selector)));
    }
    let faults = Faults::new(origin, sources, report);
    let forcing = args.force_conflicts.into();
    let plan = on_cluster(&args.connection, async |target| {
        let plan = plan(target, objects.clone(), &forcing).await;
        plan.map_err(Failed::from)
    })?;
    let differs = match args.output {
        Output::Unified => show(&Pair::all_of(&plan), ["live", "merged"], ["LIVE", "MERGED"])?,
        Output::Fields => {
            stdout::write(ui_plan::render(&plan, Paint::for_stdout()).as_bytes())?;
            !plan.is_empty()
        }
    };
    let verdict = verdict(&plan, args.output, differs);
    faults.tell(&objects, &plan);
    verdict
}

/// Shows what differs, by the user's program if there is one, and says whether anything does.
fn show(pairs: &[Pair], names: [&str; 2], directories: [&str; 2]) -> Result<bool, Failure> {
    match ExternalDiff::wanted() {
        Some(_) if pairs.is_empty() => Ok(false),
        Some(program) => program.show(pairs, directories),
        None => {
            stdout::write(unified::render(pairs, names)?.as_bytes())?;
            Ok(!pairs.is_empty())
        }
    }
}

fn verdict(plan: &Plan, output: Output, differs: bool) -> Result<(), Failure> {
    if plan.obstacles(&Replacing::Everything).next().is_some() {
        // Only this form tells what is in the way.
        if output == Output::Unified {
            stderr::text(&ui_plan::render(&obstacles(plan), Paint::for_stderr()));
        }
        return Err(Failure::Said(Status::NoAnswer));
    }
    let must_replace = |step: &&trimtab_deploy::Step| matches!(step.action, Action::Replace { .. });
    let mut replaced = plan.steps.iter().filter(must_replace).peekable();
    if !differs && replaced.peek().is_none() {
        return Ok(());
    }
    if output == Output::Unified {
        for step in replaced {
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
        steps: plan.obstacles(&Replacing::Everything).cloned().collect(),
        ..Plan::default()
    }
}
