//! Many writers and watchers at once, on threads.

use std::collections::BTreeSet;
use std::sync::Arc;

use trimtab_store::{
    Event, MemoryStore, Retention, Revision, Store, StoreError, Watch, WatchMessage,
};

use crate::support::{Directory, value};

const WRITERS: usize = 16;
const WRITES: usize = 60;

#[test]
fn memory_serves_many_writers() {
    many_writers(&shared(MemoryStore::new(Retention::default())));
}

#[test]
fn embedded_serves_many_writers() {
    let directory = Directory::new();
    many_writers(&shared(directory.open(Retention::default())));
}

#[test]
fn memory_counts_without_lost_updates() {
    contended_counter(&shared(MemoryStore::new(Retention::default())));
}

#[test]
fn embedded_counts_without_lost_updates() {
    let directory = Directory::new();
    contended_counter(&shared(directory.open(Retention::default())));
}

fn shared(store: impl Store + 'static) -> Arc<dyn Store> {
    Arc::new(store)
}

fn on_threads<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .build()
        .unwrap()
        .block_on(future)
}

/// Each write has a revision of its own, and each watch sees each event once and in order.
fn many_writers(store: &Arc<dyn Store>) {
    on_threads(async {
        let mut watches = Vec::new();
        for prefix in ["", "", "writer-03/", "writer-1"] {
            let watch = store.watch(prefix, Some(2)).await.unwrap();
            watches.push((prefix, tokio::spawn(until(watch, "end", prefix))));
        }
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| tokio::spawn(write_keys(Arc::clone(store), writer)))
            .collect();
        let mut revisions = BTreeSet::new();
        for writer in writers {
            for revision in writer.await.unwrap() {
                assert!(revisions.insert(revision), "{revision} was given twice");
            }
        }
        let last = 1 + u64::try_from(WRITERS * WRITES).unwrap();
        assert!(revisions.into_iter().eq(2..=last), "revisions have no gaps");
        for prefix in ["", "writer-03/", "writer-1"] {
            store
                .create(&format!("{prefix}end"), value(""))
                .await
                .unwrap();
        }
        let mut late = store.watch("", Some(2)).await.unwrap();
        let all = crate::support::drain(&mut *late).await;
        for (prefix, told) in watches {
            let told = told.await.unwrap();
            let own: Vec<_> = all
                .iter()
                .filter(|event| event.key.starts_with(prefix))
                .take(told.len())
                .cloned()
                .collect();
            assert_eq!(told, own, "prefix {prefix:?}");
            assert!(told.last().unwrap().key.ends_with("end"));
        }
    });
}

/// Creates, updates and deletes; reads its own writes on the way.
async fn write_keys(store: Arc<dyn Store>, writer: usize) -> Vec<Revision> {
    let mut revisions = Vec::new();
    for number in 0..WRITES / 3 {
        let key = format!("writer-{writer:02}/{number}");
        let made = store.create(&key, value("1")).await.unwrap();
        assert_eq!(
            store.get(&key, None).await.unwrap().entry.as_ref(),
            Some(&made)
        );
        let written = store
            .update(&key, value("2"), made.mod_revision)
            .await
            .unwrap();
        let deleted = store
            .delete(&key, Some(written.mod_revision))
            .await
            .unwrap();
        assert_eq!(deleted.previous, written);
        revisions.extend([made.mod_revision, written.mod_revision, deleted.revision]);
    }
    revisions
}

/// All events until the one for the prefix's own end mark.
async fn until(mut watch: Box<dyn Watch>, mark: &str, prefix: &str) -> Vec<Event> {
    let last = format!("{prefix}{mark}");
    let mut all: Vec<Event> = Vec::new();
    loop {
        let WatchMessage::Events(events) = watch.next().await.unwrap() else {
            panic!("no progress was asked for");
        };
        let end = events.iter().position(|event| *event.key == *last);
        all.extend(
            events
                .into_iter()
                .take(end.map_or(usize::MAX, |end| end + 1)),
        );
        if end.is_some() {
            return all;
        }
    }
}

/// Compare-and-swap on one key: every increment counts, whoever loses tries again.
fn contended_counter(store: &Arc<dyn Store>) {
    on_threads(async {
        store.create("counter", value("0")).await.unwrap();
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let store = Arc::clone(store);
                tokio::spawn(async move {
                    for _ in 0..10 {
                        increment(&*store).await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let entry = store.get("counter", None).await.unwrap().entry.unwrap();
        assert_eq!((&*entry.value, entry.version), (b"80".as_slice(), 81));
    });
}

async fn increment(store: &dyn Store) {
    let mut entry = store.get("counter", None).await.unwrap().entry.unwrap();
    loop {
        let count: u64 = std::str::from_utf8(&entry.value).unwrap().parse().unwrap();
        let next = value(&(count + 1).to_string());
        match store.update("counter", next, entry.mod_revision).await {
            Ok(_) => return,
            Err(StoreError::Conflict { current, .. }) => entry = *current.unwrap(),
            Err(error) => panic!("{error}"),
        }
    }
}
