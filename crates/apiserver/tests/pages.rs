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

/// What dashboards ask of the store, of plugins, of lists and of Services.
#[tokio::test(start_paused = true)]
async fn metrics_tell_of_writes_and_lists() {
    let server = server().await;
    let maps = "/api/v1/namespaces/ns/configmaps";
    make(
        &server,
        maps,
        &json!({"metadata": {"name": "a", "labels": {"l": "1"}}}),
    )
    .await;
    make(&server, maps, &json!({"metadata": {"name": "b"}})).await;
    for path in [maps.to_owned(), format!("{maps}?labelSelector=l%3D1")] {
        let (code, _) = ask(&server, "GET", &path, "").await;
        assert_eq!(code, 200);
    }
    let client = server.client(trimtab_apiserver::Identity::user("c", &[]));
    let api = kube::Api::<k8s_openapi::api::core::v1::ConfigMap>::namespaced(client, "ns");
    api.get("a").await.unwrap();
    let told = page(&server, "/metrics").await;
    let value = |sample: &str| {
        let line = told.lines().find_map(|line| line.strip_prefix(sample));
        line.unwrap_or_else(|| panic!("{sample}: {told}"))
            .trim()
            .to_owned()
    };
    let of = r#"{group="",operation="create",resource="configmaps"}"#;
    assert_eq!(
        value(&format!("etcd_requests_total{of}")),
        "3",
        "one is the server's own"
    );
    assert_eq!(
        value(&format!("etcd_request_duration_seconds_count{of}")),
        "3"
    );
    let of = r#"{group="",index="",resource="configmaps"}"#;
    assert_eq!(value(&format!("apiserver_cache_list_total{of}")), "2");
    assert_eq!(
        value(&format!("apiserver_cache_list_fetched_objects_total{of}")),
        "3"
    );
    let of = r#"{name="LimitRanger",operation="CREATE",rejected="false",type="admit"}"#;
    let name = "apiserver_admission_controller_admission_duration_seconds_count";
    assert_ne!(value(&format!("{name}{of}")), "0");
    let of = r#"{code="200",host="in-process",method="GET"}"#;
    assert_eq!(value(&format!("rest_client_requests_total{of}")), "1");
    let of = r#"{cidr="198.19.0.0/24"}"#;
    let name = "kube_apiserver_clusterip_allocator";
    assert_eq!(value(&format!("{name}_allocated_ips{of}")), "1");
    assert_eq!(value(&format!("{name}_available_ips{of}")), "253");
    assert_eq!(
        value("kube_apiserver_nodeport_allocator_available_ports"),
        "2768"
    );
}
