//! Two programs with the controllers against one server: when the one that leads is killed in
//! mid-rollout, the other goes on.

use crate::sandbox::{PATIENCE, Running, Sandbox, block_on, client};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, ListParams, Patch, PatchParams, PostParams};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

const REPLICAS: i32 = 12;

fn candidate(sandbox: &Sandbox, kubeconfig: &Path) -> Running {
    let mut command = sandbox.trimtab(&[
        "controllers",
        "--leader-elect-lease-duration=3s",
        "--leader-elect-renew-deadline=2s",
        "--leader-elect-retry-period=500ms",
    ]);
    command.arg("--kubeconfig").arg(kubeconfig);
    Running::start(command, "controllers for")
}

fn web(image: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
        "spec": {
            "replicas": REPLICAS, "minReadySeconds": 1,
            "strategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "web", "image": image}]},
            },
        },
    })
}

/// Asks until the answer is one.
async fn until<T>(what: &str, ask: impl AsyncFn() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "{what} does not come");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[test]
fn the_second_finishes_what_the_first_has_begun() {
    let sandbox = Sandbox::new();
    let kubeconfig = sandbox.path("admin.kubeconfig");
    let _server = sandbox.start(&[
        "server",
        "--ephemeral",
        "--secure-port=0",
        "--controllers=-*",
        "--nodes=3",
        "--pod-ready-after=0s",
        "--write-kubeconfig",
        kubeconfig.to_str().expect("UTF-8"),
    ]);
    let first = candidate(&sandbox, &kubeconfig);
    block_on(async {
        let client = client(&kubeconfig).await;
        let leases: Api<Lease> = Api::namespaced(client.clone(), "kube-system");
        let holder = async || {
            let lease = leases
                .get_opt("kube-controller-manager")
                .await
                .expect("an answer");
            lease?
                .spec?
                .holder_identity
                .filter(|holder| !holder.is_empty())
        };
        let leader = until("a leader", holder).await;
        let second = candidate(&sandbox, &kubeconfig);

        let deployments: Api<Deployment> = Api::default_namespaced(client.clone());
        let status = async || {
            let found = deployments.get("web").await.expect("an answer");
            let status = found.status.unwrap_or_default();
            let is_seen = status.observed_generation == found.metadata.generation;
            is_seen.then_some(status)
        };
        let all_are = async || {
            let status = status().await?;
            let counts = [
                status.replicas,
                status.updated_replicas,
                status.available_replicas,
            ];
            (counts == [Some(REPLICAS); 3]).then_some(())
        };
        // The service account, without which there are no pods, comes from a controller, too.
        let created = serde_json::from_value(web("web:1")).expect("a Deployment");
        deployments
            .create(&PostParams::default(), &created)
            .await
            .expect("an answer");
        until("the first rollout", all_are).await;
        let params = PatchParams::default();
        deployments
            .patch("web", &params, &Patch::Merge(web("web:2")))
            .await
            .expect("an answer");
        until("a rollout under way", async || {
            let updated = status().await?.updated_replicas.unwrap_or_default();
            (2..REPLICAS - 3).contains(&updated).then_some(())
        })
        .await;
        first.kill();
        assert!(all_are().await.is_none(), "killed in mid-rollout");

        until("the rest of the rollout", all_are).await;
        let successor = holder().await.expect("a leader");
        assert_ne!(successor, leader);
        let pods: Api<Pod> = Api::default_namespaced(client.clone());
        until("the end of the others", async || {
            let pods = pods.list(&ListParams::default()).await.expect("an answer");
            assert!(
                pods.items.len() <= 2 * REPLICAS as usize,
                "no pod is made twice"
            );
            (pods.items.len() == REPLICAS as usize).then_some(())
        })
        .await;
        // Whoever applies an object is not told that nobody works on it.
        let manifest = web("web:3").to_string().replace("\"web\"", "\"shop\"");
        let manifest = sandbox.write("shop.yaml", &manifest);
        let apply = |config: &Path, more: &[&str]| {
            let mut command = sandbox.trimtab(&["apply", "--timeout=60s", "--yes"]);
            command
                .args(more)
                .arg("--kubeconfig")
                .arg(config)
                .arg("-f")
                .arg(&manifest);
            let output = command.output().expect("it runs");
            String::from_utf8_lossy(&output.stderr).into_owned()
        };
        let said = apply(&kubeconfig, &[]);
        assert!(!said.contains("not waited for"), "{said}");
        second.signal("TERM");
        assert!(second.end().success());
        assert_eq!(holder().await, None, "the lease is let go");
    });
}
