//! The same seed plays the same way in every process.

use crate::harness::{
    create_deployment, deployments, is_available, is_rolled_out, play, scenario, until, watch,
};
use futures::StreamExt;
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::Service;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::api::storage::v1::StorageClass;
use kube::Resource;
use kube::api::{Api, Patch, PatchParams, PostParams};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fmt::Debug;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use trimtab_cluster::Cluster;

/// Tells a child process what to play, with which seed, and where to write what it saw.
const PLAY: &str = "TRIMTAB_TEST_PLAY";
const SEED: &str = "TRIMTAB_TEST_SEED";
const LOG: &str = "TRIMTAB_TEST_LOG";

/// Everything that a control plane writes while it rolls out.
const WATCHED: [&str; 21] = [
    "/api/v1/pods",
    "/api/v1/events",
    "/api/v1/nodes",
    "/api/v1/namespaces",
    "/api/v1/serviceaccounts",
    "/apis/apps/v1/deployments",
    "/apis/apps/v1/replicasets",
    "/apis/apps/v1/statefulsets",
    "/apis/apps/v1/daemonsets",
    "/apis/apps/v1/controllerrevisions",
    "/apis/batch/v1/jobs",
    "/apis/batch/v1/cronjobs",
    "/apis/coordination.k8s.io/v1/leases",
    "/apis/discovery.k8s.io/v1/endpointslices",
    "/api/v1/endpoints",
    "/api/v1/services",
    "/api/v1/persistentvolumeclaims",
    "/api/v1/persistentvolumes",
    "/apis/storage.k8s.io/v1/storageclasses",
    "/apis/autoscaling/v2/horizontalpodautoscalers",
    "/apis/policy/v1/poddisruptionbudgets",
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

/// What goes wrong while many kinds of workloads come, change and go.
const BAD_DAY: &str = "
apiVersion: trimtab.dev/v1alpha1
kind: Scenario
nodes:
- {count: 4, zones: [a, b]}
pods:
- {match: {image: 'shop:2'}, share: 50%, outcome: CrashLoopBackOff}
- {match: {image: 'count:*'}, share: 30%, outcome: Error}
faults:
- {fault: NodeLoss, node: node-3, at: 20s..40s, for: 90s}
- {fault: NodeDrain, node: node-2, at: 30s, for: 2m}
- {fault: ApiErrors, status: 409, share: 20%, verbs: [update, patch], for: 3m}
- {fault: ApiErrors, status: 500, share: 10%, for: 3m}
- {fault: DroppedWatches, at: 5s..15s, every: 25s}
";

fn labelled_pods(app: &str, image: &str) -> Value {
    json!({
        "metadata": {"labels": {"app": app}},
        "spec": {"containers": [{"name": "c", "image": image}]},
    })
}

async fn create<K>(cluster: &Cluster, name: &str, mut object: Value)
where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope>,
    K: Clone + Serialize + DeserializeOwned + Debug,
{
    object["metadata"] = json!({"name": name});
    let object: K = serde_json::from_value(object).unwrap();
    let objects = Api::<K>::namespaced(cluster.client(), "default");
    let created = objects.create(&PostParams::default(), &object).await;
    created.unwrap();
}

/// Of every kind that a controller sees to: workloads with a Service, volumes that are made at once
/// and once their pod has a node, budgets, and autoscalers that find no metrics.
async fn create_many_kinds(cluster: &Cluster) {
    let of = |app: &str| json!({"matchLabels": {"app": app}});
    let late: StorageClass = serde_json::from_value(json!({
        "metadata": {"name": "late"}, "provisioner": "trimtab.dev/local",
        "volumeBindingMode": "WaitForFirstConsumer",
    }))
    .unwrap();
    let classes = Api::all(cluster.client());
    classes.create(&PostParams::default(), &late).await.unwrap();
    let claim = |name: &str, class: Option<&str>| {
        json!({"metadata": {"name": name}, "spec": {
            "accessModes": ["ReadWriteOnce"], "storageClassName": class,
            "resources": {"requests": {"storage": "1Gi"}},
        }})
    };
    let ports = json!([{"port": 80}]);
    let service = json!({"spec": {"selector": {"app": "web"}, "ports": ports}});
    create::<Service>(cluster, "web", service).await;
    let mut data = labelled_pods("data", "data:1");
    data["spec"]["containers"][0]["volumeMounts"] = json!([
        {"name": "disk", "mountPath": "/data"}, {"name": "scratch", "mountPath": "/tmp"},
    ]);
    let set = json!({"spec": {
        "serviceName": "data", "replicas": 3, "selector": of("data"), "template": data,
        "volumeClaimTemplates": [claim("disk", None), claim("scratch", Some("late"))],
    }});
    create::<StatefulSet>(cluster, "data", set).await;
    let logs = json!({"spec": {"selector": of("log"), "template": labelled_pods("log", "log:1")}});
    create::<DaemonSet>(cluster, "log", logs).await;
    let mut work = labelled_pods("count", "count:1");
    work["spec"]["restartPolicy"] = "OnFailure".into();
    let job = json!({"spec": {"completions": 6, "parallelism": 2, "template": work}});
    create::<Job>(cluster, "count", job).await;
    let cron = json!({"spec": {
        "schedule": "* * * * *", "jobTemplate": {"spec": {"template": work}},
    }});
    create::<CronJob>(cluster, "tick", cron).await;
    for (app, least) in [("web", json!("60%")), ("data", json!(2))] {
        let budget = json!({"spec": {"minAvailable": least, "selector": of(app)}});
        create::<PodDisruptionBudget>(cluster, app, budget).await;
    }
    let target = json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"});
    let autoscaler =
        json!({"spec": {"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 8}});
    create::<HorizontalPodAutoscaler>(cluster, "web", autoscaler).await;
}

/// Five minutes in which Deployments, `StatefulSets`, `DaemonSets`, Jobs, `CronJobs` and what
/// else is seen to come, are changed, and go with what they own.
fn a_bad_day(seed: u64) -> Vec<u8> {
    let sources = &mut trimtab_tree::SourceMap::new();
    let scenario = trimtab_node::Scenario::read("bad-day.yaml", BAD_DAY, sources).unwrap();
    play(
        seed,
        |options| options.scenario = scenario,
        async |cluster| {
            let log = record(cluster).await;
            cluster.begin_faults();
            create_deployment(cluster, "web", 5, "shop:1").await;
            create_many_kinds(cluster).await;
            tokio::time::sleep(Duration::from_secs(60)).await;
            let web = deployments(cluster);
            let update = json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "shop:2"}]}}}});
            web.patch("web", &PatchParams::default(), &Patch::Strategic(update))
                .await
                .unwrap();
            tokio::time::sleep(Duration::from_secs(120)).await;
            web.delete("web", &kube::api::DeleteParams::foreground())
                .await
                .unwrap();
            tokio::time::sleep(Duration::from_secs(120)).await;
            std::mem::take(&mut *log.lock().unwrap())
        },
    )
}

