//! The trait's promises one by one. A new backend is right when it passes these.

use std::time::Duration;

use trimtab_store::{RangeRequest, Retention, StoreError, WatchMessage};

use crate::support::{describe, drain, list, on_each, value};

#[test]
fn an_empty_store_is_at_revision_one() {
    on_each(Retention::default(), &async |store| {
        assert_eq!(store.current_revision().await.unwrap(), 1);
        assert_eq!(store.get("a", None).await.unwrap().entry, None);
        assert_eq!(store.count("").await.unwrap().keys, 0);
        let range = store.range(RangeRequest::default()).await.unwrap();
        assert_eq!(
            (range.revision, range.entries.len(), range.remaining),
            (1, 0, 0)
        );
    });
}

#[test]
fn writes_count_revisions_and_versions() {
    on_each(Retention::default(), &async |store| {
        let made = store.create("a", value("1")).await.unwrap();
        assert_eq!(
            (made.create_revision, made.mod_revision, made.version),
            (2, 2, 1)
        );
        store.create("b", value("1")).await.unwrap();
        let written = store.update("a", value("2"), 2).await.unwrap();
        assert_eq!(
            (
                written.create_revision,
                written.mod_revision,
                written.version
            ),
            (2, 4, 2)
        );
        let deleted = store.delete("a", Some(4)).await.unwrap();
        assert_eq!((deleted.revision, deleted.previous), (5, written));
        let again = store.create("a", value("3")).await.unwrap();
        assert_eq!(
            (again.create_revision, again.mod_revision, again.version),
            (6, 6, 1)
        );
        assert_eq!(store.get("a", None).await.unwrap().entry, Some(again));
        assert_eq!(store.current_revision().await.unwrap(), 6);
    });
}

#[test]
fn a_write_that_expects_something_else_is_refused_with_what_is_there() {
    on_each(Retention::default(), &async |store| {
        let made = store.create("a", value("1")).await.unwrap();
        let refusals = [
            store.create("a", value("2")).await.unwrap_err(),
            store.update("a", value("2"), 1).await.unwrap_err(),
            store.delete("a", Some(3)).await.unwrap_err(),
        ];
        for refusal in refusals {
            let StoreError::Conflict { key, current } = refusal else {
                panic!("{refusal}");
            };
            assert_eq!((key.as_str(), current.as_deref()), ("a", Some(&made)));
        }
        for refusal in [
            store.update("b", value("1"), 2).await.unwrap_err(),
            store.delete("b", None).await.unwrap_err(),
            store.delete("b", Some(2)).await.unwrap_err(),
        ] {
            assert_eq!(refusal.to_string(), "b is not in the store");
        }
        assert_eq!(
            store.current_revision().await.unwrap(),
            2,
            "a refusal is no write"
        );
        assert_eq!(store.delete("a", None).await.unwrap().revision, 3);
    });
}

#[test]
fn a_past_revision_is_read_as_it_was() {
    on_each(Retention::default(), &async |store| {
        store.create("a", value("1")).await.unwrap();
        store.update("a", value("2"), 2).await.unwrap();
        store.delete("a", None).await.unwrap();
        store.create("b", value("1")).await.unwrap();
        let mut seen = Vec::new();
        for revision in 1..=5 {
            let entry = store.get("a", Some(revision)).await.unwrap().entry;
            let at = RangeRequest {
                revision: Some(revision),
                ..RangeRequest::default()
            };
            seen.push((
                entry.map(|entry| entry.mod_revision),
                list(store, at).await.0.join(" "),
            ));
        }
        let expected = [
            (None, ""),
            (Some(2), "a=1"),
            (Some(3), "a=2"),
            (None, ""),
            (None, "b=1"),
        ];
        assert_eq!(
            seen,
            expected.map(|(entry, listed)| (entry, listed.to_owned()))
        );
    });
}

#[test]
fn pages_join_without_loss_although_keys_come_and_go() {
    on_each(Retention::default(), &async |store| {
        for key in ["p/a", "p/b", "p/c", "p/d", "q/a", "p"] {
            store.create(key, value("1")).await.unwrap();
        }
        let first = RangeRequest {
            prefix: "p/",
            limit: 2,
            ..RangeRequest::default()
        };
        let page = store.range(first).await.unwrap();
        assert_eq!((page.entries.len(), page.remaining), (2, 2));
        store.delete("p/b", None).await.unwrap();
        store.delete("p/c", None).await.unwrap();
        store.create("p/bb", value("1")).await.unwrap();
        let second = RangeRequest {
            after: Some("p/b"),
            revision: Some(page.revision),
            ..first
        };
        assert_eq!(
            list(store, second).await,
            (vec!["p/c=1".to_owned(), "p/d=1".to_owned()], 0)
        );
        assert_eq!(store.count("p/").await.unwrap().keys, 3);
        assert_eq!(store.count("p").await.unwrap().keys, 4);
    });
}

#[test]
fn a_page_behind_a_key_outside_the_prefix_is_still_of_the_prefix() {
    on_each(Retention::default(), &async |store| {
        for key in ["a", "p/a", "z"] {
            store.create(key, value("1")).await.unwrap();
        }
        let behind = |after| RangeRequest {
            prefix: "p/",
            after: Some(after),
            ..RangeRequest::default()
        };
        assert_eq!(list(store, behind("a")).await.0, ["p/a=1"]);
        assert!(list(store, behind("z")).await.0.is_empty());
    });
}

