//! `ReplicationControllers`.

use crate::world::World;
use k8s_openapi::api::core::v1::{Pod, ReplicationController};
use kube::ResourceExt;
use serde_json::{Value, json};

fn web(replicas: i32) -> Value {
    json!({
        "metadata": {"name": "web"},
        "spec": {"replicas": replicas, "selector": {"app": "web"}, "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "c", "image": "i:1"}]},
        }},
    })
}

async fn available(world: &World, replicas: i32) {
    world
        .until("available pods", |all: &[ReplicationController]| {
            all.iter().any(|it| {
                let status = it.status.clone().unwrap_or_default();
                status.replicas == replicas
                    && status.available_replicas.unwrap_or_default() == replicas
                    && status.observed_generation == it.metadata.generation
            })
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn keeps_as_many_pods_as_asked_for() {
    let world = World::new().await;
    let orphan = json!({
        "metadata": {"name": "orphan", "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "c", "image": "i:1"}]},
    });
    world.create::<Pod>(orphan).await;
    let controller = world.create::<ReplicationController>(web(3)).await;
    available(&world, 3).await;
    let pods = world
        .until("three pods", |all: &[Pod]| all.len() == 3)
        .await;
    assert!(pods.iter().any(|pod| pod.name_any() == "orphan"));
    for pod in &pods {
        let owner = &pod.owner_references()[0];
        assert_eq!(owner.kind, "ReplicationController");
        assert_eq!(Some(&owner.uid), controller.metadata.uid.as_ref());
    }
    let fewer = json!({"spec": {"replicas": 1}});
    world.patch::<ReplicationController>("web", fewer).await;
    available(&world, 1).await;
    world.until("one pod", |all: &[Pod]| all.len() == 1).await;
    let reasons = world.events_of("web").await;
    for wanted in ["SuccessfulCreate", "SuccessfulDelete"] {
        assert_eq!(
            reasons.iter().filter(|it| it.0 == wanted).count(),
            2,
            "{reasons:?}"
        );
    }
}
