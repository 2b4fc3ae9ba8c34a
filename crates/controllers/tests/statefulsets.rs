//! `StatefulSets`.

use crate::world::{World, image, is_ready};
use k8s_openapi::api::apps::v1::{ControllerRevision, StatefulSet};
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use kube::ResourceExt;
use kube::api::{DeleteParams, ListParams};
use serde_json::{Value, json};

fn web(replicas: i32, image: &str, more: Value) -> Value {
    let mut set = json!({
        "metadata": {"name": "web"},
        "spec": {"replicas": replicas, "serviceName": "s", "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "c", "image": image}]},
            }},
    });
    if let Value::Object(more) = more {
        set["spec"].as_object_mut().unwrap().extend(more);
    }
    set
}

/// Waits until all pods of the set are updated and available.
async fn settled(world: &World, replicas: i32) -> StatefulSet {
    let mut all = world
        .until("a settled set", |all: &[StatefulSet]| {
            all.iter().any(|set| {
                let status = set.status.clone().unwrap_or_default();
                status.observed_generation == set.metadata.generation
                    && status.replicas == replicas
                    && status.available_replicas.unwrap_or_default() == replicas
                    && status.updated_replicas.unwrap_or_default() == replicas
                    && status.current_revision == status.update_revision
            })
        })
        .await;
    all.remove(0)
}

fn images(pods: &[Pod]) -> Vec<(String, String)> {
    let image = |pod: &Pod| {
        pod.spec.as_ref().unwrap().containers[0]
            .image
            .clone()
            .unwrap()
    };
    pods.iter()
        .map(|pod| (pod.name_any(), image(pod)))
        .collect()
}

async fn pods(world: &World) -> Vec<Pod> {
    let pods = world.api::<Pod>().list(&ListParams::default()).await;
    pods.unwrap().items
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
    expected.iter().map(owned).collect()
}

#[tokio::test(start_paused = true)]
async fn pods_come_in_order_and_each_waits_for_the_one_before() {
    let world = World::new().await;
    world.break_image("i:broken");
    world
        .create::<StatefulSet>(web(3, "i:broken", json!({})))
        .await;
    world.until("a pod", |all: &[Pod]| all.len() == 1).await;
    world.settle().await;
    let first = pods(&world).await;
    assert_eq!(images(&first), pairs(&[("web-0", "i:broken")]));
    assert_eq!(first[0].labels()["apps.kubernetes.io/pod-index"], "0");
    // The broken pod is not replaced by itself; once it is deleted, the new template counts.
    world.patch::<StatefulSet>("web", image("i:2")).await;
    world.settle().await;
    let params = DeleteParams::default();
    world.api::<Pod>().delete("web-0", &params).await.unwrap();
    let set = settled(&world, 3).await;
    assert_eq!(
        images(&pods(&world).await),
        pairs(&[("web-0", "i:2"), ("web-1", "i:2"), ("web-2", "i:2")])
    );
    assert_eq!(set.status.unwrap().current_replicas, Some(3));
    world
        .patch::<StatefulSet>("web", json!({"spec": {"replicas": 1}}))
        .await;
    settled(&world, 1).await;
    assert_eq!(images(&pods(&world).await), pairs(&[("web-0", "i:2")]));
}

#[tokio::test(start_paused = true)]
async fn in_parallel_no_pod_waits() {
    let world = World::new().await;
    world.break_image("i:broken");
    let more = json!({"podManagementPolicy": "Parallel", "ordinals": {"start": 3}});
    world.create::<StatefulSet>(web(2, "i:broken", more)).await;
    world.until("two pods", |all: &[Pod]| all.len() == 2).await;
    assert_eq!(
        images(&pods(&world).await),
        pairs(&[("web-3", "i:broken"), ("web-4", "i:broken")])
    );
    world
        .patch::<StatefulSet>("web", json!({"spec": {"replicas": 0}}))
        .await;
    world.until("no pods", |all: &[Pod]| all.is_empty()).await;
}

