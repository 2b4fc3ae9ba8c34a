//! `trimtab rollout undo`: back to an earlier revision, of workloads or of a whole release.

use super::Workloads;
use crate::client::Place;
use crate::cluster::{on_cluster, on_known_cluster};
use crate::commands::apply::{BackOptions, Guard, Wait, go_back};
use crate::commands::dry_run::{DryRun, DryRunFlag};
use crate::commands::objects::each;
use crate::commands::output::{OutputFlag, print_or_tell};
use crate::complete;
use crate::duration;
use crate::exit::Failure;
use crate::ui::apply_report::ApplyReport;
use crate::ui::confirm;
use crate::ui::describe::pod_template;
use crate::ui::report::Report;
use std::time::Duration;
use trimtab_deploy::{Error, ObjectRef, ReleaseName, Replacing, Target, Undone, history, undo};

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
    #[arg(long, value_name = "NAME", add = complete::releases(), value_parser = ReleaseName::parse, conflicts_with_all = ["words", "filename", "kustomize", "selector"])]
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

    /// With --release, refuse any other cluster than this: the name of a context or the address of a server, or
    /// several
    #[arg(long, value_name = "CLUSTER", requires = "release")]
    cluster_guard: Option<String>,

    /// With --release, delete and make anew what cannot be changed
    #[arg(long, requires = "release")]
    force: bool,

    /// With --release, delete and make anew what cannot be changed of this kind; can be given again
    #[arg(long, value_name = "KIND", requires = "release")]
    recreate: Vec<String>,

    /// With --release, how long to wait until all is ready; 0 for as long as it takes
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = duration::parse)]
    timeout: Duration,

    #[command(flatten)]
    output: OutputFlag,

    #[command(flatten)]
    pretence: DryRunFlag,
}

pub(super) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let to = Some(args.to_revision).filter(|revision| *revision > 0);
    if let Some(release) = &args.release {
        let options = BackOptions {
            to,
            asks: !args.yes && confirm::is_possible(),
            forcing: args.force_conflicts.into(),
            replaces: if args.force {
                Replacing::Everything
            } else {
                Replacing::Kinds(args.recreate.clone())
            },
            report: ApplyReport::Text,
            wait: Wait::for_at_most(args.timeout),
            dry_run: args.pretence.dry_run,
        };
        let guard = Guard::of(args.cluster_guard.as_deref(), None);
        let check = |place: &Place| guard.check(place);
        return on_known_cluster(&args.workloads.connection, check, async |target| {
            go_back(target, release, options).await.map(|_| ())
        });
    }
    // Without a server nobody knows what the revision was: the client's pretence asks it, too.
    let pretends = args.pretence.dry_run != DryRun::None;
    let mut series = args.output.series()?;
    on_cluster(&args.workloads.connection, async |target| {
        let workloads = args.workloads.find(target, report).await?;
        each(&workloads, async |workload| {
            let shows = args.pretence.dry_run == DryRun::Client;
            let (words, now) = match undo(target, workload, to, pretends).await? {
                Undone::RolledBack(revision, now) if shows => {
                    (template(target, workload, revision).await?, now)
                }
                Undone::RolledBack(_, now) => ("rolled back".to_owned(), now),
                Undone::Skipped(revision, now) => (
                    format!(
                        "skipped rollback (current template already matches revision {revision})"
                    ),
                    now,
                ),
            };
            let pretence = args.pretence.dry_run.words();
            let line = format!("{workload} {words}{pretence}");
            Ok(print_or_tell(&mut series, &workload.resource, now, &line)?)
        })
        .await
    })
}

/// The pods' template that comes back with a revision, as kubectl tells of it.
async fn template(target: &Target, workload: &ObjectRef, number: i64) -> Result<String, Error> {
    let revisions = history(target, workload).await?;
    let found = revisions.iter().find(|it| it.number == number);
    let template = found.map(|it| pod_template::describe(&it.template));
    let words = match &*workload.resource.kind {
        "Deployment" => "",
        _ => "will roll back to ",
    };
    Ok(format!("{words}{}", template.unwrap_or_default()))
}
