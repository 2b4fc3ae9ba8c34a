//! The work of an apply: a plan, and all that comes of it.

use super::carry::{Carried, carry_out};
use super::progressive::{Progressive, carry_out_by_steps};
use super::release::{Keeper, ReleaseOptions};
use super::wait::Wait;
use crate::cluster::Failed;
use crate::commands::dry_run::DryRun;
use crate::commands::plan::SavedPlan;
use crate::exit::{Failure, Status};
use crate::ui::apply_report::ApplyReport;
use crate::ui::colour::Paint;
use crate::ui::{confirm, plan as ui_plan, stderr, stdout};
use trimtab_deploy::{
    Action, ApplySet, ApplySetName, Deletion, Forcing, Leftover, Member, Plan, ReleaseStatus,
    Replacing, Target, leftovers, plan_because,
};
use trimtab_tree::Value;

/// What to apply, and how.
pub(in crate::commands) struct Options {
    /// In any order.
    pub(in crate::commands) objects: Vec<Value>,
    /// Whether somebody is asked first.
    pub(in crate::commands) asks: bool,
    /// Whether to wait, and for how long.
    pub(in crate::commands) wait: Wait,
    /// Whether custom resources are waited for, too.
    pub(in crate::commands) waits_for_custom: bool,
    /// Which fields of others are taken over.
    pub(in crate::commands) forcing: Forcing,
    /// What of that which cannot be changed is made anew.
    pub(in crate::commands) replaces: Replacing,
    /// How far it is only pretended.
    pub(in crate::commands) dry_run: DryRun,
    /// The release that it is a revision of.
    pub(in crate::commands) release: Option<ReleaseOptions>,
    /// The apply set that the objects are labelled as.
    pub(in crate::commands) applyset: Option<ApplySetName>,
    /// What it must come to: a plan that was made before.
    pub(in crate::commands) expected: Option<SavedPlan>,
    /// The steps by which Deployments are changed, where they are.
    pub(in crate::commands) progressive: Option<Progressive>,
    /// Whether the last revision of the release is gone on with: it is in the middle of such steps.
    pub(in crate::commands) resumes: bool,
    /// Who hears what happens.
    pub(in crate::commands) report: ApplyReport,
}

impl Options {
    /// To apply objects, and no more: it asks nobody, waits for nothing, keeps no record.
    pub(in crate::commands) fn new(objects: Vec<Value>) -> Self {
        Self {
            objects,
            asks: false,
            wait: Wait::No,
            waits_for_custom: false,
            forcing: Forcing::Nothing,
            replaces: Replacing::nothing(),
            dry_run: DryRun::None,
            release: None,
            applyset: None,
            expected: None,
            progressive: None,
            resumes: false,
            report: ApplyReport::Text,
        }
    }
}

/// Whether an apply changed anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum Changed {
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

/// What an apply would do, and the release that it would be a revision of.
struct Planned<'t> {
    plan: Plan,
    keeper: Option<Keeper<'t>>,
    objects: Vec<Value>,
    /// What earlier revisions have in the cluster beside.
    left_over: Vec<Member>,
    applyset: Option<ApplySet>,
}

async fn make_plan<'t>(target: &'t Target, options: &Options) -> Result<Planned<'t>, Failed> {
    if let Some(expected) = &options.expected {
        expected.check_cluster(target).await?;
    }
    let keeper = match options.release.clone() {
        Some(release) => Keeper::open(target, release).await?,
        None => None,
    };
    if let Some(keeper) = keeper.as_ref().filter(|_| !options.resumes) {
        keeper.refuse_between_steps(target).await?;
    }
    let mut objects = options.objects.clone();
    let applyset = match &options.applyset {
        Some(name) => Some(ApplySet::label(target, name, &mut objects).await?),
        None => None,
    };
    let left_over = keeper.as_ref().map_or_else(Vec::new, |keeper| {
        keeper.left_over(&objects, target.namespace())
    });
    let cause = options
        .release
        .as_ref()
        .and_then(ReleaseOptions::change_cause);
    let forcing = &options.forcing;
    let mut plan = plan_because(target, objects.clone(), forcing, cause.as_deref()).await?;
    if let Some(pruning) = keeper.as_ref().and_then(Keeper::pruning) {
        plan.leftovers = leftovers(target, &left_over, pruning).await?;
    }
    if let Some(expected) = &options.expected {
        expected.check(&plan)?;
    }
    Ok(Planned {
        plan,
        keeper,
        objects,
        left_over,
        applyset,
    })
}

