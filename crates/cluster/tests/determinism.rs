//! The same seed plays the same way in every process.

use crate::harness::{
    create_deployment, deployments, is_available, is_rolled_out, play, scenario, until, watch,
};
use futures::StreamExt;
use k8s_openapi::api::apps::v1::Deployment;
use kube::api::{Patch, PatchParams};
use serde_json::json;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use trimtab_cluster::Cluster;

/// Tells a child process which seed to play with and where to write what it saw.
const SEED: &str = "TRIMTAB_TEST_SEED";
const LOG: &str = "TRIMTAB_TEST_LOG";

/// Everything that a control plane writes while it rolls out.
const WATCHED: [&str; 9] = [
    "/api/v1/pods",
    "/api/v1/events",
    "/api/v1/nodes",
    "/api/v1/namespaces",
    "/api/v1/serviceaccounts",
    "/apis/apps/v1/deployments",
    "/apis/apps/v1/replicasets",
    "/apis/coordination.k8s.io/v1/leases",
    "/apis/discovery.k8s.io/v1/endpointslices",
];

/// Collects the events of all watches, byte for byte, in the order in which they come.
async fn record(cluster: &Cluster) -> Arc<Mutex<Vec<u8>>> {
    let log = Arc::new(Mutex::new(Vec::new()));
    for path in WATCHED {
        let (mut events, log) = (watch(cluster, path).await, Arc::clone(&log));
        tokio::spawn(async move {
            while let Some(Ok(event)) = events.next().await {
                let mut log = log.lock().unwrap();
                log.extend_from_slice(path.as_bytes());
                log.extend_from_slice(&event);
            }
        });
    }
    log
}

/// Ten minutes: a Deployment is rolled out, updated, scaled, and broken.
fn ten_minutes(seed: u64) -> Vec<u8> {
    let crashing = "- match: {image: 'shop:3'}\n  outcome: CrashLoopBackOff\n";
    play(
        seed,
        |options| options.scenario = scenario(crashing),
        async |cluster| {
            let log = record(cluster).await;
            let web = deployments(cluster);
            let change = async |patch| {
                let patch = Patch::Strategic(patch);
                web.patch("web", &PatchParams::default(), &patch)
                    .await
                    .unwrap();
            };
            let image = |image: &str| json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "image": image}]}}}});
            create_deployment(cluster, "web", 6, "shop:1").await;
            until::<Deployment>(cluster, "6 available", |all| is_available(all, "web", 6)).await;
            change(image("shop:2")).await;
            tokio::time::sleep(Duration::from_secs(3)).await;
            change(json!({"spec": {"replicas": 9}})).await;
            until::<Deployment>(cluster, "9 of the second", |all| {
                is_rolled_out(all, "web", 9, 2)
            })
            .await;
            change(image("shop:3")).await;
            let started = "2026-01-01T00:00:00Z".parse().unwrap();
            let passed = cluster
                .informers()
                .clock()
                .now()
                .duration_since(started)
                .unsigned_abs();
            tokio::time::sleep(Duration::from_secs(600).saturating_sub(passed)).await;
            std::mem::take(&mut *log.lock().unwrap())
        },
    )
}

/// Plays in a process of its own: this test binary, asked for [`plays_for_another_process`] only.
fn in_another_process(seed: u64) -> Vec<u8> {
    let log = tempfile::NamedTempFile::new().unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "determinism::plays_for_another_process"])
        .env(SEED, seed.to_string())
        .env(LOG, log.path())
        .output()
        .unwrap();
    assert!(
        status.status.success(),
        "{}",
        String::from_utf8_lossy(&status.stdout)
    );
    std::fs::read(log.path()).unwrap()
}

#[test]
fn plays_for_another_process() {
    let Ok(seed) = std::env::var(SEED) else {
        return;
    };
    let log = std::env::var(LOG).unwrap();
    std::fs::write(log, ten_minutes(seed.parse().unwrap())).unwrap();
}

#[test]
fn one_seed_gives_one_log_in_two_processes_and_another_another() {
    let (first, second) = (in_another_process(7), in_another_process(7));
    let lines = |log: &[u8]| {
        String::from_utf8_lossy(log)
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let differing = lines(&first)
        .into_iter()
        .zip(lines(&second))
        .find(|(a, b)| a != b);
    assert_eq!(differing, None);
    assert_eq!(first, second);
    assert!(first.windows(16).any(|it| it == b"CrashLoopBackOff"));
    // A rollout of nine pods, twice, is told in hundreds of events.
    assert!(lines(&first).len() > 300, "{}", lines(&first).len());
    assert_ne!(in_another_process(8), first);
}
