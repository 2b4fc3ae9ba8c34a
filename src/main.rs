//! The `trimtab` command.

mod cli;
mod client;
mod cluster;
mod commands;
mod exit;
mod manifests;
mod runtime;
mod ui;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
