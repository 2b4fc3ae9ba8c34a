//! What `up` and `run` share: the flags of a control plane that is the user's own, its start, and
//! what is said of it.

use crate::commands::simulation::Simulation;
use crate::control_plane::{Certificates, ControlPlane, Listen, Settings};
use crate::exit::{Failure, chain};
use crate::instance::{Home, Host};
use crate::ui::{path, stderr};
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::time::Instant;
use tokio::net::TcpListener;
use trimtab_apiserver::Egress;
use trimtab_cluster::{DataDirectory, Storage};

#[derive(Debug, clap::Args)]
pub(crate) struct Hosting {
    /// The port to listen on, on the loopback address; 0 is any that is free. Without it the one of
    /// the last time, or 6443, or any that is free
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

    /// Starts it on the port that was asked for, or on that of the last time, or on the usual one, or
    /// on any.
    pub(super) async fn start(
        &self,
        host: &Host,
        settings: Settings,
    ) -> Result<ControlPlane, Failure> {
        let listener = self.bind(host, settings.listen).await?;
        ControlPlane::start(settings, listener).await
    }

    async fn bind(&self, host: &Host, listen: Listen) -> Result<TcpListener, Failure> {
        if let Some(port) = self.port {
            return listen.bind(port).await;
        }
        if let Some(port) = host.home().port() {
            match listen.bind(port).await {
                Ok(listener) => return Ok(listener),
                Err(_) => stderr::line(&format!(
                    "note: port {port}, where it was the last time, is taken; it takes another"
                )),
            }
        }
        match listen.bind(PORT).await {
            Ok(listener) => Ok(listener),
            Err(_) => listen.bind(0).await,
        }
    }
}

/// Lets a control plane keep its data in the directory, which is brought to today's format.
pub(super) fn keep_in(settings: &mut Settings, directory: &Path) -> Result<(), Failure> {
    let (data, backup) = DataDirectory::open(directory).map_err(|error| {
        Failure::new("data-directory", chain(&error))
            .hint("another data directory, or `--ephemeral`, leaves this one alone")
    })?;
    if let Some(backup) = backup {
        stderr::line(&format!(
            "brought {} to a new format; what it was before is in {}",
            path::short(directory),
            path::short(&backup)
        ));
    }
    settings.storage = Storage::File(data.store());
    settings.certificates = Certificates::In(data.certificates());
    Ok(())
}

/// What is said once it is ready.
pub(super) fn ready(control_plane: &ControlPlane, host: &Host, began: Instant) -> String {
    format!(
        "control plane ready in {} ms at {}: context `{}` in {}",
        began.elapsed().as_millis(),
        control_plane.server(),
        host.home().name().context(),
        path::short(host.kubeconfig())
    )
}
