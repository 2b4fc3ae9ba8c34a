//! `trimtab autoscale`: replicas that follow the load.

use super::dry_run::{DryRun, DryRunFlag};
use super::objects::{ObjectFlags, each};
use super::output::{OutputFlag, print_or_tell};
use crate::client::Connection;
use crate::cluster::on_cluster;
use crate::complete;
use crate::exit::Failure;
use crate::ui::report::Report;
use trimtab_deploy::{Autoscaling, Usage, autoscale, describe_autoscaler};

/// Let the number of replicas follow the load
///
/// Makes a horizontal pod autoscaler, which needs a metrics server to know the load.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab autoscale deployment/web --min 2 --max 10 --cpu 70%
  trimtab autoscale deploy web --max 5 --memory 500Mi
  trimtab autoscale -f web.yaml --max 3 --dry-run=server -o yaml")]
pub(crate) struct Args {
    /// Workloads: `TYPE NAME ...` or `TYPE/NAME ...`
    #[arg(add = complete::objects(), value_name = "TYPE")]
    words: Vec<String>,

    #[command(flatten)]
    objects: ObjectFlags,

    /// So many replicas at least; 1 without it
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=i64::from(i32::MAX)))]
    min: Option<u32>,

    /// So many replicas at most
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=i64::from(i32::MAX)))]
    max: u32,

    /// How much CPU pods shall use on average: `70%` of what they ask for, or `500m`
    #[arg(long, value_name = "USAGE", conflicts_with = "cpu_percent")]
    cpu: Option<String>,

    /// Taken for kubectl's sake: `--cpu 70%` is meant
    #[arg(long, value_name = "PERCENT", hide = true)]
    cpu_percent: Option<u32>,

    /// How much memory pods shall use on average: `70%` of what they ask for, or `500Mi`
    #[arg(long, value_name = "USAGE")]
    memory: Option<String>,

    /// The name of the autoscaler; that of what it scales without it
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    #[command(flatten)]
    output: OutputFlag,

    #[command(flatten)]
    pretence: DryRunFlag,

    #[command(flatten)]
    connection: Connection,
}

impl Args {
    fn autoscaling(&self) -> Result<Autoscaling, trimtab_deploy::Error> {
        let usage = |text: &Option<String>| text.as_deref().map(Usage::parse).transpose();
        Ok(Autoscaling {
            name: self.name.clone(),
            min: self.min,
            max: self.max,
            cpu: usage(&self.cpu)?.or(self.cpu_percent.map(Usage::Percent)),
            memory: usage(&self.memory)?,
        })
    }
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let mut series = args.output.series()?;
    let autoscaling = args.autoscaling();
    let autoscaling = autoscaling.map_err(|error| Failure::new("usage", error.to_string()))?;
    let objects = args.objects.objects(&args.words, report);
    on_cluster(&args.connection, async |target| {
        let objects = objects.find(target).await?;
        each(&objects, async |object| {
            let (autoscaler, made) = match args.pretence.dry_run {
                // To be kept in a file: nothing that only the server says.
                DryRun::Client => describe_autoscaler(target, object, &autoscaling).await?,
                it => autoscale(target, object, &autoscaling, it == DryRun::Server).await?,
            };
            let pretence = args.pretence.dry_run.words();
            let line = format!("{autoscaler} autoscaled{pretence}");
            Ok(print_or_tell(
                &mut series,
                &autoscaler.resource,
                made,
                &line,
            )?)
        })
        .await
    })
}
