//! `/metrics` after some requests: what the parts of a server count.

use crate::support::{ask, audited, request, server};
use http_body_util::BodyExt as _;
use trimtab_apiserver::ApiServer;

async fn text(server: &ApiServer, path: &str) -> String {
    let answer = server.handle(request("GET", path, "", "")).await;
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

/// The value of the metric of these labels.
fn value(text: &str, metric: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(metric))?;
    line.trim().parse().ok()
}

#[tokio::test]
async fn the_parts_of_a_server_count() {
    let server = server().await;
    let maps = "/api/v1/namespaces/ns/configmaps";
    for (body, code) in [
        (r#"{"metadata":{"name":"a"}}"#, 201),
        (r#"{"metadata":{"name":"A"}}"#, 422),
    ] {
        assert_eq!(ask(&server, "POST", maps, body).await.0, code);
    }
    let watched = format!("{maps}?watch=1&timeoutSeconds=1&resourceVersion=0");
    assert!(text(&server, &watched).await.contains("ADDED"));
    let stranger = http::Request::get("/version").header("authorization", "Bearer wrong");
    let stranger = stranger
        .body(request("GET", "/", "", "").into_body())
        .unwrap();
    assert_eq!(server.handle(stranger).await.status(), 401);
    let told = text(&server, "/metrics").await;
    let least = |metric: &str, least: f64| {
        let found = value(&told, metric);
        assert!(found.is_some_and(|it| it >= least), "{metric}: {found:?}");
    };
    least("authentication_attempts{result=\"success\"}", 4.0);
    least("authentication_attempts{result=\"failure\"}", 1.0);
    least("authenticated_user_requests{username=\"admin\"}", 4.0);
    least("authorization_attempts_total{result=\"allowed\"}", 3.0);
    let step = "apiserver_admission_step_admission_duration_seconds_count";
    for kind in ["admit", "validate"] {
        let labels = format!("{{operation=\"CREATE\",rejected=\"false\",type=\"{kind}\"}}");
        least(&format!("{step}{labels}"), 1.0);
    }
    let maps = "group=\"\",resource=\"configmaps\"";
    least(
        &format!("apiserver_watch_events_total{{{maps},version=\"v1\"}}"),
        1.0,
    );
    least(&format!("apiserver_resource_objects{{{maps}}}"), 1.0);
    least(
        &format!("apiserver_watch_cache_events_received_total{{{maps}}}"),
        1.0,
    );
    least(
        &format!("apiserver_watch_cache_resource_version{{{maps}}}"),
        2.0,
    );
    least("apiserver_storage_objects{resource=\"configmaps\"}", 1.0);
    let level = "flow_schema=\"exempt\",priority_level=\"exempt\"";
    least(
        &format!("apiserver_flowcontrol_dispatched_requests_total{{{level}}}"),
        4.0,
    );
    // This very request.
    least(
        &format!("apiserver_flowcontrol_current_executing_requests{{{level}}}"),
        1.0,
    );
    assert!(told.contains("subresource=\"\",verb=\"POST\",version=\"v1\"} 1\n"));
}

#[tokio::test]
async fn an_audit_log_counts_what_it_tells() {
    let directory = tempfile::tempdir().unwrap();
    let policy = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n";
    let (server, _) = audited(directory.path(), policy).await;
    assert_eq!(ask(&server, "GET", "/version", "").await.0, 200);
    let told = text(&server, "/metrics").await;
    let events = value(&told, "apiserver_audit_event_total");
    assert!(events.is_some_and(|it| it >= 2.0), "{events:?}");
    let metadata = value(&told, "apiserver_audit_level_total{level=\"Metadata\"}");
    assert!(metadata.is_some_and(|it| it >= 1.0), "{metadata:?}");
}
