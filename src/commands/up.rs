//! `trimtab up`: a control plane of the user's own, and a kubeconfig context that leads to it.

use crate::commands::simulation::Simulation;
use crate::control_plane::{Certificates, ControlPlane, Listen, Settings, Storage};
use crate::detach;
use crate::exit::Failure;
use crate::instance::{Claim, Home, Record};
use crate::kubeconfig;
use crate::runtime::{self, Logging, Threads};
use crate::signals::Stop;
use crate::ui::stderr;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Start a Kubernetes control plane with simulated nodes
///
/// kubectl, Helm and client libraries talk to it as to any cluster: the context `trimtab` is put
/// into your kubeconfig and made the current one. Objects are kept in the XDG data directory
/// (`~/.local/share/trimtab`) from one run to the next, unless it is ephemeral. It runs until Ctrl-C,
/// or with `--detach` until `trimtab down`; either takes the context out again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab up
  trimtab up --detach && kubectl get nodes
  trimtab up --ephemeral --nodes 10 --pod-ready-after 0s --scenario broken-image.yaml")]
pub(crate) struct Args {
    /// Return once it is ready, and leave it running
    #[arg(long)]
    detach: bool,

    /// Be the one that was left running.
    #[arg(long, hide = true, conflicts_with = "detach")]
    detached: bool,

    /// Keep all objects in memory and forget them at the end
    #[arg(long)]
    ephemeral: bool,

    /// The port to listen on, on the loopback address; 0 is any that is free. Without it 6443, or
    /// any that is free
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,

    /// The kubeconfig to put the context into; without it the first of `$KUBECONFIG`, or
    /// `~/.kube/config`
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,

    #[command(flatten)]
    simulation: Simulation,

    #[command(flatten)]
    logging: Logging,
}

/// How many nodes there are unless asked for.
const NODES: usize = 3;

/// The port that is tried first: the one that everybody knows.
const PORT: u16 = 6443;

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let began = Instant::now();
    let home = Home::locate()?;
    if args.detach {
        home.make()?;
        // The child says the same, but into a log.
        drop(home.claim()?);
        let ready = detach::start("--detach", "--detached", &home.log())?;
        stderr::line(&ready);
        stderr::line("stop it with `trimtab down`");
        return Ok(());
    }
    if args.detached {
        detach::leave_session()?;
    }
    let kubeconfig = match &args.kubeconfig {
        Some(path) => path.clone(),
        None => kubeconfig::default_path()?,
    };
    let claim = home.claim()?;
    let settings = settings(args, &home)?;
    let level = if args.detached { "info" } else { "warn" };
    runtime::run(Threads::Many, &args.logging, level, async {
        let mut stop = Stop::listen()?;
        let control_plane = tokio::select! {
            biased;
            () = stop.wanted() => return Ok(()),
            started = start(args, settings) => started?,
        };
        // From here on all that is put down is picked up again, whatever happens.
        let introduced = introduce(args, &home, &claim, &control_plane, &kubeconfig);
        let result = match introduced {
            Ok(()) => {
                announce(args, &control_plane, &kubeconfig, began)?;
                stop.wanted().await;
                Ok(())
            }
            Err(failure) => Err(failure),
        };
        let forgotten = kubeconfig::remove(&kubeconfig, kubeconfig::CONTEXT);
        tokio::select! {
            biased;
            () = stop.wanted() => {}
            () = control_plane.shutdown() => {}
        }
        result.and(forgotten)
    })
}

/// Starts it on the port that was asked for, or on the usual one, or on any.
async fn start(args: &Args, settings: Settings) -> Result<ControlPlane, Failure> {
    let listener = match args.port {
        Some(port) => settings.listen.bind(port).await?,
        None => match settings.listen.bind(PORT).await {
            Ok(listener) => listener,
            Err(_) => settings.listen.bind(0).await?,
        },
    };
    ControlPlane::start(settings, listener).await
}

fn settings(args: &Args, home: &Home) -> Result<Settings, Failure> {
    let mut settings = Settings::new(Listen::on(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    if !args.ephemeral {
        settings.storage = Storage::File(home.store());
        settings.certificates = Certificates::In(home.certificates());
    }
    args.simulation.apply(&mut settings, NODES)?;
    Ok(settings)
}

/// Tells everybody where it is: the user's kubeconfig, its own, and `status`.
fn introduce(
    args: &Args,
    home: &Home,
    claim: &Claim,
    control_plane: &ControlPlane,
    kubeconfig: &Path,
) -> Result<(), Failure> {
    let entry = control_plane.entry(kubeconfig::CONTEXT);
    kubeconfig::write_alone(&home.kubeconfig(), &entry)?;
    kubeconfig::merge(kubeconfig, &entry)?;
    claim.publish(&Record {
        pid: std::process::id(),
        server: control_plane.server().to_owned(),
        started: jiff::Timestamp::now().to_string(),
        store: (!args.ephemeral).then(|| home.store()),
        kubeconfig: kubeconfig.to_owned(),
        log: args.detached.then(|| home.log()),
    })
}

fn announce(
    args: &Args,
    control_plane: &ControlPlane,
    kubeconfig: &Path,
    began: Instant,
) -> Result<(), Failure> {
    let ready = format!(
        "control plane ready in {} ms at {}: context `{}` in {}",
        began.elapsed().as_millis(),
        control_plane.server(),
        kubeconfig::CONTEXT,
        kubeconfig.display()
    );
    if args.detached {
        return detach::report(&ready);
    }
    stderr::line(&ready);
    stderr::line("stop it with Ctrl-C");
    Ok(())
}
