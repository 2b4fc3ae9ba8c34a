//! `trimtab apply`: plan, confirm, apply, wait.

use super::dry_run::DryRun;
use crate::client::Connection;
use crate::cluster::{Failed, deadline, on_cluster};
use crate::duration;
use crate::exit::{Failure, Status};
use crate::manifests::FileArgs;
use crate::ui::colour::Paint;
use crate::ui::progress::{Display, verdict};
use crate::ui::report::Report;
use crate::ui::{confirm, plan as ui_plan, stderr, stdout};
use std::time::Duration;
use trimtab_deploy::{
    Action, Applied, AppliedObject, Controllers, ObjectRef, Plan, Target, apply, plan, until_ready,
};
use trimtab_tree::Value;

/// Bring objects to the cluster, and wait until they are ready
///
/// First shows what would change, field by field, as the server itself works it out. Objects are
/// applied in the order in which they need each other, by server-side apply.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab apply -k overlays/production
  trimtab apply -f web.yaml --wait=false
  trimtab build overlays/staging | trimtab apply -f - --yes

Exit status: 0 applied and ready, 1 not applied, 3 applied but not ready.")]
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

impl Args {
    fn options(&self, report: &Report) -> Result<Options, Failure> {
        if self.server_side == Some(false) {
            return Err(Failure::new("usage", "there is no client-side apply here")
                .hint("leave --server-side=false out"));
        }
        Ok(Options {
            objects: self.files.required()?.load(report)?,
            asks: !self.yes && confirm::is_possible(),
            wait: match self.timeout {
                _ if !self.wait => Wait::No,
                Duration::ZERO => Wait::Forever,
                timeout => Wait::AtMost(timeout),
            },
            force_conflicts: self.force_conflicts,
            replaces: self.force,
            dry_run: self.dry_run,
        })
    }
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let options = args.options(report)?;
    on_cluster(&args.connection, async |target| {
        apply_all(target, options).await
    })
}

pub(super) async fn apply_all(target: &Target, options: Options) -> Result<(), Failed> {
    let plan = plan(target, options.objects, options.force_conflicts).await?;
    if options.dry_run != DryRun::None {
        let text = ui_plan::render(&plan, Paint::for_stdout());
        stdout::write(text.as_bytes())?;
        return Ok(refuse_obstacles(&plan, options.replaces)?);
    }
    stderr::text(&ui_plan::render(&plan, Paint::for_stderr()));
    refuse_obstacles(&plan, options.replaces)?;
    if options.asks && !plan.is_empty() && !confirm::ask("Apply?")? {
        stderr::line("Nothing was changed.");
        return Err(Failure::Said(Status::Failed).into());
    }
    let mut unwritten = None;
    let report = apply(target, &plan, options.replaces, &mut |applied| {
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
    match options.wait {
        Wait::No => Ok(()),
        Wait::Forever => wait(target, &report.applied, None).await,
        Wait::AtMost(timeout) => wait(target, &report.applied, Some(timeout)).await,
    }
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
) -> Result<(), Failed> {
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
            Err(Failure::Said(Status::NotReady).into())
        }
        outcome = work => Ok(verdict(outcome?)?),
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
