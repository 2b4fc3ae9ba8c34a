//! Carries a plan out by the steps of a canary or of blue-green.

use super::carry::{Carried, carry_out};
use super::gate::{Asked, Gate};
use super::release_options::ReleaseOptions;
use super::wait::{Waiting, until};
use super::work::Options;
use crate::cluster::{Failed, deadline};
use crate::duration;
use crate::exit::{Failure, Status};
use crate::signals::interrupted;
use crate::ui::stderr;
use clap::ValueEnum;
use std::time::Duration;
use trimtab_clock::Clock;
use trimtab_deploy::{Plan, Progression, ReleaseName, Step, Strategy, Target, plan_because};

/// How a change goes by steps.
#[derive(Clone, Debug)]
pub(in crate::commands) struct Progressive {
    /// By which; of one that is under way it is known.
    pub(in crate::commands) strategy: Strategy,
    /// What happens after each step.
    pub(in crate::commands) flags: StepFlags,
    /// Whether the steps that are left are passed over.
    pub(in crate::commands) is_full: bool,
}

/// Flags of a strategy's steps.
#[derive(Clone, Debug, clap::Args)]
pub(in crate::commands) struct StepFlags {
    /// How long to wait after each step: a duration, or `manual` to end there and go on by `trimtab rollout
    /// promote`
    #[arg(long, value_name = "DURATION", default_value = "0s", hide_default_value = true, value_parser = Pause::parse)]
    pause: Pause,

    /// What must hold after each step, or all is taken back: `command=LINE`, an address that answers, or
    /// `prometheus=ADDRESS QUERY`; can be given again
    #[arg(long = "gate", value_name = "GATE", value_parser = Gate::parse)]
    gates: Vec<Gate>,
}

impl StepFlags {
    pub(super) fn are_given(&self) -> bool {
        !self.gates.is_empty() || self.pause != Pause::For(Duration::ZERO)
    }
}

/// What follows a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pause {
    For(Duration),
    /// Until somebody says to go on.
    Manual,
}

impl Pause {
    fn parse(text: &str) -> Result<Self, String> {
        if text == "manual" {
            return Ok(Self::Manual);
        }
        duration::parse(text).map(Self::For)
    }
}

/// The names of the strategies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum StrategyName {
    /// What each workload says of itself
    #[default]
    Rolling,
    /// A growing share of the replicas in a second Deployment
    Canary,
    /// All replicas in a second Deployment, to which Services are switched
    BlueGreen,
}

/// Carries the plan out, its changed Deployments by steps. What fails in a step is taken back.
pub(super) async fn carry_out_by_steps(
    target: &Target,
    plan: &Plan,
    options: &Options<'_>,
    how: &Progressive,
) -> Result<Carried, Failed> {
    let (Some(release), Some(waiting)) = (&options.release, options.waiting()) else {
        let message = "steps are kept in a release, and waited for";
        return Err(Failure::new("usage", message).into());
    };
    let Some(first) = plan.steps.iter().position(Progression::concerns) else {
        if let Some(progression) = Progression::find(target, &release.name).await? {
            progression.take_over(target, &worker()).await?;
            return end(target, options, release, &progression, &waiting).await;
        }
        stderr::line("No Deployment gets other pods: there is nothing to do by steps.");
        return carry_out(target, plan, options).await;
    };
    let mut progression = match Progression::find(target, &release.name).await? {
        Some(progression) => progression,
        None => match begin(target, plan, first, options, how, &release.name).await? {
            Some(progression) => progression,
            None => return Ok(Carried::Left),
        },
    };
    let worker = worker();
    progression.take_over(target, &worker).await?;
    let name = &release.name;
    match go_through(target, &mut progression, how, name, &waiting, &worker).await {
        Ok(Carried::Out) => end(target, options, release, &progression, &waiting).await,
        Ok(Carried::Left) => {
            stderr::line(&how_to_go_on(name, target.namespace()));
            Ok(Carried::Left)
        }
        Ok(Carried::Paused) => {
            stderr::line(&format!(
                "Paused after step {} of {}. {}",
                progression.steps_done,
                progression.strategy.steps(),
                how_to_go_on(name, target.namespace())
            ));
            Ok(Carried::Paused)
        }
        Ok(Carried::Elsewhere | Carried::Overtaken) => Ok(leave_to_another(name)),
        Err(failed) => {
            stderr::line("That failed.");
            if let Ok(false) = progression.is_worked_on_by(target, &worker).await {
                return Ok(leave_to_another(name));
            }
            Err(after_failure(target, release, &progression, &waiting, failed).await)
        }
    }
}

fn leave_to_another(release: &ReleaseName) -> Carried {
    stderr::line(&format!(
        "Another process has gone on with this change, or taken it back: see `trimtab releases {release}`."
    ));
    Carried::Elsewhere
}

/// What tells this process from all others that work on changes.
fn worker() -> String {
    let now = Clock::system().now().as_nanosecond();
    format!("{}-{now}", std::process::id())
}

/// Applies everything. What fails in that is taken back as well.
async fn end(
    target: &Target,
    options: &Options<'_>,
    release: &ReleaseOptions,
    progression: &Progression,
    waiting: &Waiting,
) -> Result<Carried, Failed> {
    match finish(target, options, release, progression, waiting).await {
        Err(failed) => {
            stderr::line("That failed.");
            Err(after_failure(target, release, progression, waiting, failed).await)
        }
        carried => carried,
    }
}

