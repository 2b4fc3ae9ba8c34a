//! What only a store in a file promises.

use std::fs;
use std::future::poll_fn;
use std::process::{Command, Stdio};
use std::task::Poll;

use trimtab_store::{EmbeddedStore, RangeRequest, Retention, Store, StoreError};

use crate::support::{Directory, block_on, describe, drain, list, value};

#[test]
fn a_reopened_store_has_its_history() {
    let directory = Directory::new();
    let store = directory.open(Retention::default());
    block_on(async {
        store.create("a", value("1")).await.unwrap();
        store.update("a", value("2"), 2).await.unwrap();
        store.create("b", value("1")).await.unwrap();
        store.delete("b", None).await.unwrap();
    });
    drop(store);
    let store = directory.open(Retention::default());
    block_on(async {
        assert_eq!(store.current_revision().await.unwrap(), 5);
        let entry = store.get("a", None).await.unwrap().entry.unwrap();
        assert_eq!(
            (entry.create_revision, entry.mod_revision, entry.version),
            (2, 3, 2)
        );
        assert_eq!(
            store
                .get("b", Some(4))
                .await
                .unwrap()
                .entry
                .unwrap()
                .version,
            1
        );
        let mut watch = store.watch("", Some(2)).await.unwrap();
        let told: Vec<_> = drain(&mut *watch).await.iter().map(describe).collect();
        assert_eq!(told, ["2 a=1", "3 a=2 [1]", "4 b=1", "5 b deleted [1]"]);
    });
}

#[test]
fn a_compaction_is_still_there_after_reopening() {
    let directory = Directory::new();
    let store = directory.open(Retention::default());
    block_on(async {
        store.create("a", value("1")).await.unwrap();
        store.create("b", value("1")).await.unwrap();
        store.delete("a", None).await.unwrap();
        store.update("b", value("2"), 3).await.unwrap();
        store.compact(4).await.unwrap();
    });
    drop(store);
    let store = directory.open(Retention::default());
    block_on(async {
        let error = store.get("b", Some(3)).await.unwrap_err();
        assert!(
            matches!(error, StoreError::Compacted { compacted: 4, .. }),
            "{error}"
        );
        let mut watch = store.watch("", Some(4)).await.unwrap();
        let told: Vec<_> = drain(&mut *watch).await.iter().map(describe).collect();
        assert_eq!(told, ["4 a deleted", "5 b=2 [1]"]);
        assert_eq!(list(&store, RangeRequest::default()).await.0, ["b=2"]);
    });
}

#[test]
fn the_revision_stays_when_everything_is_deleted_and_compacted() {
    let directory = Directory::new();
    let store = directory.open(Retention::default());
    block_on(async {
        store.create("a", value("1")).await.unwrap();
        store.delete("a", None).await.unwrap();
        store.compact(3).await.unwrap();
    });
    drop(store);
    let store = directory.open(Retention::default());
    assert_eq!(block_on(store.current_revision()).unwrap(), 3);
}

#[test]
fn a_second_opener_is_told_who_has_it() {
    let directory = Directory::new();
    let _store = directory.open(Retention::default());
    let error = EmbeddedStore::open(directory.path(), Retention::default()).unwrap_err();
    let holder = format!("process {}", std::process::id());
    assert!(
        matches!(&error, StoreError::Locked { holder: Some(name), .. } if *name == holder),
        "{error}"
    );
}

#[test]
fn a_file_of_something_else_is_refused_and_left_alone() {
    let directory = Directory::new();
    fs::write(directory.path(), "apiVersion: v1\n".repeat(1000)).unwrap();
    let error = EmbeddedStore::open(directory.path(), Retention::default()).unwrap_err();
    assert!(matches!(error, StoreError::Unreadable { .. }), "{error}");
    let text = fs::read_to_string(directory.path()).unwrap();
    assert_eq!(text, "apiVersion: v1\n".repeat(1000));
}

#[test]
fn a_watch_ends_with_the_store_but_first_tells_all() {
    let directory = Directory::new();
    let store = directory.open(Retention::default());
    block_on(async {
        let mut watch = store.watch("", None).await.unwrap();
        store.create("a", value("1")).await.unwrap();
        drop(store);
        assert!(watch.next().await.is_ok());
        assert!(matches!(watch.next().await, Err(StoreError::Closed)));
    });
}

/// A process being started holds a copy of every handle until it becomes its own program.
#[test]
fn a_closed_store_is_free_although_processes_are_being_started() {
    let directory = Directory::new();
    let starter = std::thread::spawn(|| {
        for _ in 0..40 {
            let mut child = Command::new(std::env::current_exe().unwrap());
            child.arg("--help").stdout(Stdio::null()).status().unwrap();
        }
    });
    while !starter.is_finished() {
        drop(directory.open(Retention::default()));
    }
    starter.join().unwrap();
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt;

    let directory = Directory::new();
    drop(directory.open(Retention::default()));
    let mode = fs::metadata(directory.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_file_does_not_grow_with_what_is_written_over() {
    const KEYS: usize = 200;
    let directory = Directory::new();
    let store = directory.open(Retention {
        events: 1000,
        bytes: usize::MAX,
    });
    let size = || fs::metadata(directory.path()).unwrap().len();
    block_on(async {
        let names: Vec<_> = (0..KEYS).map(|number| format!("key-{number}")).collect();
        let text = value(&"x".repeat(1000));
        let creates = names.iter().map(|name| store.create(name, text.clone()));
        let mut entries = join_all(creates).await;
        let mut settled = 0;
        for round in 0..60 {
            let updates = entries.iter().map(|entry| {
                let entry = entry.as_ref().unwrap();
                store.update(&entry.key, text.clone(), entry.mod_revision)
            });
            entries = join_all(updates).await;
            if round == 15 {
                settled = size();
            }
        }
        let end = size();
        assert!(
            end <= settled,
            "{settled} bytes after 16 rounds, {end} after 60"
        );
        assert!(end < 16 << 20, "{end} bytes");
    });
}

/// Waits for all of them together, so that they share flushes.
async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    poll_fn(|context| {
        let mut is_done = true;
        for (future, output) in &mut futures {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(done) => *output = Some(done),
                    Poll::Pending => is_done = false,
                }
            }
        }
        if is_done {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    let outputs = futures.into_iter().map(|(_, output)| output.unwrap());
    outputs.collect()
}
