//! Reads.

use futures::future::select_all;
use std::ops::Bound;
use std::sync::Arc;
use tokio::sync::Notify;
use trimtab_store::{RangeRequest, Revision, StoreError};

use super::collection::Collection;
use super::{Cache, CollectionId, Object, Selection};

/// Which objects to list.
#[derive(Clone, Copy)]
pub(crate) struct PageRequest<'a> {
    /// Of which collection.
    pub(crate) collection: CollectionId,
    /// Which of its objects.
    pub(crate) selection: &'a Selection,
    /// Only those whose key is behind this one.
    pub(crate) after: Option<&'a str>,
    /// At most so many; 0 is without limit.
    pub(crate) limit: usize,
}

/// Objects in the order of their keys.
pub(crate) struct Page {
    /// The revision that the answer is true for.
    pub(crate) revision: Revision,
    /// The objects.
    pub(crate) objects: Vec<Arc<Object>>,
    /// Whether there may be more.
    pub(crate) has_more: bool,
    /// How many keys there are behind the last object, whether selected or not.
    pub(crate) remaining: usize,
}

impl Page {
    fn empty(revision: Revision) -> Self {
        Self {
            revision,
            objects: Vec::new(),
            has_more: false,
            remaining: 0,
        }
    }
}

impl Cache {
    /// One object, as it is in the cache.
    pub(crate) fn object(&self, collection: CollectionId, key: &str) -> Option<Arc<Object>> {
        let state = self.read();
        state.collections.get(collection)?.objects.get(key).cloned()
    }

    /// How many objects there are, whoever may read them.
    pub(crate) fn count(&self, collection: CollectionId) -> usize {
        let state = self.read();
        let collection = state.collections.get(collection);
        collection.map_or(0, |collection| collection.objects.len())
    }

    /// The last write to a collection that is known, or that all older ones are before.
    pub(crate) fn last_change(&self, collection: CollectionId) -> Revision {
        let state = self.read();
        let collection = state.collections.get(collection);
        collection.map_or(state.revision, Collection::last_change)
    }

    /// Waits for a write to one of these collections after `revision`, and gives back the latest.
    ///
    /// # Errors
    /// When the store was closed.
    pub(crate) async fn changed_after(
        &self,
        collections: &[CollectionId],
        revision: Revision,
    ) -> Result<Revision, StoreError> {
        loop {
            let changed: Vec<Arc<Notify>> = {
                let state = self.read();
                let changed = collections
                    .iter()
                    .filter_map(|id| state.collections.get(*id))
                    .map(|collection| Arc::clone(&collection.changed));
                changed.collect()
            };
            let mut changed: Vec<_> = changed
                .iter()
                .map(|changed| Box::pin(changed.notified()))
                .collect();
            for changed in &mut changed {
                changed.as_mut().enable();
            }
            {
                let state = self.read();
                let last = collections
                    .iter()
                    .filter_map(|id| state.collections.get(*id))
                    .map(Collection::last_change);
                let last = last.max().unwrap_or_default();
                if last > revision {
                    return Ok(last);
                }
                if state.closed {
                    return Err(StoreError::Closed);
                }
            }
            select_all(changed).await;
        }
    }

    /// Objects, as they are in the cache.
    pub(crate) fn list(&self, request: PageRequest<'_>) -> Page {
        let state = self.read();
        match state.collections.get(request.collection) {
            Some(collection) => page(collection, state.revision, request),
            None => Page::empty(state.revision),
        }
    }

    /// Objects as they were after the write `revision`: from the cache if it still is so, else
    /// from the store's history.
    ///
    /// # Errors
    /// [`StoreError::Compacted`] when that is no longer known.
    pub(crate) async fn list_at(
        &self,
        request: PageRequest<'_>,
        revision: Revision,
    ) -> Result<Page, StoreError> {
        let (prefix, layout) = {
            let state = self.read();
            let Some(collection) = state.collections.get(request.collection) else {
                return Ok(Page::empty(revision));
            };
            if collection.last_change() <= revision && revision <= state.revision {
                return Ok(page(collection, revision, request));
            }
            let prefix = request.selection.key_prefix(&collection.layout.prefix);
            (prefix, Arc::clone(&collection.layout))
        };
        let mut found = Page::empty(revision);
        let mut after = request.after.map(str::to_owned);
        loop {
            let range = RangeRequest {
                prefix: &prefix,
                after: after.as_deref(),
                limit: request.limit,
                revision: Some(revision),
            };
            let range = self.store.range(range).await?;
            after = range.entries.last().map(|entry| entry.key.to_string());
            let last = range.entries.len();
            for (at, entry) in range.entries.iter().enumerate() {
                let Ok(object) = Object::new(entry, &layout) else {
                    continue;
                };
                if !request.selection.takes(&object) {
                    continue;
                }
                found.objects.push(Arc::new(object));
                if found.objects.len() == request.limit {
                    found.remaining = range.remaining + (last - at - 1);
                    found.has_more = found.remaining > 0;
                    return Ok(found);
                }
            }
            if range.remaining == 0 {
                return Ok(found);
            }
        }
    }
}

fn page(collection: &Collection, revision: Revision, request: PageRequest<'_>) -> Page {
    let prefix = request.selection.key_prefix(&collection.layout.prefix);
    let start = match request.after {
        Some(after) if after >= prefix.as_str() => Bound::Excluded(after),
        _ => Bound::Included(prefix.as_str()),
    };
    let mut range = collection
        .objects
        .range::<str, _>((start, Bound::Unbounded))
        .map(|(_, object)| object)
        .take_while(|object| object.key().starts_with(&prefix));
    let mut found = Page::empty(revision);
    while let Some(object) = range.next() {
        if !request.selection.takes(object) {
            continue;
        }
        found.objects.push(Arc::clone(object));
        if found.objects.len() == request.limit {
            found.remaining = range.count();
            found.has_more = found.remaining > 0;
            break;
        }
    }
    found
}
