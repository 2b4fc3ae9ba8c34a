//! Feeds the cache from the store.

use std::sync::Arc;
use tokio::sync::Notify;
use trimtab_store::{Event, RangeRequest, Revision, StoreError, Watch, WatchMessage};

use super::collection::Collection;
use super::definitions::Reopen;
use super::object::Object;
use super::state::State;
use super::{Cache, ROOT};

impl Cache {
    /// Fills the cache and gives back the watch that continues from there, for [`Cache::run`].
    ///
    /// What the store still knows of history is played through the cache, so that watches go on over
    /// a restart of the server from what they saw last.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn fill(&self) -> Result<Box<dyn Watch>, StoreError> {
        loop {
            let mut watch = match self.load().await {
                // Compacted in between: there is a newer state to begin with.
                Err(StoreError::Compacted { .. }) => continue,
                watch => watch?,
            };
            watch.request_progress().await?;
            loop {
                match watch.next().await {
                    Ok(WatchMessage::Events(events)) => self.apply(events),
                    Ok(WatchMessage::Progress(revision)) => {
                        self.advance(revision);
                        return Ok(watch);
                    }
                    Err(StoreError::Compacted { .. }) => break,
                    Err(error) => return Err(error),
                }
            }
        }
    }

    /// Begins with the oldest state that the store knows; the watch tells what has happened since.
    async fn load(&self) -> Result<Box<dyn Watch>, StoreError> {
        let oldest = match self.store.watch(ROOT, Some(1)).await.map(drop) {
            Err(StoreError::Compacted { compacted, .. }) => Some(compacted),
            Ok(()) => Some(0),
            Err(error) => return Err(error),
        };
        let request = RangeRequest {
            prefix: ROOT,
            revision: oldest,
            ..RangeRequest::default()
        };
        let range = self.store.range(request).await?;
        let watch = self.store.watch(ROOT, Some(range.revision + 1)).await?;
        let mut state = self.write();
        state.revision = range.revision;
        let gone = state.collections.close_all();
        for collection in state.collections.iter_mut() {
            collection.reset(range.revision);
        }
        // What collections there are is known before what is in them.
        self.definitions.reset();
        let prefix = self.definitions.prefix();
        for entry in &range.entries {
            if !entry.key.starts_with(prefix) {
                continue;
            }
            if let Some(reopen) = self.definitions.changed(&entry.key, Some(entry)) {
                state.reopen(reopen, range.revision);
            }
        }
        for entry in range.entries {
            let Some((id, layout)) = state.collections.of_key(&entry.key) else {
                continue;
            };
            match Object::new(&entry, layout) {
                Ok(object) => {
                    if let Some(collection) = state.collections.get_mut(id) {
                        collection.set(entry.key, Some(Arc::new(object)));
                    }
                }
                Err(error) => tracing::error!(%error, "an entry of the store is passed over"),
            }
        }
        let all = state.collections.iter().chain(&gone);
        let woken: Vec<_> = all.map(changed).collect();
        drop(state);
        self.definitions.applied();
        wake(&woken);
        self.moved.notify_waiters();
        Ok(watch)
    }

    /// Applies what the watch tells, as long as the store lives.
    pub(crate) async fn run(&self, mut watch: Box<dyn Watch>) {
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
                Ok(WatchMessage::Events(events)) => self.apply(events),
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

    /// What was written before a definition is told to those who watch what it defined until then.
    fn apply(&self, events: Vec<Event>) {
        let prefix = self.definitions.prefix();
        let mut run = Vec::with_capacity(events.len());
        for event in events {
            if event.key.starts_with(prefix) && !run.is_empty() {
                self.apply_run(std::mem::take(&mut run));
            }
            run.push(event);
        }
        self.apply_run(run);
    }

    fn apply_run(&self, events: Vec<Event>) {
        let is_defined = self.define(&events);
        // Read outside of the lock.
        let places: Vec<_> = {
            let state = self.read();
            let place = |event: &Event| {
                let (id, layout) = state.collections.of_key(&event.key)?;
                Some((id, Arc::clone(layout)))
            };
            events.iter().map(place).collect()
        };
        let read = events.into_iter().zip(places).map(|(event, place)| {
            let (id, layout) = place?;
            let object = event
                .entry
                .as_ref()
                .map(|entry| Object::new(entry, &layout));
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
            let Some(collection) = state.collections.get_mut(id) else {
                continue;
            };
            collection.apply(event.revision, event.key, object);
            if !woken.iter().any(|(known, _)| *known == id) {
                woken.push((id, changed(collection)));
            }
        }
        drop(state);
        if is_defined {
            self.definitions.applied();
        }
        for (_, changed) in &woken {
            changed.notify_waiters();
        }
        self.moved.notify_waiters();
    }

    /// Opens and closes collections as their definitions say; whether any was written.
    fn define(&self, events: &[Event]) -> bool {
        let prefix = self.definitions.prefix();
        let mut is_defined = false;
        for event in events.iter().filter(|event| event.key.starts_with(prefix)) {
            is_defined = true;
            let Some(reopen) = self.definitions.changed(&event.key, event.entry.as_ref()) else {
                continue;
            };
            let gone = self.write().reopen(reopen, event.revision);
            if let Some(watchers) = gone {
                watchers.notify_waiters();
            }
        }
        is_defined
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
}

impl State {
    /// Opens and closes collections; the watchers of one that is gone, to be told.
    fn reopen(&mut self, reopen: Reopen, revision: Revision) -> Option<Arc<Notify>> {
        let Reopen { before, after } = reopen;
        let gone = match after {
            Some((id, layout)) => self.collections.open(id, &layout, before, revision),
            None => self.collections.close(before?),
        };
        Some(self.collections.see_off(before?, gone?))
    }
}

fn wake(watchers: &[Arc<Notify>]) {
    for changed in watchers {
        changed.notify_waiters();
    }
}

fn changed(collection: &Collection) -> Arc<Notify> {
    Arc::clone(&collection.changed)
}
