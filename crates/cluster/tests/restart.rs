//! A cluster that comes back on the store it left, in real time.

use crate::harness::{
    INSTANTLY, create_deployment, deployments, is_available, is_rolled_out, until,
};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, ListParams, Patch, PatchParams};
use serde_json::{Value, json};
use std::path::Path;
use trimtab_clock::{Chance, Clock};
use trimtab_cluster::{Cluster, ClusterError, Options, Storage};

async fn start(path: &Path) -> Result<Cluster, ClusterError> {
    let mut options = Options::new(Clock::system(), Chance::from_system());
    options.storage = Storage::File(path.to_owned());
    options.ready_after = INSTANTLY;
    Cluster::start(options).await
}

/// Names, versions, addresses and starts of all pods: what a restart must not touch.
async fn pods(cluster: &Cluster) -> Vec<Value> {
    let pods: Api<Pod> = Api::namespaced(cluster.client(), "default");
    let pods = pods.list(&ListParams::default()).await.unwrap().items;
    let known = pods.into_iter().map(|pod| {
        let status = pod.status.unwrap();
        json!([
            pod.metadata.name,
            pod.metadata.resource_version,
            status.pod_ip,
            status.container_statuses
        ])
    });
    known.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pods_run_on_and_rollouts_go_on_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    let cluster = start(&path).await.unwrap();
    create_deployment(&cluster, "web", 6, "shop:1").await;
    until::<Deployment>(&cluster, "6 available", |all| is_available(all, "web", 6)).await;
    let before = pods(&cluster).await;
    assert!(start(&path).await.is_err(), "the store is open");
    cluster.shutdown().await;

    let cluster = start(&path).await.unwrap();
    until::<Deployment>(&cluster, "6 available again", |all| {
        is_available(all, "web", 6)
    })
    .await;
    // The addresses that are taken are known: a new pod gets another.
    let patch = |patch| async {
        let patch = Patch::Strategic(patch);
        let web = deployments(&cluster);
        web.patch("web", &PatchParams::default(), &patch)
            .await
            .unwrap();
    };
    patch(json!({"spec": {"replicas": 7}})).await;
    until::<Deployment>(&cluster, "7 available", |all| is_available(all, "web", 7)).await;
    let after = pods(&cluster).await;
    let kept = after.iter().filter(|pod| before.contains(pod)).count();
    assert_eq!((kept, after.len()), (6, 7));
    let mut addresses: Vec<&str> = after.iter().map(|pod| pod[2].as_str().unwrap()).collect();
    addresses.sort_unstable();
    addresses.dedup();
    assert_eq!(addresses.len(), 7);

    let image =
        json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "shop:2"}]}}}});
    patch(image).await;
    until::<Deployment>(&cluster, "the new image", |all| {
        is_rolled_out(all, "web", 7, 2)
    })
    .await;
    cluster.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn virtual_time_takes_no_files() {
    let clock = Clock::starting_at("2026-01-01T00:00:00Z".parse().unwrap());
    let mut options = Options::new(clock, Chance::seeded(1));
    options.storage = Storage::File("store".into());
    let refused = Cluster::start(options).await.err();
    assert!(matches!(refused, Some(ClusterError::RealInVirtual)));
}

#[tokio::test(start_paused = true)]
async fn no_more_nodes_are_started_than_have_addresses() {
    let clock = Clock::starting_at("2026-01-01T00:00:00Z".parse().unwrap());
    let mut options = Options::new(clock, Chance::seeded(1));
    options.nodes = trimtab_node::MOST_NODES + 1;
    let refused = Cluster::start(options).await.err();
    assert!(matches!(refused, Some(ClusterError::TooManyNodes(6145))));
}
