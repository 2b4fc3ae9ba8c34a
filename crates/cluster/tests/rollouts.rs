//! Rolling updates, watched all the way.

use crate::harness::{
    INSTANTLY, create_deployment, deployments, is_available, is_ready, is_rolled_out, patch, play,
    pods, scenario, until, waits_for,
};
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::core::v1::{Namespace, Pod};
use kube::api::{Api, DeleteParams, ListParams, PostParams};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use trimtab_cluster::Cluster;

/// The most pods and the fewest available ones that any moment of a watch showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Extremes {
    most: usize,
    fewest_available: usize,
}

/// Samples the pods at every event of the watch from now on.
fn sample(cluster: &Cluster) -> Arc<Mutex<Extremes>> {
    let extremes = Arc::new(Mutex::new(Extremes {
        most: 0,
        fewest_available: usize::MAX,
    }));
    let (sink, cache) = (Arc::clone(&extremes), cluster.informers().of::<Pod>());
    let mut counted = std::collections::BTreeMap::new();
    for pod in cache.list() {
        counted.insert(pod.metadata.name.clone(), is_ready(&pod));
    }
    let counted = Mutex::new(counted);
    cache.on_change(move |change| {
        let pod = change.object();
        let mut counted = counted.lock().unwrap();
        let is_gone = matches!(change, trimtab_informer::Change::Deleted(_));
        // A pod on its way out is none of the Deployment's any more.
        if is_gone || pod.metadata.deletion_timestamp.is_some() {
            counted.remove(&pod.metadata.name);
        } else {
            counted.insert(pod.metadata.name.clone(), is_ready(pod));
        }
        let mut extremes = sink.lock().unwrap();
        extremes.most = extremes.most.max(counted.len());
        let available = counted.values().filter(|ready| **ready).count();
        extremes.fewest_available = extremes.fewest_available.min(available);
    });
    extremes
}

fn image(image: &str) -> Value {
    json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "image": image}]}}}})
}

async fn set_image(cluster: &Cluster, to: &str) {
    let parameters = kube::api::PatchParams::default();
    let patch = kube::api::Patch::Strategic(image(to));
    deployments(cluster)
        .patch("web", &parameters, &patch)
        .await
        .unwrap();
}

async fn template(cluster: &Cluster) -> Value {
    let deployment = deployments(cluster).get("web").await.unwrap();
    serde_json::to_value(deployment.spec.unwrap().template).unwrap()
}

/// The sizes of the `ReplicaSets`, the oldest first.
async fn sizes(cluster: &Cluster) -> Vec<(i32, i32)> {
    let sets: Api<ReplicaSet> = Api::namespaced(cluster.client(), "default");
    let mut sets = sets.list(&ListParams::default()).await.unwrap().items;
    let revision = |set: &ReplicaSet| -> u32 {
        let annotations = set.metadata.annotations.as_ref().unwrap();
        annotations["deployment.kubernetes.io/revision"]
            .parse()
            .unwrap()
    };
    sets.sort_by_key(revision);
    sets.iter()
        .map(|set| {
            let wanted = set.spec.as_ref().unwrap().replicas.unwrap();
            let available = set.status.as_ref().unwrap().available_replicas;
            (wanted, available.unwrap_or(0))
        })
        .collect()
}

#[test]
fn a_rolling_update_keeps_to_its_limits_and_undo_restores_the_template() {
    play(
        21,
        |_| {},
        async |cluster| {
            create_deployment(cluster, "web", 8, "shop:1").await;
            until::<Deployment>(cluster, "8 available", |all| is_available(all, "web", 8)).await;
            let first = template(cluster).await;
            let extremes = sample(cluster);
            set_image(cluster, "shop:2").await;
            until::<Deployment>(cluster, "the second revision", |all| {
                is_rolled_out(all, "web", 8, 2)
            })
            .await;
            // 25 % of 8, both ways.
            assert_eq!(
                *extremes.lock().unwrap(),
                Extremes {
                    most: 10,
                    fewest_available: 6
                }
            );
            assert_eq!(sizes(cluster).await, [(0, 0), (8, 8)]);
            let running = pods(cluster).list(&ListParams::default()).await.unwrap();
            for pod in running
                .items
                .iter()
                .filter(|pod| pod.metadata.deletion_timestamp.is_none())
            {
                assert_eq!(
                    pod.spec.as_ref().unwrap().containers[0].image.as_deref(),
                    Some("shop:2")
                );
            }

            // What `rollout undo` does: the template of the old ReplicaSet comes back.
            let sets: Api<ReplicaSet> = Api::namespaced(cluster.client(), "default");
            let sets = sets.list(&ListParams::default()).await.unwrap().items;
            let old = sets
                .into_iter()
                .find(|set| set.spec.as_ref().unwrap().replicas == Some(0));
            let mut old =
                serde_json::to_value(old.unwrap().spec.unwrap().template.unwrap()).unwrap();
            old["metadata"]["labels"]
                .as_object_mut()
                .unwrap()
                .remove("pod-template-hash");
            let mut deployment = deployments(cluster).get("web").await.unwrap();
            deployment.spec.as_mut().unwrap().template = serde_json::from_value(old).unwrap();
            let parameters = PostParams::default();
            deployments(cluster)
                .replace("web", &parameters, &deployment)
                .await
                .unwrap();
            until::<Deployment>(cluster, "the undone revision", |all| {
                is_rolled_out(all, "web", 8, 3)
            })
            .await;
            assert_eq!(template(cluster).await.to_string(), first.to_string());
            assert_eq!(sizes(cluster).await, [(0, 0), (8, 8)]);
            let extremes = *extremes.lock().unwrap();
            assert_eq!(
                extremes,
                Extremes {
                    most: 10,
                    fewest_available: 6
                }
            );
        },
    );
}

