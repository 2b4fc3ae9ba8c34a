//! What `up` and `run` share: the flags of a control plane that is the user's own, its start, and
//! what is said of it.

use crate::commands::simulation::Simulation;
use crate::control_plane::{ControlPlane, Listen, Settings};
use crate::exit::Failure;
use crate::instance::{Home, Host};
use crate::kubeconfig;
use crate::ui::path;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Instant;
use trimtab_apiserver::Egress;

#[derive(Debug, clap::Args)]
pub(crate) struct Hosting {
    /// The port to listen on, on the loopback address; 0 is any that is free. Without it 6443, or
    /// any that is free
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,

    /// The kubeconfig to put the context into; without it the first of `$KUBECONFIG`, or
    /// `~/.kube/config`
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,

    /// Which addresses webhooks and other API servers may be dialled at: `all`, or those of this
    /// machine's `loopback` only
    #[arg(long, value_name = "WHICH", default_value_t)]
    egress: Egress,

    #[command(flatten)]
    simulation: Simulation,
}

/// How many nodes there are unless asked for.
const NODES: usize = 3;

/// The port that is tried first: the one that everybody knows.
const PORT: u16 = 6443;

impl Hosting {
    /// Takes the right to be the user's control plane.
    pub(super) fn claim(&self, home: &Home) -> Result<Host, Failure> {
        Host::claim(home, self.kubeconfig.as_deref())
    }

    /// What the flags ask for; nothing is kept.
    pub(super) fn settings(&self) -> Result<Settings, Failure> {
        let mut settings = Settings::new(Listen::on(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        settings.egress = self.egress;
        self.simulation.apply(&mut settings, NODES)?;
        Ok(settings)
    }

    /// Starts it on the port that was asked for, or on the usual one, or on any.
    pub(super) async fn start(&self, settings: Settings) -> Result<ControlPlane, Failure> {
        let listener = match self.port {
            Some(port) => settings.listen.bind(port).await?,
            None => match settings.listen.bind(PORT).await {
                Ok(listener) => listener,
                Err(_) => settings.listen.bind(0).await?,
            },
        };
        ControlPlane::start(settings, listener).await
    }
}

/// What is said once it is ready.
pub(super) fn ready(control_plane: &ControlPlane, host: &Host, began: Instant) -> String {
    format!(
        "control plane ready in {} ms at {}: context `{}` in {}",
        began.elapsed().as_millis(),
        control_plane.server(),
        kubeconfig::CONTEXT,
        path::short(host.kubeconfig())
    )
}
