//! The control plane over what it holds: requests through the in-process client, and a rollout.
//!
//! `cargo bench --bench control_plane`. Everything is in memory, so what is measured is ours and not
//! the disk's; `scripts/measure-control-plane` measures the whole with the store on disk.

use divan::{Bencher, black_box};
use jiff::Timestamp;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, ListParams, Patch, PatchParams, PostParams};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use trimtab_clock::{Chance, Clock};
use trimtab_cluster::{Cluster, ControllerSelection, Options, in_virtual_time};

/// How many objects of a kind there are while one of them is asked for.
const COUNTS: [usize; 2] = [10, 1_000];

fn main() {
    divan::main();
}

/// A runtime, and on it an API server alone with `count` `ConfigMap`s.
fn server(count: usize) -> (Runtime, Cluster, Api<ConfigMap>) {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let (cluster, maps) = runtime.block_on(async {
        let cluster = Cluster::start(Options {
            controllers: ControllerSelection::none(),
            scheduler: false,
            nodes: 0,
            ..Options::new(Clock::system(), Chance::seeded(1))
        })
        .await
        .expect("a cluster");
        let maps = Api::default_namespaced(cluster.client());
        for number in 0..count {
            create(&maps, &format!("map-{number}")).await;
        }
        (cluster, maps)
    });
    (runtime, cluster, maps)
}

async fn create(maps: &Api<ConfigMap>, name: &str) {
    let map: ConfigMap = serde_json::from_value(map(name, "1")).expect("a ConfigMap");
    let created = maps.create(&PostParams::default(), &map).await;
    black_box(created.expect("it can be made"));
}

fn map(name: &str, value: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "labels": {"app": "bench"}},
        "data": {"key": value},
    })
}

#[divan::bench(args = COUNTS)]
fn get(bencher: Bencher, count: usize) {
    let (runtime, _cluster, maps) = server(count);
    bencher.bench_local(|| runtime.block_on(maps.get("map-7")).expect("it is there"));
}

#[divan::bench(args = COUNTS)]
fn list(bencher: Bencher, count: usize) {
    let (runtime, _cluster, maps) = server(count);
    let all = ListParams::default();
    bencher.bench_local(|| runtime.block_on(maps.list(&all)).expect("a list"));
}

#[divan::bench(args = COUNTS)]
fn create_one(bencher: Bencher, count: usize) {
    let (runtime, _cluster, maps) = server(count);
    let mut number = 0;
    bencher.bench_local(|| {
        number += 1;
        runtime.block_on(create(&maps, &format!("new-{number}")));
    });
}

#[divan::bench(args = COUNTS)]
fn apply_a_change(bencher: Bencher, count: usize) {
    let (runtime, _cluster, maps) = server(count);
    let parameters = PatchParams::apply("bench").force();
    let mut value = 0;
    bencher.bench_local(|| {
        value += 1;
        let applied = Patch::Apply(map("map-7", &value.to_string()));
        let patched = runtime.block_on(maps.patch("map-7", &parameters, &applied));
        patched.expect("it can be applied")
    });
}

/// A Deployment from nothing to all its pods being available.
#[divan::bench(args = [10, 100])]
fn roll_out(replicas: i32) {
    let played = in_virtual_time(Timestamp::UNIX_EPOCH, 1, async move |clock, chance| {
        let cluster = Cluster::start(Options::new(clock, chance))
            .await
            .expect("a cluster");
        let deployments: Api<Deployment> = Api::default_namespaced(cluster.client());
        let labels = json!({"app": "bench"});
        let deployment = json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "bench"},
            "spec": {
                "replicas": replicas,
                "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {"containers": [{"name": "web", "image": "registry.example/web:1"}]},
                },
            },
        });
        let deployment = serde_json::from_value(deployment).expect("a Deployment");
        let created = deployments
            .create(&PostParams::default(), &deployment)
            .await;
        created.expect("it can be made");
        loop {
            let status = deployments.get("bench").await.expect("it is there").status;
            if status.and_then(|status| status.available_replicas) == Some(replicas) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        cluster.shutdown().await;
    });
    played.expect("a runtime");
}
