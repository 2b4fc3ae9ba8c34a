//! Asks the server about each object what applying it would do.

use super::migration::Migration;
use super::refusal::{self, Refusal};
use super::replacement::replaced;
use super::{
    Action, Conflict, Forcing, Plan, Step, cause, conflict, display, left_to_controllers,
    string_data,
};
use crate::autoscale::autoscaler_of;
use crate::ending::is_ending;
use crate::error::{Error, Result};
use crate::fields::{field, metadata, name_of, text_at};
use crate::order::{Stage, is_hook_that_runs, sort_for_apply};
use crate::readiness::{Readiness, readiness};
use crate::target::{Discovery, ObjectRef, PatchType, Target};
use futures::{StreamExt, TryStreamExt};
use std::collections::BTreeSet;
use trimtab_object::{diff, split_api_version};
use trimtab_schema::Schema;
use trimtab_tree::Value;

/// So many objects are asked about at once.
const AT_ONCE: usize = 8;

/// Finds out what applying `objects` would do. Fields of other managers are conflicts unless
/// `forcing` has them taken over; those that trimtab's own commands (`scale`, `rollout undo`) set are taken back
/// without asking.
///
/// # Errors
/// When the server cannot be asked, an object is given twice, or is of a kind that neither the server
/// nor any of `objects` defines. What the server says against single objects is in the plan.
pub async fn plan(target: &Target, objects: Vec<Value>, forcing: &Forcing) -> Result<Plan> {
    plan_because(target, objects, forcing, None).await
}

/// [`plan`], with a cause that workloads are given which get other pods by it, and say nothing of that
/// themselves: `rollout history` shows it.
///
/// # Errors
/// Those of [`plan`].
pub async fn plan_because(
    target: &Target,
    mut objects: Vec<Value>,
    forcing: &Forcing,
    change_cause: Option<&str>,
) -> Result<Plan> {
    refuse_repeated(&objects, target.namespace())?;
    let left_out = leave_out(&mut objects)?;
    sort_for_apply(&mut objects);
    let discovery = target.discovery().await?;
    let planner = Planner {
        target,
        discovery: &discovery,
        defined: defined_kinds(&objects),
        scaled: left_to_controllers::scaled(&objects, target.namespace()),
        absent_namespaces: absent_namespaces(target, &discovery, &objects).await?,
        schema: Schema::kubernetes(),
        forcing,
        change_cause,
    };
    let mut steps: Vec<Step> = futures::stream::iter(objects)
        .map(|object| planner.step(object))
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    run_hooks_again(&mut steps);
    Ok(Plan {
        steps,
        leftovers: Vec::new(),
        left_out,
    })
}

/// Takes away what is no part of an apply, and gives its names.
fn leave_out(objects: &mut Vec<Value>) -> Result<Vec<String>> {
    let mut left_out = Vec::new();
    let mut kept = Vec::with_capacity(objects.len());
    for object in objects.drain(..) {
        match Stage::of(&object)? {
            Some(_) => kept.push(object),
            None => left_out.push(name_of(&object)),
        }
    }
    *objects = kept;
    Ok(left_out)
}

/// Hooks run with every apply that changes anything, and again where they failed.
fn run_hooks_again(steps: &mut [Step]) {
    let changes = |step: &Step| step.has_failed || !matches!(step.action, Action::Unchanged);
    if !steps.iter().any(changes) {
        return;
    }
    for step in steps {
        let is_there = step.before.is_some() && is_hook_that_runs(&step.object);
        let can_go = matches!(
            step.action,
            Action::Unchanged | Action::Change(_) | Action::Replace { .. }
        );
        if is_there && can_go {
            step.action = Action::RunAgain;
        }
    }
}

fn has_failed(live: &Value) -> bool {
    matches!(readiness(live), Readiness::Failed(_))
}

struct Planner<'p> {
    target: &'p Target,
    discovery: &'p Discovery,
    /// The groups and kinds that the objects themselves define.
    defined: BTreeSet<(String, String)>,
    /// What autoscalers among the objects count the replicas of: namespace, kind and name.
    scaled: BTreeSet<(String, String, String)>,
    /// The namespaces among the objects that are not there yet. Nothing can be asked about what is in them, and
    /// kube-apiserver waits for a namespace before it says so.
    absent_namespaces: BTreeSet<String>,
    schema: Schema,
    forcing: &'p Forcing,
    change_cause: Option<&'p str>,
}

