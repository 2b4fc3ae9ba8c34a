//! Reads.

use futures::future::select_all;
use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::Ordering;
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
    /// How many there are behind that key at the revision that is asked for, if that is known.
    pub(crate) behind: Option<usize>,
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
    /// How many keys there are behind the last object; not counted where objects are selected.
    pub(crate) remaining: usize,
    /// How many objects were looked at to find these.
    pub(crate) looked_at: usize,
}

impl Page {
    fn empty(revision: Revision) -> Self {
        Self {
            revision,
            objects: Vec::new(),
            has_more: false,
            remaining: 0,
            looked_at: 0,
        }
    }
}

impl Cache {
    /// One object, as it is in the cache.
    pub(crate) fn object(&self, collection: CollectionId, key: &str) -> Option<Arc<Object>> {
        let state = self.read();
        let collection = state.collections.get(collection)?;
        collection.objects().get(key).cloned()
    }

    /// How many objects there are, whoever may read them.
    pub(crate) fn count(&self, collection: CollectionId) -> usize {
        let state = self.read();
        let collection = state.collections.get(collection);
        collection.map_or(0, |collection| collection.objects().len())
    }

    /// How many writes to a collection the cache has heard of since it was filled.
    pub(crate) fn received(&self, collection: CollectionId) -> u64 {
        let state = self.read();
        let collection = state.collections.get(collection);
        collection.map_or(0, Collection::received)
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
        let oldest = self.oldest.load(Ordering::Relaxed);
        if revision < oldest {
            return Err(StoreError::Compacted {
                requested: revision,
                compacted: oldest,
            });
        }
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
    let selection = request.selection;
    let prefix = selection.key_prefix(&collection.layout.prefix);
    let start = match request.after {
        Some(after) if after >= prefix.as_str() => Bound::Excluded(after),
        _ => Bound::Included(prefix.as_str()),
    };
    let mut found = Page::empty(revision);
    for object in candidates(collection, selection, &prefix, start) {
        found.looked_at += 1;
        if !selection.takes(object) {
            continue;
        }
        found.objects.push(Arc::clone(object));
        if found.objects.len() == request.limit {
            let mut behind = within(collection, &prefix, Bound::Excluded(object.key()));
            found.has_more = behind.next().is_some();
            if found.has_more && !selection.is_narrow() {
                let known = match request.after {
                    None => Some(collection.count_in(&selection.namespace)),
                    Some(_) => request.behind,
                };
                found.remaining = match known {
                    // Everything is taken, so what is not on this page is behind it.
                    Some(known) => known.saturating_sub(found.objects.len()).max(1),
                    None => behind.count() + 1,
                };
            }
            break;
        }
    }
    found
}

/// All objects whose keys begin with `prefix` and are not before `start`.
fn within<'c>(
    collection: &'c Collection,
    prefix: &'c str,
    start: Bound<&str>,
) -> impl Iterator<Item = &'c Arc<Object>> + use<'c> {
    collection
        .objects()
        .range::<str, _>((start, Bound::Unbounded))
        .map(|(_, object)| object)
        .take_while(move |object| object.key().starts_with(prefix))
}

/// Those among which all that are selected are, in the order of their keys: as few as the index
/// knows of.
fn candidates<'c>(
    collection: &'c Collection,
    selection: &'c Selection,
    prefix: &'c str,
    start: Bound<&'c str>,
) -> Box<dyn Iterator<Item = &'c Arc<Object>> + 'c> {
    let objects = collection.objects();
    if let Some(name) = selection.name() {
        return Box::new(named(collection, name, prefix, start).into_iter());
    }
    let Some(sets) = collection.index().narrowest(selection) else {
        return Box::new(within(collection, prefix, start));
    };
    if let [keys] = sets[..] {
        let keys = keys.within(prefix, start);
        return Box::new(keys.filter_map(|key| objects.get(key)));
    }
    let keys = sets.into_iter().flat_map(|keys| keys.within(prefix, start));
    let mut keys: Vec<&Arc<str>> = keys.collect();
    keys.sort_unstable();
    Box::new(keys.into_iter().filter_map(|key| objects.get(key)))
}

/// The objects of a name, one a namespace: looked up there, and not among all others.
fn named<'c>(
    collection: &'c Collection,
    name: &str,
    prefix: &str,
    start: Bound<&str>,
) -> Vec<&'c Arc<Object>> {
    let objects = collection.objects();
    let is_behind = |object: &&Arc<Object>| match start {
        Bound::Excluded(after) => &**object.key() > after,
        _ => true,
    };
    let mut found = Vec::new();
    found.extend(objects.get(format!("{prefix}{name}").as_str()));
    let mut next = prefix.to_owned();
    while let Some(object) = within(collection, prefix, Bound::Included(next.as_str())).next() {
        let Some((namespace, _)) = object.key()[prefix.len()..].split_once('/') else {
            // What is in no namespace has been found by its key.
            break;
        };
        found.extend(objects.get(format!("{prefix}{namespace}/{name}").as_str()));
        // The character behind the slash: the next namespace.
        next = format!("{prefix}{namespace}0");
    }
    found.retain(is_behind);
    found
}

#[cfg(test)]
mod tests;
