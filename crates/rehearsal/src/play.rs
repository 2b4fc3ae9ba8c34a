//! The play itself: the state before, the state after, and what comes of it.

use crate::budget;
use crate::cause;
use crate::elsewhere::is_elsewhere;
use crate::error::RehearsalError;
use crate::namespaces::{self, text};
use crate::notes;
use crate::promise::Promise;
use crate::report::{End, Refused, Rehearsal, Sample, Subject, Unsettled, Workload};
use crate::revision;
use crate::sampler::{Moment, Sampler};
use crate::settle::{Changes, Settled, awaited_of, settle, workload};
use crate::templates::Templates;
use crate::undo;
use jiff::Timestamp;
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use std::time::Duration;
use trimtab_cluster::{Cluster, Options as ClusterOptions, in_virtual_time};
use trimtab_deploy::{
    Action, AppliedObject, Forcing, ObjectRef, Plan, Replacing, Step, Target, apply, plan,
    sort_for_apply,
};
use trimtab_informer::Informers;
use trimtab_node::Scenario;
use trimtab_tree::Value;

/// When every rehearsal begins, in virtual time.
pub(crate) const START: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// What to rehearse.
#[derive(Clone, Debug)]
pub struct Options {
    /// What is there before; nothing for a first rollout.
    pub before: Option<Before>,
    /// The objects to roll out.
    pub after: Vec<Value>,
    /// What nodes there are, what pods go through, and what goes wrong.
    pub scenario: Scenario,
    /// Decides everything that the scenario leaves to chance.
    pub seed: u64,
    /// Whether it is found out what an undo brings back.
    pub undoes: bool,
}

/// The state before a rollout.
#[derive(Clone, Debug)]
pub enum Before {
    /// Objects as somebody wrote them: they are applied.
    Files(Vec<Value>),
    /// Objects as a cluster has them, those who own their fields included: they are made as they are.
    Live(Vec<Value>),
}

/// Rehearses a rollout, in virtual time and on the calling thread, which must be in no runtime.
///
/// # Errors
/// When there can be no rehearsal; see [`RehearsalError`]. Objects that the control plane does not
/// take are in the rehearsal.
pub fn rehearse(options: Options) -> Result<Rehearsal, RehearsalError> {
    let seed = options.seed;
    in_virtual_time(START, seed, async |clock, chance| {
        let mut with = ClusterOptions::new(clock, chance);
        with.scenario = options.scenario.clone();
        let cluster = Cluster::start(with).await?;
        let rehearsal = Box::pin(play(&cluster, options)).await;
        cluster.shutdown().await;
        rehearsal
    })?
}

async fn play(cluster: &Cluster, options: Options) -> Result<Rehearsal, RehearsalError> {
    let Options {
        before,
        after,
        seed,
        undoes,
        ..
    } = options;
    let informers = cluster.informers();
    let target = Target::new(cluster.client(), "default");
    let changes = Changes::listen(informers);
    let has_pods = |objects: &[Value]| objects.iter().any(|it| text(it, &["kind"]) == "Pod");
    if has_pods(&after) || before.as_ref().is_some_and(|it| has_pods(it.objects())) {
        changes.listen_for_pods(informers);
    }
    let mut rehearsal = Rehearsal {
        seed,
        unsettled: Vec::new(),
        refused: Vec::new(),
        workloads: Vec::new(),
        notes: notes::on(&after),
        budgets: Vec::new(),
        peak_pods: 0,
        duration: Duration::ZERO,
        undo: None,
    };

    let has_before = before.is_some();
    if let Some(before) = before {
        match settle_before(&target, informers, &changes, before).await? {
            Ok(unsettled) => rehearsal.unsettled = unsettled,
            Err(refused) => {
                rehearsal.refused = refused;
                return Ok(rehearsal);
            }
        }
    }
    let kept = Templates::read(informers);

    let sampler = Sampler::start(informers, counted(&after));
    sampler.begin();
    cluster.begin_faults();
    let began = tokio::time::Instant::now();
    let (plan, applied) = match bring(&target, informers, after).await? {
        Brought::Applied(plan, applied) => (plan, applied),
        Brought::Refused(refused) => {
            rehearsal.refused = refused;
            return Ok(rehearsal);
        }
    };
    let awaited = awaited_of(applied.iter().map(|applied| &applied.object));
    let applying = began.elapsed();
    let settled = settle(informers, &changes, &awaited).await;
    let latest = settled.iter().map(|settled| settled.after).max();
    rehearsal.duration = applying + latest.unwrap_or_default();
    let (mut moments, peak) = sampler.take();
    rehearsal.peak_pods = peak;
    let mut counted = Vec::new();
    for (awaited, settled) in awaited.iter().zip(settled) {
        let subject = &awaited.subject;
        let moments = moments.remove(subject).unwrap_or_default();
        let end = end_of(informers, subject, applying, settled);
        let judged = judge(informers, subject, &moments, end);
        rehearsal.workloads.push(judged);
        counted.push((subject.clone(), moments));
    }
    rehearsal.budgets = budget::judge(&target, informers, &counted).await?;
    if undoes && has_before {
        let undone = undo::rehearse(&target, informers, &changes, &kept, &plan, &awaited);
        rehearsal.undo = Some(undone.await?);
    }
    Ok(rehearsal)
}