#[test]
fn a_watch_tells_the_past_then_the_present() {
    on_each(Retention::default(), &async |store| {
        store.create("p/a", value("1")).await.unwrap();
        store.create("q/a", value("1")).await.unwrap();
        store.update("p/a", value("2"), 2).await.unwrap();
        let mut all = store.watch("p/", Some(2)).await.unwrap();
        let mut later = store.watch("p/", Some(3)).await.unwrap();
        let mut new = store.watch("p/", None).await.unwrap();
        store.delete("p/a", None).await.unwrap();
        let expected = ["2 p/a=1", "4 p/a=2 [1]", "5 p/a deleted [2]"];
        for (watch, from) in [(&mut all, 0), (&mut later, 1), (&mut new, 2)] {
            let told: Vec<_> = drain(&mut **watch).await.iter().map(describe).collect();
            assert_eq!(told, expected[from..]);
        }
    });
}

#[test]
fn a_waiting_watch_is_woken_by_its_prefix_only() {
    on_each(Retention::default(), &async |store| {
        let mut watch = store.watch("p/", None).await.unwrap();
        let quiet = Duration::from_millis(20);
        store.create("q/a", value("1")).await.unwrap();
        assert!(
            tokio::time::timeout(quiet, watch.next()).await.is_err(),
            "nothing to tell"
        );
        // The wait above was given up half-way, and nothing may be lost for it.
        let (message, _) = tokio::join!(watch.next(), store.create("p/a", value("1")));
        let WatchMessage::Events(events) = message.unwrap() else {
            panic!("no progress was asked for");
        };
        assert_eq!(events.iter().map(describe).collect::<Vec<_>>(), ["3 p/a=1"]);
    });
}

#[test]
fn progress_comes_behind_the_events_it_covers() {
    on_each(Retention::default(), &async |store| {
        let mut watch = store.watch("p/", None).await.unwrap();
        store.create("p/a", value("1")).await.unwrap();
        store.create("q/a", value("1")).await.unwrap();
        watch.request_progress().await.unwrap();
        assert!(
            matches!(watch.next().await.unwrap(), WatchMessage::Events(events) if events.len() == 1)
        );
        assert_eq!(watch.next().await.unwrap(), WatchMessage::Progress(3));
    });
}

#[test]
fn compaction_ends_history_before_it() {
    on_each(Retention::default(), &async |store| {
        store.create("a", value("1")).await.unwrap();
        store.update("a", value("2"), 2).await.unwrap();
        store.create("b", value("1")).await.unwrap();
        store.delete("b", None).await.unwrap();
        store.update("a", value("3"), 3).await.unwrap();
        let mut slow = store.watch("", Some(2)).await.unwrap();
        store.compact(5).await.unwrap();

        let lost = [
            store.get("a", Some(4)).await.map(drop),
            store.watch("", Some(4)).await.map(drop),
            store.compact(5).await,
            slow.next().await.map(drop),
        ];
        for result in lost {
            assert!(
                matches!(result, Err(StoreError::Compacted { compacted: 5, .. })),
                "{result:?}"
            );
        }
        assert_eq!(
            store
                .get("a", Some(5))
                .await
                .unwrap()
                .entry
                .unwrap()
                .mod_revision,
            3
        );
        assert_eq!(store.get("b", Some(5)).await.unwrap().entry, None);
        let mut watch = store.watch("", Some(5)).await.unwrap();
        let told: Vec<_> = drain(&mut *watch).await;
        assert_eq!(
            told.iter().map(|event| event.revision).collect::<Vec<_>>(),
            [5, 6]
        );
        store.compact(6).await.unwrap();
        assert_eq!(list(store, RangeRequest::default()).await.0, ["a=3"]);
    });
}

#[test]
fn what_has_not_been_written_is_in_the_future() {
    on_each(Retention::default(), &async |store| {
        store.create("a", value("1")).await.unwrap();
        let at = RangeRequest {
            revision: Some(3),
            ..RangeRequest::default()
        };
        for result in [
            store.get("a", Some(3)).await.map(drop),
            store.range(at).await.map(drop),
            store.watch("", Some(4)).await.map(drop),
            store.compact(3).await,
        ] {
            assert!(
                matches!(result, Err(StoreError::Future { current: 2, .. })),
                "{result:?}"
            );
        }
        assert!(
            store.watch("", Some(3)).await.is_ok(),
            "the next write can be waited for"
        );
    });
}

#[test]
fn history_keeps_its_bounds_by_itself() {
    let retention = Retention {
        events: 40,
        bytes: usize::MAX,
    };
    on_each(retention, &async |store| {
        let mut idle = store.watch("other/", None).await.unwrap();
        let mut revision = store.create("a", value("0")).await.unwrap().mod_revision;
        for round in 1..200 {
            let text = value(&round.to_string());
            revision = store
                .update("a", text, revision)
                .await
                .unwrap()
                .mod_revision;
        }
        // The embedded store tidies up behind the answer; one more write waits for that.
        let last = store
            .create("other/a", value("1"))
            .await
            .unwrap()
            .mod_revision;
        let oldest = match store.watch("", Some(1)).await.map(drop) {
            Err(StoreError::Compacted { compacted, .. }) => compacted,
            other => panic!("{other:?}"),
        };
        assert!((38..=52).contains(&(last - oldest)), "{}", last - oldest);
        assert_eq!(
            store.get("a", None).await.unwrap().entry.unwrap().version,
            200
        );
        assert_eq!(
            drain(&mut *idle).await.len(),
            1,
            "who had nothing to read has lost nothing"
        );
    });
}

#[test]
fn a_long_backlog_is_told_in_several_messages() {
    on_each(Retention::default(), &async |store| {
        for number in 0..1100 {
            store
                .create(&format!("a/{number}"), value("1"))
                .await
                .unwrap();
        }
        let mut watch = store.watch("a/", Some(2)).await.unwrap();
        let revisions = drain(&mut *watch)
            .await
            .into_iter()
            .map(|event| event.revision);
        assert!(revisions.eq(2..=1101));
    });
}