/// Shows what an apply would do.
pub(in crate::commands) async fn show_plan(
    target: &Target,
    options: &Options,
) -> Result<Plan, Failed> {
    let plan = make_plan(target, options).await?.plan;
    match options.report {
        ApplyReport::Text => {
            let text = ui_plan::render(&plan, Paint::for_stdout());
            stdout::write(text.as_bytes())?;
        }
        report @ ApplyReport::Json => report.plan(&plan)?,
    }
    refuse_obstacles(&plan, &options.replaces)?;
    Ok(plan)
}

/// Plans, asks, applies, waits and prunes, and keeps the record of all that.
pub(in crate::commands) async fn apply_all(
    target: &Target,
    options: Options,
) -> Result<Changed, Failed> {
    if options.dry_run != DryRun::None {
        return Ok(Changed::by(&show_plan(target, &options).await?));
    }
    let Planned {
        plan,
        mut keeper,
        objects,
        left_over,
        applyset,
    } = make_plan(target, &options).await?;
    let changed = Changed::by(&plan);
    if let Some(keeper) = keeper.as_ref().filter(|_| !options.resumes) {
        keeper.introduce(&left_over);
    }
    options.report.plan(&plan)?;
    refuse_obstacles(&plan, &options.replaces)?;
    if options.asks && changed == Changed::Something && !confirm::ask("Apply?")? {
        stderr::line("Nothing was changed.");
        return Err(Failure::Said(Status::Failed).into());
    }
    // A parent that belongs to others is found out before anything is kept.
    if let Some(applyset) = &applyset {
        applyset.begin(target).await?;
    }
    let is_kept =
        |keeper: &Keeper<'_>| changed == Changed::Nothing && keeper.is_kept_already(&objects);
    if let Some(keeper) = keeper.as_mut().filter(|keeper| !is_kept(keeper)) {
        if options.resumes {
            keeper.resume();
        } else {
            keeper.begin(&objects, &left_over).await?;
        }
    }
    let result = match &options.progressive {
        Some(how) => carry_out_by_steps(target, &plan, &options, how).await,
        None => carry_out(target, &plan, &options).await,
    };
    if let Some(keeper) = keeper.as_mut() {
        let begun = keeper.begin_late(&objects, &left_over).await;
        // Why the apply failed comes first.
        if result.is_ok() {
            begun?;
        }
    }
    let (status, remaining) = match &result {
        Ok(Carried::Out) => (
            Some(ReleaseStatus::Applied),
            take_away(target, &plan, left_over, options.report).await?,
        ),
        // Nobody saw how it ends.
        Ok(Carried::Left | Carried::Paused) => (None, left_over),
        Err(_) => (Some(ReleaseStatus::Failed), left_over),
    };
    if let (Some(applyset), Some(ReleaseStatus::Applied)) = (&applyset, status) {
        applyset.end(target).await?;
    }
    let ended = match (&keeper, status) {
        (Some(keeper), Some(status)) => keeper.end(status, &remaining).await,
        _ => Ok(()),
    };
    // Why it failed comes before what came of that.
    let carried = result?;
    ended?;
    match carried {
        Carried::Out | Carried::Paused => Ok(changed),
        Carried::Left => Err(Failure::Said(Status::NotReady).into()),
    }
}

/// Deletes what is left over and goes, and gives what stays of `left_over`.
pub(in crate::commands) async fn take_away(
    target: &Target,
    plan: &Plan,
    mut left_over: Vec<Member>,
    report: ApplyReport,
) -> Result<Vec<Member>, Failed> {
    let deletion = Deletion::in_background();
    for Leftover {
        member,
        reference,
        uid,
        ..
    } in plan.pruned()
    {
        match target.delete(reference, deletion, Some(uid)).await {
            Ok(_) => report.done(reference, "pruned")?,
            Err(error) if error.is_not_found() => {}
            // Somebody has put another one in its place.
            Err(error) if error.is_conflict() => continue,
            Err(error) => return Err(error.into()),
        }
        left_over.retain(|it| it != member);
    }
    Ok(left_over)
}

fn refuse_obstacles(plan: &Plan, replaces: &Replacing) -> Result<(), Failure> {
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
            .hint("take the fields over with --force-conflicts, or one with --force-conflicts=FIELD, or leave them out of your objects");
    }
    if has(|action| matches!(action, Action::Replace(_))) {
        failure = failure.hint(
            "delete and make them anew with --force, or those of one kind with --recreate KIND",
        );
    }
    Err(failure)
}
