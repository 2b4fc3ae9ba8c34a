//! The scenarios of Kubernetes' documentation of Deployments, with its numbers, on manifests of our
//! own: <https://kubernetes.io/docs/concepts/workloads/controllers/deployment/>.

use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use kube::api::{Api, ListParams, Patch, PatchParams, PostParams};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::sleep;
use trimtab_cluster::{Cluster, Options, in_virtual_time};
use trimtab_deploy::{ObjectRef, Target, history, undo};
use trimtab_node::{ReadyAfter, Scenario};
use trimtab_tree::SourceMap;

/// Long enough for any rollout here that ends.
const WHILE: Duration = Duration::from_secs(120);

fn play(scenario: &str, play: impl AsyncFnOnce(&Cluster)) {
    let start = "2026-01-01T00:00:00Z".parse().unwrap();
    let text = format!("apiVersion: trimtab.dev/v1alpha1\nkind: Scenario\n{scenario}");
    let scenario = Scenario::read("s.yaml", &text, &mut SourceMap::new()).unwrap();
    let played = in_virtual_time(start, 41, async |clock, chance| {
        let mut options = Options::new(clock, chance);
        // Every pod alike, so that the steps follow from the limits alone.
        options.ready_after = ReadyAfter::Fixed(Duration::from_secs(1));
        options.scenario = scenario;
        let cluster = Cluster::start(options).await.unwrap();
        play(&cluster).await;
        cluster.shutdown().await;
    });
    played.unwrap();
}

fn deployments(cluster: &Cluster) -> Api<Deployment> {
    Api::namespaced(cluster.client(), "default")
}

async fn create(cluster: &Cluster, replicas: i32, limits: Value) {
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "ferry"},
        "spec": {
            "replicas": replicas,
            "strategy": {"rollingUpdate": limits},
            "selector": {"matchLabels": {"app": "ferry"}},
            "template": {
                "metadata": {"labels": {"app": "ferry"}},
                "spec": {"containers": [{"name": "ferry", "image": "ferry:1"}]},
            },
        },
    });
    let deployment = serde_json::from_value(deployment).unwrap();
    let created = deployments(cluster)
        .create(&PostParams::default(), &deployment)
        .await;
    created.unwrap();
    sleep(WHILE).await;
}

async fn patch(cluster: &Cluster, patch: Value) {
    let patch = Patch::Strategic(patch);
    let patched = deployments(cluster)
        .patch("ferry", &PatchParams::default(), &patch)
        .await;
    patched.unwrap();
}

fn image(image: &str) -> Value {
    json!({"spec": {"template": {"spec": {"containers": [{"name": "ferry", "image": image}]}}}})
}

/// Every change of a `ReplicaSet`'s size from now on: the version that it runs, and its new size.
fn record(cluster: &Cluster) -> Arc<Mutex<Vec<(String, i32)>>> {
    let steps = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&steps);
    let sizes: Mutex<BTreeMap<String, i32>> = Mutex::default();
    cluster
        .informers()
        .of::<ReplicaSet>()
        .on_change(move |change| {
            let (version, size) = version_and_size(change.object());
            let before = sizes.lock().unwrap().insert(version.clone(), size);
            if before.is_some_and(|before| before != size) || (before.is_none() && version != "1") {
                sink.lock().unwrap().push((version, size));
            }
        });
    steps
}

fn version_and_size(set: &ReplicaSet) -> (String, i32) {
    let spec = set.spec.as_ref().unwrap();
    let pod = spec.template.as_ref().unwrap().spec.as_ref().unwrap();
    let image = pod.containers[0].image.as_deref().unwrap();
    let version = image.rsplit(':').next().unwrap();
    (version.to_owned(), spec.replicas.unwrap())
}

