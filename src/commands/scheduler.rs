//! `trimtab scheduler`: the scheduler as a client of an API server that runs somewhere else.

use crate::allocator;
use crate::client::Connection;
use crate::commands::election::{Election, lost};
use crate::exit::Failure;
use crate::runtime::{self, Threads};
use crate::signals::Stop;
use crate::ui::stderr;
use trimtab_clock::{Chance, Clock};
use trimtab_cluster::{Ended, SchedulerOptions, run_scheduler};

/// Run a Kubernetes scheduler against any API server
///
/// The same scheduler that `up` runs, as an ordinary client: in the place of kube-scheduler, or
/// beside another of its kind, where whoever holds the lease works. It runs until it is sent SIGINT
/// or SIGTERM, and ends when it loses the lease.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab scheduler --kubeconfig admin.kubeconfig
  trimtab scheduler --context test --leader-elect=false")]
pub(crate) struct Args {
    #[command(flatten)]
    election: Election,

    #[command(flatten)]
    connection: Connection,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    allocator::keep_little();
    let chance = Chance::from_system();
    let election = args.election.options(&chance)?;
    runtime::run(Threads::Many, &args.connection.logging, "info", async {
        let mut stop = Stop::listen()?;
        let session = args.connection.open().await?;
        stderr::line(&format!("scheduler for {}", session.server));
        let options = SchedulerOptions {
            client: session.client,
            election,
            clock: Clock::system(),
            chance,
        };
        match run_scheduler(options, stop.wanted()).await {
            Ended::Stopped => Ok(()),
            Ended::Lost => Err(lost()),
        }
    })
}
