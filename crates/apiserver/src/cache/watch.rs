//! Watches.

use std::pin::pin;
use std::sync::Arc;
use tokio::sync::Notify;
use trimtab_store::Revision;

use super::collection::Change;
use super::collections::Presence;
use super::{Cache, CollectionId, Object, Page, PageRequest, Selection};

/// So many changes are looked at in one go, at most: the lock is held meanwhile.
const BATCH: usize = 512;

/// A watcher can no longer be told everything: it must list again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The changes after `wanted` are known only from `oldest` on.
    Expired {
        /// The watcher has seen everything until then.
        wanted: Revision,
        /// The log begins behind this revision.
        oldest: Revision,
    },
    /// The store is gone.
    Closed,
    /// The collection is gone, or has been made anew: its definition has been changed.
    Ended,
}

/// What a change means to a watcher, whose selection an object may come into and go out of.
#[derive(Clone, Debug)]
pub(crate) enum Seen {
    /// The object is there now.
    Added(Arc<Object>),
    /// The object is another.
    Modified(Arc<Object>),
    /// The object, as it was last, is gone since that revision.
    Deleted(Arc<Object>, Revision),
}

/// A position in the log of a collection.
pub(crate) struct Watcher {
    cache: Arc<Cache>,
    collection: CollectionId,
    selection: Selection,
    prefix: String,
    changed: Arc<Notify>,
    /// Everything until then has been told.
    cursor: Revision,
}

impl Watcher {
    /// Watches what happens after the write `revision`; of a revision that is still to come, after
    /// that.
    pub(crate) fn after(
        cache: &Arc<Cache>,
        collection: CollectionId,
        selection: Selection,
        revision: Revision,
    ) -> Self {
        let state = cache.read();
        // One that is gone is found to be so by the first look.
        let watched = state.collections.watched(collection).map(|(it, _)| it);
        let prefix = watched.map(|watched| selection.key_prefix(&watched.layout.prefix));
        let changed = watched.map(|watched| Arc::clone(&watched.changed));
        Self {
            cache: Arc::clone(cache),
            collection,
            prefix: prefix.unwrap_or_default(),
            selection,
            changed: changed.unwrap_or_default(),
            cursor: revision,
        }
    }

    /// Watches from what there is now, which is given back.
    pub(crate) fn from_now(
        cache: &Arc<Cache>,
        collection: CollectionId,
        selection: Selection,
    ) -> (Page, Self) {
        let page = cache.list(PageRequest {
            collection,
            selection: &selection,
            after: None,
            behind: None,
            limit: 0,
        });
        let watcher = Self::after(cache, collection, selection, page.revision);
        (page, watcher)
    }

    /// Waits for something to tell. Nothing is lost when the future is dropped.
    ///
    /// # Errors
    /// When not everything can be told any more.
    pub(crate) async fn next(&mut self) -> Result<Vec<Seen>, Lost> {
        loop {
            let changed = Arc::clone(&self.changed);
            let mut changed = pin!(changed.notified());
            changed.as_mut().enable();
            let (seen, has_more) = self.look()?;
            if !seen.is_empty() {
                return Ok(seen);
            }
            if !has_more {
                changed.await;
            }
        }
    }

    /// What there is to tell now, and whether there may be more.
    pub(crate) fn look(&mut self) -> Result<(Vec<Seen>, bool), Lost> {
        let mut changes = Vec::new();
        let has_more = {
            let state = self.cache.read();
            let collection = state.collections.watched(self.collection);
            let (collection, presence) = collection.ok_or(Lost::Ended)?;
            if self.cursor < collection.since {
                return Err(Lost::Expired {
                    wanted: self.cursor,
                    oldest: collection.since,
                });
            }
            let mut looked_at = 0;
            for change in collection.changes_after(self.cursor).take(BATCH) {
                looked_at += 1;
                self.cursor = change.revision;
                if change.key().starts_with(&self.prefix) {
                    changes.push(change.clone());
                }
            }
            if looked_at == 0 && state.closed {
                return Err(Lost::Closed);
            }
            // What happened before it went is told first.
            if looked_at == 0 && presence == Presence::Gone {
                return Err(Lost::Ended);
            }
            if looked_at < BATCH {
                self.cursor = self.cursor.max(state.revision);
            }
            looked_at == BATCH || presence == Presence::Gone
        };
        let seen = changes.iter().filter_map(|change| self.see(change));
        Ok((seen.collect(), has_more))
    }

    /// Everything until this revision has been told.
    pub(crate) fn revision(&self) -> Revision {
        self.cursor
    }

    fn see(&self, change: &Change) -> Option<Seen> {
        let taken = |object: &&Arc<Object>| self.selection.takes(object);
        let now = change.object.as_ref().filter(taken);
        let before = change.previous.as_ref().filter(taken);
        match (now, before) {
            (Some(now), None) => Some(Seen::Added(Arc::clone(now))),
            (Some(now), Some(_)) => Some(Seen::Modified(Arc::clone(now))),
            (None, Some(before)) => Some(Seen::Deleted(Arc::clone(before), change.revision)),
            (None, None) => None,
        }
    }
}
