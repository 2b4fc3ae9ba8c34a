//! What a request costs, in process and on a store in memory: no network, no disk.

use bytes::Bytes;
use divan::Bencher;
use http::Request;
use http_body_util::{BodyExt, Full};
use std::cell::Cell;
use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};
use trimtab_apiserver::authentication::Authentication;
use trimtab_apiserver::{ApiServer, Config, Identity};
use trimtab_clock::{Chance, Clock};
use trimtab_schema::Schema;
use trimtab_store::{MemoryStore, Retention};

fn main() {
    divan::main();
}

const PODS: &str = "/api/v1/namespaces/default/pods";

/// A pod as the controller of a `ReplicaSet` makes it.
fn pod(name: &str) -> String {
    format!(
        r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{name}","labels":{{"app":"web","pod-template-hash":"5d4f8c7b9"}},"ownerReferences":[{{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-5d4f8c7b9","uid":"11111111-1111-4111-8111-111111111111","controller":true,"blockOwnerDeletion":true}}]}},"spec":{{"containers":[{{"name":"web","image":"nginx:1.27","ports":[{{"containerPort":80}}],"resources":{{"requests":{{"cpu":"100m","memory":"64Mi"}}}}}}]}}}}"#
    )
}

const STATUS: &str = r#"{"metadata":{"uid":""},"status":{"phase":"Running","podIP":"10.0.0.1","hostIP":"10.1.0.1","startTime":"2026-01-01T00:00:00Z","conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"},{"type":"ContainersReady","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}],"containerStatuses":[{"name":"web","image":"nginx:1.27","imageID":"x","ready":true,"restartCount":0,"state":{"running":{"startedAt":"2026-01-01T00:00:00Z"}}}]}}"#;

struct Bench {
    runtime: Runtime,
    server: ApiServer,
    next: Cell<u32>,
}

impl Bench {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_time().build();
        let runtime = runtime.expect("a runtime can be made");
        let server = runtime.block_on(ApiServer::start(Config {
            store: Arc::new(MemoryStore::new(Retention::default())),
            schema: Schema::kubernetes(),
            clock: Clock::system(),
            chance: Chance::seeded(1),
            authentication: Authentication::default(),
            authorization: trimtab_apiserver::Authorization::default(),
            audit: None,
            service_cluster_ip_range: trimtab_apiserver::Cidr::default(),
            serving: trimtab_apiserver::ServingOptions::default(),
            admission_plugins: trimtab_apiserver::AdmissionPlugins::default(),
            egress: trimtab_apiserver::Egress::Nothing,
        }));
        let bench = Self {
            runtime,
            server: server.expect("a server starts on an empty store"),
            next: Cell::new(0),
        };
        let account = r#"{"metadata":{"name":"default"}}"#;
        bench.ask(
            "POST",
            "/api/v1/namespaces/default/serviceaccounts",
            account,
        );
        bench
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> usize {
        let content_type = match method {
            "PATCH" => "application/strategic-merge-patch+json",
            _ => "application/json",
        };
        let body = Full::new(Bytes::from(body.to_owned()));
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", content_type);
        let request = request.body(body.map_err(|never| match never {}).boxed_unsync());
        let request = request.expect("the parts are well formed");
        self.runtime.block_on(async {
            let response = self.server.handle_as(bench_identity(), request).await;
            assert!(
                response.status().is_success(),
                "{method} {path}: {}",
                response.status()
            );
            let body = response.into_body().collect().await;
            body.expect("bodies in process do not break")
                .to_bytes()
                .len()
        })
    }

    fn create(&self) -> String {
        let number = self.next.get();
        self.next.set(number + 1);
        let name = format!("web-{number}");
        self.ask("POST", PODS, &pod(&name));
        name
    }
}

fn bench_identity() -> Identity {
    Identity::user("bench", &[Identity::MASTERS])
}

#[divan::bench]
fn create_pod(bencher: Bencher) {
    let bench = Bench::new();
    bencher.bench_local(|| bench.create());
}

#[divan::bench]
fn patch_status(bencher: Bencher) {
    let bench = Bench::new();
    bencher
        .with_inputs(|| format!("{PODS}/{}/status", bench.create()))
        .bench_local_refs(|path| bench.ask("PATCH", path, STATUS));
}

#[divan::bench]
fn bind_pod(bencher: Bencher) {
    let bench = Bench::new();
    let binding = r#"{"apiVersion":"v1","kind":"Binding","metadata":{},"target":{"kind":"Node","name":"n1"}}"#;
    bencher
        .with_inputs(|| format!("{PODS}/{}/binding", bench.create()))
        .bench_local_refs(|path| bench.ask("POST", path, binding));
}

#[divan::bench]
fn get_pod(bencher: Bencher) {
    let bench = Bench::new();
    let path = format!("{PODS}/{}", bench.create());
    bencher.bench_local(|| bench.ask("GET", &path, ""));
}

#[divan::bench]
fn list_1000_pods(bencher: Bencher) {
    let bench = Bench::new();
    for _ in 0..1000 {
        bench.create();
    }
    bencher.bench_local(|| bench.ask("GET", PODS, ""));
}
