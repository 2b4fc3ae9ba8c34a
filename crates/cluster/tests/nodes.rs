//! Nodes that are lost, and the pods on them.

use crate::harness::{INSTANTLY, condition, create_pod, events_of, patch, play, pods, until};
use k8s_openapi::api::core::v1::{Node, NodeStatus, Pod};
use k8s_openapi::api::storage::v1::StorageClass;
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, PostParams};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use trimtab_cluster::Cluster;

/// A node that nobody plays: it says that it is ready, and never anything again.
async fn create_mute_node(cluster: &Cluster) -> Api<Node> {
    let nodes: Api<Node> = Api::all(cluster.client());
    let node = json!({
        "metadata": {"name": "mute", "labels": {"kubernetes.io/os": "linux"}},
        "status": {
            "allocatable": {"cpu": "4", "memory": "8Gi", "pods": "10"},
            "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}],
        },
    });
    let node = serde_json::from_value(node).unwrap();
    nodes.create(&PostParams::default(), &node).await.unwrap();
    nodes
}

async fn create_ready_pod(cluster: &Cluster, name: &str) {
    let spec = json!({"nodeName": "mute", "containers": [{"name": "c", "image": "i"}]});
    create_pod(cluster, name, spec).await;
    let status = json!({"status": {
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": "True"}],
    }});
    let status = Patch::Merge(status);
    let (pods, params) = (pods(cluster), PatchParams::default());
    pods.patch_status(name, &params, &status).await.unwrap();
}

fn taints(node: &Node) -> Vec<String> {
    let taints = node.spec.as_ref().and_then(|spec| spec.taints.clone());
    let short = |key: &str| key.trim_start_matches("node.kubernetes.io/").to_owned();
    let taints = taints.unwrap_or_default().into_iter();
    taints
        .map(|it| format!("{}:{}", short(&it.key), it.effect))
        .collect()
}

