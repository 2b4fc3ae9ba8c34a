//! The `trimtab` command.

mod build_flags;
mod building;
mod cli;
mod client;
mod cluster;
mod commands;
mod control_plane;
mod detach;
mod duration;
mod exit;
mod instance;
mod kubeconfig;
mod manifests;
mod parallel;
mod runtime;
mod signals;
mod ui;
mod warnings;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
