//! `trimtab apply`: plan, confirm, apply, wait, prune.

mod back;
mod carry;
mod faults;
mod flags;
mod gate;
mod guard;
mod obstacle;
mod other_release;
mod progressive;
mod release;
mod release_options;
mod selection;
mod take_away;
mod wait;
mod work;

pub(super) use back::{
    BackOptions, applied_before, go_back, way_back_of_release, way_back_of_workload,
};
pub(super) use carry::Carried;
pub(super) use faults::Faults;
pub(super) use flags::PlanFlags;
pub(super) use guard::Guard;
pub(super) use progressive::{Progressive, StepFlags, how_to_go_on, take_back};
pub(super) use release::no_release;
pub(super) use release_options::{HISTORY, ReleaseOptions, short_commit};
pub(super) use selection::{SelectionFlag, none_selected, select};
pub(super) use take_away::{hangs, take_away};
pub(super) use wait::{Awaited, Wait, Waiting, awaited, takes_time};
pub(super) use work::{Changed, Options, apply_all, show_plan};

use super::dry_run::{DryRun, DryRunFlag};
use super::plan::SavedPlan;
use crate::client::Place;
use crate::cluster::{Failed, on_known_cluster};
use crate::duration;
use crate::exit::{Failure, Status};
use crate::ui::apply_report::ApplyReport;
use crate::ui::report::Report;
use crate::ui::{confirm, failure, stderr};
use progressive::StrategyName;
use std::path::PathBuf;
use std::time::Duration;
use trimtab_deploy::{ReleaseName, ReleaseStatus, Releases, Strategy, Target};

/// Bring objects to the cluster, and wait until they are ready
///
/// First shows what would change, field by field, as the server itself works it out. Objects are
/// applied in the order in which they need each other, by server-side apply.
///
/// What a kustomization comes to is kept in the cluster as a revision of a release, so that it can be
/// listed (`trimtab releases`), undone as a whole (`trimtab rollout undo --release NAME`), and what is no
/// more in it be pruned.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab apply -k overlays/production
  trimtab apply -f web.yaml --wait=false
  trimtab apply -k overlays/production --prune
  trimtab apply -f web.yaml --release web
  trimtab apply -k overlays/production -l app=web
  trimtab plan -k overlays/production -o production.plan && trimtab apply production.plan
  trimtab build overlays/staging | trimtab apply -f - --yes
  trimtab apply -k overlays/production --strategy canary --steps 10%,50% --pause 5m
  trimtab apply -k overlays/production --strategy blue-green --pause manual

Exit status: 0 applied and ready, 1 not applied, 3 applied but not ready; with --exit-code 2 where something
changed.")]
#[command(mut_arg("dry_run", |flag| flag.help("Only show what would change: `client` or `server`")))]
pub(crate) struct Args {
    /// A plan that `trimtab plan -o FILE` made: done as it is, or not at all
    #[arg(value_name = "FILE", conflicts_with_all = ["filename", "kustomize", "release", "no_release", "prune", "force_conflicts", "force", "recreate", "applyset", "selector"])]
    plan: Option<PathBuf>,

    #[command(flatten)]
    flags: PlanFlags,

    /// Do not ask
    #[arg(short, long)]
    yes: bool,

    /// Wait until what was applied is ready
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value_t = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    wait: bool,

