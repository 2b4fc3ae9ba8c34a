//! `trimtab delete`: objects by name, by selector, or as files describe them.

use super::apply::Guard;
use super::dry_run::{DryRun, DryRunFlag};
use super::get::Selectors;
use super::objects::ended;
use crate::client::{Connection, Place};
use crate::cluster::{Failed, deadline, on_known_cluster};
use crate::complete;
use crate::duration;
use crate::exit::Failure;
use crate::manifests::FileArgs;
use crate::ui::report::Report;
use crate::ui::{confirm, stderr, stdout};
use clap::ValueEnum;
use std::time::Duration;
use tokio::time::Instant;
use trimtab_deploy::{
    Deletion, Named, ObjectRef, Propagation, Scope, Target, delete, sort_for_delete, until_gone,
};
use trimtab_tree::Value;

/// Delete objects
///
/// What files and kustomizations describe is deleted in the reverse order of an apply.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab delete deployment web
  trimtab delete pod/web-0 pod/web-1
  trimtab delete pods,services -l app=web
  trimtab delete -k overlays/staging --ignore-not-found")]
pub(crate) struct Args {
    /// Objects: `TYPE NAME ...`, `TYPE/NAME ...`, or `TYPE` with a selector or --all
    #[arg(add = complete::objects(), value_name = "TYPE")]
    words: Vec<String>,

    #[command(flatten)]
    files: FileArgs,

    #[command(flatten)]
    selectors: Selectors,

    /// Every object of the kinds
    #[arg(long)]
    all: bool,

    /// Refuse any other cluster than this: the name of a context or the address of a server, or several.
    /// A kustomization names its own by the annotation `trimtab.dev/cluster`
    #[arg(long, value_name = "CLUSTER")]
    cluster_guard: Option<String>,

    /// Look in all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,

    /// What becomes of what the objects own
    #[arg(long, value_enum, value_name = "POLICY", default_value_t = Cascade::Background, num_args = 0..=1, default_missing_value = "background")]
    cascade: Cascade,

    /// Seconds that processes get to end; without it, or with less than 0, what the objects say
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    grace_period: Option<i64>,

    /// Do not wait for processes to end: the same as --grace-period=0
    #[arg(long)]
    force: bool,

    /// The same as --grace-period=1
    #[arg(long, conflicts_with = "grace_period")]
    now: bool,

    /// Wait until the objects are gone
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value_t = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    wait: bool,

    /// How long to wait; 0 for as long as it takes
    #[arg(long, value_name = "DURATION", default_value = "0", hide_default_value = true, value_parser = duration::parse)]
    timeout: Duration,

    /// Say what would be deleted, and ask first
    #[arg(short, long)]
    interactive: bool,

    /// Succeed when an object is not there
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value_t = false, default_missing_value = "true", action = clap::ArgAction::Set)]
    ignore_not_found: bool,

    /// `name` prints names only
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    output: Option<Output>,

    #[command(flatten)]
    pretence: DryRunFlag,

    #[command(flatten)]
    connection: Connection,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Cascade {
    /// It is deleted afterwards
    #[value(alias = "true")]
    Background,
    /// It is deleted before
    Foreground,
    /// It stays
    #[value(alias = "false")]
    Orphan,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// `TYPE/NAME`
    Name,
}

/// What to delete, and how.
struct Options<'a> {
    words: &'a [String],
    manifests: Option<Vec<Value>>,
    scope: Scope,
    deletion: Deletion,
    is_forced: bool,
    asks: bool,
    dry_run: DryRun,
    waits: bool,
    timeout: Option<Duration>,
    ignores_not_found: bool,
    names_only: bool,
}

