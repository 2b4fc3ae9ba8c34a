//! The watch cache, and the store behind it.

use crate::support::{ask, on, request, stored};
use http_body_util::BodyExt;
use serde_json::json;
use std::sync::Arc;
use trimtab_store::{MemoryStore, Retention, Store};

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
