//! Copies made while the store runs, and stores made from them.

use std::fs;
use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use trimtab_store::{
    EmbeddedStore, MemoryStore, RangeRequest, Retention, Store, StoreError, back_up, restore,
    restore_over, verify,
};

use crate::support::{Directory, block_on, describe, drain, list, value};

/// A store that was backed up at revision 4 and written to afterwards.
fn backed_up(directory: &Directory) -> EmbeddedStore {
    let store = directory.open(Retention::default());
    block_on(async {
        store.create("a", value("1")).await.unwrap();
        store.update("a", value("2"), 2).await.unwrap();
        store.create("b", value("1")).await.unwrap();
        store.backup(directory.file("backup")).unwrap();
        store.delete("a", None).await.unwrap();
    });
    store
}

#[test]
fn a_restored_store_is_the_one_that_was_backed_up() {
    let directory = Directory::new();
    let _running = backed_up(&directory);
    restore(directory.file("backup"), directory.file("new"), 0).unwrap();
    let store = EmbeddedStore::open(directory.file("new"), Retention::default()).unwrap();
    block_on(async {
        assert_eq!(
            list(&store, RangeRequest::default()).await.0,
            ["a=2", "b=1"]
        );
        let mut watch = store.watch("", Some(2)).await.unwrap();
        let told: Vec<_> = drain(&mut *watch).await.iter().map(describe).collect();
        assert_eq!(told, ["2 a=1", "3 a=2 [1]", "4 b=1"]);
    });
}

#[test]
fn a_store_restored_further_on_has_no_history_that_clients_could_mistake() {
    let directory = Directory::new();
    let _running = backed_up(&directory);
    restore(directory.file("backup"), directory.file("new"), 1000).unwrap();
    for reopened in 0..2 {
        let store = EmbeddedStore::open(directory.file("new"), Retention::default()).unwrap();
        block_on(async {
            assert_eq!(store.current_revision().await.unwrap(), 1004 + reopened);
            let lost = store.watch("", Some(5)).await.map(drop);
            assert!(
                matches!(
                    lost,
                    Err(StoreError::Compacted {
                        compacted: 1004,
                        ..
                    })
                ),
                "{lost:?}"
            );
            assert_eq!(
                list(&store, RangeRequest::default()).await.0[..2],
                ["a=2", "b=1"]
            );
            let made = store
                .create(&format!("c{reopened}"), value("1"))
                .await
                .unwrap();
            assert_eq!(made.mod_revision, 1005 + reopened);
        });
    }
}

#[test]
fn nothing_is_overwritten() {
    let directory = Directory::new();
    let running = backed_up(&directory);
    let refused = running.backup(directory.file("backup")).unwrap_err();
    assert!(matches!(refused, StoreError::Io { .. }), "{refused}");
    let refused = restore(directory.file("backup"), directory.path(), 0).unwrap_err();
    assert!(matches!(refused, StoreError::Locked { .. }), "{refused}");
    drop(running);
    let refused = restore(directory.file("backup"), directory.path(), 0).unwrap_err();
    assert!(matches!(refused, StoreError::Io { .. }), "{refused}");
    assert_eq!(
        block_on(directory.open(Retention::default()).current_revision()).unwrap(),
        5
    );
}

/// Writers raise counters in step; a copy made meanwhile holds a prefix of what each has written, and
/// nothing that was written later than something it lacks.
#[test]
fn a_copy_under_writers_is_the_store_at_one_moment() {
    let directory = Directory::new();
    let store = Arc::new(directory.open(Retention::default()));
    let stop = Arc::new(AtomicBool::new(false));
    let writers = [0, 1, 2].map(|writer| {
        let (store, stop) = (Arc::clone(&store), Arc::clone(&stop));
        std::thread::spawn(move || {
            let mut count = 0;
            while !stop.load(Ordering::Relaxed) {
                let key = format!("w{writer}/{count:05}");
                block_on(store.create(&key, value("1"))).unwrap();
                count += 1;
            }
        })
    });
    let mut last = 0;
    for copy in 0..5 {
        let acknowledged = block_on(store.current_revision()).unwrap();
        let mut bytes = Vec::new();
        let mut file = block_on(store.snapshot()).unwrap();
        file.read_to_end(&mut bytes).unwrap();
        let path = directory.file(&format!("copy{copy}"));
        fs::write(&path, bytes).unwrap();
        let revision = verify(&path).unwrap();
        assert!(revision >= acknowledged && revision >= last, "{revision}");
        last = revision;
        let restored = EmbeddedStore::open(&path, Retention::default()).unwrap();
        // One revision a key, and none missing: that is what loading checks, too.
        let count = block_on(restored.count("")).unwrap().keys;
        assert_eq!(u64::try_from(count).unwrap() + 1, revision);
    }
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.join().unwrap();
    }
    assert!(!directory.file("store.backup").exists(), "it has no name");
}

#[test]
fn a_store_at_rest_is_copied_and_put_back_in_place() {
    let directory = Directory::new();
    drop(backed_up(&directory));
    let (store, copy) = (directory.path(), directory.file("copy"));
    assert_eq!(back_up(&store, &copy).unwrap(), 5);
    assert_eq!(verify(&copy).unwrap(), 5);
    let kept = restore_over(directory.file("backup"), &store, 0).unwrap();
    assert_eq!(verify(&store).unwrap(), 4);
    let kept = kept.expect("the one that was there");
    assert_eq!(verify(kept).unwrap(), 5);
    // What is no backup leaves the store alone.
    fs::write(directory.file("text"), "no store at all").unwrap();
    let refused = restore_over(directory.file("text"), &store, 0).unwrap_err();
    assert!(
        matches!(refused, StoreError::Unreadable { .. }),
        "{refused}"
    );
    assert_eq!(verify(&store).unwrap(), 4);
    let running = EmbeddedStore::open(&store, Retention::default()).unwrap();
    for refused in [
        back_up(&store, directory.file("other")).map(drop),
        restore_over(&copy, &store, 0).map(drop),
    ] {
        assert!(
            matches!(refused, Err(StoreError::Locked { .. })),
            "{refused:?}"
        );
    }
    drop(running);
}

#[test]
fn a_store_in_memory_is_not_copied() {
    let refused = block_on(MemoryStore::new(Retention::default()).snapshot());
    assert!(matches!(refused, Err(StoreError::NoBackup)), "{refused:?}");
}
