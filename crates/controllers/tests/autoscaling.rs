//! Autoscalers, from the API's side, with a stand-in for the servers behind the metrics APIs.

use crate::world::{World, web};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use kube::ResourceExt;
use kube::api::ListParams;
use serde_json::{Value, json};
use std::time::Duration;

const PODS: &str = "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods";
const EXTERNAL: &str = "/apis/external.metrics.k8s.io/v1beta1/namespaces/default/jobs";

async fn autoscaler(world: &World, min: i32, metrics: Value) {
    let autoscaler = json!({
        "metadata": {"name": "h"},
        "spec": {
            "minReplicas": min,
            "maxReplicas": 10,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
            "metrics": metrics,
        },
    });
    world.create::<HorizontalPodAutoscaler>(autoscaler).await;
}

fn requesting(replicas: i32) -> Value {
    let mut deployment = web(replicas, "i:1", json!({}));
    deployment["spec"]["template"]["spec"]["containers"][0]["resources"] =
        json!({"requests": {"cpu": "100m"}});
    deployment
}

/// What each pod of the Deployment uses of the processor.
async fn use_processor(world: &World, each: &str) {
    let pods = world.api::<k8s_openapi::api::core::v1::Pod>();
    let pods = pods.list(&ListParams::default()).await.unwrap();
    let items: Vec<_> = pods
        .iter()
        .map(|pod| {
            json!({
                "metadata": {"name": pod.name_any()},
                "timestamp": "2026-01-01T00:30:00Z",
                "window": "15s",
                "containers": [{"name": "c", "usage": {"cpu": each}}],
            })
        })
        .collect();
    world.answer(PODS, json!({"items": items}));
}

async fn replicas(world: &World) -> i32 {
    let web = world.api::<Deployment>().get("web").await.unwrap();
    web.spec.unwrap().replicas.unwrap()
}

async fn conditions(world: &World) -> Vec<(String, String, String)> {
    let autoscaler = world
        .api::<HorizontalPodAutoscaler>()
        .get("h")
        .await
        .unwrap();
    let conditions = autoscaler.status.unwrap().conditions.unwrap();
    let told = conditions.into_iter();
    told.map(|it| (it.type_, it.status, it.reason.unwrap()))
        .collect()
}

fn told(conditions: &[(String, String, String)]) -> Vec<(&str, &str, &str)> {
    conditions
        .iter()
        .map(|it| (&*it.0, &*it.1, &*it.2))
        .collect()
}

async fn seconds(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn utilization_sets_how_many_pods_there_are() {
    let world = World::new().await;
    world.create::<Deployment>(requesting(2)).await;
    world.rolled_out("web", 2).await;
    // What a pod uses of the processor in its first five minutes does not count.
    seconds(400).await;
    let metric = json!({"type": "Resource", "resource": {
        "name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50},
    }});
    autoscaler(&world, 1, json!([metric])).await;
    seconds(1).await;
    let first = conditions(&world).await;
    let expected = [
        ("AbleToScale", "True", "SucceededGetScale"),
        ("ScalingActive", "False", "FailedGetResourceMetric"),
    ];
    assert_eq!(told(&first), expected);
    let events = world.events_of("h").await;
    let why = "failed to get cpu utilization: unable to get metrics for resource cpu: unable to \
               fetch metrics from resource metrics API: the server could not find the requested \
               resource (get pods.metrics.k8s.io)";
    assert!(
        events.contains(&("FailedGetResourceMetric".into(), why.into())),
        "{events:?}"
    );

    // 100 % of what they request is twice what it is to be.
    use_processor(&world, "100m").await;
    seconds(15).await;
    assert_eq!(replicas(&world).await, 4);
    let second = conditions(&world).await;
    let expected = [
        ("AbleToScale", "True", "SucceededRescale"),
        ("ScalingActive", "True", "ValidMetricFound"),
        ("ScalingLimited", "False", "DesiredWithinRange"),
    ];
    assert_eq!(told(&second), expected);
    let events = world.events_of("h").await;
    let what = "New size: 4; reason: cpu resource utilization (percentage of request) above target";
    assert!(
        events.contains(&("SuccessfulRescale".into(), what.into())),
        "{events:?}"
    );

    // Less is believed after five minutes.
    world.rolled_out("web", 4).await;
    use_processor(&world, "10m").await;
    seconds(100).await;
    assert_eq!(replicas(&world).await, 4);
    seconds(330).await;
    assert_eq!(replicas(&world).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_queue_outside_sets_the_size_until_a_person_sets_it_to_zero() {
    let world = World::new().await;
    world.create::<Deployment>(requesting(1)).await;
    world.rolled_out("web", 1).await;
    let jobs = |count: &str| json!({"items": [{"metricName": "jobs", "value": count}]});
    world.answer(EXTERNAL, jobs("0"));
    let metric = json!({"type": "External", "external": {
        "metric": {"name": "jobs"}, "target": {"type": "AverageValue", "averageValue": "5"},
    }});
    autoscaler(&world, 1, json!([metric])).await;
    seconds(20).await;
    assert_eq!(replicas(&world).await, 1);
    world.answer(EXTERNAL, jobs("12"));
    seconds(20).await;
    assert_eq!(replicas(&world).await, 3);

    // What a person has put to sleep sleeps on.
    world
        .patch::<Deployment>("web", json!({"spec": {"replicas": 0}}))
        .await;
    seconds(60).await;
    assert_eq!(replicas(&world).await, 0);
    let last = conditions(&world).await;
    assert!(
        told(&last).contains(&("ScalingActive", "False", "ScalingDisabled")),
        "{last:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn limits_come_before_metrics_and_a_missing_target_is_told() {
    let world = World::new().await;
    let metric = json!({"type": "Pods", "pods": {
        "metric": {"name": "requests"}, "target": {"type": "AverageValue", "averageValue": "5"},
    }});
    autoscaler(&world, 3, json!([metric])).await;
    seconds(1).await;
    assert_eq!(
        told(&conditions(&world).await),
        [("AbleToScale", "False", "FailedGetScale")]
    );
    world.create::<Deployment>(requesting(1)).await;
    seconds(15).await;
    assert_eq!(replicas(&world).await, 3);
    world
        .patch::<Deployment>("web", json!({"spec": {"replicas": 12}}))
        .await;
    seconds(15).await;
    assert_eq!(replicas(&world).await, 10);
    seconds(15).await;
    let last = conditions(&world).await;
    let reason = ("ScalingActive", "False", "FailedGetPodsMetric");
    assert!(told(&last).contains(&reason), "{last:?}");
}
