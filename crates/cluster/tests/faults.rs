//! What a scenario has go wrong, and what the control plane makes of it.

use crate::harness::{
    create_deployment, deployments, is_available, is_rolled_out, patch, play, pods, until,
};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Event, Node, Pod};
use kube::ResourceExt;
use kube::api::{Api, ListParams};
use serde_json::json;
use std::time::Duration;
use tokio::time::sleep;
use trimtab_cluster::Cluster;
use trimtab_node::Scenario;
use trimtab_tree::SourceMap;

fn scenario(text: &str) -> Scenario {
    let text = format!("apiVersion: trimtab.dev/v1alpha1\nkind: Scenario\n{text}");
    Scenario::read("scenario.yaml", &text, &mut SourceMap::new()).unwrap()
}

async fn node_of_each(cluster: &Cluster) -> Vec<String> {
    let pods = pods(cluster).list(&ListParams::default()).await.unwrap();
    let running = pods
        .items
        .into_iter()
        .filter(|pod| pod.metadata.deletion_timestamp.is_none());
    running.filter_map(|pod| pod.spec?.node_name).collect()
}

async fn names(cluster: &Cluster) -> Vec<String> {
    let pods = pods(cluster).list(&ListParams::default()).await.unwrap();
    pods.into_iter().map(|pod| pod.name_any()).collect()
}

#[test]
fn nodes_are_those_of_the_scenario_with_what_they_have() {
    let nodes = "nodes:\n- {count: 2, capacity: {cpu: 1}, zones: [a, b]}\n\
                 - {name: gpu, taints: [{key: gpu, effect: NoSchedule}], labels: {disk: ssd}}\n";
    play(
        31,
        |options| options.scenario = scenario(nodes),
        async |cluster| {
            let nodes: Api<Node> = Api::all(cluster.client());
            let names = nodes.list(&ListParams::default()).await.unwrap();
            let names: Vec<_> = names
                .into_iter()
                .filter_map(|it| it.metadata.name)
                .collect();
            assert_eq!(names, ["gpu", "node-1", "node-2"]);
            let gpu = nodes.get("gpu").await.unwrap();
            assert_eq!(gpu.metadata.labels.unwrap()["disk"], "ssd");
            create_deployment(cluster, "web", 4, "shop:1").await;
            let request = json!({"spec": {"template": {"spec": {"containers": [
                {"name": "c", "image": "shop:1", "resources": {"requests": {"cpu": "400m"}}},
            ]}}}});
            patch(&deployments(cluster), "web", request).await;
            until::<Deployment>(cluster, "4 available", |all| {
                is_rolled_out(all, "web", 4, 2)
            })
            .await;
            let nodes = node_of_each(cluster).await;
            assert!(!nodes.contains(&"gpu".to_owned()), "{nodes:?}");
        },
    );
}

#[test]
fn a_drain_moves_pods_as_their_budget_permits() {
    let drain = "faults:\n- {fault: NodeDrain, node: node-1, at: 5s, for: 5m}\n";
    play(
        32,
        |options| options.scenario = scenario(drain),
        async |cluster| {
            create_deployment(cluster, "web", 6, "shop:1").await;
            until::<Deployment>(cluster, "6 available", |all| is_available(all, "web", 6)).await;
            assert!(node_of_each(cluster).await.contains(&"node-1".to_owned()));
            cluster.begin_faults();
            sleep(Duration::from_secs(120)).await;
            let nodes: Api<Node> = Api::all(cluster.client());
            let closed = nodes.get("node-1").await.unwrap().spec.unwrap();
            assert_eq!(closed.unschedulable, Some(true));
            let left = node_of_each(cluster).await;
            assert_eq!(left.len(), 6);
            assert!(!left.contains(&"node-1".to_owned()), "{left:?}");
            sleep(Duration::from_secs(200)).await;
            let open = nodes.get("node-1").await.unwrap().spec.unwrap();
            assert_eq!(open.unschedulable, None);
        },
    );
}

