//! `trimtab nodes`: simulated nodes for an API server that runs somewhere else.

use crate::allocator;
use crate::client::Connection;
use crate::commands::simulation::Simulation;
use crate::exit::{Failure, chain};
use crate::runtime::{self, Threads};
use crate::signals::Stop;
use crate::ui::stderr;
use trimtab_clock::{Chance, Clock};
use trimtab_cluster::{NodesOptions, run_nodes};

/// Simulate nodes for any API server
///
/// The same nodes that `up` has: they register, keep their leases, and play the lives of the pods that a
/// scheduler gives them, with no program run anywhere. What they print is not to be had: only the API
/// server of `up` and `server` answers for logs. It runs until it is sent SIGINT or SIGTERM.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab nodes --kubeconfig admin.kubeconfig
  trimtab nodes --context test --nodes 10 --pod-ready-after 200ms
  trimtab nodes --scenario broken-image.yaml")]
pub(crate) struct Args {
    #[command(flatten)]
    simulation: Simulation,

    #[command(flatten)]
    connection: Connection,
}

/// How many nodes there are unless asked for.
const NODES: usize = 3;

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    allocator::keep_little();
    let scenario = args.simulation.scenario()?;
    runtime::run(Threads::Many, &args.connection.logging, "info", async {
        let mut stop = Stop::listen()?;
        let session = args.connection.open().await?;
        stderr::line(&format!("nodes for {}", session.server));
        let options = NodesOptions {
            client: session.client,
            count: args.simulation.nodes(NODES),
            scenario,
            ready_after: args.simulation.ready_after(),
            clock: Clock::system(),
            chance: Chance::from_system(),
        };
        run_nodes(options, stop.wanted())
            .await
            .map_err(|error| Failure::new("usage", chain(&error)))
    })
}
