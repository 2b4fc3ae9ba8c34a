//! A cluster in virtual time, and what tests ask of it.

use futures::Stream;
use http_body_util::BodyExt;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::api::{Api, ListParams, Patch, PatchParams, PostParams};
use kube::client::Body;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;
use trimtab_cluster::{Cluster, Options, in_virtual_time};
use trimtab_node::{ReadyAfter, Scenario};
use trimtab_tree::SourceMap;

pub(crate) const INSTANTLY: ReadyAfter = ReadyAfter::Fixed(Duration::ZERO);

/// How long, in virtual time, anything may take.
const PATIENCE: Duration = Duration::from_secs(1_200);

/// Plays with a cluster that was changed from the usual by `change`.
pub(crate) fn play<T>(
    seed: u64,
    change: impl FnOnce(&mut Options),
    play: impl AsyncFnOnce(&Cluster) -> T,
) -> T {
    let start = "2026-01-01T00:00:00Z".parse().unwrap();
    let played = in_virtual_time(start, seed, async |clock, chance| {
        let mut options = Options::new(clock, chance);
        change(&mut options);
        let cluster = Cluster::start(options).await.unwrap();
        let result = play(&cluster).await;
        cluster.shutdown().await;
        result
    });
    played.unwrap()
}

pub(crate) fn scenario(pods: &str) -> Scenario {
    let text = format!("apiVersion: trimtab.dev/v1alpha1\nkind: Scenario\npods:\n{pods}");
    Scenario::read("scenario.yaml", &text, &mut SourceMap::new()).unwrap()
}

/// Waits until the shared watch of `K` shows what is wanted, looking only when it changed.
pub(crate) async fn until<K>(cluster: &Cluster, what: &str, wanted: impl Fn(&[Arc<K>]) -> bool)
where
    K: kube::Resource<DynamicType = ()> + DeserializeOwned + Clone + Debug + Send + Sync + 'static,
{
    let cache = cluster.informers().of::<K>();
    cache.synced().await;
    let changed = Arc::new(tokio::sync::Notify::new());
    let tell = Arc::clone(&changed);
    cache.on_change(move |_| tell.notify_one());
    let seen = async {
        while !wanted(&cache.list()) {
            changed.notified().await;
        }
    };
    let result = tokio::time::timeout(PATIENCE, seen).await;
    assert!(result.is_ok(), "{what} never came: {:#?}", cache.list());
}

/// The raw bytes of a watch of everything under `path`.
pub(crate) async fn watch(
    cluster: &Cluster,
    path: &str,
) -> impl Stream<Item = Result<bytes::Bytes, kube::Error>> + Unpin + use<> {
    let request = http::Request::get(format!("{path}?watch=1&resourceVersion=0"));
    let request = request.body(Body::empty()).unwrap();
    let answer = cluster.client().send(request).await.unwrap();
    let stream = answer.into_body().into_data_stream();
    Box::pin(stream)
}

pub(crate) fn deployments(cluster: &Cluster) -> Api<Deployment> {
    Api::namespaced(cluster.client(), "default")
}

/// A Deployment called as its app, with 25 % of surge and of unavailable pods.
pub(crate) async fn create_deployment(cluster: &Cluster, name: &str, replicas: i32, image: &str) {
    let deployment = json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": "c", "image": image}]},
            },
        },
    });
    let deployment = serde_json::from_value(deployment).unwrap();
    let created = deployments(cluster)
        .create(&PostParams::default(), &deployment)
        .await;
    created.unwrap();
}

/// Whether the Deployment is rolled out with so many replicas, as `kubectl rollout status` judges.
pub(crate) fn is_available(all: &[Arc<Deployment>], name: &str, replicas: i32) -> bool {
    is_rolled_out(all, name, replicas, 1)
}

/// The same, of a later revision: caches may not show yet that it was asked for.
pub(crate) fn is_rolled_out(
    all: &[Arc<Deployment>],
    name: &str,
    replicas: i32,
    revision: u32,
) -> bool {
    let mut all = all.iter();
    let found = all.find(|it| it.metadata.name.as_deref() == Some(name));
    let Some(deployment) = found else {
        return false;
    };
    let annotations = deployment.metadata.annotations.as_ref();
    let found = annotations.and_then(|it| it.get("deployment.kubernetes.io/revision"));
    let status = deployment.status.clone().unwrap_or_default();
    found.is_some_and(|it| *it == revision.to_string())
        && status.observed_generation == deployment.metadata.generation
        && status.replicas == Some(replicas)
        && status.updated_replicas == Some(replicas)
        && status.available_replicas == Some(replicas)
}

pub(crate) fn pods(cluster: &Cluster) -> Api<Pod> {
    Api::namespaced(cluster.client(), "default")
}

pub(crate) async fn create_pod(cluster: &Cluster, name: &str, spec: Value) {
    let mut pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}});
    pod["spec"] = spec;
    let pod = serde_json::from_value(pod).unwrap();
    let created = pods(cluster).create(&PostParams::default(), &pod).await;
    created.unwrap();
}

pub(crate) fn is_ready(pod: &Pod) -> bool {
    condition(pod, "Ready").is_some_and(|(status, _)| status == "True")
}

/// Status and reason of a condition.
pub(crate) fn condition(pod: &Pod, type_: &str) -> Option<(String, String)> {
    let conditions = pod.status.as_ref()?.conditions.as_ref()?;
    let found = conditions.iter().find(|it| it.type_ == type_)?;
    Some((
        found.status.clone(),
        found.reason.clone().unwrap_or_default(),
    ))
}

/// What the first container waits for.
pub(crate) fn waits_for(pod: &Pod) -> Option<String> {
    let statuses = pod.status.as_ref()?.container_statuses.as_ref()?;
    let waiting = statuses.first()?.state.as_ref()?.waiting.as_ref()?;
    waiting.reason.clone()
}

/// Reasons and messages of the events about an object, by time.
pub(crate) async fn events_of(cluster: &Cluster, name: &str) -> Vec<(String, String)> {
    // Events are written behind what they tell of.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let events: Api<Event> = Api::all(cluster.client());
    let mut events = events.list(&ListParams::default()).await.unwrap().items;
    events.retain(|event| event.involved_object.name.as_deref() == Some(name));
    events.sort_by_key(|event| event.first_timestamp.clone());
    let told = events.into_iter();
    told.map(|event| {
        (
            event.reason.unwrap_or_default(),
            event.message.unwrap_or_default(),
        )
    })
    .collect()
}

pub(crate) async fn patch<K>(api: &Api<K>, name: &str, patch: Value)
where
    K: kube::Resource + Clone + DeserializeOwned + Debug,
{
    api.patch(name, &PatchParams::default(), &Patch::Merge(patch))
        .await
        .unwrap();
}
