//! `trimtab apply`: plan, confirm, apply, wait, prune.

mod back;
mod release;

pub(super) use back::{BackOptions, go_back};
pub(super) use release::{HISTORY, ReleaseOptions};

use super::dry_run::DryRun;
use crate::client::Connection;
use crate::cluster::{Failed, deadline, on_cluster};
use crate::duration;
use crate::exit::{Failure, Status};
use crate::manifests::{FileArgs, Origin};
use crate::provenance;
use crate::ui::colour::Paint;
use crate::ui::progress::{Display, verdict};
use crate::ui::report::Report;
use crate::ui::{confirm, failure, plan as ui_plan, stderr, stdout};
use release::Keeper;
use std::time::Duration;
use trimtab_deploy::{
    Action, Applied, AppliedObject, Controllers, Deletion, Leftover, Member, ObjectRef, Plan,
    Propagation, Pruning, ReleaseName, ReleaseStatus, Releases, Target, apply, leftovers, plan,
    until_ready,
};
use trimtab_tree::Value;

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
  trimtab build overlays/staging | trimtab apply -f - --yes

Exit status: 0 applied and ready, 1 not applied, 3 applied but not ready; with --exit-code 2 where something
changed.")]
pub(crate) struct Args {
    #[command(flatten)]
    files: FileArgs,

    /// Do not ask
    #[arg(short, long)]
    yes: bool,

    /// Wait until what was applied is ready
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value_t = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    wait: bool,

    /// How long to wait; 0 for as long as it takes
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = duration::parse)]
    timeout: Duration,

    /// Take over fields that others own
    #[arg(long)]
    force_conflicts: bool,

    /// Delete and make anew what cannot be changed
    #[arg(long)]
    force: bool,

    /// Only show what would change: `client` or `server`
    #[arg(long, value_enum, value_name = "WHERE", num_args = 0..=1, require_equals = true, default_missing_value = "client", default_value_t = DryRun::None, hide_default_value = true)]
    dry_run: DryRun,

    /// What the release is called; without it a kustomization has the name of its place in its
    /// repository, and files are no release
    #[arg(long, value_name = "NAME", value_parser = ReleaseName::parse)]
    release: Option<ReleaseName>,

    /// Keep no record in the cluster
    #[arg(long, conflicts_with_all = ["release", "prune", "auto_undo"])]
    no_release: bool,

    /// So many revisions are kept
    #[arg(long, value_name = "COUNT", default_value_t = HISTORY)]
    release_history: usize,

    /// Delete what earlier revisions of the release applied and this one does not: never namespaces and
    /// volume claims, nor what a revision that could be gone back to uses
    #[arg(long)]
    prune: bool,

    /// With --prune, delete namespaces, too, and all that is in them
    #[arg(long, requires = "prune")]
    prune_namespaces: bool,

    /// With --prune, delete volume claims, too, and what is stored in their volumes
    #[arg(long, requires = "prune")]
    prune_volume_claims: bool,

    /// If something is not applied or does not become ready, take the whole release back to the
    /// revision before
    #[arg(long)]
    auto_undo: bool,

    /// End with status 2 where something changed
    #[arg(long)]
    exit_code: bool,

    /// Taken for kubectl's sake: every apply is server-side
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide = true)]
    server_side: Option<bool>,

    #[command(flatten)]
    connection: Connection,
}

/// What to apply, and how.
pub(super) struct Options {
    /// In any order.
    pub(super) objects: Vec<Value>,
    /// Whether somebody is asked first.
    pub(super) asks: bool,
    /// Whether to wait, and for how long.
    pub(super) wait: Wait,
    /// Whether fields of others are taken over.
    pub(super) force_conflicts: bool,
    /// Whether what cannot be changed is made anew.
    pub(super) replaces: bool,
    /// How far it is only pretended.
    pub(super) dry_run: DryRun,
    /// The release that it is a revision of.
    pub(super) release: Option<ReleaseOptions>,
}

/// Whether an apply ends with a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// It does not.
    No,
    /// Until all is ready, however long it takes.
    Forever,
    /// So long at most.
    AtMost(Duration),
}

impl Wait {
    /// Waits so long; for as long as it takes where that is no time at all.
    pub(super) fn for_at_most(timeout: Duration) -> Self {
        if timeout.is_zero() {
            Self::Forever
        } else {
            Self::AtMost(timeout)
        }
    }
}

impl Args {
    fn options(&self, report: &Report) -> Result<Options, Failure> {
        if self.server_side == Some(false) {
            return Err(Failure::new("usage", "there is no client-side apply here")
                .hint("leave --server-side=false out"));
        }
        let origin = self.files.required()?;
        Ok(Options {
            objects: origin.load(report)?,
            asks: !self.yes && confirm::is_possible(),
            wait: if self.wait {
                Wait::for_at_most(self.timeout)
            } else {
                Wait::No
            },
            force_conflicts: self.force_conflicts,
            replaces: self.force,
            dry_run: self.dry_run,
            release: self.release(&origin)?,
        })
    }

