//! The watch cache, and the store behind it.

use crate::support::{ask, make, on, request, stored};
use http_body_util::BodyExt;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use trimtab_store::{EmbeddedStore, MemoryStore, Retention, Store};

const MAPS: &str = "/api/v1/namespaces/ns/configmaps";

#[tokio::test(start_paused = true)]
async fn two_servers_on_one_store_see_each_others_writes() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(Retention::default()));
    let (one, two) = (on(Arc::clone(&store)).await, on(store).await);
    ask(
        &one,
        "POST",
        "/api/v1/namespaces",
        r#"{"metadata":{"name":"ns"}}"#,
    )
    .await;
    for round in 0..50 {
        let (writer, reader) = if round % 2 == 0 {
            (&one, &two)
        } else {
            (&two, &one)
        };
        let body = json!({"metadata": {"name": format!("map-{round}")}}).to_string();
        let (code, made) = ask(writer, "POST", MAPS, &body).await;
        assert_eq!(code, 201, "{made}");
        let (_, list) = ask(reader, "GET", MAPS, "").await;
        assert_eq!(list["items"].as_array().unwrap().len(), round + 1);
        let (_, read) = ask(reader, "GET", &format!("{MAPS}/map-{round}"), "").await;
        assert_eq!(read, made);
    }
}

#[tokio::test(start_paused = true)]
async fn a_cache_that_missed_history_begins_anew() {
    let store = Arc::new(MemoryStore::new(Retention {
        events: 16,
        bytes: usize::MAX,
    }));
    let server = on(Arc::clone(&store) as Arc<dyn Store>).await;
    ask(
        &server,
        "POST",
        "/api/v1/namespaces",
        r#"{"metadata":{"name":"ns"}}"#,
    )
    .await;
    let watch = request("GET", &format!("{MAPS}?watch=1"), "application/json", "");
    let mut watch = server.handle(watch).await.into_body();
    // A store in memory never waits, so the cache has no turn before all of this is written.
    for number in 0..100 {
        let key = format!("/registry/configmaps/ns/map-{number:02}");
        let map = stored("ConfigMap", &format!("map-{number:02}"));
        store.create(&key, map.into()).await.unwrap();
    }
    let (_, list) = ask(&server, "GET", MAPS, "").await;
    assert_eq!(list["items"].as_array().unwrap().len(), 100);
    let line = watch.frame().await.unwrap().unwrap().into_data().unwrap();
    let event: serde_json::Value = serde_json::from_slice(&line).unwrap();
    assert_eq!(
        (&event["type"], &event["object"]["reason"]),
        (&json!("ERROR"), &json!("Expired"))
    );
    let (code, expired) = ask(
        &server,
        "GET",
        &format!("{MAPS}?resourceVersion=2&resourceVersionMatch=Exact"),
        "",
    )
    .await;
    assert_eq!((code, &expired["reason"]), (410, &json!("Expired")));
}

/// Also where nothing of the kind has changed since.
#[tokio::test(start_paused = true)]
async fn a_page_can_be_gone_on_with_for_minutes_only() {
    let server = crate::support::server().await;
    let path = "/api/v1/namespaces/ns/configmaps";
    for name in ["a", "b", "c"] {
        make(&server, path, &json!({"metadata": {"name": name}})).await;
    }
    let (_, first) = ask(&server, "GET", &format!("{path}?limit=1"), "").await;
    let next = |page: &serde_json::Value| {
        let token = page["metadata"]["continue"].as_str().unwrap();
        format!("{path}?limit=1&continue={token}")
    };
    let page = next(&first);
    let mut minutes = 0;
    let expired = loop {
        tokio::time::sleep(Duration::from_secs(60)).await;
        minutes += 1;
        let namespace = json!({"metadata": {"name": format!("n{minutes}")}});
        make(&server, "/api/v1/namespaces", &namespace).await;
        let (code, answer) = ask(&server, "GET", &page, "").await;
        if code == 410 {
            break answer;
        }
        assert!(code == 200 && minutes < 12, "{minutes}: {answer}");
    };
    assert!(minutes >= 5);
    let (code, second) = ask(&server, "GET", &next(&expired), "").await;
    assert_eq!(
        (code, second["items"][0]["metadata"]["name"].as_str()),
        (200, Some("b"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_starts_on_what_another_left() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(Retention::default()));
    let first = on(Arc::clone(&store)).await;
    let (_, before) = ask(
        &first,
        "GET",
        "/api/v1/namespaces/default/services/kubernetes",
        "",
    )
    .await;
    drop(first);
    let second = on(store).await;
    let (_, after) = ask(
        &second,
        "GET",
        "/api/v1/namespaces/default/services/kubernetes",
        "",
    )
    .await;
    assert_eq!(before, after);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_server_lets_go_of_its_store() {
    let store = Arc::new(MemoryStore::new(Retention::default()));
    let weak = Arc::downgrade(&store);
    let other = on(store).await;
    drop(other);
    // The feed is a task of its own: it ends with the server.
    tokio::task::yield_now().await;
    assert_eq!(weak.strong_count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_watch_goes_on_over_a_restart_of_the_server() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(Retention::default()));
    let before = on(Arc::clone(&store)).await;
    let namespace = r#"{"metadata":{"name":"ns"}}"#;
    ask(&before, "POST", "/api/v1/namespaces", namespace).await;
    let body = |name: &str| json!({"metadata": {"name": name}}).to_string();
    let (_, first) = ask(&before, "POST", MAPS, &body("first")).await;
    let version = first["metadata"]["resourceVersion"].as_str().unwrap();
    ask(&before, "POST", MAPS, &body("second")).await;
    ask(&before, "DELETE", &format!("{MAPS}/first"), "").await;
    drop(before);
    let after = on(store).await;
    let path = format!("{MAPS}?watch=1&resourceVersion={version}");
    let watch = request("GET", &path, "application/json", "");
    let mut watch = after.handle(watch).await.into_body();
    let mut told = Vec::new();
    while told.split(|byte| *byte == b'\n').count() < 3 {
        let frame = watch.frame().await.unwrap().unwrap();
        told.extend_from_slice(&frame.into_data().unwrap());
    }
    let told = String::from_utf8(told).unwrap();
    let told: Vec<(String, String)> = told
        .lines()
        .map(|line| {
            let event: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            (
                text(&event["type"]),
                text(&event["object"]["metadata"]["name"]),
            )
        })
        .collect();
    let expected = [("ADDED", "second"), ("DELETED", "first")];
    assert_eq!(
        told,
        expected.map(|(kind, name)| (kind.to_owned(), name.to_owned()))
    );
}

const SHORT: Retention = Retention {
    events: 64,
    bytes: usize::MAX,
};

#[tokio::test]
async fn a_restart_behind_a_compaction_has_all_objects() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(SHORT));
    restart_again_and_again(|| Some(Arc::clone(&store))).await;
}

#[tokio::test]
async fn a_reopened_store_behind_a_compaction_has_all_objects() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    restart_again_and_again(|| Some(Arc::new(EmbeddedStore::open(&path, SHORT).ok()?))).await;
}