#[test]
fn scaling_in_mid_rollout_is_proportional() {
    let stuck = |options: &mut trimtab_cluster::Options| {
        options.ready_after = INSTANTLY;
        options.scenario = scenario("- match: {image: 'shop:2'}\n  outcome: NeverReady\n");
    };
    play(22, stuck, async |cluster| {
        create_deployment(cluster, "web", 10, "shop:1").await;
        until::<Deployment>(cluster, "10 available", |all| is_available(all, "web", 10)).await;
        let limits =
            json!({"spec": {"strategy": {"rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}}}});
        patch(&deployments(cluster), "web", limits).await;
        set_image(cluster, "shop:2").await;
        tokio::time::sleep(Duration::from_secs(30)).await;
        assert_eq!(sizes(cluster).await, [(8, 8), (5, 0)]);
        // The example of Kubernetes' documentation: 5 more are split 3 to 2.
        patch(
            &deployments(cluster),
            "web",
            json!({"spec": {"replicas": 15}}),
        )
        .await;
        tokio::time::sleep(Duration::from_secs(30)).await;
        assert_eq!(sizes(cluster).await, [(11, 11), (7, 0)]);
    });
}

#[test]
fn a_broken_image_is_told_and_the_old_pods_stay() {
    let broken = |options: &mut trimtab_cluster::Options| {
        options.scenario = scenario("- match: {image: 'shop:2'}\n  outcome: ImagePullBackOff\n");
    };
    play(23, broken, async |cluster| {
        create_deployment(cluster, "web", 4, "shop:1").await;
        until::<Deployment>(cluster, "4 available", |all| is_available(all, "web", 4)).await;
        set_image(cluster, "shop:2").await;
        until::<Pod>(cluster, "ImagePullBackOff", |all| {
            let backing_off = |pod: &Pod| waits_for(pod).as_deref() == Some("ImagePullBackOff");
            all.iter().any(|pod| backing_off(pod))
        })
        .await;
        assert_eq!(sizes(cluster).await, [(3, 3), (2, 0)]);
        let deadline = |all: &[Arc<Deployment>]| {
            let conditions = all[0].status.as_ref().and_then(|it| it.conditions.as_ref());
            let mut conditions = conditions.into_iter().flatten();
            conditions.any(|it| it.reason.as_deref() == Some("ProgressDeadlineExceeded"))
        };
        until::<Deployment>(cluster, "the end of patience", deadline).await;
    });
}

#[test]
fn a_namespace_ends_with_all_that_is_in_it() {
    play(
        24,
        |_| {},
        async |cluster| {
            let namespaces: Api<Namespace> = Api::all(cluster.client());
            let shop =
                json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}});
            let shop = serde_json::from_value(shop).unwrap();
            namespaces
                .create(&PostParams::default(), &shop)
                .await
                .unwrap();
            create_deployment(cluster, "web", 2, "shop:1").await;
            let api: Api<Deployment> = Api::namespaced(cluster.client(), "shop");
            let mut deployment = deployments(cluster).get("web").await.unwrap();
            deployment.metadata.namespace = Some("shop".into());
            deployment.metadata.resource_version = None;
            deployment.metadata.uid = None;
            api.create(&PostParams::default(), &deployment)
                .await
                .unwrap();
            let in_shop = |pods: &[Arc<Pod>]| {
                let ours = pods
                    .iter()
                    .filter(|pod| pod.metadata.namespace.as_deref() == Some("shop"));
                ours.filter(|pod| is_ready(pod)).count()
            };
            until::<Pod>(cluster, "pods in shop", |pods| in_shop(pods) == 2).await;
            namespaces
                .delete("shop", &DeleteParams::default())
                .await
                .unwrap();
            until::<Namespace>(cluster, "the namespace's end", |all| {
                all.iter()
                    .all(|it| it.metadata.name.as_deref() != Some("shop"))
            })
            .await;
            let left = pods(cluster)
                .list(&ListParams::default())
                .await
                .unwrap()
                .items
                .len();
            assert_eq!(left, 2);
            let all: Api<Pod> = Api::all(cluster.client());
            assert_eq!(
                all.list(&ListParams::default()).await.unwrap().items.len(),
                left
            );
        },
    );
}
