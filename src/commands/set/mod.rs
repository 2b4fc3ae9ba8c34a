//! `trimtab set`: new images, variables and resources for what runs already.

mod environment;
mod image;
mod resources;

use super::dry_run::{DryRun, DryRunFlag};
use super::objects::ObjectFlags;
use super::output::OutputFlag;
use crate::client::Connection;
use crate::cluster::{Failed, on_cluster};
use crate::exit::Failure;
use crate::ui::objects::{Format, render};
use crate::ui::report::Report;
use crate::ui::stdout;
use clap::Subcommand;
use trimtab_deploy::{ContainerChange, ObjectRef, Target, set};

/// Change images, environment and resources of workloads
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
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    match &args.command {
        Command::Image(args) => image::run(args, report),
        Command::Env(args) => environment::run(args, report),
        Command::Resources(args) => resources::run(args, report),
    }
}

/// Flags of all that change containers.
#[derive(Debug, clap::Args)]
struct Flags {
    #[command(flatten)]
    objects: ObjectFlags,

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
        change: &dyn ContainerChange,
        what: &str,
    ) -> Result<(), Failure> {
        let format = self.output.format()?;
        on_cluster(&self.connection, async |target| {
            for object in self.objects.objects(words, report).find(target).await? {
                self.change_one(target, &object, change, what, format.as_ref())
                    .await?;
            }
            Ok(())
        })
    }

    async fn change_one(
        &self,
        target: &Target,
        object: &ObjectRef,
        change: &dyn ContainerChange,
        what: &str,
        format: Option<&Format>,
    ) -> Result<(), Failed> {
        // Only the server knows what is there: the client's pretence asks it, too.
        let pretends = self.pretence.dry_run != DryRun::None;
        let Some(changed) = set(target, object, change, pretends).await? else {
            return Ok(());
        };
        if let Some(format) = format {
            let text = render(vec![(&object.resource, changed)], format, false, false)?;
            stdout::write(text.as_bytes())?;
        } else {
            stdout::line(&format!(
                "{object} {what} updated{}",
                self.pretence.dry_run.words()
            ))?;
        }
        Ok(())
    }
}

/// Takes the words that say what to change, of which the first `is_change` holds for, from those that
/// name objects.
fn split(words: &[String], is_change: impl Fn(&str) -> bool) -> (&[String], &[String]) {
    let first = words.iter().position(|word| is_change(word));
    words.split_at(first.unwrap_or(words.len()))
}
