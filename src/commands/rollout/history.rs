//! `trimtab rollout history`: the revisions that are kept.

use super::Workloads;
use crate::cluster::{Failed, on_cluster};
use crate::commands::output::OutputFlag;
use crate::exit::Failure;
use crate::ui::columns::Columns;
use crate::ui::describe::pod_template;
use crate::ui::objects::Series;
use crate::ui::report::Report;
use crate::ui::stdout;
use trimtab_deploy::{ObjectRef, Revision, Target, history};

/// What `-o` of `rollout history` is for.
const FORMATS: &str = "Print the ReplicaSets of the revisions, or the workload as it was in each: json, yaml, name, jsonpath=TEMPLATE or custom-columns=...";

/// List the revisions of a workload, or show one
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab rollout history deployment/web
  trimtab rollout history deployment/web --revision 2
  trimtab rollout history deployment/web --revision 2 -o yaml")]
#[command(mut_arg("output", |flag| flag.help(FORMATS)))]
pub(crate) struct Args {
    #[command(flatten)]
    workloads: Workloads,

    /// Show the pods' template of this revision
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 0,
        hide_default_value = true
    )]
    revision: i64,

    #[command(flatten)]
    output: OutputFlag,
}

pub(super) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let mut series = args.output.series()?;
    on_cluster(&args.workloads.connection, async |target| {
        for workload in args.workloads.find(target, report).await? {
            let revisions = history(target, &workload).await?;
            if args.revision > 0 {
                let revision = find(&workload, revisions, args.revision)?;
                show(target, &workload, revision, &mut series).await?;
            } else if let Some(series) = &mut series {
                for revision in revisions {
                    print(target, &workload, revision, series).await?;
                }
            } else {
                list(&workload, &revisions)?;
            }
        }
        Ok(())
    })
}

fn list(workload: &ObjectRef, revisions: &[Revision]) -> Result<(), Failure> {
    if revisions.is_empty() {
        return stdout::line("No rollout history found.");
    }
    let mut rows = vec![vec!["REVISION".to_owned(), "CHANGE-CAUSE".to_owned()]];
    rows.extend(revisions.iter().map(|revision| {
        let cause = revision.change_cause.as_deref().unwrap_or("<none>");
        vec![revision.number.to_string(), cause.to_owned()]
    }));
    let table = Columns::for_history().lines(&rows);
    // kubectl names the object with a blank behind it and ends with an empty line.
    stdout::write(format!("{workload} \n{table}\n").as_bytes())
}

fn find(workload: &ObjectRef, revisions: Vec<Revision>, number: i64) -> Result<Revision, Failure> {
    let known: Vec<String> = revisions.iter().map(|r| r.number.to_string()).collect();
    let found = revisions
        .into_iter()
        .find(|revision| revision.number == number);
    found.ok_or_else(|| {
        let failure = Failure::new(
            "not-found",
            format!("unable to find the specified revision {number} of {workload}"),
        );
        if known.is_empty() {
            failure
        } else {
            failure.hint(format!("there are {}", known.join(", ")))
        }
    })
}

async fn show(
    target: &Target,
    workload: &ObjectRef,
    revision: Revision,
    series: &mut Option<Series>,
) -> Result<(), Failed> {
    if let Some(series) = series {
        return print(target, workload, revision, series).await;
    }
    let template = pod_template::describe(&revision.template);
    let head = format!("{workload} with revision #{}", revision.number);
    Ok(stdout::write(format!("{head}\n{template}\n").as_bytes())?)
}

/// Prints the `ReplicaSet` that keeps a revision. What keeps those of other workloads is only a patch: they are
/// printed as the revision makes them.
async fn print(
    target: &Target,
    workload: &ObjectRef,
    revision: Revision,
    series: &mut Series,
) -> Result<(), Failed> {
    if workload.resource.kind != "Deployment" {
        let mut object = target.get_existing(workload).await?;
        if let Some(template) = object.get_path_mut(&["spec", "template"]) {
            *template = revision.template;
        }
        return Ok(series.print(&workload.resource, object)?);
    }
    let discovery = target.discovery().await?;
    let keeper = ObjectRef::of(&revision.keeper, &discovery, target.namespace())?;
    Ok(series.print(&keeper.resource, revision.keeper)?)
}
