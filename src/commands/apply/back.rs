//! Back to an earlier revision of a release.

use super::{Changed, Options, ReleaseOptions, Wait, apply_all, no_release};
use crate::cluster::Failed;
use crate::commands::dry_run::DryRun;
use crate::exit::Failure;
use crate::provenance;
use crate::ui::apply_report::ApplyReport;
use crate::ui::progress::{WayBack, decisive};
use crate::ui::stdout;
use trimtab_deploy::{
    Forcing, Member, Outcome, Provenance, Pruning, Release, ReleaseName, ReleaseStatus, Releases,
    Replacing, Target,
};

/// Where to go back to, and how.
pub(in crate::commands) struct BackOptions {
    /// The number of a revision; without it the last one before the present one that was applied.
    pub(in crate::commands) to: Option<i64>,
    /// Whether somebody is asked first.
    pub(in crate::commands) asks: bool,
    /// Which fields of others are taken over.
    pub(in crate::commands) forcing: Forcing,
    /// What of that which cannot be changed is made anew.
    pub(in crate::commands) replaces: Replacing,
    /// Whether to wait, and for how long.
    pub(in crate::commands) wait: Wait,
    /// How far it is only pretended.
    pub(in crate::commands) dry_run: DryRun,
    /// Who hears what happens.
    pub(in crate::commands) report: ApplyReport,
}

/// Makes a new revision that is what an earlier one was: what it applied comes back, what came since
/// goes. Gives the number of the earlier one.
pub(in crate::commands) async fn go_back(
    target: &Target,
    name: &ReleaseName,
    options: BackOptions,
) -> Result<u32, Failed> {
    let releases = Releases::of(target).await?;
    let revisions = releases.list(Some(name)).await?;
    let wanted = choose(name, releases.namespace(), &revisions, options.to)?;
    let content = releases.content(wanted).await?;
    let apply = Options {
        asks: options.asks,
        wait: options.wait,
        forcing: options.forcing,
        replaces: options.replaces,
        dry_run: options.dry_run,
        release: Some(like(wanted, content.leftovers)),
        report: options.report,
        ..Options::new(content.objects)
    };
    let changed = apply_all(target, apply).await?;
    let revision = wanted.revision;
    if options.dry_run == DryRun::None && options.report == ApplyReport::Text {
        stdout::line(&match changed {
            Changed::Something => format!("release {name} rolled back to revision {revision}"),
            Changed::Nothing => {
                format!(
                    "release {name} skipped rollback (all is as in revision {revision} already)"
                )
            }
        })?;
    }
    Ok(revision)
}

/// A new revision that is what an earlier one was, and takes away what came since. What that had left over stays.
fn like(wanted: &Release, leftovers: Vec<Member>) -> ReleaseOptions {
    let of_now = provenance::of(None);
    ReleaseOptions {
        name: wanted.name.clone(),
        is_named: true,
        is_wanted: true,
        provenance: Provenance {
            user: of_now.user,
            run: of_now.run,
            description: Some(format!("back to revision {}", wanted.revision)),
            // All that it holds is applied.
            selector: None,
            ..wanted.provenance.clone()
        },
        history: super::HISTORY,
        prune: Some(Pruning::default()),
        spared: leftovers,
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
        return Err(no_release(name, Some(namespace)));
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
    last_applied(earlier).ok_or_else(|| {
        let revision = present.revision;
        let message = format!("no revision of release {name} before {revision} was applied");
        Failure::new("not-found", message)
            .hint(format!("there are {known}: name one with --to-revision"))
    })
}

fn last_applied(revisions: &[Release]) -> Option<&Release> {
    let was_applied = |it: &&Release| {
        matches!(
            it.status,
            ReleaseStatus::Applied | ReleaseStatus::Superseded
        )
    };
    revisions.iter().rfind(was_applied)
}

/// How one goes back from what was applied last of a release: nothing where no earlier revision is kept.
pub(in crate::commands) async fn way_back_of_release<'r>(
    target: &'r Target,
    name: &'r ReleaseName,
) -> WayBack<'r> {
    match applied_before(target, name).await {
        Some(_) => WayBack::Release(name, target.namespace()),
        None => WayBack::None,
    }
}

/// The revision that was applied before the newest one of a release, if it is kept.
pub(in crate::commands) async fn applied_before(
    target: &Target,
    name: &ReleaseName,
) -> Option<Release> {
    let revisions = async { Releases::of(target).await?.list(Some(name)).await };
    let revisions = revisions.await.unwrap_or_default();
    let (_, earlier) = revisions.split_last()?;
    last_applied(earlier).cloned()
}

/// How one goes back with the workload that decided on `outcome`: nothing where it is new.
pub(in crate::commands) async fn way_back_of_workload(
    target: &Target,
    outcome: &Outcome,
) -> WayBack<'static> {
    let (Outcome::Failed(unready) | Outcome::TimedOut(unready)) = outcome else {
        return WayBack::None;
    };
    let Some(first) = decisive(unready) else {
        return WayBack::None;
    };
    let live = target.get(&first.object).await.ok().flatten();
    let path = [
        "metadata",
        "annotations",
        "deployment.kubernetes.io/revision",
    ];
    let revision = live.as_ref().and_then(|live| live.get_path(&path)?.text());
    let revision = revision.and_then(|it| it.parse::<u64>().ok());
    if revision.is_some_and(|it| it > 1) {
        WayBack::Workload
    } else {
        WayBack::None
    }
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
            recorded: None,
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
