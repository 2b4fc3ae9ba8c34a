//! Claims and volumes, from the API's side.

use crate::world::World;
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim, Pod};
use k8s_openapi::api::storage::v1::StorageClass;
use kube::api::{Api, DeleteParams, ListParams, PostParams};
use kube::{Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fmt::Debug;

async fn make<K>(world: &World, object: Value)
where
    K: Resource<DynamicType = ()> + Clone + Debug + Serialize + DeserializeOwned,
{
    let object: K = serde_json::from_value(object).unwrap();
    let all: Api<K> = Api::all(world.client.clone());
    all.create(&PostParams::default(), &object).await.unwrap();
}

async fn class(world: &World, name: &str, provisioner: &str, mode: &str) {
    let class = json!({
        "metadata": {"name": name},
        "provisioner": provisioner,
        "reclaimPolicy": "Delete",
        "volumeBindingMode": mode,
        "allowVolumeExpansion": true,
    });
    make::<StorageClass>(world, class).await;
}

fn volumes(world: &World) -> Api<PersistentVolume> {
    Api::all(world.client.clone())
}

async fn volume(world: &World, name: &str, size: &str, policy: &str) {
    let volume = json!({
        "metadata": {"name": name},
        "spec": {
            "capacity": {"storage": size},
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "manual",
            "persistentVolumeReclaimPolicy": policy,
            "hostPath": {"path": "/srv/x"},
        },
    });
    make::<PersistentVolume>(world, volume).await;
}

async fn claim(world: &World, name: &str, class: &str) {
    let claim = json!({
        "metadata": {"name": name},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": class,
            "resources": {"requests": {"storage": "1Gi"}},
        },
    });
    world.create::<PersistentVolumeClaim>(claim).await;
}

fn phase(claims: &[PersistentVolumeClaim], name: &str) -> Option<String> {
    let claim = claims.iter().find(|it| it.name_any() == name)?;
    claim.status.as_ref()?.phase.clone()
}

async fn phase_of(world: &World, name: &str) -> Option<String> {
    world.settle().await;
    let volume = volumes(world).get_opt(name).await.unwrap()?;
    volume.status?.phase
}

