//! Stores to test, and short ways to ask them.

use std::path::PathBuf;

use bytes::Bytes;
use tempfile::TempDir;
use trimtab_store::{
    EmbeddedStore, Event, MemoryStore, RangeRequest, Retention, Store, Watch, WatchMessage,
};

/// A directory for one embedded store.
pub(crate) struct Directory(TempDir);

impl Directory {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().join("store")
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn open(&self, retention: Retention) -> EmbeddedStore {
        EmbeddedStore::open(self.path(), retention).unwrap()
    }
}

/// Runs a check on a new store of each backend.
pub(crate) fn on_each(retention: Retention, check: &impl AsyncFn(&dyn Store)) {
    block_on(check(&MemoryStore::new(retention)));
    let directory = Directory::new();
    block_on(check(&directory.open(retention)));
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(future)
}

pub(crate) fn value(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

/// "key=value" for each entry of a range, and how many remain.
pub(crate) async fn list(store: &dyn Store, request: RangeRequest<'_>) -> (Vec<String>, usize) {
    let range = store.range(request).await.unwrap();
    let entries = range
        .entries
        .iter()
        .map(|entry| format!("{}={}", entry.key, text(&entry.value)));
    (entries.collect(), range.remaining)
}

/// All events until the store's current revision.
pub(crate) async fn drain(watch: &mut dyn Watch) -> Vec<Event> {
    let mut all = Vec::new();
    watch.request_progress().await.unwrap();
    loop {
        match watch.next().await.unwrap() {
            WatchMessage::Events(events) => all.extend(events),
            WatchMessage::Progress(_) => return all,
        }
    }
}

/// "revision key=value" or "revision key deleted", with what was before in brackets.
pub(crate) fn describe(event: &Event) -> String {
    let now = match &event.entry {
        Some(entry) => format!("={}", text(&entry.value)),
        None => " deleted".to_owned(),
    };
    let before = event
        .previous
        .as_ref()
        .map_or(String::new(), |entry| format!(" [{}]", text(&entry.value)));
    format!("{} {}{now}{before}", event.revision, event.key)
}

fn text(value: &Bytes) -> &str {
    std::str::from_utf8(value).unwrap()
}
