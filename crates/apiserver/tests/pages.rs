//! What the server tells of itself: health and metrics.

use crate::support::{ask, make, request, server};
use http_body_util::BodyExt as _;
use serde_json::json;
use trimtab_apiserver::ApiServer;

async fn page(server: &ApiServer, path: &str) -> String {
    let answer = server.handle(request("GET", path, "text/plain", "")).await;
    assert_eq!(answer.status(), 200, "{path}");
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

/// Those that Kubernetes' own clients look for.
#[tokio::test(start_paused = true)]
async fn health_names_what_kube_apiserver_does_at_its_start() {
    let server = server().await;
    for path in ["/healthz", "/livez", "/readyz"] {
        let told = page(&server, &format!("{path}?verbose=1")).await;
        for hook in [
            "generic-apiserver-start-informers",
            "start-apiextensions-informers",
            "bootstrap-controller",
            "start-service-ip-repair-controllers",
            "start-kube-aggregator-informers",
            "apiservice-status-local-available-controller",
            "apiservice-status-remote-available-controller",
            "apiservice-openapi-controller",
            "storage-readiness",
        ] {
            let line = format!("[+]poststarthook/{hook} ok");
            assert!(told.lines().any(|it| it == line), "{path}: {line}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn metrics_name_the_limits_of_priority_levels() {
    let server = server().await;
    let level = json!({
        "metadata": {"name": "own"},
        "spec": {"type": "Limited", "limited": {
            "nominalConcurrencyShares": 5,
            "limitResponse": {"type": "Reject"},
        }},
    });
    let path = "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations";
    make(&server, path, &level).await;
    // What was read is in the cache, by which the limits are told.
    let (code, _) = ask(&server, "GET", &format!("{path}/own"), "").await;
    assert_eq!(code, 200);
    let told = page(&server, "/metrics").await;
    let sample = |level: &str| {
        let name = "apiserver_flowcontrol_nominal_limit_seats";
        let start = format!("{name}{{priority_level=\"{level}\"}} ");
        told.lines()
            .find_map(|line| line.strip_prefix(&*start))
            .map(str::to_owned)
    };
    // 600 requests at once, 250 shares.
    assert_eq!(sample("own").as_deref(), Some("12"));
    assert_eq!(sample("workload-low").as_deref(), Some("240"));
    assert_eq!(sample("exempt").as_deref(), Some("0"));
}
