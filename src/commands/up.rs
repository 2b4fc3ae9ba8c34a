//! `trimtab up`: a control plane of the user's own, and a kubeconfig context that leads to it.

use crate::commands::hosting::{Hosting, ready};
use crate::control_plane::{Certificates, Settings};
use crate::detach;
use crate::exit::Failure;
use crate::instance::Home;
use crate::runtime::{self, Logging, Threads};
use crate::signals::Stop;
use crate::ui::stderr;
use std::time::Instant;
use trimtab_cluster::Storage;

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

    #[command(flatten)]
    hosting: Hosting,

    #[command(flatten)]
    logging: Logging,
}

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
    let host = args.hosting.claim(&home)?;
    let settings = settings(args, &home)?;
    let level = if args.detached { "info" } else { "warn" };
    runtime::run(Threads::Many, &args.logging, level, async {
        let mut stop = Stop::listen()?;
        let Some(started) = stop.unless_wanted(args.hosting.start(settings)).await else {
            return Ok(());
        };
        let control_plane = started?;
        let store = (!args.ephemeral).then(|| home.store());
        let log = args.detached.then(|| home.log());
        let introduced = host.introduce(&control_plane, store, log)?;
        announce(args, &ready(&control_plane, &host, began))?;
        stop.wanted().await;
        // Nobody is led here any more before it goes.
        drop(introduced);
        stop.unless_wanted(control_plane.shutdown()).await;
        Ok(())
    })
}

fn settings(args: &Args, home: &Home) -> Result<Settings, Failure> {
    let mut settings = args.hosting.settings()?;
    if !args.ephemeral {
        settings.storage = Storage::File(home.store());
        settings.certificates = Certificates::In(home.certificates());
    }
    Ok(settings)
}

fn announce(args: &Args, ready: &str) -> Result<(), Failure> {
    if args.detached {
        return detach::report(ready);
    }
    stderr::line(ready);
    stderr::line("stop it with Ctrl-C");
    Ok(())
}
