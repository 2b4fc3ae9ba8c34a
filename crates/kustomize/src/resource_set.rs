//! The resources of a build in order, found by what they are or were called.

mod absorb;
mod copies;
mod find;
mod index;

use crate::origin::Origin;
use crate::provenance::{History, Recording, Removed, Watch};
use crate::resource::{Resource, Touched};
use index::{Changed, Index};
use std::sync::{Arc, OnceLock};
use trimtab_schema::Schema;
use trimtab_tree::{Diagnostic, Position, Result, Value};

/// Resources in the order they were added, no two of the same current id, with an index over
/// current and previous ids that every change keeps up to date.
#[derive(Clone, Debug)]
pub(crate) struct ResourceSet {
    resources: Vec<Resource>,
    schema: Schema,
    index: Index,
    /// The places of resources whose id has changed since ids were compared.
    renamed: Vec<usize>,
    /// What transformers found that did not stop them.
    warnings: Vec<Unmatched>,
    /// How much transformers have added at most, in nodes as [`Value::size`] counts them.
    added: usize,
    /// What histories are written with, in builds that do.
    recording: Option<Box<Recording>>,
    /// See [`Self::look_from_back`].
    looks_from_back: bool,
    /// The order that a copy was put in, as a list of places, if copies are made. Most come to be in the same.
    known_order: Option<Arc<OnceLock<Arc<[usize]>>>>,
}

/// Transformers may add as much to all resources of a build: a few lines of a kustomization, on
/// resources in thousands, could otherwise take all memory.
const MOST_ADDED: usize = 4_000_000;

/// Of so many it is dearer to enter each at once under all that it was called than all again.
const MANY: usize = 256;

/// A warning of something that matched nothing.
#[derive(Clone, Debug)]
pub(crate) struct Unmatched {
    pub(crate) warning: Diagnostic,
    /// Whether it names one resource, not any that is of some kind.
    pub(crate) is_exact: bool,
}

impl ResourceSet {
    /// An empty set. Kinds are judged by `schema`.
    #[must_use]
    pub(crate) fn new(schema: Schema) -> Self {
        Self {
            resources: Vec::new(),
            schema,
            index: Index::default(),
            renamed: Vec::new(),
            warnings: Vec::new(),
            added: 0,
            recording: None,
            looks_from_back: false,
            known_order: None,
        }
    }

    /// Writes down from now on what becomes of every field.
    pub(crate) fn record(&mut self) {
        self.recording.get_or_insert_default();
    }

    /// Whether it does so.
    #[must_use]
    pub(crate) fn is_recording(&self) -> bool {
        self.recording.is_some()
    }

    pub(crate) fn recording_mut(&mut self) -> Option<&mut Recording> {
        self.recording.as_deref_mut()
    }

    pub(crate) fn history_of_mut(&mut self, place: usize) -> Option<&mut History> {
        self.resources[place].history.as_deref_mut()
    }

    /// The resources that were removed, in builds that record.
    #[must_use]
    pub(crate) fn take_removed(&mut self) -> Vec<Removed> {
        let recording = self.recording.take();
        recording.map_or_else(Vec::new, |recording| recording.into_removed())
    }

    /// Notes that a transformer adds up to so many nodes to each of `count` resources.
    ///
    /// # Errors
    /// When that would be more than a build may hold.
    pub(crate) fn grow(&mut self, count: usize, nodes: usize, position: Position) -> Result<()> {
        self.added = self.added.saturating_add(count.saturating_mul(nodes));
        if self.added <= MOST_ADDED {
            return Ok(());
        }
        let message = match count {
            1 => "what is added here is too much".to_owned(),
            _ => format!("what is added to {count} resources is too much"),
        };
        Err(Diagnostic::error("too-much-added", message)
            .at(position)
            .expecting(format!(
                "{MOST_ADDED} values at most in all; of texts every 64 bytes count as one"
            )))
    }

    /// Notes what a transformer found that did not stop it.
    pub(crate) fn warn(&mut self, warning: Diagnostic, is_exact: bool) {
        self.warnings.push(Unmatched { warning, is_exact });
    }

    /// How many warnings wait to be taken.
    pub(crate) fn warning_count(&self) -> usize {
        self.warnings.len()
    }

    /// The warnings since they were last taken.
    pub(crate) fn take_warnings(&mut self) -> Vec<Unmatched> {
        std::mem::take(&mut self.warnings)
    }

