//! What an apply would do, found out by letting the server do it for show: a server-side dry run
//! of every object, compared with what is there. Defaults and what admission adds are in both, so
//! they make no noise.

mod cause;
mod conflict;
mod display;
mod forcing;
mod migration;
mod refusal;

pub use conflict::Conflict;
pub(crate) use conflict::is_with_ourselves;
pub use display::mask_secrets;
pub use forcing::Forcing;
pub use refusal::Cause;

use crate::error::{Error, Result};
use crate::fields::{field, metadata, text_at};
use crate::order::{Stage, is_hook_that_runs, sort_for_apply};
use crate::prune::Leftover;
use crate::readiness::{Readiness, readiness};
use crate::target::ObjectRef;
use crate::target::{Discovery, Manager, PatchType, Target};
use futures::{StreamExt, TryStreamExt};
pub(crate) use migration::Migration;
use refusal::Refusal;
use std::collections::BTreeSet;
use trimtab_object::{Change, diff, split_api_version};
use trimtab_schema::Schema;
use trimtab_tree::Value;

/// So many objects are asked about at once.
const AT_ONCE: usize = 8;

/// What an apply would do, object by object, in the order in which it would.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
    /// What earlier revisions of the release applied and none of the steps does, in the order in which it is
    /// deleted. For the caller to find, see [`leftovers`](crate::leftovers).
    pub leftovers: Vec<Leftover>,
    /// Objects that no apply touches, as kubectl names them: hooks of a deletion, of a test.
    pub left_out: Vec<String>,
}

/// What an apply would do with one object.
#[derive(Clone, Debug)]
pub struct Step {
    /// The object to apply.
    pub object: Value,
    /// What is to be ready before it is applied: all of the stages before its own.
    pub stage: Stage,
    /// Which one it is; nothing if its kind is yet to be defined by another step.
    pub reference: Option<ObjectRef>,
    /// What would happen.
    pub action: Action,
    /// What is there, as far as people care: without status and bookkeeping, secrets masked.
    pub before: Option<Value>,
    /// What would be there, likewise.
    pub after: Option<Value>,
    /// The resource version of what is there; empty if nothing is.
    pub(crate) resource_version: String,
    /// Whether fields must be taken from other managers.
    pub(crate) force: bool,
    /// Whether it is a hook that ran before, and failed.
    has_failed: bool,
    /// What is to be done before it is applied.
    pub(crate) migration: Option<Migration>,
}

/// What would happen to an object.
#[derive(Clone, Debug)]
pub enum Action {
    /// It would be made. Unchecked if what it needs is made by an earlier step, so that the server
    /// cannot tell yet.
    Create {
        /// Whether the server would take it.
        is_checked: bool,
    },
    /// It would be changed.
    Change(Vec<Change>),
    /// It is that already.
    Unchanged,
    /// It is a hook, there from an earlier apply: it is deleted and made anew, so that it runs again.
    RunAgain,
    /// It can only be deleted and made anew: fields would change that may not.
    Replace(Vec<Cause>),
    /// Others own fields that would change.
    Conflict(Vec<Conflict>),
    /// The server would not take it; why.
    Refused(String),
}

/// What of that which cannot be changed may be deleted and made anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacing {
    /// All of it.
    Everything,
    /// What is of these kinds, by any name that they have on the command line.
    Kinds(Vec<String>),
}

impl Replacing {
    /// Nothing at all.
    #[must_use]
    pub const fn nothing() -> Self {
        Self::Kinds(Vec::new())
    }

    /// Whether the object of a step may be.
    #[must_use]
    pub fn allows(&self, step: &Step) -> bool {
        let Self::Kinds(kinds) = self else {
            return true;
        };
        let is_its = |word: &String| {
            let word = word.to_lowercase();
            let resource = step.reference.as_ref().map(|it| &it.resource);
            resource.is_some_and(|resource| resource.is_called(&word))
                || field(&step.object, "kind").to_lowercase() == word
        };
        kinds.iter().any(is_its)
    }
}

impl Step {
    /// A step with an object of which nothing is known but what would happen.
    #[must_use]
    pub fn new(object: Value, action: Action) -> Self {
        Self {
            stage: Stage::of(&object).ok().flatten().unwrap_or_default(),
            object,
            reference: None,
            action,
            before: None,
            after: None,
            resource_version: String::new(),
            force: false,
            has_failed: false,
            migration: None,
        }
    }