async fn seconds(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

#[test]
fn a_node_says_again_what_somebody_else_has_changed() {
    play(
        34,
        |_| {},
        async |cluster| {
            let nodes: Api<Node> = Api::all(cluster.client());
            let version = |node: &Node| node.metadata.resource_version.clone();
            seconds(60).await;
            let before = nodes.get("node-1").await.unwrap();
            let mut reported = before.clone();
            // Which part of the five minutes between reports has passed differs from node to node.
            while version(&reported) == version(&before) {
                seconds(10).await;
                reported = nodes.get("node-1").await.unwrap();
            }
            let status = reported.status.clone().unwrap();
            seconds(120).await;
            let later = nodes.get("node-1").await.unwrap();
            assert_eq!(version(&later), version(&reported), "nothing is to be said");

            let altered = json!({"status": {
                "capacity": {"cpu": "1", "example.com/gpu": "2"},
                "conditions": [{"type": "Ready", "status": "False", "reason": "Broken"}],
            }});
            let (name, params) = ("node-1", PatchParams::default());
            nodes
                .patch_status(name, &params, &Patch::Strategic(altered))
                .await
                .unwrap();
            seconds(1).await;
            let altered = nodes.get(name).await.unwrap();
            assert!(taints(&altered).contains(&"not-ready:NoSchedule".to_owned()));
            seconds(11).await;
            let repaired = nodes.get(name).await.unwrap();
            assert_eq!(taints(&repaired), [""; 0]);
            let found = repaired.status.unwrap();
            let ready = |of: &NodeStatus| {
                let mut conditions = of.conditions.iter().flatten();
                let ready = conditions.find(|it| it.type_ == "Ready").unwrap();
                (ready.status.clone(), ready.reason.clone())
            };
            assert_eq!(ready(&found), ready(&status));
            let mut capacity = found.capacity.unwrap();
            let gpu = capacity.remove("example.com/gpu");
            assert_eq!(
                gpu.unwrap().0,
                "2",
                "what devices bring is not the kubelet's"
            );
            assert_eq!(capacity, status.capacity.unwrap());
        },
    );
}

#[test]
fn a_silent_node_is_lost_and_its_pods_go_after_five_minutes() {
    play(
        31,
        |options| options.ready_after = INSTANTLY,
        async |cluster| {
            let nodes = create_mute_node(cluster).await;
            create_ready_pod(cluster, "web").await;
            seconds(45).await;
            let node = nodes.get("mute").await.unwrap();
            // The API server taints new nodes, and the controller sees that this one is ready.
            assert_eq!(taints(&node), [""; 0]);
            assert_eq!(
                node.metadata.labels.unwrap()["beta.kubernetes.io/os"],
                "linux"
            );
            seconds(10).await;
            let node = nodes.get("mute").await.unwrap();
            let ready = node.status.as_ref().unwrap().conditions.as_ref().unwrap()[0].clone();
            assert_eq!(
                (&*ready.status, ready.reason.as_deref()),
                ("Unknown", Some("NodeStatusUnknown"))
            );
            assert_eq!(
                taints(&node),
                ["unreachable:NoSchedule", "unreachable:NoExecute"]
            );
            let pod = pods(cluster).get("web").await.unwrap();
            assert_eq!(condition(&pod, "Ready").unwrap().0, "False");
            let told = events_of(cluster, "mute").await;
            let told: Vec<_> = told.iter().map(|it| it.0.as_str()).collect();
            assert_eq!(told, ["RegisteredNode", "NodeNotReady"]);
            // What admission lets every pod tolerate is over after 300 seconds.
            seconds(290).await;
            let pod = pods(cluster).get("web").await.unwrap();
            assert!(pod.metadata.deletion_timestamp.is_none());
            seconds(10).await;
            let pod = pods(cluster).get("web").await.unwrap();
            assert!(pod.metadata.deletion_timestamp.is_some());
            let target = condition(&pod, "DisruptionTarget").unwrap();
            assert_eq!(target, ("True".into(), "DeletionByTaintManager".into()));
            // Its node is gone for good: the pods nobody ends are ended.
            nodes
                .delete("mute", &DeleteParams::default())
                .await
                .unwrap();
            until::<Pod>(cluster, "the pod's end", <[_]>::is_empty).await;
        },
    );
}

#[test]
fn a_node_that_comes_back_keeps_its_pods() {
    play(
        32,
        |options| options.ready_after = INSTANTLY,
        async |cluster| {
            let nodes = create_mute_node(cluster).await;
            create_ready_pod(cluster, "web").await;
            let is_lost = |all: &[Arc<Node>]| all.iter().any(|it| taints(it).len() == 2);
            until::<Node>(cluster, "a lost node", is_lost).await;
            seconds(100).await;
            let alive = json!({"status": {"conditions": [
                {"type": "Ready", "status": "True", "lastHeartbeatTime": "2026-01-01T00:02:30Z"},
            ]}});
            let alive = Patch::Strategic(alive);
            let params = PatchParams::default();
            nodes.patch_status("mute", &params, &alive).await.unwrap();
            let is_well = |all: &[Arc<Node>]| all.iter().all(|it| taints(it).is_empty());
            until::<Node>(cluster, "a node that is well", is_well).await;
            seconds(30).await;
            assert!(
                pods(cluster)
                    .get("web")
                    .await
                    .unwrap()
                    .metadata
                    .deletion_timestamp
                    .is_none()
            );
            let told = events_of(cluster, "web").await;
            let cancelled = "Cancelling deletion of Pod default/web";
            assert!(told.iter().any(|it| it.1 == cancelled), "{told:?}");
        },
    );
}

#[test]
fn pods_on_a_node_that_is_out_of_service_are_ended() {
    play(
        33,
        |_| {},
        async |cluster| {
            let nodes = create_mute_node(cluster).await;
            create_ready_pod(cluster, "web").await;
            let is_lost = |all: &[Arc<Node>]| all.iter().any(|it| taints(it).len() == 2);
            until::<Node>(cluster, "a lost node", is_lost).await;
            let taint = json!({"key": "node.kubernetes.io/out-of-service", "effect": "NoExecute"});
            patch(&nodes, "mute", json!({"spec": {"taints": [taint]}})).await;
            until::<Pod>(cluster, "the pod's end", <[_]>::is_empty).await;
        },
    );
}

#[test]
fn only_a_cluster_with_nodes_has_a_class_of_local_volumes() {
    for (nodes, expected) in [(1, vec!["standard"]), (0, vec![])] {
        let settings = |options: &mut trimtab_cluster::Options| options.nodes = nodes;
        play(36, settings, async |cluster| {
            let classes: Api<StorageClass> = Api::all(cluster.client());
            let classes = classes.list(&ListParams::default()).await.unwrap();
            let names = classes.iter().filter_map(|it| it.metadata.name.as_deref());
            assert_eq!(names.collect::<Vec<_>>(), expected);
        });
    }
}
