//! Carries steps of a plan out: class by class, each object by server-side apply.

use crate::delete::delete_and_wait;
use crate::ending::{held_by, is_ending};
use crate::error::{Error, Result};
use crate::fields::{items_at, metadata};
use crate::order::Class;
use crate::ownership::is_applied;
use crate::plan::{Action, Replacing, Step, is_with_ourselves};
use crate::target::ObjectRef;
use crate::target::{Deletion, PatchType, Target};
use crate::wait::{Outcome, Overdue, until_ready};
use crate::wait_for::until_gone;
use futures::{StreamExt, future};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use trimtab_tree::Value;

/// So many objects of a class are applied at once.
const AT_ONCE: usize = 8;

/// A server establishes the kinds that were just defined in well under this.
const ESTABLISHING: Duration = Duration::from_secs(60);

/// What is deleted to be made anew may take so long to be gone; as `kubectl replace --force` lets it.
const ENDING: Duration = Duration::from_secs(5 * 60);

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It was made.
    Created,
    /// It was changed.
    Configured,
    /// It was that already.
    Unchanged,
    /// It was deleted and made anew.
    Replaced,
}

/// One object that was applied.
#[derive(Clone, Debug)]
pub struct AppliedObject {
    /// Which one.
    pub reference: ObjectRef,
    /// What became of it.
    pub applied: Applied,
    /// What it is now.
    pub object: Value,
}

/// What was applied and what was not.
#[derive(Debug, Default)]
pub struct Report {
    /// What was applied, in order.
    pub applied: Vec<AppliedObject>,
    /// What was not: the object as kubectl names it, and why. Nothing of a later class was tried, nor what comes
    /// behind one for which the server could not be asked.
    pub failed: Vec<(String, Error)>,
}

/// Applies steps of a plan in their order: all of them, or those of a stage when the stages before are ready.
/// `replacing` lets those be deleted and made anew that need it; `on_applied` hears of each object.
///
/// # Errors
/// When the server cannot be asked, or what an object needs does not come to be. What the server
/// says against single objects is in the report.
pub async fn apply(
    target: &Target,
    steps: &[Step],
    replacing: &Replacing,
    on_applied: &mut (dyn FnMut(&AppliedObject) + Send),
) -> Result<Report> {
    let mut report = Report::default();
    let is_lost = AtomicBool::new(false);
    for steps in steps.chunk_by(|a, b| class(a) == class(b)) {
        let mut results = futures::stream::iter(steps)
            .take_while(|_| future::ready(!is_lost.load(Ordering::Relaxed)))
            .map(|step| async move { (step, apply_step(target, step, replacing).await) })
            .buffered(AT_ONCE);
        while let Some((step, result)) = results.next().await {
            match result {
                Ok(applied) => {
                    on_applied(&applied);
                    report.applied.push(applied);
                }
                Err(error) => {
                    // It would be the same with all that are to come.
                    let is_same = error.is_of_server() || !error.is_of_one_object();
                    is_lost.fetch_or(is_same, Ordering::Relaxed);
                    report.failed.push((step.name(), error));
                }
            }
        }
        if !report.failed.is_empty() {
            return Ok(report);
        }
        if steps.first().map(class) == Some(Class::Definitions) {
            let defined = &report.applied[report.applied.len() - steps.len()..];
            until_established(target, defined).await?;
        }
    }
    Ok(report)
}

fn class(step: &Step) -> Class {
    Class::of(&step.object)
}

