//! Watches.

use crate::support::{ask, request, server};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::time::Duration;
use trimtab_apiserver::{ApiServer, Body};

const MAPS: &str = "/api/v1/namespaces/ns/configmaps";

/// An open watch.
struct Open {
    body: Body,
    lines: Vec<u8>,
}

impl Open {
    async fn new(server: &ApiServer, query: &str) -> Self {
        let path = format!("{MAPS}?watch=1&{query}");
        let response = server
            .handle(request("GET", &path, "application/json", ""))
            .await;
        assert_eq!(response.status(), 200);
        Self {
            body: response.into_body(),
            lines: Vec::new(),
        }
    }

    /// The next event; `None` at the end.
    async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(end) = self.lines.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = self.lines.drain(..=end).collect();
                return Some(serde_json::from_slice(&line).unwrap());
            }
            let frame = self.body.frame().await?.unwrap();
            self.lines.extend_from_slice(&frame.into_data().unwrap());
        }
    }

    /// Type and name of the next event.
    async fn told(&mut self) -> String {
        let event = self.next().await.unwrap();
        let name = event["object"]["metadata"]["name"]
            .as_str()
            .unwrap_or_default();
        format!("{} {name}", event["type"].as_str().unwrap())
    }
}

async fn create(server: &ApiServer, name: &str, labels: Value) {
    let body = json!({"metadata": {"name": name, "labels": labels}});
    assert_eq!(ask(server, "POST", MAPS, &body.to_string()).await.0, 201);
}

async fn label(server: &ApiServer, name: &str, labels: Value) {
    let body = json!({"metadata": {"labels": labels}});
    let path = format!("{MAPS}/{name}");
    assert_eq!(ask(server, "PATCH", &path, &body.to_string()).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn objects_come_into_a_selection_and_go_out_of_it() {
    let server = server().await;
    let mut watch = Open::new(&server, "labelSelector=x%3D1").await;
    create(&server, "a", json!({"x": "1"})).await;
    create(&server, "b", json!({})).await;
    label(&server, "b", json!({"x": "1"})).await;
    label(&server, "a", json!({"y": "2"})).await;
    label(&server, "a", json!({"x": "2"})).await;
    label(&server, "a", json!({"x": "3"})).await;
    ask(&server, "DELETE", &format!("{MAPS}/b"), "").await;
    for expected in ["ADDED a", "ADDED b", "MODIFIED a", "DELETED a", "DELETED b"] {
        assert_eq!(watch.told().await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_watch_goes_on_where_a_list_ended() {
    let server = server().await;
    create(&server, "a", json!({})).await;
    let (_, list) = ask(&server, "GET", MAPS, "").await;
    create(&server, "b", json!({})).await;
    let version = list["metadata"]["resourceVersion"].as_str().unwrap();
    let mut watch = Open::new(&server, &format!("resourceVersion={version}")).await;
    assert_eq!(watch.told().await, "ADDED b");
}

#[tokio::test(start_paused = true)]
async fn what_there_was_ends_with_a_bookmark() {
    let server = server().await;
    create(&server, "a", json!({})).await;
    let query = "sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
    let mut watch = Open::new(&server, query).await;
    assert_eq!(watch.told().await, "ADDED a");
    let mark = watch.next().await.unwrap();
    assert_eq!(mark["type"], "BOOKMARK");
    let annotations = &mark["object"]["metadata"]["annotations"];
    assert_eq!(annotations["k8s.io/initial-events-end"], "true");
}

#[tokio::test(start_paused = true)]
async fn bookmarks_come_each_minute_and_tell_of_other_writes() {
    let server = server().await;
    let mut watch = Open::new(&server, "allowWatchBookmarks=true").await;
    let (_, other) = ask(
        &server,
        "POST",
        "/api/v1/namespaces",
        r#"{"metadata":{"name":"other"}}"#,
    )
    .await;
    let started = tokio::time::Instant::now();
    let mark = watch.next().await.unwrap();
    assert_eq!(started.elapsed(), Duration::from_secs(60));
    assert_eq!(mark["type"], "BOOKMARK");
    assert_eq!(
        mark["object"]["metadata"]["resourceVersion"],
        other["metadata"]["resourceVersion"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_watch_ends_in_time() {
    let server = server().await;
    let mut watch = Open::new(&server, "timeoutSeconds=5").await;
    let started = tokio::time::Instant::now();
    assert!(watch.next().await.is_none());
    assert_eq!(started.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_watcher_that_is_too_slow_is_told_so_and_others_are_not() {
    let server = server().await;
    let mut slow = Open::new(&server, "").await;
    let mut quick = Open::new(&server, "").await;
    create(&server, "a", json!({})).await;
    assert_eq!(slow.told().await, "ADDED a");
    assert_eq!(quick.told().await, "ADDED a");
    for round in 0..9000 {
        label(&server, "a", json!({"round": round.to_string()})).await;
        if round % 100 == 0 {
            while !quick
                .next()
                .await
                .unwrap()
                .to_string()
                .contains(&format!("\"round\":\"{round}\""))
            {}
        }
    }
    let lost = slow.next().await.unwrap();
    assert_eq!(
        (&lost["type"], &lost["object"]["code"]),
        (&json!("ERROR"), &json!(410))
    );
    assert!(slow.next().await.is_none());
    assert_eq!(quick.told().await, "MODIFIED a");
}

#[tokio::test]
async fn watches_behind_a_socket_end_when_it_is_closed() {
    let server = server().await;
    let mut outside = Open::new(&server, "").await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let pki = trimtab_apiserver::Pki::ephemeral(&[], trimtab_clock::Clock::system()).unwrap();
    let tls = pki.server_config().unwrap();
    server.serve(listener, tls, async {}).await;
    assert!(outside.next().await.is_none());
}
