//! The index behind a lock, with the watches that wait for it to change.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use tokio::sync::Notify;

use crate::state::State;
use crate::{Event, Revision};

/// What a backend, its callers and its watches look at together.
#[derive(Debug)]
pub(crate) struct Shared {
    inner: RwLock<Inner>,
}

/// What the lock guards.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) state: State,
    pub(crate) closed: bool,
    /// In the order they were opened, in which they are also woken.
    watchers: BTreeMap<u64, Arc<Watcher>>,
    next_watcher: u64,
}

/// The store's side of a watch.
///
/// There is no queue for each watch: what it has not yet read is in the log of events, and all it
/// needs is where to begin. So a slow reader costs nothing, and one that waits scans nothing.
#[derive(Debug)]
pub(crate) struct Watcher {
    pub(crate) prefix: Box<str>,
    /// The revision of the first event not read; 0 when there is none. Written with the lock held
    /// for writing, or by the watch itself with the lock held for reading.
    pub(crate) pending: AtomicU64,
    pub(crate) wake: Notify,
}

impl Shared {
    pub(crate) fn new(state: State) -> Self {
        Self {
            inner: RwLock::new(Inner {
                state,
                closed: false,
                watchers: BTreeMap::new(),
                next_watcher: 0,
            }),
        }
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends all watches once they have read what there is.
    pub(crate) fn close(&self) {
        let mut inner = self.write();
        inner.closed = true;
        for watcher in inner.watchers.values() {
            watcher.wake.notify_one();
        }
    }
}

impl Inner {
    /// Makes a write visible and wakes the watches that it concerns.
    pub(crate) fn publish(&mut self, event: Event) {
        for watcher in self.watchers.values() {
            if watcher.pending.load(Ordering::Relaxed) == 0
                && event.key.starts_with(&*watcher.prefix)
            {
                watcher.pending.store(event.revision, Ordering::Relaxed);
                watcher.wake.notify_one();
            }
        }
        self.state.apply(event);
    }

    /// Adds a watch that begins at `from`; the number is to [`unregister`](Self::unregister) it.
    pub(crate) fn register(&mut self, prefix: &str, from: Revision) -> (u64, Arc<Watcher>) {
        let behind = from <= self.state.current();
        let watcher = Arc::new(Watcher {
            prefix: prefix.into(),
            // 0 says "nothing": whoever asks for all of history begins at the first revision.
            pending: AtomicU64::new(if behind { from.max(1) } else { 0 }),
            wake: Notify::new(),
        });
        let id = self.next_watcher;
        self.next_watcher += 1;
        self.watchers.insert(id, Arc::clone(&watcher));
        (id, watcher)
    }

    pub(crate) fn unregister(&mut self, id: u64) {
        self.watchers.remove(&id);
    }
}
