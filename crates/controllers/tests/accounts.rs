//! What controllers reckon: quotas, disruption budgets and aggregated roles, from the API's side.

use crate::world::{World, web};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Pod, ResourceQuota};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::api::rbac::v1::ClusterRole;
use kube::api::{Api, DeleteParams, PostParams};
use serde_json::{Value, json};
use std::time::Duration;

/// Whether the quota `q` has these in use.
fn uses(quotas: &[ResourceQuota], used: &[(&str, &str)]) -> bool {
    let told = quotas
        .first()
        .and_then(|quota| quota.status.as_ref()?.used.as_ref());
    told.is_some_and(|told| {
        used.iter()
            .all(|(name, amount)| told.get(*name).is_some_and(|it| it.0 == *amount))
    })
}

#[tokio::test(start_paused = true)]
async fn a_quota_counts_what_is_there_and_forgets_what_has_gone() {
    let world = World::new().await;
    world
        .create::<ConfigMap>(json!({"metadata": {"name": "before"}}))
        .await;
    world
        .until("maps", |all: &[ConfigMap]| all.len() == 2)
        .await;
    let hard = json!({"configmaps": "9", "count/deployments.apps": "1", "pods": "3",
        "requests.cpu": "2", "count/nothing.example.com": "1"});
    world
        .create::<ResourceQuota>(json!({"metadata": {"name": "q"}, "spec": {"hard": hard}}))
        .await;
    let first = [
        ("configmaps", "2"),
        ("count/deployments.apps", "0"),
        ("pods", "0"),
        ("requests.cpu", "0"),
    ];
    let quotas = world
        .until("a sum", |all: &[ResourceQuota]| uses(all, &first))
        .await;
    let status = quotas[0].status.clone().unwrap();
    assert!(
        !status
            .used
            .unwrap()
            .contains_key("count/nothing.example.com")
    );
    assert_eq!(status.hard.unwrap().len(), 5);

    let pod = json!({"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i:1",
        "resources": {"requests": {"cpu": "1500m"}}}]}});
    world.create::<Pod>(pod).await;
    let taken = [("pods", "1"), ("requests.cpu", "1500m")];
    world
        .until("a pod", |all: &[ResourceQuota]| uses(all, &taken))
        .await;
    world.settle().await;
    world
        .until("a pod", |all: &[ResourceQuota]| uses(all, &taken))
        .await;

    let at_once = DeleteParams::default().grace_period(0);
    world.api::<Pod>().delete("p", &at_once).await.unwrap();
    let maps = world.api::<ConfigMap>();
    maps.delete("before", &DeleteParams::default())
        .await
        .unwrap();
    let left = [("configmaps", "1"), ("pods", "0"), ("requests.cpu", "0")];
    world
        .until("less", |all: &[ResourceQuota]| uses(all, &left))
        .await;

    // A pod that has ended is there, and uses nothing.
    let pod = json!({"metadata": {"name": "job"}, "spec": {"containers": [{"name": "c", "image": "i:1",
        "resources": {"requests": {"cpu": "1"}}}]}});
    world.create::<Pod>(pod).await;
    world
        .until("a pod", |all: &[ResourceQuota]| uses(all, &[("pods", "1")]))
        .await;
    let ended = json!({"status": {"phase": "Succeeded"}});
    let params = kube::api::PatchParams::default();
    let patch = kube::api::Patch::Merge(ended);
    world.settle().await;
    world
        .api::<Pod>()
        .patch_status("job", &params, &patch)
        .await
        .unwrap();
    world
        .until("none", |all: &[ResourceQuota]| uses(all, &[("pods", "0")]))
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_quota_with_scopes_counts_what_they_are_about() {
    let world = World::new().await;
    for (name, more) in [
        ("plain", json!({})),
        ("short", json!({"activeDeadlineSeconds": 60})),
    ] {
        let mut pod = json!({"metadata": {"name": name},
            "spec": {"containers": [{"name": "c", "image": "i:1"}]}});
        if let Value::Object(more) = more {
            pod["spec"].as_object_mut().unwrap().extend(more);
        }
        world.create::<Pod>(pod).await;
    }
    for (scopes, used) in [
        (json!(["Terminating"]), "1"),
        (json!(["BestEffort"]), "2"),
        (json!(["NotBestEffort"]), "0"),
    ] {
        let quota =
            json!({"metadata": {"name": "q"}, "spec": {"hard": {"pods": "5"}, "scopes": scopes}});
        world.create::<ResourceQuota>(quota).await;
        let wanted = [("pods", used)];
        world
            .until("a sum", |all: &[ResourceQuota]| uses(all, &wanted))
            .await;
        let quotas = world.api::<ResourceQuota>();
        quotas.delete("q", &DeleteParams::default()).await.unwrap();
    }
}

