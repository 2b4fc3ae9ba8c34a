//! The watch cache: what the store holds, in memory, in the bytes that answers are made of.
//!
//! ONE watch on the store feeds it ([`Cache::run`]). Each resource is a collection: its objects in
//! the order of their keys, and a log of the latest changes. Reads take objects from there, watches
//! follow the log; neither asks the store, except for its current revision, so that a read sees
//! every write that was acknowledged before it, whichever server took that write.
//!
//! A watch has no queue of its own. It remembers how far in the log it has read, so any number of
//! slow watchers costs nothing; one that is so slow that the log has moved on is told so
//! ([`Lost`]), as a watch of an old resourceVersion is.
//!
//! Invariants:
//! - All collections move together, under one lock: what is read is the store at one revision.
//! - The lock is never held across an await, nor while bytes are copied into answers.
//! - Watchers are woken in the order in which they wait.

mod collection;
mod collections;
mod definitions;
mod facts;
mod feed;
mod follow;
mod index;
mod layout;
mod object;
mod read;
mod selection;
mod skim;
mod state;
mod watch;

pub(crate) use collection::LOG_CHANGES;
pub(crate) use definitions::{Definitions, Reopen};
pub(crate) use facts::{FieldRule, field_rules};
pub(crate) use follow::{Followed, Follower};
pub(crate) use layout::{CollectionId, Layout};
pub(crate) use object::{Object, stored_form};
pub(crate) use read::{Page, PageRequest};
pub(crate) use selection::{FieldRequirement, SelectedField, Selection};
pub(crate) use skim::{top_level_fields, without_field};
pub(crate) use watch::{Lost, Seen, Watcher};

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;
use trimtab_store::{Revision, Store, StoreError};

use state::State;

/// So long after a question how far the store's watch has come it is put again, as upstream: the first
/// answer is nearly always enough.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// Where all objects are in the store.
pub(crate) const ROOT: &str = "/registry/";

/// The watch cache of a server.
pub(crate) struct Cache {
    store: Arc<dyn Store>,
    /// What says which collections come and go.
    definitions: Arc<dyn Definitions>,
    state: RwLock<State>,
    /// Wakes those who wait for a revision.
    moved: Notify,
    /// Wakes the feed to ask the store how far its watch has come.
    asked: Notify,
    /// The oldest state that can still be read, also of what has not changed since.
    oldest: AtomicU64,
}

impl Cache {
    /// A cache of these collections, and those that `definitions` says, to be filled.
    pub(crate) fn new(
        store: Arc<dyn Store>,
        layouts: Vec<Layout>,
        definitions: Arc<dyn Definitions>,
    ) -> Self {
        Self {
            store,
            definitions,
            state: RwLock::new(State::new(layouts)),
            moved: Notify::new(),
            asked: Notify::new(),
            oldest: AtomicU64::new(0),
        }
    }

    /// Lets states be forgotten that are older than this revision: what goes on from one of them
    /// does not wait for a change to learn that it is too old.
    pub(crate) fn forget_before(&self, revision: Revision) {
        self.oldest.fetch_max(revision, Ordering::Relaxed);
    }

    /// Waits until what the store has acknowledged by now is here.
    ///
    /// # Errors
    /// When the store fails or was closed.
    pub(crate) async fn catch_up(&self) -> Result<(), StoreError> {
        let current = self.store.current_revision().await?;
        self.reach(current).await
    }

    /// Waits until the cache is at least at `revision`.
    ///
    /// # Errors
    /// When the store was closed.
    pub(crate) async fn reach(&self, revision: Revision) -> Result<(), StoreError> {
        let mut ask = Instant::now();
        loop {
            let mut moved = pin!(self.moved.notified());
            moved.as_mut().enable();
            {
                let state = self.read();
                if state.revision >= revision {
                    return Ok(());
                }
                if state.closed {
                    return Err(StoreError::Closed);
                }
            }
            if ask <= Instant::now() {
                ask = Instant::now() + ASK_AGAIN;
                self.asked.notify_one();
            }
            // What is not written yet is not there however often one asks.
            let _ = tokio::time::timeout_at(ask, moved).await;
        }
    }

    /// The revision that the cache is at.
    pub(crate) fn revision(&self) -> Revision {
        self.read().revision
    }

    /// Whether the store is gone.
    pub(crate) fn is_closed(&self) -> bool {
        self.read().closed
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        // Changes are applied whole: a panic elsewhere leaves no half of one behind.
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use trimtab_store::{Entry, MemoryStore, Retention, Watch, WatchMessage};

    struct NoDefinitions;

    impl Definitions for NoDefinitions {
        fn prefix(&self) -> &'static str {
            "/registry/definitions/"
        }
        fn reset(&self) {}
        fn changed(&self, _: &str, _: Option<&Entry>) -> Option<Reopen> {
            None
        }
        fn applied(&self) {}
    }

    /// A watch of a store in which nothing happens, that can be asked how far it is so often.
    struct Still {
        questions: usize,
        is_asked: bool,
    }

    #[async_trait]
    impl Watch for Still {
        async fn next(&mut self) -> Result<WatchMessage, StoreError> {
            if !std::mem::take(&mut self.is_asked) {
                std::future::pending::<()>().await;
            }
            Ok(WatchMessage::Progress(5))
        }

        async fn request_progress(&mut self) -> Result<(), StoreError> {
            self.questions = self.questions.checked_sub(1).ok_or(StoreError::Closed)?;
            self.is_asked = true;
            Ok(())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_what_is_not_written_does_not_ask_all_the_time() {
        let store = Arc::new(MemoryStore::new(Retention::default()));
        let cache = Arc::new(Cache::new(store, Vec::new(), Arc::new(NoDefinitions)));
        let watch = Still {
            questions: 40,
            is_asked: false,
        };
        let feeding = Arc::clone(&cache);
        let feed = tokio::spawn(async move { feeding.run(Box::new(watch)).await });
        cache.reach(5).await.expect("it is told at once");
        let wait = Duration::from_secs(3);
        let waited = tokio::time::timeout(wait, cache.reach(6)).await;
        assert!(waited.is_err(), "{waited:?}");
        feed.abort();
    }
}
