//! Pods of their own: scheduled, played, told about, deleted.

use crate::harness::{
    INSTANTLY, condition, create_pod, events_of, is_ready, patch, play, pods, scenario, until,
    waits_for,
};
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{Node, Pod};
use kube::api::{Api, DeleteParams, Patch, PatchParams, PostParams};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

fn container(image: &str) -> Value {
    json!({"containers": [{"name": "c", "image": image}]})
}

fn asking(cpu: &str) -> Value {
    let requests = json!({"requests": {"cpu": cpu}});
    json!({"containers": [{"name": "c", "image": "i", "resources": requests}]})
}

#[test]
fn pods_come_to_nodes_get_ready_and_go() {
    play(
        1,
        |_| {},
        async |cluster| {
            for name in ["a", "b", "c"] {
                create_pod(cluster, name, asking("8")).await;
            }
            until::<Pod>(cluster, "ready pods", |pods| {
                pods.iter().all(|pod| is_ready(pod))
            })
            .await;
            let mut nodes = BTreeSet::new();
            let mut addresses = BTreeSet::new();
            for name in ["a", "b", "c"] {
                let pod = pods(cluster).get(name).await.unwrap();
                assert_eq!(condition(&pod, "PodScheduled").unwrap().0, "True");
                nodes.insert(pod.spec.unwrap().node_name.unwrap());
                addresses.insert(pod.status.unwrap().pod_ip.unwrap());
            }
            assert_eq!((nodes.len(), addresses.len()), (3, 3));
            let reasons: Vec<_> = events_of(cluster, "a")
                .await
                .into_iter()
                .map(|it| it.0)
                .collect();
            assert_eq!(
                reasons,
                ["Scheduled", "Pulling", "Pulled", "Created", "Started"]
            );

            pods(cluster)
                .delete("a", &DeleteParams::default())
                .await
                .unwrap();
            until::<Pod>(cluster, "the pod's end", |pods| pods.len() == 2).await;
            assert!(
                events_of(cluster, "a")
                    .await
                    .iter()
                    .any(|it| it.0 == "Killing")
            );
        },
    );
}

#[test]
fn a_pod_that_fits_nowhere_says_why_and_comes_when_there_is_room() {
    play(
        2,
        |options| options.ready_after = INSTANTLY,
        async |cluster| {
            for name in ["a", "b", "c"] {
                create_pod(cluster, name, asking("40")).await;
            }
            create_pod(cluster, "late", asking("40")).await;
            let is_refused =
                |pod: &Pod| condition(pod, "PodScheduled").is_some_and(|it| it.0 == "False");
            until::<Pod>(cluster, "a refused pod", |pods| {
                let refused: Vec<_> = pods.iter().filter(|pod| is_refused(pod)).collect();
                refused.len() == 1 && pods.iter().filter(|pod| is_ready(pod)).count() == 3
            })
            .await;
            let late = pods(cluster).get("late").await.unwrap();
            assert_eq!(condition(&late, "PodScheduled").unwrap().1, "Unschedulable");
            let told = "0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, \
                        preemption: 0/3 nodes are available: 3 No preemption victims found for \
                        incoming pod.";
            assert_eq!(
                events_of(cluster, "late").await,
                [("FailedScheduling".into(), told.into())]
            );

            pods(cluster)
                .delete("b", &DeleteParams::default())
                .await
                .unwrap();
            until::<Pod>(cluster, "the late pod", |pods| {
                pods.len() == 3 && pods.iter().all(|pod| is_ready(pod))
            })
            .await;
        },
    );
}