    /// What kinds are judged by.
    #[must_use]
    pub(crate) fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Judges kinds by another schema from now on.
    pub(crate) fn use_schema(&mut self, schema: &Schema) {
        self.schema = schema.clone();
    }

    /// How many there are.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.resources.len()
    }

    /// Whether there are none.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }

    /// All, in order.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Resource> {
        self.resources.iter()
    }

    /// All, in order, by value.
    #[must_use]
    pub(crate) fn into_vec(self) -> Vec<Resource> {
        self.resources
    }

    /// The resource at a place in the order.
    #[must_use]
    pub(crate) fn get(&self, place: usize) -> &Resource {
        &self.resources[place]
    }

    /// Changes the resource at `place`. Afterwards its id and the index agree with it again, also
    /// when `change` fails. Two resources may come to share an id: see [`Self::check_unique`].
    ///
    /// # Errors
    /// Those of `change`.
    pub(crate) fn edit<T>(
        &mut self,
        place: usize,
        change: impl FnOnce(&mut Resource) -> Result<T>,
    ) -> Result<T> {
        let watch = self.watch(place);
        self.edit_watched(place, watch, change)
    }

    fn watch(&mut self, place: usize) -> Option<Watch> {
        let recording = self.recording.as_ref()?;
        Some(recording.watch(&mut self.resources[place]))
    }

    fn edit_watched<T>(
        &mut self,
        place: usize,
        watch: Option<Watch>,
        change: impl FnOnce(&mut Resource) -> Result<T>,
    ) -> Result<T> {
        let resource = &mut self.resources[place];
        let known = resource.previous().len();
        let result = change(resource);
        if let Some(watch) = watch {
            let has_changed = watch.finish(resource);
            if let Some(recording) = &mut self.recording {
                recording.note_effect(has_changed);
            }
        }
        let touched = resource.take_touched();
        let has_past = resource.previous().len() != known;
        if touched != Touched::Nothing || has_past {
            self.refresh(place, touched, has_past);
        }
        result
    }

    /// Reads the id of a resource again, and enters it into the index as far as it was touched or has
    /// former ids that are new.
    fn refresh(&mut self, place: usize, touched: Touched, has_past: bool) {
        let resource = &mut self.resources[place];
        let renamed = resource.refresh_id(&self.schema, touched);
        let changed = match touched {
            // What it was called so far is there already.
            Touched::KnownMetadata | Touched::Metadata => Changed::CurrentId,
            _ if renamed || has_past => Changed::Ids,
            _ => Changed::Content,
        };
        self.index.enter(place, resource, changed);
        if renamed {
            self.renamed.push(place);
        }
    }

    /// Changes the object of the resource at `place` while all resources can be looked at. What is
    /// seen of the one that is changed is its state before, with `null` for its object. `touched` says
    /// what may be changed.
    ///
    /// # Errors
    /// Those of `change`.
    pub(crate) fn edit_among<T>(
        &mut self,
        place: usize,
        touched: Touched,
        change: impl FnOnce(&mut Value, &Self) -> Result<T>,
    ) -> Result<T> {
        let watch = self.watch(place);
        let mut value = self.resources[place].take_value();
        let result = change(&mut value, self);
        self.edit_watched(place, watch, |resource| {
            resource.put_value(value, touched);
            result
        })
    }

    /// Takes the objects of all resources out, in order. Until [`Self::put_objects`] puts them back there is
    /// `null` in their places.
    pub(crate) fn take_objects(&mut self) -> Vec<Value> {
        let resources = self.resources.iter_mut();
        resources.map(Resource::take_value).collect()
    }

    /// Puts the objects back that [`Self::take_objects`] took out; of each is said whether it may have
    /// been changed.
    pub(crate) fn put_objects(&mut self, objects: Vec<(Value, bool)>) {
        for (place, (object, is_changed)) in objects.into_iter().enumerate() {
            let resource = &mut self.resources[place];
            if is_changed {
                resource.put_value(object, Touched::Anything);
                let touched = resource.take_touched();
                self.refresh(place, touched, false);
            } else {
                resource.put_value(object, Touched::Nothing);
            }
        }
    }

    /// Changes every resource in turn.
    ///
    /// # Errors
    /// The first of `change`, which stops it.
    pub(crate) fn edit_all(
        &mut self,
        mut change: impl FnMut(&mut Resource) -> Result<()>,
    ) -> Result<()> {
        (0..self.resources.len()).try_for_each(|place| self.edit(place, &mut change))
    }

    /// What a resource came from and what changed it, to be added to.
    pub(crate) fn history_mut(
        &mut self,
        place: usize,
    ) -> (&mut Option<Box<Origin>>, &mut Vec<Origin>) {
        let resource = &mut self.resources[place];
        (&mut resource.origin, &mut resource.transformations)
    }

    /// Adds a resource whose current id nothing here has.
    ///
    /// # Errors
    /// When something has it.
    pub(crate) fn append(&mut self, resource: Resource) -> Result<()> {
        let other = self.with_current(resource.id()).next();
        if let Some(other) = other {
            return Err(self.twice(&resource, other));
        }
        self.push(resource);
        Ok(())
    }

    /// Checks that no two resources have the same current id, as they can after changes.
    ///
    /// # Errors
    /// When two have.
    pub(crate) fn check_unique(&mut self) -> Result<()> {
        let mut renamed = std::mem::take(&mut self.renamed);
        if renamed.len() >= MANY && self.are_different() {
            return Ok(());
        }
        // Many were renamed more than once.
        renamed.sort_unstable();
        renamed.dedup();
        let twins = renamed.into_iter().filter_map(|place| {
            if self.is_surely_alone(place) {
                return None;
            }
            let mut same = self.with_current(self.resources[place].id());
            let first = same.next()?;
            Some((same.next()?, first))
        });
        match twins.min() {
            Some((second, first)) => Err(self.twice(&self.resources[second], first)),
            None => Ok(()),
        }
    }

    /// Adds all resources of another set.
    ///
    /// # Errors
    /// When an id is in both, or twice in the other.
    pub(crate) fn append_all(&mut self, mut other: Self) -> Result<()> {
        if let (Some(own), Some(others)) = (&mut self.recording, other.recording.take()) {
            own.merge(*others);
        }
        self.added = self.added.saturating_add(other.added);
        if self.is_empty() {
            other.check_unique()?;
            self.resources = other.resources;
            self.index = other.index;
            self.known_order = other.known_order;
            return Ok(());
        }
        self.resources.reserve(other.len());
        if other.len() >= MANY {
            self.index.await_many(&self.resources, other.len());
        }
        other
            .resources
            .into_iter()
            .try_for_each(|resource| self.append(resource))
    }

    /// Says that the ids of nearly all resources are about to change.
    pub(crate) fn will_rename(&mut self) {
        self.index.forget_ids();
    }

    /// Keeps the resources for which `keep` says so.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&Resource) -> bool) {
        let before = self.resources.len();
        match &mut self.recording {
            None => self.resources.retain(keep),
            Some(recording) => {
                let gone = self.resources.extract_if(.., |resource| !keep(resource));
                gone.for_each(|resource| recording.bury(resource, &self.schema));
            }
        }
        if self.resources.len() != before {
            self.reindex();
        }
    }

    /// Puts the resources in another order: those at these places, which must be all, each once.
    pub(crate) fn reorder(&mut self, places: &[usize]) {
        if places.iter().copied().eq(0..self.resources.len()) {
            return;
        }
        let mut places = places.to_vec();
        for start in 0..places.len() {
            // Around in a circle, each comes to where the one before it was.
            let mut at = start;
            while places[at] != start {
                let from = std::mem::replace(&mut places[at], at);
                self.resources.swap(at, from);
                at = from;
            }
            places[at] = at;
        }
        self.reindex();
    }

    fn twice(&self, resource: &Resource, other: usize) -> Box<Diagnostic> {
        Diagnostic::error(
            "duplicate-resource",
            format!("this is the second {}", resource.id().in_words()),
        )
        .at(resource.position())
        .label(self.resources[other].position(), "the first one")
        .expecting("resources that differ in group, version, kind, name or namespace")
    }

    fn push(&mut self, mut resource: Resource) {
        if let Some(recording) = &self.recording {
            recording.greet(&mut resource);
        }
        // Others here may have it for other kinds.
        resource.number_kind(None);
        self.index.await_one();
        self.index
            .enter(self.resources.len(), &resource, Changed::Ids);
        self.resources.push(resource);
    }

    fn reindex(&mut self) {
        self.index = Index::default();
        self.renamed = (0..self.resources.len()).collect();
    }
}

impl<'a> IntoIterator for &'a ResourceSet {
    type Item = &'a Resource;
    type IntoIter = std::slice::Iter<'a, Resource>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests;
