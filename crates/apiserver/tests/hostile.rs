//! Requests that nobody in their senses would send.

use crate::support::{ask, request, send, server};
use trimtab_clock::Chance;

const SEGMENTS: [&str; 24] = [
    "api",
    "apis",
    "v1",
    "apps",
    "namespaces",
    "ns",
    "pods",
    "deployments",
    "scale",
    "status",
    "binding",
    "finalize",
    "watch",
    "proxy",
    "",
    ".",
    "..",
    "%2e%2e",
    "%00",
    "a b",
    "kube-system",
    "events.k8s.io",
    "eviction",
    "log",
];
const METHODS: [&str; 7] = ["GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "BREW"];
const QUERIES: [&str; 12] = [
    "",
    "limit=-1",
    "limit=99999999999999999999",
    "continue=%ff%fe",
    "resourceVersion=-0",
    "labelSelector=((((",
    "fieldSelector=%5c",
    "dryRun=Some",
    "fieldManager=%0a",
    "propagationPolicy=Never&orphanDependents=maybe",
    "gracePeriodSeconds=-9223372036854775808",
    "sendInitialEvents=&resourceVersionMatch=x",
];
const BODIES: [&str; 12] = [
    "",
    "{",
    "[]",
    "null",
    "{}",
    r#"{"metadata":null}"#,
    r#"{"metadata":[]}"#,
    r#"{"metadata":{"name":5}}"#,
    r#"{"kind":"Pod","apiVersion":"v1","spec":{"containers":{}}}"#,
    r#"{"kind":"Scale","apiVersion":"autoscaling/v1","spec":{"replicas":"x"}}"#,
    r#"[{"op":"copy","from":"","path":"/a"}]"#,
    "a: &a [*a]",
];
const TYPES: [&str; 6] = [
    "application/json",
    "application/yaml",
    "application/json-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
    "\"",
];

#[tokio::test(start_paused = true)]
async fn nonsense_is_refused_and_nothing_breaks() {
    let server = server().await;
    let chance = Chance::seeded(7);
    let pick =
        |list: &[&'static str]| list[usize::try_from(chance.below(list.len() as u64)).unwrap()];
    for round in 0..4000 {
        let segments = (0..chance.below(9)).map(|_| pick(&SEGMENTS));
        let path: Vec<_> = segments.collect();
        let path = format!(
            "/{}?{}&fieldManager=x&timeoutSeconds=1",
            path.join("/"),
            pick(&QUERIES)
        );
        let path = path.replace(' ', "%20");
        let (method, body) = (pick(&METHODS), pick(&BODIES));
        let (code, answer) = send(&server, request(method, &path, pick(&TYPES), body)).await;
        assert_ne!(code, 500, "{round}: {method} {path} {body}: {answer}");
    }
    assert_eq!(ask(&server, "GET", "/readyz", "").await.0, 200);
    assert_eq!(
        ask(&server, "GET", "/api/v1/namespaces/ns", "").await.0,
        200
    );
}

#[tokio::test(start_paused = true)]
async fn a_body_of_more_than_three_mebibytes_is_refused() {
    let server = server().await;
    let body = format!(
        r#"{{"metadata":{{"name":"a"}},"data":{{"k":"{}"}}}}"#,
        "x".repeat(3 << 20)
    );
    let (code, refused) = ask(&server, "POST", "/api/v1/namespaces/ns/configmaps", &body).await;
    assert_eq!(
        (code, refused["reason"].as_str()),
        (413, Some("RequestEntityTooLarge"))
    );
}

#[tokio::test(start_paused = true)]
async fn who_is_not_known_sees_health_only() {
    let server = server().await;
    for (token, path, expected) in [
        (None, "/readyz", 200),
        (None, "/version", 200),
        (None, "/api/v1/pods", 403),
        (Some("guess"), "/readyz", 401),
    ] {
        let mut request = request("GET", path, "application/json", "");
        match token {
            Some(token) => {
                let value = format!("Bearer {token}").parse().unwrap();
                request.headers_mut().insert("authorization", value);
            }
            None => {
                request.headers_mut().remove("authorization");
            }
        }
        assert_eq!(send(&server, request).await.0, expected, "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_acts_as_somebody_has_that_ones_rights_only() {
    let server = server().await;
    for (user, group, expected) in [
        ("jane", None, 403),
        ("jane", Some("system:masters"), 200),
        ("", Some("system:masters"), 400),
    ] {
        let mut request = request("GET", "/api/v1/pods", "application/json", "");
        let headers = request.headers_mut();
        headers.insert("impersonate-user", user.parse().unwrap());
        if let Some(group) = group {
            headers.insert("impersonate-group", group.parse().unwrap());
        }
        assert_eq!(send(&server, request).await.0, expected, "{user}");
    }
}

#[tokio::test(start_paused = true)]
async fn groups_and_kinds_that_are_not_there_are_told_apart() {
    let server = server().await;
    for (path, content_type) in [
        ("/apis/no.such.group/v1/things", "text/plain; charset=utf-8"),
        ("/apis/apps/v9/deployments", "application/json"),
        ("/apis/apps/v1/things", "application/json"),
    ] {
        let response = server
            .handle(request("GET", path, "application/json", ""))
            .await;
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(response.headers()["content-type"], content_type, "{path}");
    }
}

#[tokio::test]
async fn a_refusal_names_its_priority_level_and_is_the_clients_alone() {
    let server = server().await;
    let mut request = request("GET", "/api/v1/pods", "application/json", "");
    request.headers_mut().remove("authorization");
    let answer = server.handle(request).await;
    assert_eq!(answer.status(), 403);
    let said = |name: &str| {
        answer
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap())
    };
    assert_eq!(said("x-content-type-options"), Some("nosniff"));
    assert_eq!(said("cache-control"), Some("no-cache, private"));
    for name in ["audit-id", "x-kubernetes-pf-flowschema-uid"] {
        assert_eq!(said(name).map(str::len), Some(36), "{name}");
    }
}