/// The `ReplicaSets` by version: wanted, there and ready, as `kubectl get rs` shows them.
async fn sets(cluster: &Cluster) -> Vec<(String, i32, i32, i32)> {
    let sets: Api<ReplicaSet> = Api::namespaced(cluster.client(), "default");
    let sets = sets.list(&ListParams::default()).await.unwrap().items;
    let mut rows: Vec<_> = sets
        .iter()
        .map(|set| {
            let (version, wanted) = version_and_size(set);
            let status = set.status.as_ref().unwrap();
            (
                version,
                wanted,
                status.replicas,
                status.ready_replicas.unwrap_or(0),
            )
        })
        .collect();
    rows.sort();
    rows
}

async fn progressing(cluster: &Cluster) -> (String, String, String) {
    let deployment = deployments(cluster).get("ferry").await.unwrap();
    let conditions = deployment.status.unwrap().conditions.unwrap();
    let found = conditions
        .into_iter()
        .find(|it| it.type_ == "Progressing")
        .unwrap();
    (
        found.status,
        found.reason.unwrap_or_default(),
        found.message.unwrap_or_default(),
    )
}

fn row(version: &str, wanted: i32, there: i32, ready: i32) -> (String, i32, i32, i32) {
    (version.to_owned(), wanted, there, ready)
}

fn web(target: &Target, known: &trimtab_deploy::Discovery) -> ObjectRef {
    let resource = Arc::new(known.of_kind("apps/v1", "Deployment").unwrap().clone());
    ObjectRef::new(&resource, target.namespace(), "ferry")
}

#[test]
fn three_replicas_are_updated_one_by_one_and_never_fewer_than_three() {
    play("", async |cluster| {
        create(cluster, 3, json!({})).await;
        let steps = record(cluster);
        patch(cluster, image("ferry:2")).await;
        sleep(WHILE).await;
        let steps = steps.lock().unwrap().clone();
        let expected = [("2", 1), ("1", 2), ("2", 2), ("1", 1), ("2", 3), ("1", 0)];
        let expected = expected.map(|(version, size)| (version.to_owned(), size));
        assert_eq!(steps, expected);
        assert_eq!(sets(cluster).await, [row("1", 0, 0, 0), row("2", 3, 3, 3)]);
        let (_, reason, message) = progressing(cluster).await;
        assert_eq!(reason, "NewReplicaSetAvailable");
        assert!(
            message.ends_with("has successfully progressed."),
            "{message}"
        );
    });
}

#[test]
fn four_replicas_stay_between_three_and_five() {
    play("", async |cluster| {
        create(cluster, 4, json!({})).await;
        let steps = record(cluster);
        patch(cluster, image("ferry:2")).await;
        sleep(WHILE).await;
        let mut sizes = BTreeMap::from([("1".to_owned(), 4), ("2".to_owned(), 0)]);
        for (version, size) in steps.lock().unwrap().clone() {
            sizes.insert(version, size);
            let all: i32 = sizes.values().sum();
            assert!((3..=5).contains(&all), "{sizes:?}");
        }
        assert_eq!(sets(cluster).await, [row("1", 0, 0, 0), row("2", 4, 4, 4)]);
    });
}

#[test]
fn a_rollover_does_not_wait_for_the_update_before_it() {
    play(
        "pods:\n- {match: {image: 'ferry:2'}, readyAfter: 1h}\n",
        async |cluster| {
            create(cluster, 5, json!({})).await;
            patch(cluster, image("ferry:2")).await;
            sleep(Duration::from_secs(5)).await;
            // Of five, a quarter rounded up and down: two more, one less.
            assert_eq!(sets(cluster).await, [row("1", 4, 4, 4), row("2", 3, 3, 0)]);
            patch(cluster, image("ferry:3")).await;
            sleep(WHILE).await;
            assert_eq!(
                sets(cluster).await,
                [row("1", 0, 0, 0), row("2", 0, 0, 0), row("3", 5, 5, 5)]
            );
        },
    );
}

