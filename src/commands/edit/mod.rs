//! `trimtab edit`: changes in a kustomization file, and nowhere else in it.

mod add;
mod fix;
mod generator;
mod patch;
mod plugins;
mod remove;
mod set;

use crate::building;
use crate::exit::Failure;
use crate::ui::report::Report;
use clap::Subcommand;
use trimtab_kustomize::edit::KustomizationFile;

/// Change the kustomization file in the current directory
///
/// Only the lines change that must: comments, order, indentation and quotes elsewhere stay as they
/// are, and new lines look like those beside them. The file is replaced as a whole or not at all.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab edit add resource 'manifests/*.yaml'
  trimtab edit set image nginx=registry.example.com/nginx:1.27.3
  trimtab edit remove label app
  trimtab edit fix")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(add::Args),
    Set(set::Args),
    Remove(remove::Args),
    Fix(fix::Args),
    AlphaListBuiltinPlugin(plugins::Args),
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    match &args.command {
        Command::Add(args) => add::run(args, report),
        Command::Set(args) => set::run(args, report),
        Command::Remove(args) => remove::run(args, report),
        Command::Fix(args) => fix::run(args, report),
        Command::AlphaListBuiltinPlugin(_) => plugins::run(),
    }
}

/// Opens the kustomization file, changes it and saves it.
fn change<T>(
    report: &Report,
    change: impl FnOnce(&mut KustomizationFile<'_>) -> trimtab_tree::Result<T>,
) -> Result<T, Failure> {
    building::read(report, |sources| {
        let mut file = KustomizationFile::open(sources)?;
        let changed = change(&mut file)?;
        file.save()?;
        Ok(changed)
    })
}
