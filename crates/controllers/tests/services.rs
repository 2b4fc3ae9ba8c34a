//! Services and refused pods, from the API's side.

use crate::world::{World, web};
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::core::v1::{Endpoints, Pod, Service};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use kube::ResourceExt;
use kube::api::{DeleteParams, ListParams};
use serde_json::json;

fn endpoints(slices: &[EndpointSlice]) -> Vec<(usize, usize)> {
    let mut counts: Vec<_> = slices
        .iter()
        .map(|slice| {
            let endpoints = slice.endpoints.as_deref().unwrap_or_default();
            let is_ready = |it: &k8s_openapi::api::discovery::v1::Endpoint| {
                it.conditions.as_ref().and_then(|it| it.ready) == Some(true)
            };
            (
                endpoints.len(),
                endpoints.iter().filter(|it| is_ready(it)).count(),
            )
        })
        .collect();
    counts.sort_unstable();
    counts
}

#[tokio::test(start_paused = true)]
async fn slices_follow_the_pods() {
    let world = World::new().await;
    let spec = json!({"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]});
    world
        .create::<Service>(json!({"metadata": {"name": "web"}, "spec": spec}))
        .await;
    let of_web = |all: &[EndpointSlice]| -> Vec<EndpointSlice> {
        let mut all = all.to_vec();
        all.retain(|it| {
            it.labels()
                .get("kubernetes.io/service-name")
                .is_some_and(|it| it == "web")
        });
        all
    };
    world
        .until("an empty slice", |all| endpoints(&of_web(all)) == [(0, 0)])
        .await;

    world.break_image("i:2");
    world.create::<Deployment>(web(130, "i:1", json!({}))).await;
    world.rolled_out("web", 130).await;
    let slices = world
        .until("130 endpoints", |all| {
            endpoints(&of_web(all)) == [(30, 30), (100, 100)]
        })
        .await;
    let slices = of_web(&slices);
    let port = slices[0].ports.as_ref().unwrap()[0].port;
    assert_eq!(
        (slices[0].address_type.as_str(), port),
        ("IPv4", Some(8080))
    );

    world
        .patch::<Deployment>("web", json!({"spec": {"replicas": 20}}))
        .await;
    world
        .until("20 endpoints", |all| {
            let counts = endpoints(&of_web(all));
            counts.iter().map(|it| it.1).sum::<usize>() == 20
        })
        .await;
    world
        .api::<Service>()
        .delete("web", &DeleteParams::default())
        .await
        .unwrap();
    world.until("no slices", |all| of_web(all).is_empty()).await;
}

#[tokio::test(start_paused = true)]
async fn refused_pods_are_told_and_made_once_they_are_let_in() {
    let world = World::new().await;
    let mut deployment = web(2, "i:1", json!({}));
    deployment["spec"]["template"]["spec"]["serviceAccountName"] = json!("missing");
    world.create::<Deployment>(deployment).await;
    world.settle().await;
    let sets = world
        .api::<ReplicaSet>()
        .list(&ListParams::default())
        .await
        .unwrap()
        .items;
    let conditions = sets[0].status.as_ref().unwrap().conditions.clone().unwrap();
    assert_eq!(conditions[0].reason.as_deref(), Some("FailedCreate"));
    let told = &world.events_of(&sets[0].name_any()).await[0];
    assert_eq!(told.0, "FailedCreate");
    assert!(told.1.contains("missing"), "{told:?}");
    let refused = world.api::<Deployment>().get("web").await.unwrap();
    let failure = crate::world::condition(&refused, "ReplicaFailure").unwrap();
    assert_eq!(failure, ("True".to_owned(), "FailedCreate".to_owned()));

    let account = json!({"metadata": {"name": "missing"}});
    world
        .create::<k8s_openapi::api::core::v1::ServiceAccount>(account)
        .await;
    let well = world.rolled_out("web", 2).await;
    assert_eq!(crate::world::condition(&well, "ReplicaFailure"), None);
    assert_eq!(
        world
            .api::<Pod>()
            .list(&ListParams::default())
            .await
            .unwrap()
            .items
            .len(),
        2
    );
}

#[tokio::test(start_paused = true)]
async fn a_world_at_rest_is_left_alone() {
    let world = World::new().await;
    let spec = json!({"selector": {"app": "web"}, "ports": [{"port": 80}]});
    world
        .create::<Service>(json!({"metadata": {"name": "web"}, "spec": spec}))
        .await;
    world.create::<Deployment>(web(3, "i:1", json!({}))).await;
    world.rolled_out("web", 3).await;
    world.settle().await;
    let told = world.informers.statistics().objects();
    // Watches time out and are opened again meanwhile; nothing is listed anew, and nothing written.
    tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
    assert_eq!(world.informers.statistics().objects(), told);
}

#[tokio::test(start_paused = true)]
async fn endpoints_follow_the_pods_and_go_with_the_service() {
    let world = World::new().await;
    let spec = json!({"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]});
    world
        .create::<Service>(json!({"metadata": {"name": "web"}, "spec": spec}))
        .await;
    world.create::<Deployment>(web(3, "i:1", json!({}))).await;
    let count = |all: &[Endpoints]| {
        let of_web = all.iter().find(|it| it.name_any() == "web")?;
        let subset = of_web.subsets.as_ref()?.first()?;
        Some((
            subset.addresses.as_ref()?.len(),
            subset.ports.as_ref()?[0].port,
        ))
    };
    world
        .until("3 addresses", |all| count(all) == Some((3, 8080)))
        .await;
    world
        .api::<Service>()
        .delete("web", &DeleteParams::default())
        .await
        .unwrap();
    world
        .until("no endpoints", |all: &[Endpoints]| {
            all.iter().all(|it| it.name_any() != "web")
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_told_by_hand_is_mirrored_until_the_service_selects() {
    let world = World::new().await;
    world
        .create::<Service>(json!({"metadata": {"name": "db"}, "spec": {"ports": [{"port": 80}]}}))
        .await;
    let subsets = json!([
        {"addresses": [{"ip": "192.0.2.1"}, {"ip": "2001:db8::1"}], "ports": [{"port": 80}]},
        {"notReadyAddresses": [{"ip": "192.0.2.2"}], "ports": [{"port": 81}]},
    ]);
    world
        .create::<Endpoints>(json!({"metadata": {"name": "db"}, "subsets": subsets}))
        .await;
    let mirrored = |all: &[EndpointSlice]| -> Vec<EndpointSlice> {
        let by = "endpointslicemirroring-controller.k8s.io";
        let is_mirrored =
            |it: &&EndpointSlice| it.labels()["endpointslice.kubernetes.io/managed-by"] == by;
        all.iter().filter(is_mirrored).cloned().collect()
    };
    let slices = world
        .until("three slices", |all| mirrored(all).len() == 3)
        .await;
    let mut told: Vec<_> = mirrored(&slices)
        .iter()
        .map(|slice| {
            let port = slice.ports.as_ref().unwrap()[0].port.unwrap();
            let endpoint = &slice.endpoints.as_ref().unwrap()[0];
            let is_ready = endpoint.conditions.as_ref().unwrap().ready.unwrap();
            (
                port,
                slice.address_type.clone(),
                endpoint.addresses[0].clone(),
                is_ready,
            )
        })
        .collect();
    told.sort_unstable();
    let expected = [
        (80, "IPv4", "192.0.2.1", true),
        (80, "IPv6", "2001:db8::1", true),
        (81, "IPv4", "192.0.2.2", false),
    ];
    let expected = expected.map(|it| (it.0, it.1.to_owned(), it.2.to_owned(), it.3));
    assert_eq!(told, expected);
    let selector = json!({"spec": {"selector": {"app": "none"}}});
    world.patch::<Service>("db", selector).await;
    world
        .until("no mirrored slice", |all| mirrored(all).is_empty())
        .await;
}
