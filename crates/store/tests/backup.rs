//! Copies made while the store runs, and stores made from them.

use trimtab_store::{EmbeddedStore, RangeRequest, Retention, Store, StoreError, restore};

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
