//! Rollouts, from the API's side.

use crate::world::{World, condition, image, is_ready, revision, web};
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use kube::api::{ListParams, PostParams};
use serde_json::json;
use std::sync::{Arc, Mutex};
use trimtab_informer::Cache;

/// The most pods and the fewest available ones that a watch has shown since.
#[derive(Clone, Debug)]
struct Extremes {
    most: usize,
    fewest_available: usize,
}

fn watch_extremes(pods: &Cache<Pod>) -> Arc<Mutex<Extremes>> {
    let extremes = Arc::new(Mutex::new(Extremes {
        most: 0,
        fewest_available: usize::MAX,
    }));
    let (sink, cache) = (Arc::clone(&extremes), pods.clone());
    pods.on_change(move |_| {
        let mut all = cache.list();
        all.retain(|pod| pod.metadata.deletion_timestamp.is_none());
        let available = all.iter().filter(|pod| is_ready(pod)).count();
        let mut extremes = sink.lock().unwrap();
        extremes.most = extremes.most.max(all.len());
        extremes.fewest_available = extremes.fewest_available.min(available);
    });
    extremes
}

#[tokio::test(start_paused = true)]
async fn a_rollout_keeps_its_limits_and_undo_brings_the_template_back() {
    let world = World::new().await;
    let strategy = json!({"strategy": {"rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}}});
    world.create::<Deployment>(web(20, "i:1", strategy)).await;
    let first = world.rolled_out("web", 20).await;
    assert_eq!(
        condition(&first, "Available"),
        Some(("True".into(), "MinimumReplicasAvailable".into()))
    );
    assert_eq!(
        condition(&first, "Progressing"),
        Some(("True".into(), "NewReplicaSetAvailable".into()))
    );
    assert_eq!(
        first.annotations()["deployment.kubernetes.io/revision"],
        "1"
    );

    let extremes = watch_extremes(&world.informers.of());
    world.patch::<Deployment>("web", image("i:2")).await;
    world.rolled_out("web", 20).await;
    assert_eq!(world.sizes().await, [(1, 0), (2, 20)]);

    // Undone as kubectl does: the template of the old set, without its hash.
    let sets = world
        .api::<ReplicaSet>()
        .list(&ListParams::default())
        .await
        .unwrap();
    let old = sets.into_iter().find(|set| revision(set) == 1).unwrap();
    let mut template = old.spec.unwrap().template.unwrap();
    let labels = template.metadata.as_mut().unwrap().labels.as_mut().unwrap();
    labels.remove("pod-template-hash").unwrap();
    let mut deployment = world.api::<Deployment>().get("web").await.unwrap();
    deployment.spec.as_mut().unwrap().template = template;
    world
        .api()
        .replace("web", &PostParams::default(), &deployment)
        .await
        .unwrap();
    let undone = world.rolled_out("web", 20).await;
    assert_eq!(
        json!(undone.spec.unwrap().template),
        json!(first.spec.unwrap().template)
    );
    assert_eq!(
        world.sizes().await,
        [(2, 0), (3, 20)],
        "the old set is used again"
    );
    let extremes = extremes.lock().unwrap().clone();
    assert!(
        extremes.most <= 23 && extremes.fewest_available >= 18,
        "{extremes:?}"
    );

    let events = world.events_of("web").await;
    let (reason, message) = &events[0];
    assert_eq!(reason, "ScalingReplicaSet");
    // The tenth and later ones are told as one, as client-go does.
    let combined = message.strip_prefix("(combined from similar events): ");
    assert!(
        combined.is_some_and(|message| message.starts_with("Scaled")),
        "{message}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_resize_in_mid_rollout_is_proportional() {
    let world = World::new().await;
    let strategy = json!({"strategy": {"rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}}});
    world.create::<Deployment>(web(10, "i:1", strategy)).await;
    world.rolled_out("web", 10).await;
    world.break_image("i:2");
    world.patch::<Deployment>("web", image("i:2")).await;
    world.settle().await;
    assert_eq!(world.sizes().await, [(1, 8), (2, 5)]);
    world
        .patch::<Deployment>("web", json!({"spec": {"replicas": 30}}))
        .await;
    world.settle().await;
    // The example of Kubernetes' documentation: of 20 more, 12 for the old and 8 for the new.
    assert_eq!(world.sizes().await, [(1, 20), (2, 13)]);
}

#[tokio::test(start_paused = true)]
async fn a_paused_rollout_waits_and_can_be_resized() {
    let world = World::new().await;
    world.create::<Deployment>(web(4, "i:1", json!({}))).await;
    world.rolled_out("web", 4).await;
    world
        .patch::<Deployment>("web", json!({"spec": {"paused": true}}))
        .await;
    world.patch::<Deployment>("web", image("i:2")).await;
    world
        .patch::<Deployment>("web", json!({"spec": {"replicas": 6}}))
        .await;
    world.settle().await;
    assert_eq!(world.sizes().await, [(1, 6)]);
    let paused = world.api::<Deployment>().get("web").await.unwrap();
    assert_eq!(
        condition(&paused, "Progressing").unwrap().1,
        "DeploymentPaused"
    );
    world
        .patch::<Deployment>("web", json!({"spec": {"paused": false}}))
        .await;
    world.rolled_out("web", 6).await;
    assert_eq!(world.sizes().await, [(1, 0), (2, 6)]);
}

#[tokio::test(start_paused = true)]
async fn recreate_never_mixes_templates() {
    let world = World::new().await;
    world
        .create::<Deployment>(web(5, "i:1", json!({"strategy": {"type": "Recreate"}})))
        .await;
    world.rolled_out("web", 5).await;
    let mixed = Arc::new(Mutex::new(Vec::new()));
    let (sink, pods) = (Arc::clone(&mixed), world.informers.of::<Pod>());
    let cache = pods.clone();
    pods.on_change(move |_| {
        let mut images: Vec<_> = cache
            .list()
            .iter()
            .map(|pod| {
                pod.spec.as_ref().unwrap().containers[0]
                    .image
                    .clone()
                    .unwrap()
            })
            .collect();
        images.dedup();
        if images.len() > 1 {
            sink.lock().unwrap().push(images);
        }
    });
    world.patch::<Deployment>("web", image("i:2")).await;
    world.rolled_out("web", 5).await;
    assert_eq!(*mixed.lock().unwrap(), Vec::<Vec<String>>::new());
    assert_eq!(world.sizes().await, [(1, 0), (2, 5)]);
}

#[tokio::test(start_paused = true)]
async fn a_stuck_rollout_says_so_and_history_is_trimmed() {
    let world = World::new().await;
    let limits = json!({"progressDeadlineSeconds": 60, "revisionHistoryLimit": 1});
    world.create::<Deployment>(web(3, "i:1", limits)).await;
    for next in ["i:2", "i:3", "i:4"] {
        world.rolled_out("web", 3).await;
        world.patch::<Deployment>("web", image(next)).await;
    }
    world.rolled_out("web", 3).await;
    world.settle().await;
    assert_eq!(world.sizes().await, [(3, 0), (4, 3)]);

    world.break_image("i:5");
    world.patch::<Deployment>("web", image("i:5")).await;
    let stuck = world
        .until("a stuck rollout", |all: &[Deployment]| {
            condition(&all[0], "Progressing").unwrap().0 == "False"
        })
        .await;
    assert_eq!(
        condition(&stuck[0], "Progressing").unwrap().1,
        "ProgressDeadlineExceeded"
    );
}

#[tokio::test(start_paused = true)]
async fn pods_must_have_been_ready_for_as_long_as_asked() {
    let world = World::new().await;
    // The stand-in says that pods became ready at the start of the world.
    world
        .create::<Deployment>(web(2, "i:1", json!({"minReadySeconds": 300})))
        .await;
    world.settle().await;
    let early = world.api::<Deployment>().get("web").await.unwrap();
    let status = early.status.clone().unwrap();
    assert_eq!(
        (status.ready_replicas, status.available_replicas),
        (Some(2), None)
    );
    assert_eq!(
        condition(&early, "Available").unwrap().1,
        "MinimumReplicasUnavailable"
    );
    world.rolled_out("web", 2).await;
}

#[tokio::test(start_paused = true)]
async fn many_pods_cost_few_looks_and_one_decode_an_event() {
    let world = World::new().await;
    let before = world.informers.statistics().objects();
    world.create::<Deployment>(web(200, "i:1", json!({}))).await;
    world.rolled_out("web", 200).await;
    world.settle().await;
    // A pod is created and reported once; sets, Deployments and events are told a few times each.
    let decoded = world.informers.statistics().objects() - before;
    assert!(
        (400..500).contains(&decoded),
        "{decoded} objects decoded for 200 pods"
    );
}
