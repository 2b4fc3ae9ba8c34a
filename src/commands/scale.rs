//! `trimtab scale`: more or fewer replicas.

use super::dry_run::{DryRun, DryRunFlag};
use super::objects::{ObjectFlags, each};
use super::output::OutputFlag;
use crate::client::Connection;
use crate::cluster::{deadline, on_cluster};
use crate::complete;
use crate::duration;
use crate::exit::Failure;
use crate::ui::progress::{WayBack, verdict};
use crate::ui::report::Report;
use crate::ui::stdout;
use std::time::Duration;
use trimtab_deploy::{Overdue, Precondition, scale, until_ready};

/// Set the number of replicas of workloads
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab scale deployment/web --replicas 5
  trimtab scale deploy web api --replicas 0
  trimtab scale deploy web --current-replicas 3 --replicas 5
  trimtab scale -f web.yaml --replicas 2")]
pub(crate) struct Args {
    /// Workloads: `TYPE NAME ...` or `TYPE/NAME ...`
    #[arg(add = complete::objects(), value_name = "TYPE", required_unless_present_any = ["filename", "kustomize"])]
    words: Vec<String>,

    #[command(flatten)]
    objects: ObjectFlags,

    /// How many replicas there shall be
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(..=i64::from(i32::MAX)))]
    replicas: u32,

    /// Only if so many are asked for now
    #[arg(long, value_name = "COUNT", allow_negative_numbers = true)]
    current_replicas: Option<i64>,

    /// Only if the object has this resource version
    #[arg(long, value_name = "VERSION")]
    resource_version: Option<String>,

    #[command(flatten)]
    output: OutputFlag,

    /// Wait so long for the replicas to be there; without it or with 0, do not wait
    #[arg(long, value_name = "DURATION", default_value = "0", hide_default_value = true, value_parser = duration::parse)]
    timeout: Duration,

    #[command(flatten)]
    pretence: DryRunFlag,

    #[command(flatten)]
    connection: Connection,
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let mut series = args.output.series()?;
    let precondition = Precondition {
        // kubectl's -1 means none.
        replicas: args.current_replicas.filter(|replicas| *replicas >= 0),
        resource_version: args.resource_version.clone(),
    };
    let objects = args.objects.objects(&args.words, report);
    let (replicas, dry_run) = (args.replicas, args.pretence.dry_run);
    let timeout = Some(args.timeout).filter(|timeout| !timeout.is_zero());
    on_cluster(&args.connection, async |target| {
        let objects = objects.find(target).await?;
        each(&objects, async |object| {
            if dry_run != DryRun::Client {
                let on_server = dry_run == DryRun::Server;
                scale(target, object, replicas, &precondition, on_server).await?;
            }
            let Some(series) = &mut series else {
                return Ok(stdout::line(&format!(
                    "{object} scaled{}",
                    dry_run.words()
                ))?);
            };
            let scaled = target.get_existing(object).await?;
            Ok(series.print(&object.resource, scaled)?)
        })
        .await?;
        if timeout.is_some() && dry_run == DryRun::None {
            let outcome = until_ready(
                target,
                &objects,
                Overdue::IsGivenTime,
                deadline(timeout),
                &mut |_| {},
            )
            .await?;
            verdict(outcome, WayBack::None)?;
        }
        Ok(())
    })
}
