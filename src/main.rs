//! The `trimtab` command.

mod allocator;
mod build_flags;
mod building;
mod called;
mod cli;
mod client;
mod cluster;
mod commands;
mod complete;
mod control_plane;
#[cfg_attr(not(unix), path = "not_detached.rs")]
mod detach;
mod duration;
mod exit;
mod git;
mod instance;
mod kubeconfig;
mod kustomize_cli;
mod kustomize_name;
mod leading;
mod manifests;
mod parallel;
mod private;
mod provenance;
mod runtime;
mod signals;
mod switch;
mod ui;
mod warnings;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().peekable();
    if kustomize_name::is_called_so(arguments.peek().map(AsRef::as_ref)) {
        return kustomize_cli::run(arguments);
    }
    if complete::answer() {
        return ExitCode::SUCCESS;
    }
    match cli::Cli::read(arguments.collect()).and_then(|cli| cli.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => ui::failure::report(failure),
    }
}