async fn apply_step(target: &Target, step: &Step, replacing: &Replacing) -> Result<AppliedObject> {
    let reference = if let Some(reference) = &step.reference {
        reference.clone()
    } else {
        // Its kind was not defined when the plan was made.
        let discovery = target.discovery().await?;
        ObjectRef::of(&step.object, &discovery, target.namespace())?
    };
    let goes_first = match &step.action {
        Action::RunAgain => true,
        Action::Replace { .. } => replacing.allows(step),
        _ => false,
    };
    if goes_first {
        make_room(target, &reference).await?;
    } else if step.awaits_end {
        await_end(target, &reference, step).await?;
    }
    if let Some(migration) = step.migration.as_ref().filter(|_| !goes_first) {
        let kind = PatchType::Json;
        target
            .patch(&reference, None, kind, &migration.patch, false)
            .await?;
    }
    let kind = PatchType::Apply { force: step.force };
    let patch = async |kind| {
        target
            .patch(&reference, None, kind, &step.object, false)
            .await
    };
    let object = match patch(kind).await {
        // One of our own commands came between the plan and this.
        Err(error) if is_with_ourselves(&error) => patch(PatchType::Apply { force: true }).await?,
        result => result?,
    };
    let applied = if goes_first {
        Applied::Replaced
    } else if step.resource_version.is_empty() {
        Applied::Created
    } else if step.resource_version == metadata(&object, "resourceVersion") {
        Applied::Unchanged
    } else {
        // Also when only the ownership of fields is new.
        match step.action {
            Action::Unchanged => Applied::Unchanged,
            _ => Applied::Configured,
        }
    };
    Ok(AppliedObject {
        reference,
        applied,
        object,
    })
}

/// Deletes an object that is to be made anew, and waits until it is gone.
async fn make_room(target: &Target, object: &ObjectRef) -> Result<()> {
    let deadline = Some(Instant::now() + ENDING);
    match delete_and_wait(target, object, Deletion::in_background(), deadline).await {
        Err(error) if error.is_not_found() => Ok(()),
        Err(Error::TimedOut(_)) => Err(still_there(target, object).await),
        result => result,
    }
}

/// Waits until an object that is being deleted is gone. What is described may let it go: a finalizer that came by
/// an apply goes by one.
async fn await_end(target: &Target, object: &ObjectRef, step: &Step) -> Result<()> {
    let present = target.get(object).await?;
    let Some(ending) = present.filter(is_ending) else {
        return Ok(());
    };
    let finalizers = items_at(&step.object, &["metadata", "finalizers"]);
    if finalizers.is_empty() && is_applied(&ending, &["f:metadata", "f:finalizers"]) {
        let kind = PatchType::Apply { force: step.force };
        // Where it is refused, the wait says what holds the object.
        drop(target.patch(object, None, kind, &step.object, false).await);
    }
    let deadline = Some(Instant::now() + ENDING);
    match until_gone(target, object, metadata(&ending, "uid"), deadline).await {
        Err(Error::TimedOut(_)) => Err(still_there(target, object).await),
        result => result,
    }
}

/// That an object is not gone, and what holds it.
async fn still_there(target: &Target, object: &ObjectRef) -> Error {
    let present = target.get(object).await.ok().flatten();
    let held = present.map(|it| held_by(&it)).unwrap_or_default();
    let held = match &held[..] {
        [] => String::new(),
        held => format!(": it is held by {}", held.join(", ")),
    };
    Error::TimedOut(format!("{object} to be gone{held}"))
}

/// Waits until the server serves the kinds that were just defined, and asks it about them.
async fn until_established(target: &Target, definitions: &[AppliedObject]) -> Result<()> {
    let objects: Vec<ObjectRef> = definitions
        .iter()
        .map(|definition| definition.reference.clone())
        .collect();
    let deadline = Some(Instant::now() + ESTABLISHING);
    let outcome = until_ready(target, &objects, Overdue::Fails, deadline, &mut |_| {}).await?;
    let (Outcome::Failed(unready) | Outcome::TimedOut(unready)) = outcome else {
        target.rediscover().await?;
        return Ok(());
    };
    let first = unready.first();
    Err(Error::Impossible(first.map_or_else(String::new, |first| {
        format!(
            "{} does not come to be served: {}",
            first.object, first.text
        )
    })))
}
