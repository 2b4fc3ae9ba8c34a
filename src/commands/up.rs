//! `trimtab up`: a control plane of the user's own, and a kubeconfig context that leads to it.

use crate::allocator;
use crate::commands::hosting::{Hosting, keep_in, ready};
use crate::complete;
use crate::control_plane::Settings;
use crate::detach;
use crate::exit::Failure;
use crate::instance::{ClusterName, Home};
use crate::runtime::{self, Logging, Threads};
use crate::signals::Stop;
use crate::ui::stderr;
use std::time::Instant;
use trimtab_cluster::Storage;

/// Start a Kubernetes control plane with simulated nodes
///
/// kubectl, Helm and client libraries talk to it as to any cluster: the context `trimtab` is put
/// into your kubeconfig and made the current one. Objects, certificates and the port are kept in the
/// XDG data directory (`~/.local/share/trimtab`) from one run to the next, unless it is ephemeral. It
/// runs until Ctrl-C, or with `--detach` until `trimtab down`; either takes the context out again.
/// With a NAME it is one of several beside each other, and its context is `trimtab-NAME`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab up
  trimtab up --detach && kubectl get nodes
  trimtab up blue --detach && trimtab list
  trimtab up --ephemeral --nodes 10 --pod-ready-after 0s --scenario broken-image.yaml")]
pub(crate) struct Args {
    /// Which one, if there is to be more than one
    #[arg(add = complete::control_planes(), value_name = "NAME", default_value = "default", hide_default_value = true, value_parser = ClusterName::parse)]
    name: ClusterName,

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
    allocator::keep_little();
    let began = Instant::now();
    let home = Home::locate(&args.name)?;
    if args.detach {
        home.make()?;
        // The child says the same, but into a log.
        drop(home.claim()?);
        let ready = detach::start("--detach", "--detached", &home.log())?;
        stderr::line(&ready);
        let stop = format!("trimtab down{}    # stops it", args.name.argument());
        stderr::line(&next_commands(&[&stop]));
        return Ok(());
    }
    if args.detached {
        detach::leave_session()?;
    }
    let host = args.hosting.claim(&home)?;
    let settings = settings(args, &home)?;
    let storage = settings.storage.clone();
    let level = if args.detached { "info" } else { "warn" };
    runtime::run(Threads::Many, &args.logging, level, async {
        let mut stop = Stop::listen()?;
        let Some(started) = stop
            .unless_wanted(Box::pin(args.hosting.start(&host, settings)))
            .await
        else {
            return Ok(());
        };
        let control_plane = started?;
        let store = match &storage {
            Storage::File(store) => Some(store.clone()),
            Storage::Memory => None,
        };
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
        keep_in(&mut settings, home.directory())?;
    }
    Ok(settings)
}

fn announce(args: &Args, ready: &str) -> Result<(), Failure> {
    if args.detached {
        return detach::report(ready);
    }
    stderr::line(ready);
    stderr::line(&next_commands(&[]));
    stderr::line("stop it with Ctrl-C");
    Ok(())
}

/// What to type next.
fn next_commands(further: &[&str]) -> String {
    let mut text = "next:\n  kubectl get nodes\n  trimtab apply -k DIR".to_owned();
    for command in further {
        text.push_str("\n  ");
        text.push_str(command);
    }
    text
}