#[test]
fn an_image_that_cannot_be_pulled_stops_at_one_pod_and_runs_into_the_deadline() {
    let broken = "pods:\n- {match: {image: 'ferry:2'}, outcome: ImagePullBackOff}\n";
    play(broken, async |cluster| {
        create(cluster, 3, json!({})).await;
        patch(cluster, image("ferry:2")).await;
        sleep(WHILE).await;
        assert_eq!(sets(cluster).await, [row("1", 3, 3, 3), row("2", 1, 1, 0)]);
        let (status, reason, _) = progressing(cluster).await;
        assert_eq!((&*status, &*reason), ("True", "ReplicaSetUpdated"));
        sleep(Duration::from_secs(600)).await;
        let (status, reason, message) = progressing(cluster).await;
        assert_eq!((&*status, &*reason), ("False", "ProgressDeadlineExceeded"));
        assert!(message.ends_with("has timed out progressing."), "{message}");
        let target = Target::new(cluster.client(), "default");
        let known = target.discovery().await.unwrap();
        undo(&target, &web(&target, &known), None, false)
            .await
            .unwrap();
        sleep(WHILE).await;
        assert_eq!(sets(cluster).await, [row("1", 3, 3, 3), row("2", 0, 0, 0)]);
    });
}

#[test]
fn a_paused_deployment_takes_changes_and_makes_one_update_of_them() {
    play("", async |cluster| {
        create(cluster, 3, json!({})).await;
        patch(cluster, json!({"spec": {"paused": true}})).await;
        patch(cluster, image("ferry:2")).await;
        patch(cluster, image("ferry:3")).await;
        patch(cluster, json!({"spec": {"replicas": 5}})).await;
        sleep(WHILE).await;
        // It scales all the same, with the old template.
        assert_eq!(sets(cluster).await, [row("1", 5, 5, 5)]);
        assert_eq!(progressing(cluster).await.1, "DeploymentPaused");
        patch(cluster, json!({"spec": {"paused": false}})).await;
        sleep(WHILE).await;
        assert_eq!(sets(cluster).await, [row("1", 0, 0, 0), row("3", 5, 5, 5)]);
    });
}

#[test]
fn an_undo_to_a_revision_makes_it_the_newest() {
    play("", async |cluster| {
        create(cluster, 2, json!({})).await;
        for version in ["ferry:2", "ferry:3"] {
            patch(cluster, image(version)).await;
            sleep(WHILE).await;
        }
        let target = Target::new(cluster.client(), "default");
        let known = target.discovery().await.unwrap();
        let web = web(&target, &known);
        let numbers = async || -> Vec<i64> {
            let revisions = history(&target, &web).await.unwrap();
            revisions.iter().map(|it| it.number).collect()
        };
        assert_eq!(numbers().await, [1, 2, 3]);
        undo(&target, &web, Some(1), false).await.unwrap();
        sleep(WHILE).await;
        assert_eq!(numbers().await, [2, 3, 4]);
        assert_eq!(
            sets(cluster).await,
            [row("1", 2, 2, 2), row("2", 0, 0, 0), row("3", 0, 0, 0)]
        );
    });
}

#[test]
fn scaling_a_stuck_rollout_is_proportional() {
    let stuck = "pods:\n- {match: {image: 'ferry:2'}, outcome: NeverReady}\n";
    play(stuck, async |cluster| {
        create(cluster, 10, json!({"maxSurge": 3, "maxUnavailable": 2})).await;
        patch(cluster, image("ferry:2")).await;
        sleep(WHILE).await;
        assert_eq!(sets(cluster).await, [row("1", 8, 8, 8), row("2", 5, 5, 0)]);
        patch(cluster, json!({"spec": {"replicas": 15}})).await;
        sleep(WHILE).await;
        assert_eq!(
            sets(cluster).await,
            [row("1", 11, 11, 11), row("2", 7, 7, 0)]
        );
    });
}
