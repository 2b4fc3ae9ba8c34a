//! `DaemonSets`.

use crate::world::{World, image};
use k8s_openapi::api::apps::v1::{ControllerRevision, DaemonSet, DaemonSetStatus};
use k8s_openapi::api::core::v1::{Node, Pod};
use kube::ResourceExt;
use kube::api::{Api, DeleteParams, Patch, PatchParams, PostParams};
use serde_json::{Value, json};

fn agent(strategy: &Value) -> Value {
    json!({
        "metadata": {"name": "agent"},
        "spec": {"selector": {"matchLabels": {"app": "agent"}}, "updateStrategy": strategy, "template": {
            "metadata": {"labels": {"app": "agent"}},
            "spec": {"containers": [{"name": "c", "image": "i:1"}]},
        }},
    })
}

async fn world(nodes: i32) -> World {
    let world = World::new().await;
    for number in 0..nodes {
        node(&world, &format!("n{number}")).await;
    }
    world
}

async fn node(world: &World, name: &str) {
    let nodes = Api::<Node>::all(world.client.clone());
    let node = serde_json::from_value(json!({"metadata": {"name": name}})).unwrap();
    nodes.create(&PostParams::default(), &node).await.unwrap();
    // Else a new node counts as not ready, which daemons do not mind.
    let patch = Patch::Merge(json!({"spec": {"taints": null}}));
    nodes
        .patch(name, &PatchParams::default(), &patch)
        .await
        .unwrap();
}

async fn reported(world: &World, wanted: impl Fn(&DaemonSetStatus) -> bool) -> DaemonSetStatus {
    let all = world
        .until("a settled set", |all: &[DaemonSet]| {
            all.iter().any(|set| {
                let status = set.status.clone().unwrap_or_default();
                status.observed_generation == set.metadata.generation && wanted(&status)
            })
        })
        .await;
    all[0].status.clone().unwrap()
}

fn is_settled(nodes: i32) -> impl Fn(&DaemonSetStatus) -> bool {
    move |status| {
        status.desired_number_scheduled == nodes
            && status.current_number_scheduled == nodes
            && status.number_available.unwrap_or_default() == nodes
            && status.updated_number_scheduled.unwrap_or_default() == nodes
    }
}

#[tokio::test(start_paused = true)]
async fn every_node_that_is_to_has_a_pod() {
    let world = world(2).await;
    world
        .create::<DaemonSet>(agent(&json!({"type": "RollingUpdate"})))
        .await;
    reported(&world, is_settled(2)).await;
    node(&world, "n2").await;
    reported(&world, is_settled(3)).await;

    let nodes = Api::<Node>::all(world.client.clone());
    let taint = json!({"spec": {"taints": [{"key": "a", "effect": "NoExecute"}]}});
    nodes
        .patch("n0", &PatchParams::default(), &Patch::Merge(taint))
        .await
        .unwrap();
    reported(&world, is_settled(2)).await;
    world.until("two pods", |all: &[Pod]| all.len() == 2).await;
    let taint = json!({"spec": {"taints": [{"key": "a", "effect": "NoSchedule"}]}});
    nodes
        .patch("n1", &PatchParams::default(), &Patch::Merge(taint))
        .await
        .unwrap();
    let status = reported(&world, |status| status.number_misscheduled == 1).await;
    assert_eq!(status.desired_number_scheduled, 1);
    world
        .until("two pods still", |all: &[Pod]| all.len() == 2)
        .await;
}

#[tokio::test(start_paused = true)]
async fn an_update_keeps_within_its_limits() {
    for (strategy, least, most) in [
        (
            json!({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}}),
            3,
            4,
        ),
        (
            json!({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}),
            4,
            5,
        ),
    ] {
        let world = world(4).await;
        world.create::<DaemonSet>(agent(&strategy)).await;
        reported(&world, is_settled(4)).await;
        world.break_image("i:broken");
        world.patch::<DaemonSet>("agent", image("i:broken")).await;
        world.settle().await;
        let pods = world.until("pods", |all: &[Pod]| !all.is_empty()).await;
        let ready = pods
            .iter()
            .filter(|pod| crate::world::is_ready(pod))
            .count();
        assert!(
            (least..=most).contains(&pods.len()) && ready >= least,
            "{strategy}: {ready} of {}",
            pods.len()
        );
        assert!(ready < pods.len(), "{strategy}: nothing moved");

        world.patch::<DaemonSet>("agent", image("i:3")).await;
        reported(&world, is_settled(4)).await;
        let pods = world.until("four pods", |all: &[Pod]| all.len() == 4).await;
        let images = pods.iter().map(|pod| {
            pod.spec.as_ref().unwrap().containers[0]
                .image
                .clone()
                .unwrap()
        });
        assert!(images.into_iter().all(|image| image == "i:3"), "{strategy}");
        let revisions = world
            .until("revisions", |all: &[ControllerRevision]| all.len() == 3)
            .await;
        let mut numbers: Vec<_> = revisions.iter().map(|it| it.revision).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2, 3]);
    }
}

#[tokio::test(start_paused = true)]
async fn failed_pods_are_replaced_and_ondelete_waits() {
    let world = world(1).await;
    world
        .create::<DaemonSet>(agent(&json!({"type": "OnDelete"})))
        .await;
    reported(&world, is_settled(1)).await;
    world.patch::<DaemonSet>("agent", image("i:2")).await;
    world.settle().await;
    let pods = world.until("a pod", |all: &[Pod]| all.len() == 1).await;
    assert_eq!(
        pods[0].spec.as_ref().unwrap().containers[0]
            .image
            .as_deref(),
        Some("i:1")
    );

    let name = pods[0].name_any();
    let failed = Patch::Merge(json!({"status": {"phase": "Failed"}}));
    world
        .api::<Pod>()
        .patch_status(&name, &PatchParams::default(), &failed)
        .await
        .unwrap();
    let pods = world
        .until("another pod", |all: &[Pod]| {
            all.len() == 1 && all[0].name_any() != name
        })
        .await;
    assert_eq!(
        pods[0].spec.as_ref().unwrap().containers[0]
            .image
            .as_deref(),
        Some("i:2")
    );
    let reasons = world.events_of("agent").await;
    assert!(
        reasons
            .iter()
            .any(|(reason, _)| reason == "FailedDaemonPod"),
        "{reasons:?}"
    );
    let params = DeleteParams::default();
    Api::<Node>::all(world.client.clone())
        .delete("n0", &params)
        .await
        .unwrap();
    reported(&world, is_settled(0)).await;
}
