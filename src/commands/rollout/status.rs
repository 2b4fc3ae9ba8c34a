//! `trimtab rollout status`: how far, why not further, and how it ended.

use super::Workloads;
use crate::cluster::{Failed, answered_by, deadline, on_cluster};
use crate::commands::apply::way_back_of_workload;
use crate::commands::objects::each;
use crate::duration;
use crate::exit::{Failure, Status};
use crate::ui::progress::{Display, verdict};
use crate::ui::report::Report;
use crate::ui::stdout;
use std::time::Duration;
use tokio::time::Instant;
use trimtab_deploy::{
    Controllers, ObjectRef, Overdue, Progress, Readiness, Target, rollout_status, until_ready,
};
use trimtab_tree::Value;

/// Follow a rollout to its end, and say why it does not get on
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab rollout status deployment/web
  trimtab rollout status deployment/web --timeout 5m

Exit status: 0 rolled out, 1 no answer, 3 failed or timed out.")]
pub(crate) struct Args {
    #[command(flatten)]
    workloads: Workloads,

    /// Follow the rollout until it is done
    #[arg(short, long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value_t = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    watch: bool,

    /// How long to follow; 0 for as long as it takes
    #[arg(long, value_name = "DURATION", default_value = "0", hide_default_value = true, value_parser = duration::parse)]
    timeout: Duration,

    /// Only while this is the revision that is rolled out
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 0,
        hide_default_value = true
    )]
    revision: i64,
}

pub(super) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    on_cluster(&args.workloads.connection, async |target| {
        let until = || deadline(Some(args.timeout).filter(|timeout| !timeout.is_zero()));
        let workloads = answered_by(until(), args.workloads.find(target, report)).await?;
        each(&workloads, async |workload| {
            let until = until();
            answered_by(until, check(target, workload, args.revision)).await?;
            if args.watch {
                follow(target, workload, until).await
            } else {
                answered_by(until, look(target, workload)).await
            }
        })
        .await
    })
}

/// The workload must be there, be of a kind that rolls out, and be at the revision that is meant.
async fn check(target: &Target, workload: &ObjectRef, revision: i64) -> Result<(), Failed> {
    let object = target.get_existing(workload).await?;
    if workload.resource.group != "apps" {
        let message = format!(
            "no status viewer has been implemented for {}",
            workload.resource.kind
        );
        return Err(Failure::new("usage", message).into());
    }
    if revision > 0 {
        let path = [
            "metadata",
            "annotations",
            "deployment.kubernetes.io/revision",
        ];
        let running = object.get_path(&path).and_then(Value::text).unwrap_or("0");
        if running != revision.to_string() {
            return Err(Failure::new(
                "other-revision",
                format!("desired revision ({revision}) is different from the running revision ({running})"),
            )
            .into());
        }
    }
    let controllers = Controllers::working(target, jiff::Timestamp::now()).await?;
    if let Some(missing) = controllers
        .missing_for_applied(target, workload, &object)
        .await?
    {
        return Err(Failure::new(
            "no-controller",
            format!("{workload} does not roll out: this control plane runs no {missing}"),
        )
        .with_status(Status::NotReady)
        .into());
    }
    Ok(())
}

async fn look(target: &Target, workload: &ObjectRef) -> Result<(), Failed> {
    match rollout_status(&target.get_existing(workload).await?) {
        Readiness::Ready(text) | Readiness::Waiting(text) => Ok(stdout::line(&text)?),
        Readiness::Failed(text) => Err(Failure::new("not-ready", text)
            .with_status(Status::NotReady)
            .into()),
    }
}

/// kubectl's lines go to standard output; what is behind them, beside them to standard error.
async fn follow(
    target: &Target,
    workload: &ObjectRef,
    until: Option<Instant>,
) -> Result<(), Failed> {
    let objects = std::slice::from_ref(workload);
    let mut display = Display::new();
    let mut unwritten = None;
    let outcome = until_ready(
        target,
        objects,
        Overdue::Fails,
        until,
        &mut |progress| match progress {
            Progress::Moved { text, .. } | Progress::Ready { text, .. } => {
                let written = display.aside(|| stdout::line(&text));
                unwritten = unwritten.take().or(written.err());
            }
            around => display.show(around),
        },
    )
    .await?;
    if let Some(failure) = unwritten {
        return Err(failure.into());
    }
    let way_back = way_back_of_workload(target, &outcome).await;
    Ok(verdict(outcome, way_back)?)
}