    /// How long to wait; 0 for as long as it takes
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = duration::parse)]
    timeout: Duration,

    /// Wait for custom resources, too, by the conditions that they show; without it they are ready once they
    /// are applied
    #[arg(long)]
    wait_custom: bool,

    /// What is told of it: text, or an event of JSON on each line of standard output
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    output: ApplyReport,

    /// How changed Deployments come in: as they say themselves, by a growing share of replicas in a second
    /// Deployment, or by switching Services to one
    #[arg(
        long,
        value_enum,
        value_name = "STRATEGY",
        default_value_t,
        hide_default_value = true,
        conflicts_with = "plan"
    )]
    strategy: StrategyName,

    /// With --strategy canary: the shares, such as 10%,50%
    #[arg(
        long,
        value_name = "SHARES",
        default_value = "",
        hide_default_value = true,
        requires = "strategy"
    )]
    steps: String,

    #[command(flatten)]
    step_flags: StepFlags,

    /// If something is not applied or does not become ready, take the whole release back to the
    /// revision before
    #[arg(long, conflicts_with = "no_release")]
    auto_undo: bool,

    /// Refuse any other cluster than this: the name of a context or the address of a server, or several.
    /// A kustomization names its own by the annotation `trimtab.dev/cluster`
    #[arg(long, value_name = "CLUSTER")]
    cluster_guard: Option<String>,

    #[command(flatten)]
    pretence: DryRunFlag,

    /// End with status 2 where something changed
    #[arg(long)]
    exit_code: bool,

    /// Taken for kubectl's sake: every apply is server-side
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide = true)]
    server_side: Option<bool>,
}

impl Args {
    fn options<'r>(&self, report: &'r Report) -> Result<Options<'r>, Failure> {
        if self.server_side == Some(false) {
            return Err(Failure::new("usage", "there is no client-side apply here")
                .hint("leave --server-side=false out"));
        }
        let mut options = match &self.plan {
            Some(file) => self.planned(SavedPlan::read(file)?, report)?,
            None => self.flags.options(report)?,
        };
        if self.auto_undo && options.release.is_none() {
            return Err(Failure::new(
                "usage",
                "--auto-undo goes back to an earlier revision of a release, and these objects are none",
            )
            .hint("say which with `--release NAME`"));
        }
        let progressive = self.progressive()?;
        if progressive.is_some() && options.selector.is_some() {
            return Err(Failure::new(
                "usage",
                "the steps of a strategy are those of a whole release: leave -l out",
            ));
        }
        if progressive.is_some() && options.release.is_none() {
            return Err(Failure::new(
                "usage",
                "a strategy's steps are kept in a release, and these objects are none",
            )
            .hint("say which with `--release NAME`"));
        }
        if let Some(release) = &mut options.release {
            release.is_wanted |= self.auto_undo || progressive.is_some();
        }
        Ok(Options {
            // A plan in a file was looked at before.
            asks: !self.yes && self.plan.is_none() && confirm::is_possible(),
            wait: if self.wait {
                Wait::for_at_most(self.timeout)
            } else {
                Wait::No
            },
            waits_for_custom: self.wait_custom,
            dry_run: self.pretence.dry_run,
            progressive,
            undoes: self.auto_undo,
            report: self.output,
            ..options
        })
    }

    /// The steps that are asked for.
    fn progressive(&self) -> Result<Option<Progressive>, Failure> {
        let usage = |message: &str| Err(Failure::new("usage", message));
        if self.strategy != StrategyName::Canary && !self.steps.is_empty() {
            return usage("--steps are those of --strategy canary");
        }
        let strategy = match self.strategy {
            StrategyName::Rolling if self.step_flags.are_given() => {
                return usage("--pause and --gate are for the steps of a --strategy");
            }
            StrategyName::Rolling => return Ok(None),
            StrategyName::Canary => {
                Strategy::canary(&self.steps).map_err(|why| Failure::new("usage", why))?
            }
            StrategyName::BlueGreen => Strategy::BlueGreen,
        };
        if !self.wait {
            return usage("a strategy waits after each step: leave --wait=false out");
        }
        Ok(Some(Progressive {
            strategy,
            flags: self.step_flags.clone(),
            is_full: false,
        }))
    }

    /// What a plan says, if what it was built from still gives the same.
    fn planned(&self, saved: SavedPlan, report: &Report) -> Result<Options<'static>, Failure> {
        if let Some(origin) = self.flags.files.origin_of(saved.directory.as_deref()) {
            saved.check_inputs(&origin.load(report)?)?;
        }
        let objects = saved.objects.clone();
        Ok(Options {
            forcing: saved.forcing.clone(),
            replaces: saved.replaces.clone(),
            release: saved.release.clone(),
            applyset: saved.applyset.clone(),
            expected: Some(saved),
            ..Options::new(objects)
        })
    }
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let mut has_ended = false;
    let changed = match apply(args, report, &mut has_ended) {
        // Before there was anything to tell of.
        Err(failure) if !has_ended => {
            let message = failure.message();
            args.output.end("failed", message.as_deref())?;
            return Err(failure);
        }
        changed => changed?,
    };
    if args.exit_code && changed == Changed::Something {
        return Err(Failure::Said(Status::Changed));
    }
    Ok(())
}

