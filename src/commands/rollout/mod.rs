//! `trimtab rollout`: what becomes of changes to workloads.

mod change;
mod history;
mod promote;
mod status;
mod undo;

use super::get::Selectors;
use super::objects::described;
use crate::client::Connection;
use crate::cluster::Failed;
use crate::complete;
use crate::exit::Failure;
use crate::manifests::FileArgs;
use crate::ui::report::Report;
use crate::ui::stderr;
use clap::Subcommand;
use trimtab_deploy::{Named, ObjectRef, Scope, Target};

/// Watch, undo, stop and repeat the rollouts of workloads
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab rollout status deployment/web
  trimtab rollout history deployment/web --revision 2
  trimtab rollout undo deployment/web
  trimtab rollout restart deploy,daemonset -l app=web")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Status(status::Args),
    History(history::Args),
    Undo(undo::Args),
    Promote(promote::PromoteArgs),
    Abort(promote::AbortArgs),
    /// Stop rolling a Deployment out
    #[command(after_help = "Examples:
  trimtab rollout pause deployment/web")]
    Pause(change::Args),
    /// Go on rolling a Deployment out
    #[command(after_help = "Examples:
  trimtab rollout resume deployment/web")]
    Resume(change::Args),
    /// Replace all pods, by the workload's usual rollout
    #[command(after_help = "Examples:
  trimtab rollout restart deployment/web
  trimtab rollout restart deploy,daemonset -l app=web")]
    Restart(change::Args),
}

impl Args {
    /// Whether it changes something, rather than telling of it.
    pub(crate) fn changes(&self) -> bool {
        !matches!(self.command, Command::Status(_) | Command::History(_))
    }
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    match &args.command {
        Command::Status(args) => status::run(args, report),
        Command::History(args) => history::run(args, report),
        Command::Undo(args) => undo::run(args, report),
        Command::Promote(args) => promote::promote(args),
        Command::Abort(args) => promote::abort(args),
        Command::Pause(args) => change::run(args, report, change::Verb::Pause),
        Command::Resume(args) => change::run(args, report, change::Verb::Resume),
        Command::Restart(args) => change::run(args, report, change::Verb::Restart),
    }
}

/// Which workloads.
#[derive(Debug, clap::Args)]
struct Workloads {
    /// Workloads: `TYPE NAME ...`, `TYPE/NAME ...`, or `TYPE` with or without a selector
    #[arg(add = complete::objects(), value_name = "TYPE", conflicts_with_all = ["filename", "kustomize"])]
    words: Vec<String>,

    #[command(flatten)]
    files: FileArgs,

    #[command(flatten)]
    selectors: Selectors,

    #[command(flatten)]
    connection: Connection,
}

impl Workloads {
    /// Asks the cluster which they are. That there are none is said, and no failure, as with kubectl.
    async fn find(&self, target: &Target, report: &Report) -> Result<Vec<ObjectRef>, Failed> {
        let objects = if let Some(origin) = self.files.origin() {
            let mut objects = described(&origin, target, report).await?;
            // The rest of what files describe has no rollouts.
            objects.retain(|object| object.resource.group == "apps");
            objects
        } else {
            let scope = Scope {
                all_namespaces: false,
                selection: self.selectors.selection(),
                all: false,
            };
            let named = Named::resolve(target, &self.words, &scope, false).await?;
            named.objects(target, &scope).await?
        };
        if objects.is_empty() {
            let namespace = target.namespace();
            stderr::line(&format!("No resources found in {namespace} namespace."));
        }
        Ok(objects)
    }
}
