//! `trimtab controllers`: the controllers as a client of an API server that runs somewhere else.

use crate::allocator;
use crate::client::Connection;
use crate::commands::election::{Election, lost};
use crate::exit::Failure;
use crate::runtime::{self, Threads};
use crate::signals::Stop;
use crate::ui::stderr;
use std::path::PathBuf;
use trimtab_clock::{Chance, Clock};
use trimtab_cluster::{
    ControllerSelection, ControllersOptions, Ended, UnknownController, run_controllers,
};

/// Run Kubernetes' controllers against any API server
///
/// The same controllers that `up` runs, as an ordinary client: in the place of
/// kube-controller-manager, or beside another of its kind, where whoever holds the lease works. It
/// runs until it is sent SIGINT or SIGTERM, and ends when it loses the lease.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab controllers --kubeconfig admin.kubeconfig
  trimtab controllers --kubeconfig admin.kubeconfig \\
      --controllers=deployment,replicaset --leader-elect=false
  trimtab controllers --root-ca-file ca.crt --leader-elect-lease-duration 30s")]
pub(crate) struct Args {
    /// Which controllers run: `*` all, `NAME` this one, `-NAME` not this one, `-*` none but those
    /// named; separated by commas
    #[arg(long, value_name = "NAMES", default_value = "*", allow_hyphen_values = true, value_parser = controllers)]
    controllers: ControllerSelection,

    /// The certificate authority, PEM, that pods are told to trust, in the `ConfigMap`
    /// `kube-root-ca.crt` of every namespace
    #[arg(long, value_name = "FILE")]
    root_ca_file: Option<PathBuf>,

    #[command(flatten)]
    election: Election,

    #[command(flatten)]
    connection: Connection,
}

fn controllers(words: &str) -> Result<ControllerSelection, UnknownController> {
    ControllerSelection::parse(&[words])
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    allocator::keep_little();
    let root_ca = args.root_ca_file.as_ref().map(|path| {
        std::fs::read_to_string(path).map_err(|error| Failure::io("read", path, &error))
    });
    let root_ca = root_ca.transpose()?;
    let chance = Chance::from_system();
    let election = args.election.options(&chance)?;
    runtime::run(Threads::Many, &args.connection.logging, "info", async {
        let mut stop = Stop::listen()?;
        let session = args.connection.open().await?;
        stderr::line(&format!("controllers for {}", session.server));
        let options = ControllersOptions {
            client: session.client,
            controllers: args.controllers.clone(),
            root_ca,
            election,
            clock: Clock::system(),
            chance,
        };
        match run_controllers(options, stop.wanted()).await {
            Ended::Stopped => Ok(()),
            Ended::Lost => Err(lost()),
        }
    })
}