    /// The release that what is read from `origin` is a revision of.
    fn release(&self, origin: &Origin) -> Result<Option<ReleaseOptions>, Failure> {
        let directory = match origin {
            Origin::Kustomization(directory, _) => Some(&**directory),
            Origin::Files { .. } => None,
        };
        let options = match (&self.release, directory) {
            _ if self.no_release => None,
            (Some(name), directory) => Some(ReleaseOptions {
                name: name.clone(),
                is_wanted: true,
                provenance: provenance::of(directory),
                history: HISTORY,
                prune: None,
            }),
            (None, Some(directory)) => ReleaseOptions::of_directory(directory),
            (None, None) => None,
        };
        if (self.prune || self.auto_undo) && options.is_none() {
            return Err(Failure::new(
                "usage",
                "--prune and --auto-undo need earlier revisions, and these objects are no release",
            )
            .hint("say which with `--release NAME`"));
        }
        Ok(options.map(|options| ReleaseOptions {
            is_wanted: options.is_wanted || self.prune || self.auto_undo,
            history: self.release_history,
            prune: self.prune.then_some(Pruning {
                namespaces: self.prune_namespaces,
                volume_claims: self.prune_volume_claims,
            }),
            ..options
        }))
    }
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let options = args.options(report)?;
    let undone = options.release.as_ref().filter(|_| args.auto_undo);
    let undone = undone.map(|release| release.name.clone());
    let changed = on_cluster(&args.connection, async |target| {
        match (apply_all(target, options).await, undone) {
            (Err(failed), Some(name)) => Err(auto_undo(args, target, &name, failed).await),
            (result, _) => result,
        }
    })?;
    if args.exit_code && changed == Changed::Something {
        return Err(Failure::Said(Status::Changed));
    }
    Ok(())
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
        force_conflicts: args.force_conflicts,
        wait: Wait::for_at_most(args.timeout),
        dry_run: DryRun::None,
    };
    // The first failure is the one to end with; of the second all is said here.
    match go_back(target, name, options).await {
        Ok(_) => {}
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

/// Whether an apply changed anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Changed {
    Nothing,
    Something,
}

impl Changed {
    fn by(plan: &Plan) -> Self {
        if plan.is_empty() {
            Self::Nothing
        } else {
            Self::Something
        }
    }
}

/// Plans, asks, applies, waits and prunes, and keeps the record of all that.
pub(super) async fn apply_all(target: &Target, options: Options) -> Result<Changed, Failed> {
    let mut keeper = match options.release.clone() {
        Some(release) => Keeper::open(target, release).await?,
        None => None,
    };
    let objects = options.objects.clone();
    let left_over = keeper.as_ref().map_or_else(Vec::new, |keeper| {
        keeper.left_over(&objects, target.namespace())
    });
    let mut plan = plan(target, options.objects, options.force_conflicts).await?;
    if let Some(pruning) = keeper.as_ref().and_then(Keeper::pruning) {
        plan.leftovers = leftovers(target, &left_over, pruning).await?;
    }
    let changed = Changed::by(&plan);
    if options.dry_run != DryRun::None {
        let text = ui_plan::render(&plan, Paint::for_stdout());
        stdout::write(text.as_bytes())?;
        refuse_obstacles(&plan, options.replaces)?;
        return Ok(changed);
    }
    if let Some(keeper) = &keeper {
        keeper.introduce();
    }
    stderr::text(&ui_plan::render(&plan, Paint::for_stderr()));
    refuse_obstacles(&plan, options.replaces)?;
    if options.asks && changed == Changed::Something && !confirm::ask("Apply?")? {
        stderr::line("Nothing was changed.");
        return Err(Failure::Said(Status::Failed).into());
    }
    let is_kept =
        |keeper: &Keeper<'_>| changed == Changed::Nothing && keeper.is_kept_already(&objects);
    if let Some(keeper) = keeper.as_mut().filter(|keeper| !is_kept(keeper)) {
        keeper.begin(&objects, left_over.clone()).await?;
    }
    let result = carry_out(target, &plan, options.replaces, options.wait).await;
    let (status, remaining) = match &result {
        Ok(Carried::Out) => (
            Some(ReleaseStatus::Applied),
            take_away(target, &plan, left_over).await?,
        ),
        // Nobody saw how it ends.
        Ok(Carried::Left) => (None, left_over),
        Err(_) => (Some(ReleaseStatus::Failed), left_over),
    };
    if let (Some(keeper), Some(status)) = (&keeper, status) {
        keeper.end(status, &remaining).await?;
    }
    match result? {
        Carried::Out => Ok(changed),
        Carried::Left => Err(Failure::Said(Status::NotReady).into()),
    }
}

/// How far a plan was carried out.
enum Carried {
    /// All of it.
    Out,
    /// All was applied; whoever waited for it went away.
    Left,
}