#[test]
fn a_lost_node_is_silent_and_catches_up_when_it_is_back() {
    let loss = "faults:\n- {fault: NodeLoss, node: node-1, at: 1s, for: 60s}\n";
    play(
        33,
        |options| options.scenario = scenario(loss),
        async |cluster| {
            create_deployment(cluster, "web", 6, "shop:1").await;
            until::<Deployment>(cluster, "6 available", |all| is_available(all, "web", 6)).await;
            cluster.begin_faults();
            sleep(Duration::from_secs(2)).await;
            // Its pods are told to go, and it does not hear of it.
            patch(
                &deployments(cluster),
                "web",
                json!({"spec": {"replicas": 0}}),
            )
            .await;
            sleep(Duration::from_secs(50)).await;
            let left = pods(cluster)
                .list(&ListParams::default())
                .await
                .unwrap()
                .items;
            assert!(!left.is_empty());
            for pod in &left {
                assert!(pod.metadata.deletion_timestamp.is_some());
                assert_eq!(
                    pod.spec.as_ref().unwrap().node_name.as_deref(),
                    Some("node-1")
                );
            }
            until::<Pod>(cluster, "no pods", <[_]>::is_empty).await;
        },
    );
}

#[test]
fn the_pods_of_a_node_that_is_back_soon_enough_are_ready_again() {
    let loss = "faults:\n- {fault: NodeLoss, node: node-1, at: 1s, for: 3m}\n";
    play(
        36,
        |options| options.scenario = scenario(loss),
        async |cluster| {
            create_deployment(cluster, "web", 6, "shop:1").await;
            until::<Deployment>(cluster, "6 available", |all| is_available(all, "web", 6)).await;
            let before = names(cluster).await;
            cluster.begin_faults();
            until::<Deployment>(cluster, "fewer available", |all| {
                !is_available(all, "web", 6)
            })
            .await;
            until::<Deployment>(cluster, "6 available", |all| is_available(all, "web", 6)).await;
            assert_eq!(names(cluster).await, before);
        },
    );
}

#[test]
fn refused_requests_and_dropped_watches_only_slow_a_rollout() {
    let faults = "faults:\n- {fault: ApiErrors, status: 500, share: 20%, verbs: [create, update, patch, delete]}\n\
                  - {fault: ApiErrors, status: 409, share: 20%, verbs: [update, patch]}\n\
                  - {fault: ApiErrors, status: 429, share: 5%}\n\
                  - {fault: DroppedWatches, at: 1s, every: 3s}\n";
    play(
        34,
        |options| options.scenario = scenario(faults),
        async |cluster| {
            cluster.begin_faults();
            create_deployment(cluster, "web", 8, "shop:1").await;
            until::<Deployment>(cluster, "8 available", |all| is_available(all, "web", 8)).await;
            let image = json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "shop:2"}]}}}});
            patch(&deployments(cluster), "web", image).await;
            until::<Deployment>(cluster, "the second revision", |all| {
                is_rolled_out(all, "web", 8, 2)
            })
            .await;
            let watches = cluster.informers().statistics().watches();
            assert!(watches > 60, "only {watches} watches: none was dropped");
        },
    );
}

#[test]
fn a_pod_that_says_what_becomes_of_it_is_obeyed() {
    play(
        35,
        |_| {},
        async |cluster| {
            let pod = json!({
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {
                    "name": "p",
                    "annotations": {"trimtab.dev/scenario": "{outcome: OOMKilled, after: 1s}"},
                },
                "spec": {"containers": [{"name": "c", "image": "x"}]},
            });
            let pod: Pod = serde_json::from_value(pod).unwrap();
            let posting = kube::api::PostParams::default();
            pods(cluster).create(&posting, &pod).await.unwrap();
            until::<Event>(cluster, "a back-off", |all| {
                all.iter()
                    .any(|event| event.reason.as_deref() == Some("BackOff"))
            })
            .await;
            let pod = pods(cluster).get("p").await.unwrap();
            let container = pod.status.unwrap().container_statuses.unwrap().remove(0);
            let last = container.last_state.unwrap().terminated;
            let now = container.state.unwrap().terminated;
            let ended = last.or(now).unwrap();
            assert_eq!(ended.reason.as_deref(), Some("OOMKilled"));
        },
    );
}