/// Plays in a process of its own: this test binary, asked for [`plays_for_another_process`] only.
fn in_another_process(play: &str, seed: u64) -> Vec<u8> {
    let log = tempfile::NamedTempFile::new().unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "determinism::plays_for_another_process"])
        .env(PLAY, play)
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
    let (log, seed) = (std::env::var(LOG).unwrap(), seed.parse().unwrap());
    let played = match &*std::env::var(PLAY).unwrap() {
        "bad day" => a_bad_day(seed),
        _ => ten_minutes(seed),
    };
    std::fs::write(log, played).unwrap();
}

fn lines(log: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(log);
    text.lines().map(str::to_owned).collect()
}

/// Plays twice, each time in a process of its own, and gives what is the same.
fn the_same_twice(play: &str, seed: u64) -> Vec<u8> {
    let (first, second) = (
        in_another_process(play, seed),
        in_another_process(play, seed),
    );
    let (a, b) = (lines(&first), lines(&second));
    let differing = a.into_iter().zip(b).find(|(a, b)| a != b);
    assert_eq!(differing, None, "{play}, seed {seed}");
    assert_eq!(first, second);
    first
}

fn has(log: &[u8], word: &str) -> bool {
    log.windows(word.len()).any(|it| it == word.as_bytes())
}

#[test]
fn one_seed_gives_one_log_in_two_processes_and_another_another() {
    let first = the_same_twice("ten minutes", 7);
    assert!(has(&first, "CrashLoopBackOff"));
    // A rollout of nine pods, twice, is told in hundreds of events.
    assert!(lines(&first).len() > 300, "{}", lines(&first).len());
    assert_ne!(in_another_process("ten minutes", 8), first);
}

#[test]
fn so_it_does_with_many_kinds_and_whatever_goes_wrong() {
    for seed in [1, 2, 3] {
        let log = the_same_twice("bad day", seed);
        for word in [
            "data-2",
            "\"kind\":\"DaemonSet\"",
            "tick-",
            "SuccessfulDelete",
            "foregroundDeletion",
            "\"phase\":\"Bound\"",
            "volume.kubernetes.io/selected-node",
            "disruptionsAllowed",
            "FailedGetResourceMetric",
        ] {
            assert!(has(&log, word), "{word} is not in the log of seed {seed}");
        }
    }
}
