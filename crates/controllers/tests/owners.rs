//! Adoption, garbage and namespaces, from the API's side.

use crate::world::{NAMESPACE, World, web};
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Pod, ServiceAccount};
use kube::ResourceExt;
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, PostParams};
use serde_json::{Value, json};

async fn count<K>(world: &World) -> usize
where
    K: kube::Resource<DynamicType = (), Scope = k8s_openapi::NamespaceResourceScope>,
    K: serde::de::DeserializeOwned + Clone + std::fmt::Debug,
{
    world
        .api::<K>()
        .list(&ListParams::default())
        .await
        .unwrap()
        .items
        .len()
}

async fn rolled_out() -> World {
    let world = World::new().await;
    world.create::<Deployment>(web(3, "i:1", json!({}))).await;
    world.rolled_out("web", 3).await;
    world
}

#[tokio::test(start_paused = true)]
async fn background_and_foreground_deletion_take_the_dependents() {
    for params in [DeleteParams::background(), DeleteParams::foreground()] {
        let world = rolled_out().await;
        world
            .api::<Deployment>()
            .delete("web", &params)
            .await
            .unwrap();
        world
            .until("no deployment", |all: &[Deployment]| all.is_empty())
            .await;
        world
            .until("no set", |all: &[ReplicaSet]| all.is_empty())
            .await;
        world.until("no pods", |all: &[Pod]| all.is_empty()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn orphans_stay_and_are_adopted_again() {
    let world = rolled_out().await;
    let pods = world
        .api::<Pod>()
        .list(&ListParams::default())
        .await
        .unwrap();
    world
        .api::<Deployment>()
        .delete("web", &DeleteParams::orphan())
        .await
        .unwrap();
    let orphans = world
        .until("an orphaned set", |all: &[ReplicaSet]| {
            all.iter().all(|set| set.owner_references().is_empty())
        })
        .await;
    world
        .until("no deployment", |all: &[Deployment]| all.is_empty())
        .await;
    assert_eq!((orphans.len(), count::<Pod>(&world).await), (1, 3));

    world.create::<Deployment>(web(3, "i:1", json!({}))).await;
    let deployment = world.rolled_out("web", 3).await;
    let sets = world
        .api::<ReplicaSet>()
        .list(&ListParams::default())
        .await
        .unwrap()
        .items;
    assert_eq!(sets.len(), 1, "the orphan has the same template");
    assert_eq!(sets[0].owner_references()[0].uid, deployment.uid().unwrap());
    let after = world
        .api::<Pod>()
        .list(&ListParams::default())
        .await
        .unwrap();
    let uids = |pods: kube::api::ObjectList<Pod>| {
        pods.into_iter().map(|pod| pod.uid()).collect::<Vec<_>>()
    };
    assert_eq!(uids(after), uids(pods));
}

#[tokio::test(start_paused = true)]
async fn a_relabelled_pod_is_released_and_replaced() {
    let world = rolled_out().await;
    let pods = world
        .api::<Pod>()
        .list(&ListParams::default())
        .await
        .unwrap();
    let name = pods.items[0].name_any();
    world
        .patch::<Pod>(&name, json!({"metadata": {"labels": {"app": "other"}}}))
        .await;
    let pods = world.until("four pods", |all: &[Pod]| all.len() == 4).await;
    world.settle().await;
    let released = world.api::<Pod>().get(&name).await.unwrap();
    assert!(released.owner_references().is_empty());
    assert_eq!(pods.len(), 4);
}

fn owned(name: &str, owner: &ConfigMap, more: Value) -> Value {
    let mut map = json!({"metadata": {"name": name, "ownerReferences": [{
        "apiVersion": "v1", "kind": "ConfigMap", "name": owner.name_any(), "uid": owner.uid(),
        "blockOwnerDeletion": true,
    }]}});
    if let Value::Object(more) = more {
        map["metadata"].as_object_mut().unwrap().extend(more);
    }
    map
}

#[tokio::test(start_paused = true)]
async fn foreground_deletion_waits_for_what_is_held() {
    let world = World::new().await;
    let owner = world
        .create::<ConfigMap>(json!({"metadata": {"name": "owner"}}))
        .await;
    world
        .create::<ConfigMap>(owned("held", &owner, json!({"finalizers": ["a.b/c"]})))
        .await;
    world.settle().await;
    let maps = world.api::<ConfigMap>();
    maps.delete("owner", &DeleteParams::foreground())
        .await
        .unwrap();
    world.settle().await;
    let waiting = maps.get("owner").await.unwrap();
    assert_eq!(waiting.finalizers(), ["foregroundDeletion"]);
    assert!(
        maps.get("held")
            .await
            .unwrap()
            .metadata
            .deletion_timestamp
            .is_some()
    );
    world
        .patch::<ConfigMap>("held", json!({"metadata": {"finalizers": null}}))
        .await;
    world
        .until("both gone", |all: &[ConfigMap]| {
            all.iter().all(|map| map.name_any() == "kube-root-ca.crt")
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn what_refers_to_nobody_goes_and_what_has_another_owner_stays() {
    let world = World::new().await;
    let owner = world
        .create::<ConfigMap>(json!({"metadata": {"name": "owner"}}))
        .await;
    let mut nobody = owner.clone();
    nobody.metadata.uid = Some("11111111-2222-4333-8444-555555555555".to_owned());
    nobody.metadata.name = Some("nobody".to_owned());
    world
        .create::<ConfigMap>(owned("lost", &nobody, json!({})))
        .await;
    let mut both = owned("both", &owner, json!({}));
    let reference = owned("x", &nobody, json!({}))["metadata"]["ownerReferences"][0].clone();
    both["metadata"]["ownerReferences"]
        .as_array_mut()
        .unwrap()
        .push(reference);
    world.create::<ConfigMap>(both).await;
    let maps = world
        .until("the lost one's end", |all: &[ConfigMap]| {
            all.iter()
                .all(|map| map.name_any() != "lost" && map.owner_references().len() < 2)
        })
        .await;
    let names: Vec<_> = maps.iter().map(ResourceExt::name_any).collect();
    assert_eq!(names, ["both", "kube-root-ca.crt", "owner"]);
}

#[tokio::test(start_paused = true)]
async fn a_namespace_is_emptied_and_what_holds_it_is_told() {
    let world = World::new().await;
    let namespaces = Api::<Namespace>::all(world.client.clone());
    let namespace = serde_json::from_value(json!({"metadata": {"name": "leaving"}})).unwrap();
    namespaces
        .create(&PostParams::default(), &namespace)
        .await
        .unwrap();
    world.settle().await;
    let maps = Api::<ConfigMap>::namespaced(world.client.clone(), "leaving");
    assert_eq!(
        maps.get("kube-root-ca.crt").await.unwrap().data.unwrap()["ca.crt"],
        "PEM"
    );
    let held = json!({"metadata": {"name": "held", "finalizers": ["a.b/c"]}});
    maps.create(
        &PostParams::default(),
        &serde_json::from_value(held).unwrap(),
    )
    .await
    .unwrap();
    let deployments = Api::<Deployment>::namespaced(world.client.clone(), "leaving");
    let deployment = serde_json::from_value(web(2, "i:1", json!({}))).unwrap();
    deployments
        .create(&PostParams::default(), &deployment)
        .await
        .unwrap();
    world.settle().await;

    namespaces
        .delete("leaving", &DeleteParams::default())
        .await
        .unwrap();
    world.settle().await;
    assert!(
        deployments
            .list(&ListParams::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
    let status = namespaces.get("leaving").await.unwrap().status.unwrap();
    let told: Vec<_> = status
        .conditions
        .unwrap()
        .into_iter()
        .filter(|it| it.status == "True")
        .map(|it| it.message.unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "Some resources are remaining: configmaps. has 1 resource instances",
            "Some content in the namespace has finalizers remaining: a.b/c in 1 resource instances",
        ]
    );
    let free = Patch::Merge(json!({"metadata": {"finalizers": null}}));
    maps.patch("held", &PatchParams::default(), &free)
        .await
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    assert!(namespaces.get_opt("leaving").await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn what_every_namespace_has_comes_back() {
    let world = World::new().await;
    world.settle().await;
    world
        .api::<ServiceAccount>()
        .delete("default", &DeleteParams::default())
        .await
        .unwrap();
    world
        .patch::<ConfigMap>("kube-root-ca.crt", json!({"data": {"ca.crt": "other"}}))
        .await;
    world.settle().await;
    assert!(
        world
            .api::<ServiceAccount>()
            .get_opt("default")
            .await
            .unwrap()
            .is_some()
    );
    let map = world
        .api::<ConfigMap>()
        .get("kube-root-ca.crt")
        .await
        .unwrap();
    assert_eq!(map.namespace().as_deref(), Some(NAMESPACE));
    assert_eq!(map.data.unwrap()["ca.crt"], "PEM");
}
