//! Feeds the cache from the store.

use std::sync::Arc;
use trimtab_store::{Event, RangeRequest, Revision, StoreError, Watch, WatchMessage};

use super::layout::Layout;
use super::object::Object;
use super::{Cache, ROOT};

impl Cache {
    /// Fills the cache and gives back the watch that continues from there, for [`Cache::run`].
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn fill(&self) -> Result<Box<dyn Watch>, StoreError> {
        loop {
            let request = RangeRequest {
                prefix: ROOT,
                ..RangeRequest::default()
            };
            let range = self.store.range(request).await?;
            let watch = self.store.watch(ROOT, Some(range.revision + 1)).await;
            // Compacted in between: there is a newer state to begin with.
            if matches!(watch, Err(StoreError::Compacted { .. })) {
                continue;
            }
            let layouts = self.layouts();
            let mut state = self.write();
            state.revision = range.revision;
            for collection in &mut state.collections {
                collection.reset(range.revision);
            }
            for entry in range.entries {
                let Some(id) = collection_of(&layouts, &entry.key) else {
                    continue;
                };
                match Object::new(&entry, &layouts[id]) {
                    Ok(object) => {
                        let objects = &mut state.collections[id].objects;
                        objects.insert(entry.key, Arc::new(object));
                    }
                    Err(error) => tracing::error!(%error, "an entry of the store is passed over"),
                }
            }
            let woken: Vec<_> = state.collections.iter().map(changed).collect();
            drop(state);
            wake(&woken);
            self.moved.notify_waiters();
            return watch;
        }
    }

    /// Applies what the watch tells, as long as the store lives.
    pub(crate) async fn run(&self, mut watch: Box<dyn Watch>) {
        let layouts = self.layouts();
        loop {
            let message = tokio::select! {
                biased;
                message = watch.next() => message,
                () = self.asked.notified() => match watch.request_progress().await {
                    Ok(()) => continue,
                    Err(error) => Err(error),
                },
            };
            match message {
                Ok(WatchMessage::Events(events)) => self.apply(&layouts, events),
                Ok(WatchMessage::Progress(revision)) => self.advance(revision),
                Err(StoreError::Compacted { .. }) => {
                    tracing::warn!("the store's history has moved on; reading all of it again");
                    match self.fill().await {
                        Ok(next) => watch = next,
                        Err(error) => return self.close(&error),
                    }
                }
                Err(error) => return self.close(&error),
            }
        }
    }

    fn apply(&self, layouts: &[Arc<Layout>], events: Vec<Event>) {
        // Read outside of the lock.
        let read = events.into_iter().map(|event| {
            let id = collection_of(layouts, &event.key)?;
            let object = event
                .entry
                .as_ref()
                .map(|entry| Object::new(entry, &layouts[id]));
            match object.transpose() {
                Ok(object) => Some((id, event, object)),
                Err(error) => {
                    tracing::error!(%error, "an entry of the store is passed over");
                    None
                }
            }
        });
        let read: Vec<_> = read.collect();
        let mut woken = Vec::new();
        let mut state = self.write();
        for (id, event, object) in read.into_iter().flatten() {
            state.revision = state.revision.max(event.revision);
            let collection = &mut state.collections[id];
            collection.apply(event.revision, event.key, object);
            if !woken.iter().any(|(known, _)| *known == id) {
                woken.push((id, changed(collection)));
            }
        }
        drop(state);
        for (_, changed) in &woken {
            changed.notify_waiters();
        }
        self.moved.notify_waiters();
    }

    fn advance(&self, revision: Revision) {
        let mut state = self.write();
        state.revision = state.revision.max(revision);
        drop(state);
        self.moved.notify_waiters();
    }

    fn close(&self, error: &StoreError) {
        if !matches!(error, StoreError::Closed) {
            tracing::error!(%error, "the store's watch ended");
        }
        let mut state = self.write();
        state.closed = true;
        let woken: Vec<_> = state.collections.iter().map(changed).collect();
        drop(state);
        wake(&woken);
        self.moved.notify_waiters();
    }

    fn layouts(&self) -> Vec<Arc<Layout>> {
        let state = self.read();
        let layouts = state.collections.iter();
        layouts
            .map(|collection| Arc::clone(&collection.layout))
            .collect()
    }
}

fn wake(watchers: &[Arc<tokio::sync::Notify>]) {
    for changed in watchers {
        changed.notify_waiters();
    }
}

fn changed(collection: &super::collection::Collection) -> Arc<tokio::sync::Notify> {
    Arc::clone(&collection.changed)
}

/// The collection that a key is in. Prefixes end with a slash, so none is within another; the
/// layouts are sorted by them.
fn collection_of(layouts: &[Arc<Layout>], key: &str) -> Option<usize> {
    let behind = layouts.partition_point(|layout| layout.prefix.as_str() <= key);
    let id = behind.checked_sub(1)?;
    key.starts_with(&layouts[id].prefix).then_some(id)
}