async fn carry_out(
    target: &Target,
    plan: &Plan,
    replaces: bool,
    wait_for: Wait,
) -> Result<Carried, Failed> {
    let mut unwritten = None;
    let report = apply(target, plan, replaces, &mut |applied| {
        let written = stdout::line(&words(applied));
        unwritten = unwritten.take().or(written.err());
    })
    .await?;
    if let Some(failure) = unwritten {
        return Err(failure.into());
    }
    if let Some((name, error)) = report.failed.first() {
        let mut failure = Failure::new("not-applied", format!("{name}: {}", error.message()));
        for (name, error) in report.failed.iter().skip(1) {
            failure = failure.note(format!("{name}: {}", error.message()));
        }
        return Err(failure.into());
    }
    match wait_for {
        Wait::No => Ok(Carried::Out),
        Wait::Forever => wait(target, &report.applied, None).await,
        Wait::AtMost(timeout) => wait(target, &report.applied, Some(timeout)).await,
    }
}

/// Deletes what is left over and goes, and gives what stays of `left_over`.
pub(super) async fn take_away(
    target: &Target,
    plan: &Plan,
    mut left_over: Vec<Member>,
) -> Result<Vec<Member>, Failed> {
    let deletion = Deletion {
        propagation: Some(Propagation::Background),
        ..Deletion::default()
    };
    for Leftover {
        member,
        reference,
        uid,
        ..
    } in plan.pruned()
    {
        match target.delete(reference, deletion, Some(uid)).await {
            Ok(_) => stdout::line(&format!("{reference} pruned"))?,
            Err(error) if error.is_not_found() => {}
            // Somebody has put another one in its place.
            Err(error) if error.is_conflict() => continue,
            Err(error) => return Err(error.into()),
        }
        left_over.retain(|it| it != member);
    }
    Ok(left_over)
}

fn words(applied: &AppliedObject) -> String {
    let verb = match applied.applied {
        Applied::Created => "created",
        Applied::Configured => "configured",
        Applied::Unchanged => "unchanged",
        Applied::Replaced => "replaced",
    };
    format!("{} {verb}", applied.reference)
}

fn refuse_obstacles(plan: &Plan, replaces: bool) -> Result<(), Failure> {
    let obstacles: Vec<_> = plan.obstacles(replaces).collect();
    if obstacles.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = obstacles.iter().map(|step| step.name()).collect();
    let message = format!("nothing was applied: {} cannot be", names.join(", "));
    let mut failure = Failure::new("not-applicable", message);
    let has = |is: fn(&Action) -> bool| obstacles.iter().any(|step| is(&step.action));
    if has(|action| matches!(action, Action::Conflict(_))) {
        failure = failure
            .hint("take the fields over with --force-conflicts, or leave them out of your objects");
    }
    if has(|action| matches!(action, Action::Replace(_))) {
        failure = failure.hint("delete and make them anew with --force");
    }
    Err(failure)
}

/// Waits for what was applied, save for what nobody works on.
async fn wait(
    target: &Target,
    applied: &[AppliedObject],
    timeout: Option<Duration>,
) -> Result<Carried, Failed> {
    let controllers = Controllers::working(target, jiff::Timestamp::now()).await?;
    let mut awaited: Vec<ObjectRef> = Vec::new();
    for applied in applied {
        let (reference, object) = (&applied.reference, &applied.object);
        if let Some(missing) = controllers
            .missing_for_applied(target, reference, object)
            .await?
        {
            stderr::line(&format!(
                "{}: not waited for: this control plane runs no {missing}",
                applied.reference
            ));
        } else if is_paused(&applied.object) {
            stderr::line(&format!(
                "{}: not waited for: it is paused",
                applied.reference
            ));
        } else {
            awaited.push(applied.reference.clone());
        }
    }
    // What is ready at once is not worth a line.
    awaited.retain(takes_time);
    let mut display = Display::new();
    let mut show = |progress| display.show(progress);
    let work = until_ready(target, &awaited, deadline(timeout), &mut show);
    tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => {
            stderr::line("Stopped waiting; what was applied goes on. See `trimtab rollout status`.");
            Ok(Carried::Left)
        }
        outcome = work => {
            verdict(outcome?)?;
            Ok(Carried::Out)
        }
    }
}

fn is_paused(object: &Value) -> bool {
    let paused = object.get_path(&["spec", "paused"]);
    paused.and_then(Value::text) == Some("true")
}

/// Whether readiness is more than being there: the kinds of the core that only hold data are ready
/// once they are applied.
fn takes_time(object: &ObjectRef) -> bool {
    let resource = &object.resource;
    match &*resource.group {
        "" => matches!(&*resource.kind, "Pod" | "ReplicationController"),
        "apps" | "batch" | "apiextensions.k8s.io" | "apiregistration.k8s.io" => true,
        group => !group.ends_with(".k8s.io") && !matches!(group, "autoscaling" | "policy"),
    }
}
