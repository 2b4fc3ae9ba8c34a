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
mod kustomize_cli;
mod manifests;
mod parallel;
mod runtime;
mod signals;
mod switch;
mod ui;
mod warnings;

use clap::{CommandFactory, Parser};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().peekable();
    if kustomize_cli::is_called_so(arguments.peek().map(AsRef::as_ref)) {
        return kustomize_cli::run(arguments);
    }
    let arguments = switch::without_values(cli::Cli::command, arguments);
    match cli::Cli::parse_from(arguments).run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