    /// Whether a workload that is there, or comes to be, gets other pods.
    pub(crate) fn makes_other_pods(&self) -> bool {
        cause::makes_other_pods(self.before.as_ref(), self.after.as_ref())
    }

    /// The object as kubectl names it: `deployment.apps/web`.
    #[must_use]
    pub fn name(&self) -> String {
        name_of(&self.object)
    }

    /// The resource version of what was there when the plan was made; empty if nothing was.
    #[must_use]
    pub fn resource_version(&self) -> &str {
        &self.resource_version
    }

    /// The namespace that the object is in; nothing if its kind has none or is not known yet.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        let namespace = self
            .reference
            .as_ref()
            .map(|reference| &*reference.namespace);
        namespace.filter(|namespace| !namespace.is_empty())
    }
}

impl Plan {
    /// Whether anything would change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let is_unchanged = |step: &Step| matches!(step.action, Action::Unchanged);
        self.steps.iter().all(is_unchanged) && self.pruned().next().is_none()
    }

    /// The steps of each stage.
    pub fn stages(&self) -> impl Iterator<Item = &[Step]> {
        self.steps.chunk_by(|a, b| a.stage == b.stage)
    }

    /// What is left over and goes.
    pub fn pruned(&self) -> impl Iterator<Item = &Leftover> {
        self.leftovers.iter().filter(|it| it.kept.is_none())
    }

    /// The steps that cannot be done: conflicts, refusals, and what would have to be replaced and may
    /// not.
    pub fn obstacles<'p>(&'p self, replacing: &Replacing) -> impl Iterator<Item = &'p Step> {
        self.steps.iter().filter(move |step| match step.action {
            Action::Conflict(_) | Action::Refused(_) => true,
            Action::Replace(_) => !replacing.allows(step),
            _ => false,
        })
    }
}

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
            Action::Unchanged | Action::Change(_) | Action::Replace(_)
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
    /// The namespaces among the objects that are not there yet. Nothing can be asked about what is in them, and
    /// kube-apiserver waits for a namespace before it says so.
    absent_namespaces: BTreeSet<String>,
    schema: Schema,
    forcing: &'p Forcing,
    change_cause: Option<&'p str>,
}

impl Planner<'_> {
    async fn step(&self, mut object: Value) -> Result<Step> {
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
        let live = self.target.get(&reference).await?;
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
            stage: Stage::of(&object)?.unwrap_or_default(),
            has_failed: is_hook_that_runs(&object) && live.as_ref().is_some_and(has_failed),
            object,
            force,
            migration,
        };
        match answer {
            Ok(applied) => {
                step.after = Some(self.migrated(&step, applied).await?);
                self.compare(&mut step);
                if wants_cause {
                    self.give_cause(&mut step);
                }
            }
            Err(error) => step.action = explain(&step, error)?,
        }
        Ok(step)
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

    /// Says why there are other pods, where there are.
    fn give_cause(&self, step: &mut Step) {
        let Some(why) = self.change_cause else {
            return;
        };
        if !step.makes_other_pods() {
            return;
        }
        cause::say(&mut step.object, why);
        if let Some(after) = &mut step.after {
            cause::say(after, why);
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
        Refusal::Immutable(causes) => Ok(Action::Replace(causes)),
        Refusal::Other(message) => Ok(Action::Refused(message)),
    }
}

impl Step {
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

/// The object as kubectl names it, from what it says of itself.
pub(crate) fn name_of(object: &Value) -> String {
    let (group, _) = split_api_version(field(object, "apiVersion"));
    let kind = field(object, "kind").to_lowercase();
    let dot = if group.is_empty() { "" } else { "." };
    format!("{kind}{dot}{group}/{}", metadata(object, "name"))
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

/// The namespaces among the objects that are not there.
async fn absent_namespaces(
    target: &Target,
    discovery: &Discovery,
    objects: &[Value],
) -> Result<BTreeSet<String>> {
    let namespaces: Vec<ObjectRef> = of_kind(objects, "", "Namespace")
        .map(|namespace| ObjectRef::of(namespace, discovery, target.namespace()))
        .collect::<Result<_>>()?;
    futures::stream::iter(namespaces)
        .map(|it| async move { Ok((target.get(&it).await?.is_none(), it.name)) })
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

/// Whether a field manager is one of ours.
fn is_ourselves(manager: &str) -> bool {
    [Manager::Apply, Manager::Command]
        .iter()
        .any(|ours| ours.name() == manager)
}
