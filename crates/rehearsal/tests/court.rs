//! A law that holds at every moment of a play, and what is done to the cluster that it is played on.

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, PostParams};
use kube::{Resource, ResourceExt};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use trimtab_cluster::Cluster;
use trimtab_informer::Change;

/// Nothing that can end takes longer, in virtual time.
const LONGEST: Duration = Duration::from_secs(3_600);

/// Who is told to ask less often.
pub(crate) const CONTROLLERS: &str = "system:serviceaccount:kube-system:*";

/// The pods that are not ending, by name.
pub(crate) type Pods = BTreeMap<String, Arc<Pod>>;

/// What must hold whenever a pod changed; the name is that of one that is new.
pub(crate) type Law = Box<dyn FnMut(&Pods, Option<&str>) -> Result<(), String> + Send>;

/// Holds what happens to pods against the law of the moment, and keeps the first breach.
#[derive(Clone)]
pub(crate) struct Court(Arc<Mutex<Trial>>);

struct Trial {
    pods: Pods,
    law: Law,
    breach: Option<String>,
}

impl Court {
    pub(crate) fn open(cluster: &Cluster, law: Law) -> Self {
        let trial = Trial {
            pods: Pods::new(),
            law,
            breach: None,
        };
        let court = Self(Arc::new(Mutex::new(trial)));
        let judge = court.clone();
        cluster.informers().of::<Pod>().on_change(move |change| {
            let trial = &mut *judge.0.lock().unwrap();
            let pod = change.object();
            let name = pod.name_any();
            let is_gone = matches!(change, Change::Deleted(_));
            let known = if is_gone || pod.metadata.deletion_timestamp.is_some() {
                trial.pods.remove(&name)
            } else {
                trial.pods.insert(name.clone(), Arc::clone(pod))
            };
            let is_new = known.is_none() && trial.pods.contains_key(&name);
            if let Err(breach) = (trial.law)(&trial.pods, is_new.then_some(&name)) {
                trial
                    .breach
                    .get_or_insert(format!("{breach}, after {name}"));
            }
        });
        court
    }

    pub(crate) fn rule(&self, law: Law) {
        self.0.lock().unwrap().law = law;
    }

    pub(crate) fn judge(&self) -> Result<(), String> {
        self.0.lock().unwrap().breach.take().map_or(Ok(()), Err)
    }
}

pub(crate) fn no_law() -> Law {
    Box::new(|_, _| Ok(()))
}

pub(crate) fn is_ready(pod: &Pod) -> bool {
    let status = pod.status.iter();
    let mut conditions = status.flat_map(|it| it.conditions.iter().flatten());
    conditions.any(|it| it.type_ == "Ready" && it.status == "True")
}

pub(crate) fn ready(pods: &Pods) -> usize {
    pods.values().filter(|pod| is_ready(pod)).count()
}

pub(crate) fn has_image(pod: &Pod, image: &str) -> bool {
    let spec = pod.spec.as_ref().unwrap();
    spec.containers[0].image.as_deref() == Some(image)
}

/// Says that fewer than `least` pods are ready.
pub(crate) fn at_least(least: usize, pods: &Pods) -> Result<(), String> {
    match ready(pods) {
        found if found < least => Err(format!("{found} ready, {least} owed")),
        _ => Ok(()),
    }
}

pub(crate) fn api<K>(cluster: &Cluster) -> Api<K>
where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope>,
{
    Api::namespaced(cluster.client(), "default")
}

pub(crate) async fn create<K>(cluster: &Cluster, object: Value)
where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope>,
    K: Clone + serde::Serialize + DeserializeOwned + Debug,
{
    let object: K = serde_json::from_value(object).unwrap();
    let (api, params) = (api::<K>(cluster), PostParams::default());
    api.create(&params, &object).await.unwrap();
}

pub(crate) async fn set_image<K>(cluster: &Cluster, image: &str)
where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope>,
    K: Clone + DeserializeOwned + Debug,
{
    let containers = json!([{"name": "c", "image": image}]);
    let patch = json!({"spec": {"template": {"spec": {"containers": containers}}}});
    let patch = Patch::Strategic(patch);
    let (api, params) = (api::<K>(cluster), PatchParams::default());
    api.patch("it", &params, &patch).await.unwrap();
}

/// Whether the shared watch of `K` shows what is wanted within `limit`.
pub(crate) async fn comes<K>(
    cluster: &Cluster,
    limit: Duration,
    wanted: impl Fn(&[Arc<K>]) -> bool,
) -> bool
where
    K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Debug + Send + Sync + 'static,
{
    let cache = cluster.informers().of::<K>();
    let changed = Arc::new(Notify::new());
    let tell = Arc::clone(&changed);
    cache.on_change(move |_| tell.notify_one());
    let seen = async {
        while !wanted(&cache.list()) {
            changed.notified().await;
        }
    };
    timeout(limit, seen).await.is_ok()
}

/// Waits for what has to come, and tells what did not.
pub(crate) async fn must_come<K>(
    cluster: &Cluster,
    what: &str,
    wanted: impl Fn(&[Arc<K>]) -> bool,
) -> Result<(), String>
where
    K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Debug + Send + Sync + 'static,
{
    if comes(cluster, LONGEST, wanted).await {
        return Ok(());
    }
    Err(format!("{what} does not come"))
}

/// So many pods with that image, all of them ready, and no others.
pub(crate) fn all_have(image: &str, count: usize) -> impl Fn(&[Arc<Pod>]) -> bool {
    move |pods| {
        pods.len() == count
            && pods.iter().all(|pod| {
                let stays = pod.metadata.deletion_timestamp.is_none();
                stays && is_ready(pod) && has_image(pod, image)
            })
    }
}

/// Deletes the workload, with which all of its pods go.
pub(crate) async fn goes_with_its_pods<K>(cluster: &Cluster, court: &Court) -> Result<(), String>
where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope>,
    K: Clone + DeserializeOwned + Debug,
{
    court.judge()?;
    court.rule(no_law());
    let deleted = api::<K>(cluster)
        .delete("it", &DeleteParams::background())
        .await;
    deleted.unwrap();
    sleep(Duration::from_secs(300)).await;
    let left = api::<Pod>(cluster).list(&ListParams::default()).await;
    match left.unwrap().items.len() {
        0 => Ok(()),
        left => Err(format!("{left} pods are left behind")),
    }
}

pub(crate) fn template(image: &str) -> Value {
    json!({
        "metadata": {"labels": {"app": "it"}},
        "spec": {"containers": [{"name": "c", "image": image}]},
    })
}
