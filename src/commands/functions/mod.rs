//! `trimtab fn`: KRM functions on directories of objects.

mod run;

use crate::exit::Failure;
use crate::ui::report::Report;
use clap::Subcommand;

/// Run functions on directories of Kubernetes objects, whether or not there is a kustomization
///
/// The command and its flags are kustomize's.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab fn run manifests --enable-exec")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Args),
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    match &args.command {
        Command::Run(args) => run::run(args, report),
    }
}
