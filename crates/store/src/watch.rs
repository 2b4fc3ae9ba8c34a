//! A watch on the index: where a reader stands in the log of events.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;

use crate::shared::{Shared, Watcher};
use crate::{Event, Revision, StoreError, Watch, WatchMessage};

/// The most events in one message. The lock is held while they are gathered.
const BATCH: usize = 512;

/// The reader's side of a watch.
#[derive(Debug)]
pub(crate) struct IndexWatch {
    shared: Arc<Shared>,
    watcher: Arc<Watcher>,
    id: u64,
    /// The first revision that has not been told yet.
    cursor: Revision,
    progress: bool,
}

impl IndexWatch {
    pub(crate) fn open(
        shared: &Arc<Shared>,
        prefix: &str,
        from: Option<Revision>,
    ) -> Result<Self, StoreError> {
        let mut inner = shared.write();
        let from = inner.state.watchable(from)?;
        let (id, watcher) = inner.register(prefix, from);
        Ok(Self {
            shared: Arc::clone(shared),
            watcher,
            id,
            cursor: from,
            progress: false,
        })
    }

    /// What there is to say now, if anything.
    fn poll(&mut self) -> Option<Result<WatchMessage, StoreError>> {
        let inner = self.shared.read();
        let pending = self.watcher.pending.load(Ordering::Relaxed);
        if pending != 0 {
            let from = pending.max(self.cursor);
            if let Err(lost) = inner.state.not_compacted(from) {
                return Some(Err(lost));
            }
            let events: Vec<Event> = inner
                .state
                .events_from(from)
                .filter(|event| event.key.starts_with(&*self.watcher.prefix))
                .take(BATCH)
                .cloned()
                .collect();
            self.cursor = match events.last() {
                Some(last) if events.len() == BATCH => last.revision + 1,
                _ => inner.state.current() + 1,
            };
            let rest = self.cursor <= inner.state.current();
            let pending = if rest { self.cursor } else { 0 };
            self.watcher.pending.store(pending, Ordering::Relaxed);
            if !events.is_empty() {
                return Some(Ok(WatchMessage::Events(events)));
            }
        }
        if inner.closed {
            return Some(Err(StoreError::Closed));
        }
        if self.progress {
            self.progress = false;
            return Some(Ok(WatchMessage::Progress(inner.state.current())));
        }
        None
    }
}

#[async_trait]
impl Watch for IndexWatch {
    async fn next(&mut self) -> Result<WatchMessage, StoreError> {
        loop {
            if let Some(message) = self.poll() {
                return message;
            }
            // A wake-up between the look above and this line is kept by `Notify`.
            self.watcher.wake.notified().await;
        }
    }

    async fn request_progress(&mut self) -> Result<(), StoreError> {
        if self.shared.read().closed {
            return Err(StoreError::Closed);
        }
        self.progress = true;
        Ok(())
    }
}

impl Drop for IndexWatch {
    fn drop(&mut self) {
        self.shared.write().unregister(self.id);
    }
}
