//! `trimtab rollout pause`, `resume` and `restart`.

use super::Workloads;
use crate::cluster::on_cluster;
use crate::commands::objects::each;
use crate::commands::output::{OutputFlag, print_or_tell};
use crate::exit::Failure;
use crate::ui::report::Report;
use trimtab_clock::Clock;
use trimtab_deploy::{pause, restart, resume};

/// Which workloads.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    workloads: Workloads,

    #[command(flatten)]
    output: OutputFlag,
}

/// What to do with them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verb {
    Pause,
    Resume,
    Restart,
}

pub(super) fn run(args: &Args, report: &Report, verb: Verb) -> Result<(), Failure> {
    let mut series = args.output.series()?;
    on_cluster(&args.workloads.connection, async |target| {
        // All of one call are restarted at one time.
        let time = Clock::system().now().round(jiff::Unit::Second);
        let time = time.map(|time| time.to_string()).unwrap_or_default();
        let workloads = args.workloads.find(target, report).await?;
        each(&workloads, async |workload| {
            let (changed, verb) = match verb {
                Verb::Pause => (pause(target, workload).await?, "paused"),
                Verb::Resume => (resume(target, workload).await?, "resumed"),
                Verb::Restart => (restart(target, workload, &time).await?, "restarted"),
            };
            let line = format!("{workload} {verb}");
            Ok(print_or_tell(
                &mut series,
                &workload.resource,
                changed,
                &line,
            )?)
        })
        .await
    })
}