/// Allowed, healthy, wanted healthy and expected.
fn told(budgets: &[PodDisruptionBudget]) -> Option<[i32; 4]> {
    let status = budgets.first()?.status.as_ref()?;
    Some([
        status.disruptions_allowed?,
        status.current_healthy?,
        status.desired_healthy?,
        status.expected_pods?,
    ])
}

#[tokio::test(start_paused = true)]
async fn a_budget_follows_its_pods_and_who_wants_them() {
    let world = World::new().await;
    world.create::<Deployment>(web(4, "i:1", json!({}))).await;
    world.rolled_out("web", 4).await;
    let selector = json!({"matchLabels": {"app": "web"}});
    let spec = json!({"maxUnavailable": "50%", "selector": selector});
    world
        .create::<PodDisruptionBudget>(json!({"metadata": {"name": "b"}, "spec": spec}))
        .await;
    let is = |wanted: [i32; 4]| move |all: &[PodDisruptionBudget]| told(all) == Some(wanted);
    let budgets = world.until("a status", is([2, 4, 2, 4])).await;
    let condition = &budgets[0]
        .status
        .as_ref()
        .unwrap()
        .conditions
        .as_ref()
        .unwrap()[0];
    assert_eq!(
        (condition.status.as_str(), condition.reason.as_str()),
        ("True", "SufficientPods")
    );
    let image = json!({"spec": {"replicas": 2}});
    world.patch::<Deployment>("web", image).await;
    world.until("a smaller one", is([1, 2, 1, 2])).await;
    world
        .patch::<PodDisruptionBudget>("b", json!({"spec": {"maxUnavailable": 0}}))
        .await;
    world.until("nothing to go", is([0, 2, 2, 2])).await;

    // Pods that nobody controls have no scale to take a share of.
    let pod = json!({"metadata": {"name": "alone", "labels": {"app": "alone"}},
        "spec": {"containers": [{"name": "c", "image": "i:1"}]}});
    world.create::<Pod>(pod).await;
    let spec = json!({"minAvailable": "50%", "selector": {"matchLabels": {"app": "alone"}}});
    world
        .create::<PodDisruptionBudget>(json!({"metadata": {"name": "a"}, "spec": spec}))
        .await;
    world.until("no scale", is([0, 1, 0, 0])).await;
    let reasons: Vec<_> = world.events_of("a").await;
    assert!(
        reasons.iter().any(|(reason, _)| reason == "UnmanagedPods"),
        "{reasons:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_aggregated_role_has_the_rules_of_what_it_selects() {
    let world = World::new().await;
    let roles = Api::<ClusterRole>::all(world.client.clone());
    let create = async |role: Value| {
        let role = serde_json::from_value(role).unwrap();
        roles.create(&PostParams::default(), &role).await.unwrap()
    };
    let verbs = async |name: &str, wanted: &[&str]| {
        for _ in 0..100 {
            let role = roles.get(name).await.unwrap();
            let rules = role.rules.iter().flatten();
            let verbs: Vec<_> = rules.flat_map(|rule| rule.verbs.clone()).collect();
            if verbs == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{name} never had {wanted:?}");
    };
    let part = |name: &str, verb: &str| {
        json!({"metadata": {"name": name, "labels": {"part": "y"}},
            "rules": [{"apiGroups": ["x"], "resources": ["y"], "verbs": [verb]}]})
    };
    let rule = json!({"clusterRoleSelectors": [{"matchLabels": {"part": "y"}}]});
    create(part("a", "get")).await;
    create(json!({"metadata": {"name": "whole"}, "aggregationRule": rule})).await;
    verbs("whole", &["get"]).await;
    create(part("b", "list")).await;
    verbs("whole", &["get", "list"]).await;
    roles.delete("a", &DeleteParams::default()).await.unwrap();
    verbs("whole", &["list"]).await;
}
