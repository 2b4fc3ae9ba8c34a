//! The switch: what a set of resources needs to write histories, and nothing when it does not.

use super::compare::Mark;
use super::effects::{Effect, Effects};
use super::history::History;
use super::removal::Removal;
use super::step::{Action, Cause, Step};
use crate::resource::{Resource, Touched};
use crate::resource_set::ResourceSet;
use std::sync::Arc;
use trimtab_schema::Schema;
use trimtab_tree::{Position, Value};

/// What a set that records knows.
#[derive(Clone, Debug)]
pub(crate) struct Recording {
    step: Arc<Step>,
    cause: Option<Arc<Cause>>,
    removal: Option<Arc<Removal>>,
    removed: Vec<Removed>,
    effects: Effects,
}

/// A resource that is not in the output because a step took it out.
#[derive(Clone, Debug)]
pub struct Removed {
    /// The resource as it was before.
    pub resource: Resource,
    /// What took it out.
    pub step: Arc<Step>,
}

impl Default for Recording {
    fn default() -> Self {
        Self {
            step: Arc::new(Step::at_the_end(Action::Read)),
            cause: None,
            removal: None,
            removed: Vec::new(),
            effects: Effects::default(),
        }
    }
}

/// A resource during a change: what it was before.
pub(crate) struct Watch {
    before: Value,
    history: Option<Box<History>>,
    step: Arc<Step>,
    cause: Option<Arc<Cause>>,
    removal: Option<Arc<Removal>>,
}

impl Watch {
    /// Adds what changed to the history of the resource. Returns whether anything did.
    pub(crate) fn finish(self, resource: &mut Resource) -> bool {
        let is_same = is_untouched(&self.before, resource.value());
        let has_changed = !is_same && self.before != *resource.value();
        let Some(mut history) = self.history else {
            return has_changed;
        };
        let mark = Mark {
            step: &self.step,
            cause: self.cause.as_ref(),
            removal: self.removal.as_deref().map(|it| (it, &self.before)),
        };
        if !is_same {
            history.add(&self.before, resource.value(), mark);
        }
        resource.history = Some(history);
        has_changed
    }
}

/// Whether nobody changed any field of an object since it was copied.
fn is_untouched(copy: &Value, object: &Value) -> bool {
    let fields = copy.as_mapping().zip(object.as_mapping());
    fields.is_some_and(|(copy, fields)| copy.is_same_as(fields))
}

impl Recording {
    /// Starts to watch a resource.
    pub(crate) fn watch(&self, resource: &mut Resource) -> Watch {
        Watch {
            before: resource.value().clone(),
            history: resource.history.take(),
            step: Arc::clone(&self.step),
            cause: self.cause.clone(),
            removal: self.removal.clone(),
        }
    }

    /// Starts the history of a resource that has none.
    pub(crate) fn greet(&self, resource: &mut Resource) {
        if resource.history.is_none() {
            let history = History::new(resource.value(), &self.step);
            resource.history = Some(Box::new(history));
        }
    }

    /// Keeps a resource that goes.
    pub(crate) fn bury(&mut self, mut resource: Resource, schema: &Schema) {
        let history = resource.history.as_mut();
        let deleted = history.and_then(|history| history.take_deleted());
        let step = match deleted {
            // A patch leaves nothing of it but its history.
            Some((object, step)) => {
                *resource.value_mut() = object;
                resource.refresh_id(schema, Touched::Anything);
                step
            }
            None => Arc::clone(&self.step),
        };
        self.removed.push(Removed { resource, step });
    }

    /// Notes what the present step did to a resource.
    pub(crate) fn note_effect(&mut self, has_changed: bool) {
        self.effects.note(&self.step, has_changed);
    }

    /// What entries did so far; it is kept no longer.
    pub(crate) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects).into_list()
    }

    /// Takes over what another set removed, and what entries did there.
    pub(crate) fn merge(&mut self, other: Self) {
        self.removed.extend(other.removed);
        self.effects.merge(other.effects.into_list());
    }

    /// What was removed, in order.
    pub(crate) fn into_removed(self) -> Vec<Removed> {
        self.removed
    }
}

impl ResourceSet {
    /// Says what changes the resources from now on.
    pub(crate) fn begin(&mut self, step: Step) {
        if let Some(recording) = self.recording_mut() {
            recording.step = Arc::new(step);
            recording.cause = None;
            recording.removal = None;
        }
    }

    /// Says which entry of the present step's list does, if that is one.
    pub(crate) fn entry(&mut self, entry: usize, position: Position) {
        if let Some(recording) = self.recording_mut() {
            if recording.step.is_list {
                let step = Step::clone(&recording.step).entry(entry);
                recording.step = Arc::new(Step { position, ..step });
            }
            recording.cause = None;
            recording.removal = None;
        }
    }

    /// Says what the present step removes fields with, if that is recorded.
    pub(crate) fn removes(&mut self, removal: impl FnOnce() -> Removal) {
        if let Some(recording) = self.recording_mut() {
            recording.removal = Some(Arc::new(removal()));
        }
    }

    /// Says what the present step reads, if that is recorded.
    pub(crate) fn reads(&mut self, cause: impl FnOnce(&Self) -> Cause) {
        if self.is_recording() {
            let cause = Arc::new(cause(self));
            if let Some(recording) = self.recording_mut() {
                recording.cause = Some(cause);
            }
        }
    }

    /// How many changes the history of the resource at `place` has, for [`Self::explain`].
    pub(crate) fn changes(&self, place: usize) -> u32 {
        let history = self.get(place).history.as_deref();
        history.map_or(0, History::next)
    }

    /// Says why values of the resource at `place` that stand at `position` were changed since it had
    /// so many changes.
    pub(crate) fn explain(&mut self, place: usize, since: u32, position: Position, cause: Cause) {
        if let Some(history) = self.history_of_mut(place) {
            history.explain(since, position, &Arc::new(cause));
        }
    }
}
