//! `trimtab rollout promote` and `abort`: a change that goes by steps goes on, or back.

use crate::client::Connection;
use crate::cluster::{Failed, on_cluster};
use crate::commands::apply::{
    Carried, Options, Progressive, ReleaseOptions, StepFlags, Wait, Waiting, apply_all,
    how_to_go_on, no_release, take_back,
};
use crate::complete;
use crate::duration;
use crate::exit::{Failure, Status};
use crate::ui::apply_report::ApplyReport;
use crate::ui::{stderr, stdout};
use std::time::Duration;
use trimtab_clock::Clock;
use trimtab_deploy::{Progression, Release, ReleaseName, ReleaseStatus, Releases, Target};

/// Which release, and how long it is waited for.
#[derive(Debug, clap::Args)]
struct Common {
    /// The release
    #[arg(long, value_name = "NAME", add = complete::releases(), value_parser = ReleaseName::parse)]
    release: ReleaseName,

    /// How long to wait until all is ready; 0 for as long as it takes
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = duration::parse)]
    timeout: Duration,

    /// Taken for the sake of pipelines that give it to `apply` and `undo`: nobody is asked here
    #[arg(short, long, hide = true)]
    yes: bool,

    #[command(flatten)]
    connection: Connection,
}

/// Go on with a canary or blue-green change that was paused
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab rollout promote --release overlays-production
  trimtab rollout promote --release overlays-production --full")]
pub(super) struct PromoteArgs {
    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    steps: StepFlags,

    /// Pass over the steps that are left
    #[arg(long)]
    full: bool,
}

/// Take a canary or blue-green change back
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab rollout abort --release overlays-production")]
pub(super) struct AbortArgs {
    #[command(flatten)]
    common: Common,
}

/// A change that is under way, and the revision that it makes.
async fn under_way(target: &Target, name: &ReleaseName) -> Result<(Progression, Release), Failed> {
    let releases = Releases::of(target).await?;
    let last = releases.list(Some(name)).await?.pop();
    let last = last.ok_or_else(|| no_release(name, Some(releases.namespace())))?;
    let found = Progression::find(target, name).await?;
    let found = found.ok_or_else(|| {
        let message = format!("release {name} is not in the middle of a change");
        Failure::new("not-found", message).hint("`trimtab apply --strategy canary` begins one")
    })?;
    Ok((found, last))
}

pub(super) fn promote(args: &PromoteArgs) -> Result<(), Failure> {
    let common = &args.common;
    on_cluster(&common.connection, async |target| {
        let (progression, last) = under_way(target, &common.release).await?;
        let content = Releases::of(target).await?.content(&last).await?;
        let options = Options {
            wait: Wait::for_at_most(common.timeout),
            release: Some(ReleaseOptions::going_on_with(&last)),
            progressive: Some(Progressive {
                strategy: progression.strategy,
                flags: args.steps.clone(),
                is_full: args.full,
            }),
            resumes: true,
            ..Options::new(content.objects)
        };
        apply_all(target, options).await.map(|_| ())
    })
}

pub(super) fn abort(args: &AbortArgs) -> Result<(), Failure> {
    let common = &args.common;
    on_cluster(&common.connection, async |target| {
        let (progression, last) = under_way(target, &common.release).await?;
        let waiting = Waiting {
            timeout: Some(common.timeout).filter(|timeout| !timeout.is_zero()),
            for_custom: false,
            release: Some(common.release.clone()),
            goes_back: true,
            report: ApplyReport::Text,
        };
        if let Carried::Left = take_back(target, &progression, &waiting).await? {
            stderr::line(&how_to_go_on(&common.release, target.namespace()));
            return Err(Failure::Said(Status::NotReady).into());
        }
        let releases = Releases::of(target).await?;
        let content = releases.content(&last).await?;
        let now = Clock::system().now();
        releases
            .end(&last, ReleaseStatus::Failed, &content.leftovers, now)
            .await?;
        for pair in &progression.pairs {
            stdout::line(&format!("{} deleted", pair.second))?;
        }
        Ok(())
    })
}
