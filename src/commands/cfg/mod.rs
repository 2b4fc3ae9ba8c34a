//! `trimtab cfg`: look at directories of objects, whether or not there is a kustomization.

mod cat;
mod count;
mod grep;
pub(super) mod input;
mod tree;

use crate::exit::Failure;
use crate::ui::report::Report;
use clap::Subcommand;

/// Look at directories of Kubernetes objects: draw, count, search or print them
///
/// All YAML files below a directory are read, but for those that a `.krmignore` names. A directory
/// with a `Krmfile` is a package of its own. The commands and their flags are kustomize's.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab cfg tree base --image --replicas
  trimtab cfg count overlays/production
  trimtab cfg grep kind=Deployment base")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Cat(cat::Args),
    Count(count::Args),
    Grep(grep::Args),
    Tree(tree::Args),
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    match &args.command {
        Command::Cat(args) => cat::run(args, report),
        Command::Count(args) => count::run(args, report),
        Command::Grep(args) => grep::run(args, report),
        Command::Tree(args) => tree::run(args, report),
    }
}
