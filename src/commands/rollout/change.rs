//! `trimtab rollout pause`, `resume` and `restart`.

use super::Workloads;
use crate::cluster::on_cluster;
use crate::exit::Failure;
use crate::ui::report::Report;
use crate::ui::stdout;
use trimtab_clock::Clock;
use trimtab_deploy::{pause, restart, resume};

/// Which workloads.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    workloads: Workloads,
}

/// What to do with them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verb {
    Pause,
    Resume,
    Restart,
}

pub(super) fn run(args: &Args, report: &Report, verb: Verb) -> Result<(), Failure> {
    on_cluster(&args.workloads.connection, async |target| {
        // All of one call are restarted at one time.
        let time = Clock::system().now().round(jiff::Unit::Second);
        let time = time.map(|time| time.to_string()).unwrap_or_default();
        for workload in args.workloads.find(target, report).await? {
            let words = match verb {
                Verb::Pause => pause(target, &workload).await.map(|()| "paused"),
                Verb::Resume => resume(target, &workload).await.map(|()| "resumed"),
                Verb::Restart => restart(target, &workload, &time)
                    .await
                    .map(|()| "restarted"),
            };
            stdout::line(&format!("{workload} {}", words?))?;
        }
        Ok(())
    })
}
