//! Pods with claims of devices: they wait until what they claim is allocated, and reserve it.

use crate::harness::{create_pod, is_ready, play, pods, until};
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::resource::v1::ResourceClaim;
use kube::api::{Api, Patch, PatchParams, PostParams};
use serde_json::{Value, json};
use std::sync::Arc;
use trimtab_cluster::Cluster;

fn claims(cluster: &Cluster) -> Api<ResourceClaim> {
    Api::namespaced(cluster.client(), "default")
}

fn asking() -> Value {
    json!({
        "containers": [{"name": "c", "image": "i"}],
        "resourceClaims": [{"name": "d", "resourceClaimName": "gpu"}],
    })
}

/// Whether the condition of a pod that has no node says this.
fn says(pods: &[Arc<Pod>], text: &str) -> bool {
    let statuses = pods.iter().filter_map(|pod| pod.status.as_ref());
    let mut conditions = statuses.flat_map(|it| it.conditions.iter().flatten());
    conditions.any(|it| {
        let told = it.message.as_ref();
        it.type_ == "PodScheduled" && told.is_some_and(|told| told.contains(text))
    })
}

async fn claim(cluster: &Cluster) {
    let exactly = json!({"deviceClassName": "gpu"});
    let claim = json!({
        "metadata": {"name": "gpu"},
        "spec": {"devices": {"requests": [{"name": "one", "exactly": exactly}]}},
    });
    let claim = serde_json::from_value(claim).unwrap();
    let created = claims(cluster).create(&PostParams::default(), &claim).await;
    created.unwrap();
}

async fn allocate(cluster: &Cluster, node: &str) {
    let by_name = json!({"key": "metadata.name", "operator": "In", "values": [node]});
    let allocation = json!({
        "nodeSelector": {"nodeSelectorTerms": [{"matchFields": [by_name]}]},
        "devices": {"results": [
            {"request": "one", "driver": "gpu.example.com", "pool": "p", "device": "d0"},
        ]},
    });
    let patch = Patch::Merge(json!({"status": {"allocation": allocation}}));
    let (claims, params) = (claims(cluster), PatchParams::default());
    claims.patch_status("gpu", &params, &patch).await.unwrap();
}

#[test]
fn a_pod_waits_for_its_claim_and_reserves_it() {
    play(
        1,
        |_| {},
        async |cluster| {
            create_pod(cluster, "p", asking()).await;
            let missing = "could not find ResourceClaim \"default/gpu\"";
            until::<Pod>(cluster, "a missing claim", |pods| says(pods, missing)).await;
            claim(cluster).await;
            let unallocated = "3 cannot allocate all claims. still not schedulable, preemption: ";
            until::<Pod>(cluster, "an unallocated claim", |pods| {
                says(pods, unallocated)
            })
            .await;
            allocate(cluster, "node-2").await;
            until::<Pod>(cluster, "the pod", |pods| {
                pods.iter().all(|it| is_ready(it))
            })
            .await;
            let pod = pods(cluster).get("p").await.unwrap();
            assert_eq!(pod.spec.unwrap().node_name.as_deref(), Some("node-2"));
            let claim = claims(cluster).get("gpu").await.unwrap();
            let consumers = claim.status.unwrap().reserved_for.unwrap();
            let consumers: Vec<_> = consumers.into_iter().map(|it| (it.name, it.uid)).collect();
            let uid = pod.metadata.uid.unwrap();
            assert_eq!(consumers, [("p".to_owned(), uid)]);
        },
    );
}