impl Planner<'_> {
    async fn step(&self, mut object: Value) -> Result<Step> {
        string_data::into_data(&mut object);
        left_to_controllers::aggregated_rules(&mut object);
        let wants_cause = cause::is_wanting(&object);
        let namespace = self.target.namespace();
        let reference = match ObjectRef::of(&object, self.discovery, namespace) {
            Ok(reference) => reference,
            Err(_) if self.is_defined_here(&object) => {
                return Ok(Step::unchecked(object, None));
            }
            Err(error) => return Err(error),
        };
        if self.absent_namespaces.contains(&*reference.namespace) {
            if let Some(why) = self.change_cause.filter(|_| wants_cause) {
                cause::say(&mut object, why);
            }
            return Ok(Step::unchecked(object, Some(reference)));
        }
        let live = match self.target.get(&reference).await {
            Ok(live) => live,
            Err(error) => return Step::hidden(object, reference, error),
        };
        // A hook that is there goes first in any case.
        if live.as_ref().is_some_and(is_ending) && !is_hook_that_runs(&object) {
            return Ok(Step {
                awaits_end: true,
                ..Step::unchecked(object, Some(reference))
            });
        }
        if let Some(replicas) = live
            .as_ref()
            .and_then(|live| left_to_controllers::dropped_replicas(&object, live))
            && self.is_scaled(&reference).await?
        {
            left_to_controllers::keep_replicas(&mut object, replicas.clone());
        }
        if wants_cause && let Some(said) = live.as_ref().and_then(cause::said_by_us) {
            cause::say(&mut object, said);
        }
        let mut force = self.forcing.is_blind();
        let mut answer = self.try_apply(&reference, &object, force).await;
        let migration = live.as_ref().and_then(Migration::of);
        let is_migrated = |it: &Conflict| migration.is_some() && Migration::is_from(&it.manager);
        let may_be_taken =
            |it: &Conflict| it.is_with_ourselves() || is_migrated(it) || self.forcing.allows(it);
        if let Err(error) = &answer
            && let Some(conflicts) = conflict::read(error, live.as_ref())
            && conflicts.iter().all(may_be_taken)
        {
            force = true;
            answer = self.try_apply(&reference, &object, force).await;
        }
        let mut step = Step {
            resource_version: live
                .as_ref()
                .map(|live| metadata(live, "resourceVersion").to_owned())
                .unwrap_or_default(),
            before: live.clone(),
            after: None,
            action: Action::Unchanged,
            reference: Some(reference),
            is_hidden: false,
            awaits_end: false,
            stage: Stage::of(&object)?.unwrap_or_default(),
            has_failed: is_hook_that_runs(&object) && live.as_ref().is_some_and(has_failed),
            object,
            force,
            migration,
        };
        let answer = match answer {
            Ok(applied) => self.migrated(&step, applied).await,
            refused => refused,
        };
        match answer {
            Ok(after) => {
                step.after = Some(after);
                self.compare(&mut step);
                if wants_cause {
                    self.give_cause(&mut step);
                }
            }
            Err(error) => {
                step.action = explain(&step, error)?;
                self.preview_replacement(&mut step);
            }
        }
        self.name_autoscaler(&mut step).await?;
        Ok(step)
    }

    /// Names the autoscaler that counts the replicas, where the step cannot have them for that.
    async fn name_autoscaler(&self, step: &mut Step) -> Result<()> {
        let (Action::Conflict(conflicts), Some(reference)) = (&mut step.action, &step.reference)
        else {
            return Ok(());
        };
        if let Some(conflict) = conflicts.iter_mut().find(|it| it.is_about_replicas()) {
            conflict.autoscaler = self.autoscaler_of(reference).await?;
        }
        Ok(())
    }

    /// The autoscaler that counts the replicas of an object; none where they may not be listed.
    async fn autoscaler_of(&self, object: &ObjectRef) -> Result<Option<String>> {
        match autoscaler_of(self.target, object).await {
            Err(error) if error.is_of_one_object() => Ok(None),
            found => found,
        }
    }

    /// Whether an autoscaler counts the replicas of an object, or will.
    async fn is_scaled(&self, object: &ObjectRef) -> Result<bool> {
        let kind = object.resource.kind.to_string();
        let key = (object.namespace.to_string(), kind, object.name.to_string());
        Ok(self.scaled.contains(&key) || self.autoscaler_of(object).await?.is_some())
    }

    async fn try_apply(&self, object: &ObjectRef, body: &Value, force: bool) -> Result<Value> {
        let kind = PatchType::Apply { force };
        self.target.patch(object, None, kind, body, true).await
    }

    /// What an apply comes to that is preceded by a migration, for which the server cannot be asked in one.
    async fn migrated(&self, step: &Step, applied: Value) -> Result<Value> {
        let (Some(migration), Some(reference)) = (&step.migration, &step.reference) else {
            return Ok(applied);
        };
        match migration.preview(&applied) {
            // With the defaults of what goes.
            Some(left) => self.target.replace(reference, &left, true).await,
            None => Ok(applied),
        }
    }

    /// Works out what would be other than now in what must be replaced: the server does not say.
    fn preview_replacement(&self, step: &mut Step) {
        let (Action::Replace { changes, .. }, Some(live)) = (&mut step.action, &step.before) else {
            return;
        };
        let mut after = Some(replaced(live, &step.object, &self.schema));
        display::clean(step.before.as_mut(), after.as_mut());
        if let (Some(before), Some(after)) = (&step.before, &after) {
            let (api_version, kind) = (field(after, "apiVersion"), field(after, "kind"));
            *changes = diff(before, after, self.schema.type_of(api_version, kind));
        }
        step.after = after;
    }

    /// Says why there are other pods, where there are.
    fn give_cause(&self, step: &mut Step) {
        if !step.makes_other_pods() {
            return;
        }
        // Where nobody knows why, what was said of the pods before is not true of these.
        for version in [Some(&mut step.object), step.after.as_mut()]
            .into_iter()
            .flatten()
        {
            match self.change_cause {
                Some(why) => cause::say(version, why),
                None => cause::unsay(version),
            }
        }
        self.compare(step);
    }

    fn compare(&self, step: &mut Step) {
        display::clean(step.before.as_mut(), step.after.as_mut());
        step.action = match (&step.before, &step.after) {
            (Some(before), Some(after)) => {
                let (api_version, kind) = (field(after, "apiVersion"), field(after, "kind"));
                let changes = diff(before, after, self.schema.type_of(api_version, kind));
                if changes.is_empty() {
                    Action::Unchanged
                } else {
                    Action::Change(changes)
                }
            }
            _ => Action::Create { is_checked: true },
        };
    }

    fn is_defined_here(&self, object: &Value) -> bool {
        let (group, _) = split_api_version(field(object, "apiVersion"));
        let kind = field(object, "kind");
        self.defined.contains(&(group.to_owned(), kind.to_owned()))
    }
}