/// Writes, and after every eleventh write holds what a new server lists against what was written.
async fn restart_again_and_again(open: impl Fn() -> Option<Arc<dyn Store>>) {
    let mut server = on(open().unwrap()).await;
    let namespace = r#"{"metadata":{"name":"ns"}}"#;
    ask(&server, "POST", "/api/v1/namespaces", namespace).await;
    let mut there = [false; 7];
    for step in 0..600_usize {
        let at = step * step % 7;
        let name = format!("map-{at}");
        let metadata = json!({"name": name, "labels": {"test": "restart"}});
        let map = json!({"metadata": metadata, "data": {"step": step.to_string()}});
        let (method, path) = match (there[at], step % 3) {
            (false, _) => ("POST", MAPS.to_owned()),
            (true, 0) => ("DELETE", format!("{MAPS}/{name}")),
            (true, _) => ("PATCH", format!("{MAPS}/{name}")),
        };
        let (code, answer) = ask(&server, method, &path, &map.to_string()).await;
        assert!(code < 300, "{answer}");
        there[at] = method != "DELETE";
        if step % 11 != 0 {
            continue;
        }
        drop(server);
        // The old server's tasks let go of the store when the runtime gets to them.
        let store = loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
            if let Some(store) = open() {
                break store;
            }
        };
        server = on(store).await;
        for query in ["", "?labelSelector=test%3Drestart"] {
            let (_, list) = ask(&server, "GET", &format!("{MAPS}{query}"), "").await;
            let items = list["items"].as_array().unwrap().iter();
            let names = items.map(|item| item["metadata"]["name"].as_str().unwrap());
            let names: Vec<_> = names.filter(|name| name.starts_with("map-")).collect();
            let expected = (0..7).filter(|at| there[*at]);
            let expected: Vec<_> = expected.map(|at| format!("map-{at}")).collect();
            assert_eq!(names, expected, "{step} {query}");
        }
    }
}

/// Beyond the fields of Kubernetes, objects are selected by the uids of their owners.
#[tokio::test(start_paused = true)]
async fn what_an_owner_has_is_listed_and_watched() {
    let server = crate::support::server().await;
    let owned = |name: &str, owners: &[&str]| {
        let owners: Vec<_> = owners
            .iter()
            .map(|uid| json!({"apiVersion": "v1", "kind": "Secret", "name": "s", "uid": uid}))
            .collect();
        json!({"metadata": {"name": name, "ownerReferences": owners}})
    };
    for (name, owners) in [("a", &["u1"][..]), ("b", &["u2"]), ("c", &["u2", "u1"])] {
        make(&server, MAPS, &owned(name, owners)).await;
    }
    let field = "fieldSelector=metadata.ownerReferences.uid";
    let (_, list) = ask(&server, "GET", &format!("{MAPS}?{field}=u1"), "").await;
    let names: Vec<&str> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|map| map["metadata"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["a", "c"]);
    let version = list["metadata"]["resourceVersion"].as_str().unwrap();
    let watch = format!("{MAPS}?watch=1&{field}=u1&resourceVersion={version}");
    let mut watch = server
        .handle(request("GET", &watch, "application/json", ""))
        .await
        .into_body();
    // One that is given up, and one that is taken.
    for (name, owners) in [("c", &["u2"][..]), ("b", &["u1"])] {
        let patch = owned(name, owners).to_string();
        let (code, told) = ask(&server, "PATCH", &format!("{MAPS}/{name}"), &patch).await;
        assert_eq!(code, 200, "{told}");
    }
    let mut told = Vec::new();
    while told.len() < 2 {
        let frame = watch.frame().await.unwrap().unwrap().into_data().unwrap();
        let events = serde_json::Deserializer::from_slice(&frame).into_iter::<serde_json::Value>();
        for event in events.map(Result::unwrap) {
            let name = event["object"]["metadata"]["name"].as_str().unwrap();
            told.push(format!("{} {name}", event["type"].as_str().unwrap()));
        }
    }
    assert_eq!(told, ["DELETED c", "ADDED b"]);
}
