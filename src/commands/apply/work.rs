//! The work of an apply: a plan, and all that comes of it.

use super::carry::{Carried, carry_out};
use super::faults::Faults;
use super::obstacle::refuse_obstacles;
use super::progressive::{Progressive, carry_out_by_steps};
use super::release::{Keeper, tell_later};
use super::release_options::ReleaseOptions;
use super::take_away::{TakenAway, hangs, take_away};
use super::wait::Wait;
use crate::cluster::Failed;
use crate::commands::dry_run::DryRun;
use crate::commands::plan::SavedPlan;
use crate::exit::{Failure, Status};
use crate::signals::interrupted;
use crate::ui::apply_report::ApplyReport;
use crate::ui::colour::Paint;
use crate::ui::{confirm, plan as ui_plan, stderr, stdout};
use trimtab_deploy::{
    ApplySet, ApplySetName, Forcing, Member, Plan, Progression, ReleaseStatus, Replacing, Target,
    leftovers, plan_because,
};
use trimtab_object::LabelSelector;
use trimtab_tree::Value;

/// What to apply, and how.
pub(in crate::commands) struct Options<'r> {
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
    /// Whether what fails is taken back by itself, as a change by steps always is.
    pub(in crate::commands) undoes: bool,
    /// Whether the last revision of the release is gone on with: it is in the middle of such steps.
    pub(in crate::commands) resumes: bool,
    /// What selected the objects, where others that are described are left out.
    pub(in crate::commands) selector: Option<LabelSelector>,
    /// Who hears what happens.
    pub(in crate::commands) report: ApplyReport,
    /// Where the objects come from, where that can be told.
    pub(in crate::commands) faults: Option<Faults<'r>>,
}

impl Options<'_> {
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
            undoes: false,
            resumes: false,
            selector: None,
            report: ApplyReport::Text,
            faults: None,
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
    /// All that the release holds then.
    objects: Vec<Value>,
    /// What earlier revisions have in the cluster beside.
    left_over: Vec<Member>,
    applyset: Option<ApplySet>,
}

async fn make_plan<'t>(target: &'t Target, options: &Options<'_>) -> Result<Planned<'t>, Failed> {
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
    let namespace = target.namespace();
    let selected = keeper.as_ref().zip(options.selector.as_ref());
    let recorded = match selected {
        Some((keeper, selector)) => keeper.with_selected(&objects, selector, namespace),
        None => objects.clone(),
    };
    let left_over = keeper
        .as_ref()
        .map_or_else(Vec::new, |keeper| keeper.left_over(&recorded, namespace));
    let cause = options
        .release
        .as_ref()
        .and_then(ReleaseOptions::change_cause);
    let forcing = &options.forcing;
    let mut plan = plan_because(target, objects, forcing, cause.as_deref()).await?;
    if let Some((keeper, pruning)) = keeper.as_ref().and_then(|it| Some((it, it.pruning()?))) {
        keeper.refuse_to_replace_all(&recorded, namespace)?;
        let mut goes = match selected {
            Some(_) => keeper.of_last(&left_over),
            None => left_over.clone(),
        };
        goes.retain(|member| !keeper.spares(member));
        plan.leftovers = leftovers(target, &goes, pruning).await?;
    }
    if let Some(expected) = &options.expected {
        expected.check(&plan)?;
    }
    if let (Some(how), Some(release), false) =
        (&options.progressive, &options.release, options.resumes)
    {
        Progression::check(target, &release.name, &how.strategy, &plan.steps).await?;
    }
    Ok(Planned {
        plan,
        keeper,
        objects: recorded,
        left_over,
        applyset,
    })
}

/// Shows what an apply would do.
pub(in crate::commands) async fn show_plan(
    target: &Target,
    options: &Options<'_>,
) -> Result<Plan, Failed> {
    let plan = make_plan(target, options).await?.plan;
    match options.report {
        ApplyReport::Text => {
            let text = ui_plan::render(&plan, Paint::for_stdout());
            stdout::write(text.as_bytes())?;
        }
        report @ ApplyReport::Json => report.plan(&plan)?,
    }
    refuse_obstacles(&plan, options)?;
    Ok(plan)
}

/// Plans, asks, applies, waits and prunes, and keeps the record of all that.
pub(in crate::commands) async fn apply_all(
    target: &Target,
    options: Options<'_>,
) -> Result<Changed, Failed> {
    if options.dry_run != DryRun::None {
        return Ok(Changed::by(&show_plan(target, &options).await?));
    }
    let planned = make_plan(target, &options).await?;
    let changed = Changed::by(&planned.plan);
    let mut work = Work {
        target,
        options: &options,
        planned,
        changed,
    };
    work.introduce()?;
    work.begin().await?;
    let result = work.carry_out().await;
    work.end(result).await
}

/// An apply from its plan on.
struct Work<'t> {
    target: &'t Target,
    options: &'t Options<'t>,
    planned: Planned<'t>,
    changed: Changed,
}

