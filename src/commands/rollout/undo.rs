//! `trimtab rollout undo`: back to an earlier revision, of workloads or of a whole release.

use super::Workloads;
use crate::cluster::{Failed, on_cluster};
use crate::commands::apply::{Options, ReleaseOptions, Wait, apply_all};
use crate::commands::dry_run::DryRun;
use crate::duration;
use crate::exit::Failure;
use crate::provenance;
use crate::ui::report::Report;
use crate::ui::{confirm, stdout};
use std::time::Duration;
use trimtab_deploy::{
    Provenance, Pruning, Release, ReleaseName, ReleaseStatus, Releases, Target, Undone, undo,
};

/// Go back to the revision before, or to another
///
/// With --release everything that a revision of a release applied comes back: what it changed, what was
/// pruned since, and the configuration that its pods read. What came since goes. What would change is
/// shown first.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab rollout undo deployment/web
  trimtab rollout undo deployment/web --to-revision 3
  trimtab rollout undo --release overlays-production
  trimtab rollout undo --release overlays-production --to-revision 7 --dry-run=server")]
pub(crate) struct Args {
    #[command(flatten)]
    workloads: Workloads,

    /// The whole release of this name, see `trimtab releases`
    #[arg(long, value_name = "NAME", value_parser = ReleaseName::parse, conflicts_with_all = ["words", "filename", "kustomize", "selector"])]
    release: Option<ReleaseName>,

    /// The revision to go back to; 0 for the one before
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true, value_parser = clap::value_parser!(i64).range(0..))]
    to_revision: i64,

    /// With --release, do not ask
    #[arg(short, long, requires = "release")]
    yes: bool,

    /// With --release, take over fields that others own
    #[arg(long, requires = "release")]
    force_conflicts: bool,

    /// With --release, how long to wait until all is ready; 0 for as long as it takes
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = duration::parse)]
    timeout: Duration,

    /// Only pretend: `client` or `server`
    #[arg(long, value_enum, value_name = "WHERE", num_args = 0..=1, require_equals = true, default_missing_value = "client", default_value_t = DryRun::None, hide_default_value = true)]
    dry_run: DryRun,
}

pub(super) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let to = Some(args.to_revision).filter(|revision| *revision > 0);
    if let Some(release) = &args.release {
        return on_cluster(&args.workloads.connection, async |target| {
            undo_release(args, target, release, to).await
        });
    }
    // Without a server nobody knows what the revision was: the client's pretence asks it, too.
    let pretends = args.dry_run != DryRun::None;
    on_cluster(&args.workloads.connection, async |target| {
        for workload in args.workloads.find(target, report).await? {
            let words = match undo(target, &workload, to, pretends).await? {
                Undone::RolledBack(_) => "rolled back".to_owned(),
                Undone::Skipped(revision) => format!(
                    "skipped rollback (current template already matches revision {revision})"
                ),
            };
            stdout::line(&format!("{workload} {words}{}", args.dry_run.words()))?;
        }
        Ok(())
    })
}

async fn undo_release(
    args: &Args,
    target: &Target,
    name: &ReleaseName,
    to: Option<i64>,
) -> Result<(), Failed> {
    let releases = Releases::of(target).await?;
    let revisions = releases.list(Some(name)).await?;
    let wanted = choose(name, releases.namespace(), &revisions, to)?;
    let content = releases.content(wanted).await?;
    let options = Options {
        objects: content.objects,
        asks: !args.yes && confirm::is_possible(),
        wait: match args.timeout {
            Duration::ZERO => Wait::Forever,
            timeout => Wait::AtMost(timeout),
        },
        force_conflicts: args.force_conflicts,
        replaces: false,
        dry_run: args.dry_run,
        release: Some(going_back_to(wanted)),
    };
    apply_all(target, options).await?;
    if args.dry_run == DryRun::None {
        let revision = wanted.revision;
        stdout::line(&format!(
            "release {name} rolled back to revision {revision}"
        ))?;
    }
    Ok(())
}

/// A new revision that is what an earlier one was, and takes away what came since.
fn going_back_to(wanted: &Release) -> ReleaseOptions {
    let of_now = provenance::of(None);
    ReleaseOptions {
        name: wanted.name.clone(),
        is_wanted: true,
        provenance: Provenance {
            user: of_now.user,
            run: of_now.run,
            description: Some(format!("back to revision {}", wanted.revision)),
            ..wanted.provenance.clone()
        },
        history: crate::commands::apply::HISTORY,
        prune: Some(Pruning::default()),
    }
}

/// The revision that is meant: that of the number, or the last one before the present one that was
/// applied.
fn choose<'r>(
    name: &ReleaseName,
    namespace: &str,
    revisions: &'r [Release],
    to: Option<i64>,
) -> Result<&'r Release, Failure> {
    let Some((present, earlier)) = revisions.split_last() else {
        let message = format!("there is no release {name} in namespace {namespace}");
        return Err(Failure::new("not-found", message).hint("`trimtab releases -A` lists all"));
    };
    let known: Vec<String> = revisions.iter().map(|it| it.revision.to_string()).collect();
    let known = known.join(", ");
    if let Some(number) = to {
        let found = revisions.iter().find(|it| i64::from(it.revision) == number);
        return found.ok_or_else(|| {
            let message = format!("unable to find revision {number} of release {name}");
            Failure::new("not-found", message).hint(format!("there are {known}"))
        });
    }
    let was_applied = |it: &&Release| {
        matches!(
            it.status,
            ReleaseStatus::Applied | ReleaseStatus::Superseded
        )
    };
    earlier.iter().rfind(was_applied).ok_or_else(|| {
        let revision = present.revision;
        let message = format!("no revision of release {name} before {revision} was applied");
        Failure::new("not-found", message)
            .hint(format!("there are {known}: name one with --to-revision"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revisions(all: &[(u32, ReleaseStatus)]) -> Vec<Release> {
        let release = |&(revision, status): &(u32, ReleaseStatus)| Release {
            name: ReleaseName::parse("shop").expect("it is one"),
            namespace: "default".to_owned(),
            revision,
            status,
            started: None,
            ended: None,
            provenance: Provenance::default(),
        };
        all.iter().map(release).collect()
    }

    #[test]
    fn an_undo_goes_to_the_last_revision_that_was_applied() {
        use ReleaseStatus::{Applied, Applying, Failed, Superseded};
        let name = ReleaseName::parse("shop").expect("it is one");
        for (all, to, expected) in [
            (&[(1, Superseded), (2, Applied)][..], None, Some(1)),
            (&[(1, Superseded), (2, Applied), (3, Failed)], None, Some(2)),
            (&[(1, Applied), (2, Failed), (3, Applying)], None, Some(1)),
            (&[(1, Superseded), (2, Applied)], Some(2), Some(2)),
            (&[(1, Superseded), (2, Applied)], Some(3), None),
            (&[(4, Applied)], None, None),
            (&[], None, None),
        ] {
            let all = revisions(all);
            let found = choose(&name, "default", &all, to).ok();
            assert_eq!(found.map(|it| it.revision), expected, "{all:?} {to:?}");
        }
    }
}