/// What the server's refusal of the dry run means.
fn explain(step: &Step, error: Error) -> Result<Action> {
    if let Some(conflicts) = conflict::read(&error, step.before.as_ref()) {
        return Ok(Action::Conflict(conflicts));
    }
    match refusal::read(error, step.before.is_some())? {
        Refusal::Immutable(causes) => Ok(Action::Replace {
            causes,
            changes: Vec::new(),
        }),
        Refusal::Other(message) => Ok(Action::Refused(message)),
    }
}

impl Step {
    /// An object that the server does not let be seen: that says nothing of the others.
    fn hidden(object: Value, reference: ObjectRef, error: Error) -> Result<Self> {
        let mut step = Self {
            reference: Some(reference),
            is_hidden: true,
            ..Self::new(object, Action::Unchanged)
        };
        step.action = explain(&step, error)?;
        Ok(step)
    }

    /// An object about which the server cannot be asked yet.
    fn unchecked(object: Value, reference: Option<ObjectRef>) -> Self {
        let mut after = Some(object.clone());
        display::clean(None, after.as_mut());
        Self {
            reference,
            after,
            ..Self::new(object, Action::Create { is_checked: false })
        }
    }
}

/// Which of two texts for one object would win depends on who comes first, so neither does.
fn refuse_repeated(objects: &[Value], namespace: &str) -> Result<()> {
    let mut seen = BTreeSet::new();
    for object in objects {
        let (group, _) = split_api_version(field(object, "apiVersion"));
        let (kind, name) = (field(object, "kind"), metadata(object, "name"));
        let own = metadata(object, "namespace");
        let place = if own.is_empty() { namespace } else { own };
        if !name.is_empty() && !seen.insert((group, kind, place, name)) {
            let of = if own.is_empty() { "" } else { " in namespace " };
            let name = name_of(object);
            return Err(Error::Usage(format!(
                "{name}{of}{own} is given twice: leave one of the two out"
            )));
        }
    }
    Ok(())
}

fn defined_kinds(objects: &[Value]) -> BTreeSet<(String, String)> {
    let definitions = of_kind(objects, "apiextensions.k8s.io", "CustomResourceDefinition");
    definitions
        .map(|definition| {
            let group = text_at(definition, &["spec", "group"]);
            let kind = text_at(definition, &["spec", "names", "kind"]);
            (group.to_owned(), kind.to_owned())
        })
        .collect()
}

/// The namespaces among the objects that are not there, or will not be for long.
async fn absent_namespaces(
    target: &Target,
    discovery: &Discovery,
    objects: &[Value],
) -> Result<BTreeSet<String>> {
    let namespaces: Vec<ObjectRef> = of_kind(objects, "", "Namespace")
        .map(|namespace| ObjectRef::of(namespace, discovery, target.namespace()))
        .collect::<Result<_>>()?;
    futures::stream::iter(namespaces)
        .map(|it| async move {
            match target.get(&it).await {
                // Its own step says so.
                Err(error) if error.is_of_one_object() => Ok((false, it.name)),
                found => Ok((found?.is_none_or(|found| is_ending(&found)), it.name)),
            }
        })
        .buffered(AT_ONCE)
        .try_filter_map(|(is_absent, name)| async move { Ok(is_absent.then(|| name.to_string())) })
        .try_collect()
        .await
}

fn of_kind<'v>(
    objects: &'v [Value],
    group: &'v str,
    kind: &'v str,
) -> impl Iterator<Item = &'v Value> {
    objects.iter().filter(move |object| {
        let (of_group, _) = split_api_version(field(object, "apiVersion"));
        (of_group, field(object, "kind")) == (group, kind)
    })
}