impl Work<'_> {
    /// Shows what is about to happen, and goes on if it can and nobody is against it.
    fn introduce(&self) -> Result<(), Failed> {
        let planned = &self.planned;
        let keeper = planned.keeper.as_ref();
        if let Some(keeper) = keeper.filter(|_| !self.options.resumes) {
            keeper.introduce(&planned.left_over);
        }
        self.options.report.plan(&planned.plan)?;
        refuse_obstacles(&planned.plan, self.options)?;
        let is_asked = self.options.asks && self.changed == Changed::Something;
        if is_asked && !confirm::ask("Apply?")? {
            stderr::line("Nothing was changed.");
            return Err(Failure::Said(Status::Failed).into());
        }
        Ok(())
    }

    /// Keeps what is about to be applied.
    async fn begin(&mut self) -> Result<(), Failed> {
        let planned = &mut self.planned;
        // A parent that belongs to others is found out before anything is kept.
        if let Some(applyset) = &mut planned.applyset {
            applyset.begin(self.target).await?;
        }
        let Some(keeper) = &mut planned.keeper else {
            return Ok(());
        };
        if self.changed == Changed::Nothing && keeper.is_kept_already(&planned.objects) {
            return Ok(());
        }
        if self.options.resumes {
            keeper.resume();
            return Ok(());
        }
        keeper.begin(&planned.objects, &planned.left_over).await
    }

    async fn carry_out(&self) -> Result<Carried, Failed> {
        let (target, plan) = (self.target, &self.planned.plan);
        if let Some(how) = &self.options.progressive {
            return carry_out_by_steps(target, plan, self.options, how).await;
        }
        let Some(keeper) = &self.planned.keeper else {
            return carry_out(target, plan, self.options).await;
        };
        let later = tokio::select! {
            later = keeper.until_later() => Some(later),
            carried = carry_out(target, plan, self.options) => match carried? {
                Carried::Out => keeper.later().await?,
                carried => return Ok(carried),
            },
        };
        Ok(match later {
            Some(later) => {
                tell_later(&later);
                Carried::Overtaken
            }
            None => Carried::Out,
        })
    }

    /// Keeps what waited for its namespace, prunes if all went well, and keeps how it ended.
    async fn end(mut self, result: Result<Carried, Failed>) -> Result<Changed, Failed> {
        let begun = self.begin_late().await;
        let mut hanging = None;
        let (status, remaining) = match &result {
            Ok(Carried::Out) => {
                // Why the apply failed comes before this.
                begun?;
                tokio::select! {
                    biased;
                    () = interrupted() => {
                        stderr::line("Stopped: what is left over was not all deleted: apply again to go on.");
                        return Err(Failed::Told(Status::NotReady, "interrupted before all that is left over was deleted"));
                    }
                    taken = self.prune() => {
                        let TakenAway { remaining, ending } = taken?;
                        hanging = hangs(self.target, &ending).await;
                        (Some(ReleaseStatus::Applied), remaining)
                    }
                }
            }
            // Nobody saw how it ends.
            Ok(Carried::Left | Carried::Paused | Carried::Elsewhere) => {
                begun?;
                (None, std::mem::take(&mut self.planned.left_over))
            }
            Ok(Carried::Overtaken) | Err(_) => (
                Some(ReleaseStatus::Failed),
                std::mem::take(&mut self.planned.left_over),
            ),
        };
        if let (Some(applyset), Some(ReleaseStatus::Applied)) = (&self.planned.applyset, status) {
            applyset.end(self.target).await?;
        }
        let ended = match (&self.planned.keeper, status) {
            (Some(keeper), Some(status)) => keeper.end(status, &remaining).await,
            _ => Ok(()),
        };
        let not_ready = |why| Err(Failed::Told(Status::NotReady, why));
        // Why it failed comes before what came of that.
        let carried = result?;
        ended?;
        if let Some(hanging) = hanging {
            return Err(hanging.into());
        }
        match carried {
            Carried::Out | Carried::Paused => Ok(self.changed),
            Carried::Left => not_ready("interrupted"),
            Carried::Elsewhere => {
                not_ready("another process has gone on with it, or taken it back")
            }
            Carried::Overtaken => not_ready("a later revision takes its place"),
        }
    }

    /// Keeps what could not be kept before its namespace was made.
    async fn begin_late(&mut self) -> Result<(), Failed> {
        let planned = &mut self.planned;
        if let Some(applyset) = &mut planned.applyset {
            applyset.begin_late(self.target).await?;
        }
        if let Some(keeper) = &mut planned.keeper {
            keeper
                .begin_late(&planned.objects, &planned.left_over)
                .await?;
        }
        Ok(())
    }

    async fn prune(&mut self) -> Result<TakenAway, Failed> {
        let left_over = std::mem::take(&mut self.planned.left_over);
        let Options { report, wait, .. } = *self.options;
        take_away(self.target, &self.planned.plan, left_over, report, wait).await
    }
}