/// Takes all back, and gives why.
async fn after_failure(
    target: &Target,
    release: &ReleaseOptions,
    progression: &Progression,
    waiting: &Waiting,
    failed: Failed,
) -> Failed {
    stderr::line("Now taking the new replicas away.");
    match take_back(target, progression, waiting).await {
        Ok(Carried::Left) => stderr::line(&how_to_go_on(&release.name, target.namespace())),
        Ok(_) => {}
        Err(error) => {
            let why = error.message().unwrap_or_default();
            stderr::line(&format!("could not take them away: {why}"));
            stderr::line(&how_to_go_on(&release.name, target.namespace()));
        }
    }
    failed
}

/// The commands that go on with a change, or back.
pub(in crate::commands) fn how_to_go_on(release: &ReleaseName, namespace: &str) -> String {
    let which = format!("--release {release} -n {namespace}");
    format!(
        "Go on with `trimtab rollout promote {which}`, or take it back with `trimtab rollout abort {which}`."
    )
}

/// Applies what comes before the first Deployment that is changed, and makes the second ones.
async fn begin(
    target: &Target,
    plan: &Plan,
    first: usize,
    options: &Options<'_>,
    how: &Progressive,
    release: &ReleaseName,
) -> Result<Option<Progression>, Failed> {
    let early = Plan {
        steps: plan.steps[..first].to_vec(),
        ..Plan::default()
    };
    if let Carried::Left = carry_out(target, &early, options).await? {
        return Ok(None);
    }
    let begun = Progression::begin(target, release, &how.strategy, &plan.steps).await?;
    Ok(begun)
}

/// Goes through the steps that are left.
async fn go_through(
    target: &Target,
    progression: &mut Progression,
    how: &Progressive,
    release: &ReleaseName,
    waiting: &Waiting,
    worker: &str,
) -> Result<Carried, Failed> {
    if progression.steps_done > 0
        && let Carried::Left = ask_gates(progression, how, release, waiting).await?
    {
        return Ok(Carried::Left);
    }
    // Without its steps blue-green would lead nowhere: only its pauses can be passed over.
    let is_over = how.is_full && matches!(progression.strategy, Strategy::Canary(_));
    while !progression.is_done() && !is_over {
        let (number, all) = (progression.steps_done + 1, progression.strategy.steps());
        waiting
            .report
            .step(number, all, &progression.next_words())?;
        if !progression.is_worked_on_by(target, worker).await? {
            return Ok(Carried::Elsewhere);
        }
        let seconds = progression.begin_step(target).await?;
        if let Carried::Left = until(target, &seconds, waiting).await? {
            return Ok(Carried::Left);
        }
        progression.end_step(target).await?;
        match how.flags.pause {
            _ if how.is_full => {}
            Pause::Manual => return Ok(Carried::Paused),
            Pause::For(pause) => tokio::select! {
                biased;
                () = interrupted() => return Ok(Carried::Left),
                () = tokio::time::sleep(pause) => {}
            },
        }
        if let Carried::Left = ask_gates(progression, how, release, waiting).await? {
            return Ok(Carried::Left);
        }
    }
    Ok(if progression.is_worked_on_by(target, worker).await? {
        Carried::Out
    } else {
        Carried::Elsewhere
    })
}

/// Asks all gates, unless somebody stops that.
async fn ask_gates(
    progression: &Progression,
    how: &Progressive,
    release: &ReleaseName,
    waiting: &Waiting,
) -> Result<Carried, Failure> {
    let asked = Asked {
        release: release.as_str(),
        steps_done: progression.steps_done,
        steps: progression.strategy.steps(),
    };
    for gate in &how.flags.gates {
        tokio::select! {
            biased;
            () = interrupted() => return Ok(Carried::Left),
            answer = gate.ask(&asked, waiting.timeout) => answer.map_err(|why| {
                let message = format!("a gate does not hold: {gate}: {why}");
                Failure::new("gate", message).with_status(Status::NotReady)
            })?,
        }
    }
    Ok(Carried::Out)
}

/// Applies everything, and then takes the second Deployments away.
async fn finish(
    target: &Target,
    options: &Options<'_>,
    release: &ReleaseOptions,
    progression: &Progression,
    waiting: &Waiting,
) -> Result<Carried, Failed> {
    waiting.report.promoting()?;
    let mut objects = options.objects.clone();
    progression.hold(&mut objects, target.namespace());
    let cause = release.change_cause();
    let mut plan = plan_because(target, objects, &options.forcing, cause.as_deref()).await?;
    // They ran before the first step.
    plan.steps
        .retain(|step: &Step| !step.runs_before_all_else());
    if let Carried::Left = carry_out(target, &plan, options).await? {
        stderr::line(&how_to_go_on(&release.name, target.namespace()));
        return Ok(Carried::Left);
    }
    let firsts = progression.restore(target).await?;
    if let Carried::Left = until(target, &firsts, waiting).await? {
        stderr::line(&how_to_go_on(&release.name, target.namespace()));
        return Ok(Carried::Left);
    }
    progression.end(target, deadline(waiting.timeout)).await?;
    Ok(Carried::Out)
}

/// Brings all back to the pods and replicas that were there before, unless somebody stops that first: then both are
/// there.
pub(in crate::commands) async fn take_back(
    target: &Target,
    progression: &Progression,
    waiting: &Waiting,
) -> Result<Carried, Failed> {
    progression.take_over(target, &worker()).await?;
    let firsts = progression.go_back(target).await?;
    match until(target, &firsts, waiting).await {
        Ok(Carried::Left) => return Ok(Carried::Left),
        Err(Failed::Error(error)) => return Err(error.into()),
        // Those that did not get ready before must not keep the new ones there.
        _ => {}
    }
    let deadline = deadline(waiting.timeout);
    progression.take_back(target, deadline).await?;
    Ok(Carried::Out)
}