#[tokio::test(start_paused = true)]
async fn an_update_stops_at_the_partition_and_undo_uses_the_old_revision() {
    let world = World::new().await;
    let partition = |at: i32| json!({"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": at}}});
    world
        .create::<StatefulSet>(web(3, "i:1", partition(2)))
        .await;
    settled(&world, 3).await;
    world.patch::<StatefulSet>("web", image("i:2")).await;
    world
        .until("an updated pod", |all: &[Pod]| {
            images(all).contains(&("web-2".to_owned(), "i:2".to_owned()))
                && all.iter().all(is_ready)
        })
        .await;
    world.settle().await;
    assert_eq!(
        images(&pods(&world).await),
        pairs(&[("web-0", "i:1"), ("web-1", "i:1"), ("web-2", "i:2")])
    );
    let status = world
        .api::<StatefulSet>()
        .get("web")
        .await
        .unwrap()
        .status
        .unwrap();
    assert_eq!(
        (status.current_replicas, status.updated_replicas),
        (Some(2), Some(1))
    );
    assert_ne!(status.current_revision, status.update_revision);

    world
        .patch::<StatefulSet>("web", json!({"spec": partition(0)}))
        .await;
    settled(&world, 3).await;
    assert!(
        images(&pods(&world).await)
            .iter()
            .all(|(_, image)| image == "i:2")
    );

    world.patch::<StatefulSet>("web", image("i:1")).await;
    settled(&world, 3).await;
    let revisions = world
        .until("two revisions", |all: &[ControllerRevision]| all.len() == 2)
        .await;
    let mut numbers: Vec<_> = revisions.iter().map(|it| it.revision).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [2, 3], "the old one is the newest again");
}

#[tokio::test(start_paused = true)]
async fn old_revisions_go_and_ondelete_waits() {
    let world = World::new().await;
    let more = json!({"revisionHistoryLimit": 1, "updateStrategy": {"type": "OnDelete"}});
    world.create::<StatefulSet>(web(1, "i:1", more)).await;
    settled(&world, 1).await;
    for tag in ["i:2", "i:3", "i:4"] {
        world.patch::<StatefulSet>("web", image(tag)).await;
        world.settle().await;
    }
    assert_eq!(images(&pods(&world).await), pairs(&[("web-0", "i:1")]));
    // The one in use, the newest, and one more.
    world
        .until("three revisions", |all: &[ControllerRevision]| {
            all.len() == 3
        })
        .await;
    let params = DeleteParams::default();
    world.api::<Pod>().delete("web-0", &params).await.unwrap();
    world
        .until("the new pod", |all: &[Pod]| {
            images(all) == pairs(&[("web-0", "i:4")])
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn every_pod_has_its_claim_and_the_policy_says_when_it_goes() {
    let world = World::new().await;
    let more = json!({
        "persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete", "whenDeleted": "Retain"},
        "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": {
            "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}},
        }}],
    });
    world.create::<StatefulSet>(web(2, "i:1", more)).await;
    settled(&world, 2).await;
    let claims = world
        .until("two claims", |all: &[PersistentVolumeClaim]| all.len() == 2)
        .await;
    let names: Vec<_> = claims.iter().map(ResourceExt::name_any).collect();
    assert_eq!(names, ["data-web-0", "data-web-1"]);
    let volumes = pods(&world).await[1].spec.clone().unwrap().volumes.unwrap();
    let claim = volumes[0].persistent_volume_claim.as_ref().unwrap();
    assert_eq!(claim.claim_name, "data-web-1");
    world
        .patch::<StatefulSet>("web", json!({"spec": {"replicas": 1}}))
        .await;
    settled(&world, 1).await;
    world
        .until(
            "the claim of the second pod to go",
            |all: &[PersistentVolumeClaim]| {
                let names: Vec<_> = all
                    .iter()
                    .filter(|it| it.metadata.deletion_timestamp.is_none())
                    .map(ResourceExt::name_any)
                    .collect();
                names == ["data-web-0"]
            },
        )
        .await;
}
