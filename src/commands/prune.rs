//! `trimtab prune`: deletes what a release no longer describes.

use super::dry_run::{DryRun, DryRunFlag};
use crate::client::{Connection, Place};
use crate::cluster::{Failed, on_known_cluster};
use crate::commands::apply::{Guard, Wait, hangs, no_release, take_away};
use crate::complete;
use crate::duration;
use crate::exit::{Failure, Status};
use crate::provenance;
use crate::ui::apply_report::{ApplyReport, count};
use crate::ui::colour::Paint;
use crate::ui::{confirm, plan as ui_plan, stderr, stdout};
use std::time::Duration;
use trimtab_deploy::{Leftover, Plan, Pruning, ReleaseName, Releases, Target, leftovers};

/// Delete what a release no longer describes, or all of it
///
/// What an apply without --prune left, or what stayed because a revision that could be gone back to used
/// it then. With --all everything that the release has in the cluster, in the reverse order of an apply, and
/// its record. It is shown first.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab prune overlays-production
  trimtab prune -k overlays/production --dry-run=server
  trimtab prune overlays-production --yes --prune-volume-claims
  trimtab prune overlays-staging --all --dry-run=server")]
#[command(mut_arg("dry_run", |flag| flag.help("Only show what would be deleted: `client` or `server`")))]
pub(crate) struct Args {
    /// The release, see `trimtab releases`
    #[arg(value_name = "NAME", add = complete::releases(), value_parser = ReleaseName::parse, required_unless_present = "kustomize")]
    name: Option<ReleaseName>,

    /// The release that is called after this directory, as `apply -k` calls it
    #[arg(short, long, value_name = "DIR", conflicts_with = "name")]
    kustomize: Option<String>,

    /// All that the release has, and the release itself
    #[arg(long)]
    all: bool,

    /// Do not ask
    #[arg(short, long)]
    yes: bool,

    /// Whether to wait until what is deleted is gone
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    wait: bool,

    /// How long to wait; 0 for as long as it takes
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = duration::parse)]
    timeout: Duration,

    /// Delete namespaces, too, and all that is in them
    #[arg(long)]
    prune_namespaces: bool,

    /// Delete volume claims, too, and what is stored in their volumes
    #[arg(long)]
    prune_volume_claims: bool,

    #[command(flatten)]
    pretence: DryRunFlag,

    #[command(flatten)]
    connection: Connection,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let name = match (&args.name, &args.kustomize) {
        (Some(name), _) => name.clone(),
        (None, directory) => provenance::release_of(directory.as_deref().unwrap_or("."))?,
    };
    let guard = Guard::of(None, args.kustomize.as_deref());
    let check = |place: &Place| guard.check(place);
    on_known_cluster(&args.connection, check, async |target| {
        prune(args, &name, target).await
    })
}

async fn prune(args: &Args, name: &ReleaseName, target: &Target) -> Result<(), Failed> {
    let releases = Releases::of(target).await?;
    let revisions = releases.list(Some(name)).await?;
    let Some(last) = revisions.last() else {
        return Err(no_release(name, Some(releases.namespace())).into());
    };
    let content = releases.content(last).await?;
    let members = if args.all {
        content.members(target.namespace())
    } else {
        content.leftovers
    };
    let pruning = Pruning {
        namespaces: args.prune_namespaces,
        volume_claims: args.prune_volume_claims,
        used: args.all,
    };
    let plan = Plan {
        leftovers: leftovers(target, &members, pruning).await?,
        ..Plan::default()
    };
    if args.pretence.dry_run != DryRun::None {
        return Ok(stdout::write(
            ui_plan::render(&plan, Paint::for_stdout()).as_bytes(),
        )?);
    }
    stderr::text(&ui_plan::render(&plan, Paint::for_stderr()));
    let asks = !args.yes && confirm::is_possible();
    if asks && !plan.is_empty() && !confirm::ask("Delete?")? {
        stderr::line("Nothing was changed.");
        return Err(Failure::Said(Status::Failed).into());
    }
    let is_kept = |it: &&Leftover| it.kept.is_some();
    let kept = plan.leftovers.iter().filter(is_kept).count();
    let wait = if args.wait {
        Wait::for_at_most(args.timeout)
    } else {
        Wait::No
    };
    let taken = take_away(target, &plan, members, ApplyReport::Text, wait).await?;
    if !args.all {
        releases.keep_leftovers(last, &taken.remaining).await?;
    }
    if let Some(hanging) = hangs(target, &taken.ending).await {
        return Err(hanging.into());
    }
    if !args.all {
        return Ok(());
    }
    if kept > 0 {
        let what = count(kept);
        stderr::line(&format!(
            "The record of release {name} stays, with {what} of it."
        ));
        return Ok(());
    }
    for revision in &revisions {
        releases.forget(revision).await?;
    }
    Ok(stdout::line(&format!("release {name} deleted"))?)
}