/// Brings the state before, and waits for it: which workloads are not well then, or what was refused.
async fn settle_before(
    target: &Target,
    informers: &Informers,
    changes: &Changes,
    before: Before,
) -> Result<Result<Vec<Unsettled>, Vec<Refused>>, RehearsalError> {
    let brought = match before {
        Before::Files(objects) => bring(target, informers, objects).await?.split(),
        Before::Live(objects) => make(target, informers, objects).await?,
    };
    let applied = match brought {
        Ok(applied) => applied,
        Err(refused) => return Ok(Err(refused)),
    };
    let awaited = awaited_of(applied.iter());
    let settled = settle(informers, changes, &awaited).await;
    let both = awaited.into_iter().zip(settled);
    let unsettled = both.filter(|(_, settled)| !settled.is_complete);
    Ok(Ok(unsettled
        .map(|(awaited, settled)| Unsettled {
            cause: cause::of(informers, &awaited.subject),
            subject: awaited.subject,
            text: settled.text,
        })
        .collect()))
}

/// The workloads whose pods are counted, and how long a pod has to be ready to be available.
fn counted(objects: &[Value]) -> impl Iterator<Item = (Subject, Duration)> {
    objects.iter().filter_map(|object| {
        let min_ready = text(object, &["spec", "minReadySeconds"]).parse();
        let min_ready = Duration::from_secs(min_ready.unwrap_or(0));
        Some((workload(object)?, min_ready))
    })
}

/// How a rollout ended that took so long to be applied.
fn end_of(informers: &Informers, subject: &Subject, applying: Duration, settled: Settled) -> End {
    let after = applying + settled.after;
    if settled.is_complete {
        return End::Complete {
            after,
            text: settled.text,
        };
    }
    End::Stuck {
        after,
        text: settled.text,
        cause: cause::of(informers, subject),
    }
}

enum Brought {
    Applied(Plan, Vec<AppliedObject>),
    Refused(Vec<Refused>),
}

impl Brought {
    fn split(self) -> Result<Vec<Value>, Vec<Refused>> {
        match self {
            Self::Applied(_, applied) => Ok(applied.into_iter().map(|it| it.object).collect()),
            Self::Refused(refused) => Err(refused),
        }
    }
}

impl Before {
    fn objects(&self) -> &[Value] {
        match self {
            Self::Files(objects) | Self::Live(objects) => objects,
        }
    }
}

/// Makes objects as they are, each in its turn.
async fn make(
    target: &Target,
    informers: &Informers,
    mut objects: Vec<Value>,
) -> Result<Result<Vec<Value>, Vec<Refused>>, RehearsalError> {
    namespaces::make_missing(target.client(), &objects).await?;
    namespaces::have_accounts(informers, &namespaces::foreign(&objects)).await;
    sort_for_apply(&mut objects);
    let mut made = Vec::new();
    let mut refused = Vec::new();
    for object in &objects {
        let discovery = target.discovery().await?;
        let reference = match ObjectRef::of(object, &discovery, target.namespace()) {
            Ok(reference) => reference,
            // Its kind may have come with one of those before it.
            Err(_) => ObjectRef::of(object, &*target.rediscover().await?, target.namespace())?,
        };
        match target.create(&reference, object, false).await {
            Ok(object) => made.push(object),
            // Every namespace has some of its own, and `default` is there.
            Err(error)
                if error
                    .status()
                    .is_some_and(|it| it.reason == "AlreadyExists") => {}
            Err(error) => refused.push(refusal_of(&error, Subject::of_reference(&reference))),
        }
    }
    Ok(if refused.is_empty() {
        Ok(made)
    } else {
        Err(refused)
    })
}

