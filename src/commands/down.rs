//! `trimtab down`: stops the control plane of `trimtab up`, wherever it was started.

use crate::complete;
use crate::exit::Failure;
use crate::instance::{ClusterName, Home, Record, State};
use crate::kubeconfig;
use crate::ui::stderr;
use std::time::Duration;

/// Stop a control plane that `trimtab up` started
///
/// Its kubeconfig context is removed, and the context that was current before it is current again.
/// The store stays, so that the next `trimtab up` goes on where this one ended. When none runs there
/// is nothing to do, and that is no error; what a killed one left behind is taken away.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab down
  trimtab down blue --purge
  trimtab down --all")]
pub(crate) struct Args {
    /// Which one, if it was given a name
    #[arg(add = complete::control_planes(), value_name = "NAME", default_value = "default", hide_default_value = true, value_parser = ClusterName::parse)]
    name: ClusterName,

    /// All of them
    #[arg(long, conflicts_with = "name")]
    all: bool,

    /// Also delete its store, certificates and log
    #[arg(long)]
    purge: bool,
}

/// A control plane that has been asked to stop has so long before it is killed. Its store loses
/// nothing by that.
#[cfg(unix)]
const PATIENCE: Duration = Duration::from_secs(15);

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let homes = if args.all {
        Home::all()?
    } else {
        vec![Home::locate(&args.name)?]
    };
    if homes.is_empty() {
        stderr::line("there is no control plane");
    }
    homes
        .iter()
        .try_for_each(|home| take_down(home, args.purge))
}

fn take_down(home: &Home, purge: bool) -> Result<(), Failure> {
    let name = home.name();
    match home.state()? {
        State::Running(record) => {
            stop(home, &record)?;
            kubeconfig::remove(&record.kubeconfig, &name.context())?;
            home.forget()?;
            stderr::line(&format!("stopped the control plane at {}", record.server));
        }
        State::Starting => {
            return Err(Failure::new(
                "starting",
                format!("{} is just starting", name.description()),
            )
            .hint("try again in a moment"));
        }
        State::Stopped(_) if home.repair()? => {
            stderr::line("no control plane is running; removed what a killed one left behind");
        }
        State::Stopped(_) => stderr::line("no control plane is running"),
    }
    if purge {
        home.purge()?;
        stderr::line("deleted its store, certificates and log");
    }
    Ok(())
}

/// Asks the process to end, and ends it if it does not.
#[cfg(unix)]
fn stop(home: &Home, record: &Record) -> Result<(), Failure> {
    use rustix::process::Signal;
    signal(record, Signal::TERM)?;
    if !home.wait_until_stopped(PATIENCE)? {
        signal(record, Signal::KILL)?;
        if !home.wait_until_stopped(PATIENCE)? {
            return Err(Failure::new(
                "still-running",
                format!("process {} does not end, not even when killed", record.pid),
            ));
        }
    }
    Ok(())
}

/// Refuses: without `unsafe` code, a program on Windows ends none but those that it started.
#[cfg(not(unix))]
fn stop(home: &Home, record: &Record) -> Result<(), Failure> {
    if home.wait_until_stopped(Duration::ZERO)? {
        return Ok(());
    }
    let what = format!(
        "process {} cannot be asked to stop on this system",
        record.pid
    );
    Err(Failure::new("signal", what).hint("press Ctrl-C in its terminal"))
}

#[cfg(unix)]
fn signal(record: &Record, signal: rustix::process::Signal) -> Result<(), Failure> {
    let pid = i32::try_from(record.pid)
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    let Some(pid) = pid else {
        return Ok(());
    };
    match rustix::process::kill_process(pid, signal) {
        // It ended by itself meanwhile.
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(Failure::new(
            "signal",
            format!("cannot stop process {}: {error}", record.pid),
        )),
    }
}