impl Args {
    fn options(&self, report: &Report) -> Result<Options<'_>, Failure> {
        let usage = |message: &str| Failure::new("usage", message);
        let origin = self.files.origin();
        match (origin.is_some(), self.words.is_empty()) {
            (true, false) => {
                let message = "specify objects by type and name, or by -f or -k, but not both";
                return Err(usage(message));
            }
            (false, true) => {
                let message =
                    "you must provide one or more resources by type and name, or by -f or -k";
                return Err(usage(message)
                    .hint("for example `deployment web`, `pods -l app=web` or `-f web.yaml`"));
            }
            _ => {}
        }
        // kubectl's -1 means none.
        let grace_period = self.grace_period.filter(|seconds| *seconds >= 0);
        if self.force && grace_period.is_some_and(|seconds| seconds > 0) {
            let message = "--force and --grace-period greater than 0 cannot be specified together";
            return Err(usage(message));
        }
        let mut manifests = origin.map(|origin| origin.load(report)).transpose()?;
        if let Some(objects) = &mut manifests {
            sort_for_delete(objects);
        }
        let grace_period_seconds = match (self.force, self.now, grace_period) {
            (_, _, Some(seconds)) => Some(u32::try_from(seconds).unwrap_or(u32::MAX)),
            (true, ..) => Some(0),
            (_, true, _) => Some(1),
            _ => None,
        };
        Ok(Options {
            words: &self.words,
            manifests,
            scope: Scope {
                all_namespaces: self.all_namespaces,
                selection: self.selectors.selection(),
                all: self.all,
            },
            deletion: Deletion {
                propagation: Some(match self.cascade {
                    Cascade::Background => Propagation::Background,
                    Cascade::Foreground => Propagation::Foreground,
                    Cascade::Orphan => Propagation::Orphan,
                }),
                grace_period_seconds,
                dry_run: self.pretence.dry_run == DryRun::Server,
            },
            is_forced: self.force,
            asks: self.interactive && self.pretence.dry_run == DryRun::None,
            dry_run: self.pretence.dry_run,
            waits: self.wait && !self.force && self.pretence.dry_run == DryRun::None,
            timeout: Some(self.timeout).filter(|timeout| !timeout.is_zero()),
            ignores_not_found: self.ignore_not_found || self.all,
            names_only: self.output.is_some(),
        })
    }
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let options = args.options(report)?;
    let guard = Guard::of(args.cluster_guard.as_deref(), args.files.directory());
    let check = |place: &Place| guard.check(place);
    on_known_cluster(&args.connection, check, async |target| {
        delete_all(target, &options).await
    })
}

/// What a forced deletion does not promise, in kubectl's words.
const FORCED: &str = "Warning: Immediate deletion does not wait for confirmation that the running resource has been \
terminated. The resource may continue to run on the cluster indefinitely.";

async fn delete_all(target: &Target, options: &Options<'_>) -> Result<(), Failed> {
    let (objects, mut missing) = if let Some(manifests) = &options.manifests {
        described(target, manifests).await?
    } else {
        let named = Named::resolve(target, options.words, &options.scope, true).await?;
        (named.objects(target, &options.scope).await?, Vec::new())
    };
    if options.asks && !objects.is_empty() && !is_wanted(&objects)? {
        // For kubectl that is no failure.
        stderr::line("deletion is cancelled");
        return Ok(());
    }
    if options.is_forced {
        stderr::line(FORCED);
    }
    // What is refused of one does not keep the others.
    let mut refused = Vec::new();
    let mut ending = Vec::new();
    for object in &objects {
        if options.dry_run == DryRun::Client {
            match target.get_existing(object).await {
                Ok(_) => options.say(object)?,
                Err(error) if error.is_not_found() => missing.push(error),
                Err(error) if error.is_of_one_object() => refused.push(error),
                Err(error) => return Err(error.into()),
            }
            continue;
        }
        match delete(target, object, options.deletion).await {
            Ok(uid) => {
                options.say(object)?;
                ending.extend(uid.map(|uid| (object, uid)));
            }
            Err(error) if error.is_not_found() => missing.push(error),
            Err(error) if error.is_of_one_object() => refused.push(error),
            Err(error) => return Err(error.into()),
        }
    }
    if options.waits {
        let deadline: Option<Instant> = deadline(options.timeout);
        for (object, uid) in ending {
            until_gone(target, object, &uid, deadline).await?;
        }
    }
    if !options.ignores_not_found {
        refused.splice(..0, missing);
    }
    if !refused.is_empty() {
        return ended(refused);
    }
    if objects.is_empty() {
        stderr::line("No resources found");
    }
    Ok(())
}

/// Asks whether these shall be deleted.
fn is_wanted(objects: &[ObjectRef]) -> Result<bool, Failure> {
    let count = objects.len();
    stderr::line(&format!(
        "You are about to delete the following {count} resource(s):"
    ));
    for object in objects {
        stderr::line(&object.to_string());
    }
    confirm::ask("Do you want to continue?")
}

/// The objects that files describe. Of kinds that the server does not serve there is none to delete.
async fn described(
    target: &Target,
    manifests: &[Value],
) -> Result<(Vec<ObjectRef>, Vec<trimtab_deploy::Error>), Failed> {
    let discovery = target.discovery().await?;
    let mut objects = Vec::with_capacity(manifests.len());
    let mut missing = Vec::new();
    for manifest in manifests {
        match ObjectRef::of(manifest, &discovery, target.namespace()) {
            Ok(object) => objects.push(object),
            Err(error) => missing.push(error),
        }
    }
    Ok((objects, missing))
}

impl Options<'_> {
    fn say(&self, object: &ObjectRef) -> Result<(), Failure> {
        if self.names_only {
            return stdout::line(&object.to_string());
        }
        let kind = object.resource.singular_with_group();
        let verb = if self.is_forced {
            "force deleted"
        } else {
            "deleted"
        };
        let place = if object.namespace.is_empty() {
            String::new()
        } else {
            format!(" from {} namespace", object.namespace)
        };
        let pretence = self.dry_run.words();
        stdout::line(&format!("{kind} {:?} {verb}{place}{pretence}", object.name))
    }
}
