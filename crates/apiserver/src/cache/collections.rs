//! All collections: those that are always there, and those of custom kinds, which come and go.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;
use tokio::sync::Notify;
use trimtab_store::Revision;

use super::collection::Collection;
use super::layout::{CollectionId, Layout};

/// Whether a collection is still there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Here,
    Gone,
}

/// All collections, by number and by the prefix of their keys.
pub(crate) struct Collections {
    /// Those that are always there.
    fixed: Vec<Collection>,
    /// Those that come and go, by number.
    others: BTreeMap<usize, Collection>,
    /// Those that are gone, without objects, for as long as watchers of theirs may still have changes
    /// to hear of.
    gone: BTreeMap<usize, Collection>,
    /// Prefixes end with a slash, so none is within another.
    by_prefix: BTreeMap<String, CollectionId>,
}

impl Collections {
    /// Those that are always there.
    pub(super) fn new(layouts: Vec<Layout>) -> Self {
        let numbered = layouts.iter().enumerate();
        let by_prefix = numbered.map(|(at, layout)| (layout.prefix.clone(), CollectionId(at)));
        Self {
            by_prefix: by_prefix.collect(),
            fixed: layouts
                .into_iter()
                .map(|layout| Collection::new(Arc::new(layout)))
                .collect(),
            others: BTreeMap::new(),
            gone: BTreeMap::new(),
        }
    }

    /// The collection of a number; `None` if it is gone.
    pub(super) fn get(&self, id: CollectionId) -> Option<&Collection> {
        self.fixed.get(id.0).or_else(|| self.others.get(&id.0))
    }

    /// The collection of a number, with what was written to it until it went.
    pub(super) fn watched(&self, id: CollectionId) -> Option<(&Collection, Presence)> {
        let here = self.get(id).map(|it| (it, Presence::Here));
        here.or_else(|| self.gone.get(&id.0).map(|it| (it, Presence::Gone)))
    }

    /// Keeps one that is gone for its watchers, and gives back what wakes them.
    pub(super) fn see_off(&mut self, id: CollectionId, mut collection: Collection) -> Arc<Notify> {
        drop(collection.take_objects());
        self.gone.retain(|_, it| Arc::strong_count(&it.changed) > 1);
        let changed = Arc::clone(&collection.changed);
        self.gone.insert(id.0, collection);
        changed
    }

    /// The same, to be changed.
    pub(super) fn get_mut(&mut self, id: CollectionId) -> Option<&mut Collection> {
        match self.fixed.get_mut(id.0) {
            Some(collection) => Some(collection),
            None => self.others.get_mut(&id.0),
        }
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Collection> {
        self.fixed.iter().chain(self.others.values())
    }

    /// All of them, to be changed.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Collection> {
        self.fixed.iter_mut().chain(self.others.values_mut())
    }

    /// The collection that a key is in.
    pub(super) fn of_key(&self, key: &str) -> Option<(CollectionId, &Arc<Layout>)> {
        let until = (Bound::Unbounded, Bound::Included(key));
        let (prefix, id) = self.by_prefix.range::<str, _>(until).next_back()?;
        let layout = &self.get(*id)?.layout;
        key.starts_with(prefix).then_some((*id, layout))
    }

    /// Makes a collection be there. The objects of `before`, another of the same prefix, go over;
    /// its watchers are to be woken, and see that it is gone.
    pub(super) fn open(
        &mut self,
        id: CollectionId,
        layout: &Arc<Layout>,
        before: Option<CollectionId>,
        revision: Revision,
    ) -> Option<Collection> {
        let mut before = before.and_then(|before| self.close(before));
        let mut collection = Collection::new(Arc::clone(layout));
        collection.reset(revision);
        if let Some(before) = &mut before {
            for (key, object) in before.take_objects() {
                let object = if before.layout.fields == layout.fields {
                    Some(object)
                } else {
                    object.with_layout(layout).ok().map(Arc::new)
                };
                if object.is_some() {
                    collection.set(key, object);
                }
            }
        }
        self.by_prefix.insert(layout.prefix.clone(), id);
        self.others.insert(id.0, collection);
        before
    }

    /// Removes a collection.
    pub(super) fn close(&mut self, id: CollectionId) -> Option<Collection> {
        let collection = self.others.remove(&id.0)?;
        self.by_prefix.remove(&collection.layout.prefix);
        Some(collection)
    }

    /// Removes all that come and go.
    pub(super) fn close_all(&mut self) -> Vec<Collection> {
        let numbers: Vec<usize> = self.others.keys().copied().collect();
        let closed = numbers.into_iter();
        closed
            .filter_map(|number| self.close(CollectionId(number)))
            .collect()
    }
}