#[test]
fn selectors_taints_and_cordons_are_kept_to_and_a_changed_node_is_a_new_chance() {
    play(
        3,
        |options| options.ready_after = INSTANTLY,
        async |cluster| {
            let nodes: Api<Node> = Api::all(cluster.client());
            until::<Node>(cluster, "nodes", |nodes| nodes.len() == 3).await;
            patch(&nodes, "node-1", json!({"spec": {"unschedulable": true}})).await;
            let taint = json!({"key": "k", "effect": "NoSchedule"});
            patch(&nodes, "node-2", json!({"spec": {"taints": [taint]}})).await;
            let mut wanting = container("i");
            wanting["nodeSelector"] = json!({"disk": "ssd"});
            create_pod(cluster, "wanting", wanting).await;
            create_pod(cluster, "plain", container("i")).await;
            until::<Pod>(cluster, "the plain pod", |pods| {
                pods.iter().any(|pod| is_ready(pod))
            })
            .await;
            let node = |name| async move {
                pods(cluster)
                    .get(name)
                    .await
                    .unwrap()
                    .spec
                    .unwrap()
                    .node_name
            };
            assert_eq!(node("plain").await.as_deref(), Some("node-3"));
            let told = &events_of(cluster, "wanting").await[0].1;
            assert_eq!(
                told,
                "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, \
                 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable. no new claims to \
                 deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for \
                 scheduling."
            );
            let changed =
                json!({"metadata": {"labels": {"disk": "ssd"}}, "spec": {"unschedulable": null}});
            patch(&nodes, "node-1", changed).await;
            until::<Pod>(cluster, "the wanting pod", |pods| {
                pods.iter().all(|pod| is_ready(pod))
            })
            .await;
            assert_eq!(node("wanting").await.as_deref(), Some("node-1"));
        },
    );
}

#[test]
fn a_scenario_decides_what_goes_wrong() {
    let rules = "- match: {image: 'bad:*'}\n  outcome: ImagePullBackOff\n\
                 - match: {name: crashing}\n  outcome: CrashLoopBackOff\n";
    let change = |options: &mut trimtab_cluster::Options| {
        options.scenario = scenario(rules);
        options.ready_after = INSTANTLY;
    };
    play(4, change, async |cluster| {
        create_pod(cluster, "broken", container("bad:2")).await;
        create_pod(cluster, "crashing", container("good:2")).await;
        create_pod(cluster, "fine", container("good:2")).await;
        until::<Pod>(cluster, "what was asked for", |pods| {
            let seen: Vec<_> = pods.iter().map(|pod| waits_for(pod)).collect();
            let reasons = [Some("ImagePullBackOff"), Some("CrashLoopBackOff"), None];
            seen.len() == 3 && seen.iter().map(Option::as_deref).eq(reasons) && is_ready(&pods[2])
        })
        .await;
        let told = events_of(cluster, "broken").await;
        assert!(
            told.contains(&("BackOff".into(), "Back-off pulling image \"bad:2\"".into())),
            "{told:?}"
        );
    });
}

#[test]
fn nodes_renew_their_leases() {
    play(
        5,
        |options| options.nodes = 2,
        async |cluster| {
            until::<Lease>(cluster, "leases", |leases| leases.len() == 2).await;
            let leases: Api<Lease> = Api::namespaced(cluster.client(), "kube-node-lease");
            let renewed = || async {
                let lease = leases.get("node-2").await.unwrap();
                lease.spec.unwrap().renew_time.unwrap().0
            };
            let before = renewed().await;
            tokio::time::sleep(Duration::from_secs(60)).await;
            let passed = renewed().await.duration_since(before).as_secs();
            assert!((50..=60).contains(&passed), "{passed}");
        },
    );
}

#[test]
fn a_binding_ends_what_was_only_expected() {
    play(
        1,
        |_| {},
        async |cluster| {
            let mut spec = asking("1");
            spec["schedulerName"] = json!("somebody-else");
            create_pod(cluster, "p", spec).await;
            let expected = Patch::Merge(json!({"status": {"nominatedNodeName": "node-2"}}));
            let parameters = PatchParams::default();
            let pod = pods(cluster)
                .patch_status("p", &parameters, &expected)
                .await;
            let nominated = |pod: Pod| pod.status.unwrap().nominated_node_name;
            assert_eq!(nominated(pod.unwrap()).as_deref(), Some("node-2"));
            let binding = json!({
                "apiVersion": "v1", "kind": "Binding", "metadata": {"name": "p"},
                "target": {"kind": "Node", "name": "node-1"},
            });
            let bound: Result<Value, _> = pods(cluster)
                .create_subresource("binding", "p", &PostParams::default(), &binding)
                .await;
            bound.unwrap();
            let pod = pods(cluster).get("p").await.unwrap();
            let spec = pod.spec.as_ref().unwrap();
            assert_eq!(spec.node_name.as_deref(), Some("node-1"));
            assert_eq!(nominated(pod), None);
        },
    );
}