#[tokio::test(start_paused = true)]
async fn a_claim_gets_the_smallest_volume_and_leaves_it_released() {
    let world = World::new().await;
    volume(&world, "big", "9Gi", "Retain").await;
    volume(&world, "small", "2Gi", "Retain").await;
    claim(&world, "data", "manual").await;
    let claims = world
        .until("a bound claim", |all| {
            phase(all, "data").as_deref() == Some("Bound")
        })
        .await;
    let bound = &claims[0];
    assert_eq!(
        bound.spec.as_ref().unwrap().volume_name.as_deref(),
        Some("small")
    );
    let capacity = bound.status.as_ref().unwrap().capacity.as_ref().unwrap();
    assert_eq!(capacity["storage"].0, "2Gi");
    assert_eq!(phase_of(&world, "small").await.as_deref(), Some("Bound"));
    assert_eq!(phase_of(&world, "big").await.as_deref(), Some("Available"));
    // A second one of the same size takes the other; a third waits.
    claim(&world, "more", "manual").await;
    claim(&world, "none", "manual").await;
    world
        .until("a second", |all| {
            phase(all, "more").as_deref() == Some("Bound")
        })
        .await;
    world.settle().await;
    let left = world
        .api::<PersistentVolumeClaim>()
        .get("none")
        .await
        .unwrap();
    assert_eq!(left.status.unwrap().phase.as_deref(), Some("Pending"));
    let told = world.events_of("none").await;
    assert_eq!(told[0].0, "ProvisioningFailed", "{told:?}");

    let claims = world.api::<PersistentVolumeClaim>();
    claims
        .delete("data", &DeleteParams::default())
        .await
        .unwrap();
    assert_eq!(phase_of(&world, "small").await.as_deref(), Some("Released"));
    assert!(claims.get_opt("data").await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_claim_stays_while_a_pod_uses_it() {
    let world = World::new().await;
    volume(&world, "v", "2Gi", "Delete").await;
    claim(&world, "data", "manual").await;
    let pod = json!({
        "metadata": {"name": "p"},
        "spec": {
            "nodeName": "n",
            "containers": [{"name": "c", "image": "i"}],
            "volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}],
        },
    });
    world.create::<Pod>(pod).await;
    world
        .until("a bound claim", |all| {
            phase(all, "data").as_deref() == Some("Bound")
        })
        .await;
    let claims = world.api::<PersistentVolumeClaim>();
    claims
        .delete("data", &DeleteParams::default())
        .await
        .unwrap();
    world.settle().await;
    assert!(claims.get_opt("data").await.unwrap().is_some());
    let now = DeleteParams::default().grace_period(0);
    world.api::<Pod>().delete("p", &now).await.unwrap();
    // Nobody can delete what is on a node's disk.
    assert_eq!(phase_of(&world, "v").await.as_deref(), Some("Failed"));
    assert!(claims.get_opt("data").await.unwrap().is_none());
    volumes(&world)
        .delete("v", &DeleteParams::default())
        .await
        .unwrap();
    assert_eq!(phase_of(&world, "v").await, None);
}

#[tokio::test(start_paused = true)]
async fn local_volumes_are_made_grow_and_go() {
    let world = World::new().await;
    class(&world, "local", "trimtab.dev/local", "Immediate").await;
    let set = json!({
        "metadata": {"name": "db"},
        "spec": {
            "serviceName": "db",
            "replicas": 2,
            "selector": {"matchLabels": {"app": "db"}},
            "template": {
                "metadata": {"labels": {"app": "db"}},
                "spec": {"containers": [{"name": "c", "image": "i"}]},
            },
            "volumeClaimTemplates": [{
                "metadata": {"name": "data"},
                "spec": {
                    "accessModes": ["ReadWriteOnce"],
                    "storageClassName": "local",
                    "resources": {"requests": {"storage": "1Gi"}},
                },
            }],
        },
    });
    world.create::<StatefulSet>(set).await;
    world
        .until("two bound claims", |all: &[PersistentVolumeClaim]| {
            let bound = |name| phase(all, name).as_deref() == Some("Bound");
            bound("data-db-0") && bound("data-db-1")
        })
        .await;
    let told = world.events_of("data-db-0").await;
    assert!(
        told.iter().any(|it| it.0 == "ProvisioningSucceeded"),
        "{told:?}"
    );

    let more = json!({"spec": {"resources": {"requests": {"storage": "3Gi"}}}});
    world
        .patch::<PersistentVolumeClaim>("data-db-0", more)
        .await;
    let size = |claim: &PersistentVolumeClaim| {
        let capacity = claim.status.as_ref()?.capacity.as_ref()?;
        Some(capacity["storage"].0.clone())
    };
    world
        .until("a larger claim", |all: &[PersistentVolumeClaim]| {
            all.iter().any(|it| size(it).as_deref() == Some("3Gi"))
        })
        .await;

    world
        .api::<StatefulSet>()
        .delete("db", &DeleteParams::background())
        .await
        .unwrap();
    world.until("no pods", <[Pod]>::is_empty).await;
    let claims = world.api::<PersistentVolumeClaim>();
    for name in ["data-db-0", "data-db-1"] {
        claims.delete(name, &DeleteParams::default()).await.unwrap();
    }
    world.settle().await;
    let left = volumes(&world).list(&ListParams::default()).await.unwrap();
    assert_eq!(left.items.len(), 0, "{left:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_waits_for_a_pod_is_bound_when_its_node_is_known() {
    let world = World::new().await;
    class(&world, "late", "trimtab.dev/local", "WaitForFirstConsumer").await;
    claim(&world, "data", "late").await;
    world.settle().await;
    let told = world.events_of("data").await;
    assert_eq!(told[0].0, "WaitForFirstConsumer", "{told:?}");
    let node = json!({"metadata": {"annotations": {"volume.kubernetes.io/selected-node": "n"}}});
    world.patch::<PersistentVolumeClaim>("data", node).await;
    world
        .until("a bound claim", |all| {
            phase(all, "data").as_deref() == Some("Bound")
        })
        .await;
}