/// What the server says against an object.
fn refusal_of(error: &trimtab_deploy::Error, subject: Subject) -> Refused {
    let details = error.status().and_then(|status| status.details.as_ref());
    let causes = details.map(|details| &details.causes).into_iter().flatten();
    Refused {
        subject,
        message: error.message(),
        causes: causes
            .map(|cause| (cause.field.clone(), cause.message.clone()))
            .collect(),
        is_immutable: false,
    }
}

/// Applies objects, each in its turn, in the namespaces that they name.
async fn bring(
    target: &Target,
    informers: &Informers,
    objects: Vec<Value>,
) -> Result<Brought, RehearsalError> {
    // Nobody would answer those whom they send requests to.
    let objects: Vec<Value> = objects.into_iter().filter(|it| !is_elsewhere(it)).collect();
    namespaces::make_missing(target.client(), &objects).await?;
    namespaces::have_accounts(informers, &namespaces::foreign(&objects)).await;
    let plan = plan(target, objects, &Forcing::Everything).await?;
    let refused: Vec<Refused> = plan.obstacles(&Replacing::nothing()).map(refusal).collect();
    if !refused.is_empty() {
        return Ok(Brought::Refused(refused));
    }
    let report = apply(target, &plan.steps, &Replacing::nothing(), &mut |_| {}).await?;
    if report.failed.is_empty() {
        return Ok(Brought::Applied(plan, report.applied));
    }
    let refused = report.failed.into_iter().map(|(name, error)| {
        let step = plan.steps.iter().find(|step| step.name() == name);
        let subject = step.map_or_else(|| Subject::new("", "", &name), Subject::of_step);
        refusal_of(&error, subject)
    });
    Ok(Brought::Refused(refused.collect()))
}

fn refusal(step: &Step) -> Refused {
    let (message, causes, is_immutable) = match &step.action {
        Action::Refused(message) => (message.clone(), Vec::new(), false),
        Action::Replace { causes, .. } => {
            let causes = causes.iter();
            let causes = causes.map(|cause| (cause.field.clone(), cause.message.clone()));
            let message = "fields would change that may not".to_owned();
            (message, causes.collect(), true)
        }
        // With force nobody else's fields are in the way.
        _ => ("it cannot be applied".to_owned(), Vec::new(), false),
    };
    Refused {
        subject: Subject::of_step(step),
        message,
        causes,
        is_immutable,
    }
}

/// What a workload promises, as it is now.
pub(crate) fn promise(informers: &Informers, subject: &Subject) -> Promise {
    let (namespace, name) = (&*subject.namespace, &*subject.name);
    let promise = match &*subject.kind {
        "Deployment" => {
            let found = informers.of::<Deployment>().get(namespace, name);
            found.map(|it| Promise::of_deployment(&it))
        }
        "StatefulSet" => {
            let found = informers.of::<StatefulSet>().get(namespace, name);
            found.map(|it| Promise::of_stateful_set(&it))
        }
        "DaemonSet" => {
            let found = informers.of::<DaemonSet>().get(namespace, name);
            found.map(|it| Promise::of_daemon_set(&it))
        }
        _ => None,
    };
    promise.unwrap_or_else(Promise::of_others)
}

/// What the moments of a workload come to.
fn judge(informers: &Informers, subject: &Subject, moments: &[Moment], end: End) -> Workload {
    let promise = promise(informers, subject);
    let revision = revision::of(informers, subject);
    let mut samples: Vec<Sample> = Vec::with_capacity(moments.len());
    for moment in moments {
        let sample = Sample {
            at: moment.at,
            desired: moment.desired,
            pods: moment.pods(),
            available: moment.available(),
            updated: moment.of(&revision),
        };
        if samples.last().is_none_or(|last| {
            Sample {
                at: sample.at,
                ..*last
            } != sample
        }) {
            samples.push(sample);
        }
    }
    let available_before = samples.first().map_or(0, |first| first.available);
    let worst = samples.iter().map(|sample| sample.available).min();
    Workload {
        subject: subject.clone(),
        desired: promise.desired,
        max_surge: promise.max_surge,
        max_unavailable: promise.max_unavailable,
        available_before,
        worst_available: worst.unwrap_or(0),
        peak_pods: samples.iter().map(|sample| sample.pods).max().unwrap_or(0),
        samples,
        end,
    }
}
