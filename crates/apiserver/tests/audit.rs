//! What the audit log tells.

use crate::support::{as_user, ask, audited, request, send};
use serde_json::{Value, json};
use std::path::Path;

fn events(log: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(log).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn secrets_are_told_of_and_not_told() {
    let directory = tempfile::tempdir().unwrap();
    let policy = "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n\
        - {level: Metadata, resources: [{group: '', resources: [secrets]}]}\n\
        - {level: RequestResponse, resources: [{group: '', resources: [configmaps]}]}\n";
    let (server, log) = audited(directory.path(), policy).await;
    ask(
        &server,
        "POST",
        "/api/v1/namespaces",
        r#"{"metadata":{"name":"ns"}}"#,
    )
    .await;
    for kind in ["secrets", "configmaps"] {
        let body = json!({"metadata": {"name": "a"}, "data": {"key": "aGlkZGVu"}}).to_string();
        let path = format!("/api/v1/namespaces/ns/{kind}");
        assert_eq!(ask(&server, "POST", &path, &body).await.0, 201);
    }
    as_user(
        &server,
        "jane",
        "GET",
        "/api/v1/namespaces/ns/configmaps/a",
        "",
    )
    .await;
    let events = events(&log);
    let of = |kind: &str| {
        events
            .iter()
            .find(|event| {
                // The server's own objects are told of as well.
                let of = &event["objectRef"];
                of["resource"] == kind && of["namespace"] == "ns"
            })
            .unwrap()
    };
    let secret = of("secrets");
    assert_eq!(
        (&secret["level"], &secret["verb"]),
        (&json!("Metadata"), &json!("create"))
    );
    assert_eq!(secret["responseStatus"]["code"], 201);
    assert_eq!(secret["user"]["username"], "admin");
    assert!(!secret.to_string().contains("aGlkZGVu"), "{secret}");
    let map = of("configmaps");
    assert_eq!(map["requestObject"]["data"]["key"], "aGlkZGVu");
    assert_eq!(map["responseObject"]["metadata"]["name"], "a");
    let refused = events.last().unwrap();
    assert_eq!(refused["impersonatedUser"]["username"], "jane");
    assert_eq!(
        refused["annotations"]["authorization.k8s.io/decision"],
        "forbid"
    );
    assert_eq!(refused["responseStatus"]["reason"], "Forbidden");
    // What no rule is about is not told of.
    assert!(
        events
            .iter()
            .all(|event| event["objectRef"]["resource"] != "namespaces")
    );
}

#[tokio::test(start_paused = true)]
async fn a_watch_is_told_of_when_it_begins_and_when_it_ends() {
    let directory = tempfile::tempdir().unwrap();
    let policy =
        "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata, verbs: [watch]}]\n";
    let (server, log) = audited(directory.path(), policy).await;
    let path = "/api/v1/configmaps?watch=1";
    let watch = server
        .handle(request("GET", path, "application/json", ""))
        .await;
    assert!(watch.headers().contains_key("audit-id"));
    let stages = || -> Vec<Value> {
        events(&log)
            .iter()
            .map(|event| event["stage"].clone())
            .collect()
    };
    assert_eq!(stages(), ["RequestReceived", "ResponseStarted"]);
    drop(watch);
    assert_eq!(
        stages(),
        ["RequestReceived", "ResponseStarted", "ResponseComplete"]
    );
    let (code, _) = send(&server, request("GET", "/readyz", "application/json", "")).await;
    assert_eq!((code, stages().len()), (200, 3));
}
