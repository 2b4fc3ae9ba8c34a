//! `trimtab set`: new images, variables, resources and the like for what is there already.

mod environment;
mod image;
mod local;
mod resources;
mod selector;
mod service_account;
mod subject;

use super::dry_run::{DryRun, DryRunFlag};
use super::objects::{ObjectFlags, each};
use super::output::{OutputFlag, print_or_tell};
use crate::client::Connection;
use crate::cluster::on_cluster;
use crate::exit::Failure;
use crate::ui::report::Report;
use clap::Subcommand;
use trimtab_deploy::{ObjectChange, ObjectRef, set};
use trimtab_tree::Value;

/// Change images, environment, resources and service accounts of workloads, selectors, subjects
///
/// What is changed here differs from your files, and the next apply says so: to keep it, change the
/// files, for example with `trimtab edit set image`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab set image deployment/web web=shop/web:2
  trimtab set env deployment/web LOG_LEVEL=debug OLD-
  trimtab set resources deployment/web --requests cpu=100m,memory=128Mi")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Image(image::Args),
    Env(environment::Args),
    Resources(resources::Args),
    #[command(name = "serviceaccount", visible_alias = "sa")]
    ServiceAccount(service_account::Args),
    Selector(selector::Args),
    Subject(subject::Args),
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    match &args.command {
        Command::Image(args) => image::run(args, report),
        Command::Env(args) => environment::run(args, report),
        Command::Resources(args) => resources::run(args, report),
        Command::ServiceAccount(args) => service_account::run(args, report),
        Command::Selector(args) => selector::run(args, report),
        Command::Subject(args) => subject::run(args, report),
    }
}

/// Flags of all that change objects.
#[derive(Debug, clap::Args)]
struct Flags {
    #[command(flatten)]
    objects: ObjectFlags,

    /// Change what files describe, and print it with -o; no server is asked
    #[arg(long)]
    local: bool,

    #[command(flatten)]
    output: OutputFlag,

    #[command(flatten)]
    pretence: DryRunFlag,

    #[command(flatten)]
    connection: Connection,
}

impl Flags {
    /// Makes a change of the objects that the words name, and says so: `deployment.apps/web image updated`.
    fn change(
        &self,
        words: &[String],
        report: &Report,
        change: &dyn ObjectChange,
        what: &str,
    ) -> Result<(), Failure> {
        let mut series = self.output.series()?;
        let words_of_pretence = self.pretence.dry_run.words();
        let mut say = |object: &ObjectRef, changed: Value| {
            let line = format!("{object} {what} updated{words_of_pretence}");
            print_or_tell(&mut series, &object.resource, changed, &line)
        };
        if self.local {
            return local::change(&self.local_objects(words, report)?, change, &mut say);
        }
        // Only the server knows what is there: the client's pretence asks it, too.
        let pretends = self.pretence.dry_run != DryRun::None;
        on_cluster(&self.connection, async |target| {
            let objects = self.objects.objects(words, report).find(target).await?;
            each(&objects, async |object| {
                match set(target, object, change, pretends).await? {
                    Some(changed) => Ok(say(object, changed)?),
                    None => Ok(()),
                }
            })
            .await
        })
    }

    /// What files describe, for changes that no server hears of.
    fn local_objects(&self, words: &[String], report: &Report) -> Result<Vec<Value>, Failure> {
        let usage = |message: &str| Err(Failure::new("usage", message));
        if self.pretence.dry_run == DryRun::Server {
            return usage(
                "cannot specify --local and --dry-run=server - did you mean --dry-run=client?",
            );
        }
        match self.objects.origin() {
            Some(origin) if words.is_empty() => origin.load(report),
            _ => usage("you must specify objects by -f or -k when --local is set"),
        }
    }
}

/// Takes the last word, which says what to change, from those that name objects.
fn split_last<'w>(words: &'w [String], what: &str) -> Result<(&'w [String], &'w str), Failure> {
    let split = words.split_last();
    let (last, objects) =
        split.ok_or_else(|| Failure::new("usage", format!("{what} is missing")))?;
    Ok((objects, last))
}

/// Takes the words that say what to change, of which the first `is_change` holds for, from those that
/// name objects.
fn split(words: &[String], is_change: impl Fn(&str) -> bool) -> (&[String], &[String]) {
    let first = words.iter().position(|word| is_change(word));
    words.split_at(first.unwrap_or(words.len()))
}