/// All of it, `has_ended` once that was told.
fn apply(args: &Args, report: &Report, has_ended: &mut bool) -> Result<Changed, Failure> {
    let options = args.options(report)?;
    let undone = options.release.as_ref().filter(|_| args.auto_undo);
    let undone = undone.map(|release| release.name.clone());
    let directory = args.flags.directory();
    let expected = options
        .expected
        .as_ref()
        .and_then(|it| it.directory.clone());
    let guard = Guard::of(
        args.cluster_guard.as_deref(),
        directory.or(expected).as_deref(),
    );
    let check = |place: &Place| {
        stderr::line(&format!("Cluster: {place}, namespace {}.", place.namespace));
        guard.check(place)
    };
    on_known_cluster(&args.flags.connection, check, async |target| {
        let result = match (apply_all(target, options).await, undone) {
            (Err(failed), Some(name)) => Err(auto_undo(args, target, &name, failed).await),
            (result, _) => result,
        };
        *has_ended = true;
        tell_end(args, &result)?;
        result
    })
}

/// Says last how an apply ended.
fn tell_end(args: &Args, result: &Result<Changed, Failed>) -> Result<(), Failure> {
    let report = args.output;
    let Err(failed) = result else {
        let is_done = args.pretence.dry_run == DryRun::None;
        return report.end(if is_done { "applied" } else { "planned" }, None);
    };
    let result = match failed.status() {
        Status::NotReady => "not-ready",
        _ => "failed",
    };
    report.end(result, failed.message().as_deref())
}

/// Takes a release back to where it was before an apply that failed, if that came so far, and gives why it
/// failed.
async fn auto_undo(args: &Args, target: &Target, name: &ReleaseName, failed: Failed) -> Failed {
    match last_failed(target, name).await {
        Ok(true) => {}
        Ok(false) => return failed,
        Err(error) => {
            stderr::line(&format!(
                "could not look up the release: {}",
                error.message()
            ));
            return failed;
        }
    }
    stderr::line("That failed: going back to the revision before.");
    let options = BackOptions {
        to: None,
        asks: false,
        forcing: args.flags.forcing(),
        replaces: args.flags.replaces(),
        report: args.output,
        wait: Wait::for_at_most(args.timeout),
        dry_run: DryRun::None,
    };
    // The first failure is the one to end with; of the second all is said here.
    match go_back(target, name, options).await {
        Ok(_) => {}
        Err(Failed::Told(..)) => {}
        Err(Failed::Said(failure)) => {
            let _ = failure::report(failure);
        }
        Err(Failed::Error(error)) => {
            stderr::line(&format!("could not go back: {}", error.message()));
        }
        Err(Failed::Errors(errors)) => {
            for error in errors {
                stderr::line(&format!("could not go back: {}", error.message()));
            }
        }
    }
    failed
}

/// Whether the last revision of a release was applied in part.
async fn last_failed(target: &Target, name: &ReleaseName) -> trimtab_deploy::Result<bool> {
    let revisions = Releases::of(target).await?.list(Some(name)).await?;
    let status = revisions.last().map(|last| last.status);
    Ok(status == Some(ReleaseStatus::Failed))
}
