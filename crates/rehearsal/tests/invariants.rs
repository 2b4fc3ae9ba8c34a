//! What a Deployment promises at every moment, whatever goes wrong around it: random rollouts, each
//! from a seed of its own.
//!
//! How thousands are played is in docs/rehearse.md.

use crate::chances::{below, faults, play_all, scenario};
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::core::v1::Pod;
use kube::Resource;
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, PostParams};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use trimtab_clock::Chance;
use trimtab_cluster::Cluster;
use trimtab_deploy::{ObjectRef, Target, undo};
use trimtab_informer::Change;
use trimtab_node::Scenario;

/// How many rollouts are played where nothing else is said.
const RUNS: u64 = 8;

/// No rollout takes longer, in virtual time: each ends or runs into its deadline.
const LONGEST: Duration = Duration::from_secs(3_600);

/// After this time no fault of those that are drawn lasts any longer, but that watches are dropped.
const FAULTS_END: Duration = Duration::from_secs(300);

/// What is rolled out, and what befalls it.
#[derive(Clone, Debug)]
struct Play {
    replicas: usize,
    surge: usize,
    unavailable: usize,
    min_ready: u32,
    /// What the pods of the second template go through.
    outcome: Option<&'static str>,
    /// How many replicas are wanted from the middle of the rollout on.
    scaled: Option<usize>,
    faults: Vec<String>,
}

const OUTCOMES: [Option<&str>; 6] = [
    None,
    None,
    Some("outcome: NeverReady"),
    Some("outcome: ImagePullBackOff"),
    Some("readyAfter: 45s"),
    Some("outcome: NeverReady\n  share: 40%"),
];

impl Play {
    fn draw(chance: &Chance) -> Self {
        let below = |bound| below(chance, bound);
        let replicas = 1 + below(8);
        let (surge, unavailable) = match (below(4), below(4)) {
            (0, 0) => (1, 0),
            both => both,
        };
        Self {
            replicas,
            surge,
            unavailable: unavailable.min(replicas),
            min_ready: [0, 0, 5][below(3)],
            outcome: OUTCOMES[below(OUTCOMES.len())],
            scaled: (below(3) == 0).then(|| 1 + below(8)),
            faults: faults(chance, "*deployment-controller"),
        }
    }

    fn scenario(&self) -> Scenario {
        scenario("shop:2", self.outcome, &self.faults)
    }

    fn deployment(&self) -> Value {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
            "spec": {
                "replicas": self.replicas,
                "minReadySeconds": self.min_ready,
                "progressDeadlineSeconds": 300,
                "strategy": {"rollingUpdate": {"maxSurge": self.surge, "maxUnavailable": self.unavailable}},
                "selector": {"matchLabels": {"app": "web"}},
                "template": {
                    "metadata": {"labels": {"app": "web"}, "annotations": {"note": "as it was"}},
                    "spec": {"containers": [{"name": "c", "image": "shop:1", "env": [{"name": "A", "value": "1"}]}]},
                },
            },
        })
    }
}

/// The pods of the Deployment, counted at every event, and what they may be at present.
#[derive(Default)]
struct Watched {
    /// By uid: whether each is available. Those that are ending are none of the Deployment's.
    pods: BTreeMap<String, bool>,
    most: usize,
    fewest_available: usize,
    broken: Vec<String>,
}

impl Watched {
    fn check(&mut self, what: &str) {
        let available = self.pods.values().filter(|it| **it).count();
        if self.pods.len() > self.most {
            let found = self.pods.len();
            self.broken.push(format!(
                "{found} pods, {} permitted, after {what}",
                self.most
            ));
        }
        if available < self.fewest_available {
            let owed = self.fewest_available;
            self.broken
                .push(format!("{available} available, {owed} owed, after {what}"));
        }
    }
}

fn watch(cluster: &Cluster) -> Arc<Mutex<Watched>> {
    let watched = Arc::new(Mutex::new(Watched {
        most: usize::MAX,
        ..Watched::default()
    }));
    let sink = Arc::clone(&watched);
    cluster.informers().of::<Pod>().on_change(move |change| {
        let pod = change.object();
        let uid = pod.metadata.uid.clone().unwrap();
        let mut watched = sink.lock().unwrap();
        let is_gone = matches!(change, Change::Deleted(_));
        if is_gone || pod.metadata.deletion_timestamp.is_some() {
            watched.pods.remove(&uid);
        } else {
            let conditions = pod
                .status
                .iter()
                .flat_map(|it| it.conditions.iter().flatten());
            let is_ready = { conditions }.any(|it| it.type_ == "Ready" && it.status == "True");
            watched.pods.insert(uid, is_ready);
        }
        let name = pod.metadata.name.clone().unwrap_or_default();
        watched.check(&name);
    });
    watched
}

/// Whether the controller has said its last word about the Deployment as it is: it is complete, or
/// does not get on.
fn has_ended(deployment: &Deployment, revision: &str) -> Option<bool> {
    let annotations = deployment.metadata.annotations.as_ref()?;
    let status = deployment.status.as_ref()?;
    let wanted = deployment.spec.as_ref()?.replicas?;
    let is_seen = status.observed_generation == deployment.metadata.generation
        && annotations.get("deployment.kubernetes.io/revision")? == revision;
    let mut conditions = status.conditions.iter().flatten();
    let progressing = conditions.find(|it| it.type_ == "Progressing")?;
    let all = [
        status.updated_replicas,
        status.replicas,
        status.available_replicas,
    ];
    if is_seen && all == [Some(wanted); 3] {
        return Some(true);
    }
    let is_stuck = progressing.reason.as_deref() == Some("ProgressDeadlineExceeded");
    (is_seen && is_stuck).then_some(false)
}

/// Whether it is complete in the end; nothing if it never says so. One that has been undone may show
/// for a moment the deadline that it exceeded before, so that is no end where `completes`.
async fn ended(cluster: &Cluster, revision: &str, completes: bool) -> Option<bool> {
    let cache = cluster.informers().of::<Deployment>();
    let changed = Arc::new(Notify::new());
    let tell = Arc::clone(&changed);
    cache.on_change(move |_| tell.notify_one());
    let end = async {
        loop {
            let found = cache.get("default", "web");
            let ended = found.and_then(|it| has_ended(&it, revision));
            if let Some(ended) = ended.filter(|&ended| ended || !completes) {
                return ended;
            }
            changed.notified().await;
        }
    };
    timeout(LONGEST, end).await.ok()
}

async fn template(cluster: &Cluster) -> Value {
    let deployments: Api<Deployment> = Api::namespaced(cluster.client(), "default");
    let deployment = deployments.get("web").await.unwrap();
    serde_json::to_value(deployment.spec.unwrap().template).unwrap()
}

/// Plays one rollout and says what it broke.
async fn run(cluster: &Cluster, play: &Play) -> Result<(), String> {
    let deployments: Api<Deployment> = Api::namespaced(cluster.client(), "default");
    let watched = watch(cluster);
    let deployment = serde_json::from_value(play.deployment()).unwrap();
    deployments
        .create(&PostParams::default(), &deployment)
        .await
        .unwrap();
    if ended(cluster, "1", true).await != Some(true) {
        return Err("the first rollout does not complete".into());
    }
    let first = template(cluster).await;
    let limits = |least: usize, most: usize| {
        let mut watched = watched.lock().unwrap();
        watched.most = most + play.surge;
        watched.fewest_available = least.saturating_sub(play.unavailable);
    };
    limits(play.replicas, play.replicas);
    cluster.begin_faults();
    let patch = async |patch: Value| {
        let patch = Patch::Strategic(patch);
        deployments
            .patch("web", &PatchParams::default(), &patch)
            .await
            .unwrap();
    };
    patch(
        json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "shop:2"}]}}}}),
    )
    .await;
    if let Some(scaled) = play.scaled {
        sleep(Duration::from_secs(4)).await;
        limits(play.replicas.min(scaled), play.replicas.max(scaled));
        patch(json!({"spec": {"replicas": scaled}})).await;
    }
    if ended(cluster, "2", false).await.is_none() {
        return Err("the second rollout neither completes nor tells that it does not".into());
    }
    let target = Target::new(cluster.client(), "default");
    let discovery = target.discovery().await.unwrap();
    let resource = Arc::new(discovery.of_kind("apps/v1", "Deployment").unwrap().clone());
    let web = ObjectRef::new(&resource, "default", "web");
    undo(&target, &web, None, false)
        .await
        .map_err(|error| error.to_string())?;
    if ended(cluster, "3", true).await != Some(true) {
        return Err("the undo does not complete".into());
    }
    let restored = template(cluster).await;
    if restored != first {
        return Err(format!("{first} came back as {restored}"));
    }
    if let Some(broken) = watched.lock().unwrap().broken.first() {
        return Err(broken.clone());
    }
    no_orphans(cluster).await?;
    no_strife(cluster).await?;
    *watched.lock().unwrap() = Watched {
        most: usize::MAX,
        ..Watched::default()
    };
    deployments
        .delete("web", &DeleteParams::background())
        .await
        .unwrap();
    sleep(Duration::from_secs(300)).await;
    let pods: Api<Pod> = Api::namespaced(cluster.client(), "default");
    match pods.list(&ListParams::default()).await.unwrap().items.len() {
        0 => Ok(()),
        left => Err(format!("{left} pods are left behind")),
    }
}

/// Once nothing goes wrong any more, nobody writes: no controller undoes what another has done.
async fn no_strife(cluster: &Cluster) -> Result<(), String> {
    async fn versions<K>(cluster: &Cluster) -> Vec<Option<String>>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope>,
        K: Clone + DeserializeOwned + Debug,
    {
        let api: Api<K> = Api::namespaced(cluster.client(), "default");
        let all = api.list(&ListParams::default()).await.unwrap();
        let versions = { all.items.iter() }.map(|it| it.meta().resource_version.clone());
        versions.collect()
    }
    let all = async || {
        (
            versions::<Deployment>(cluster).await,
            versions::<ReplicaSet>(cluster).await,
            versions::<Pod>(cluster).await,
        )
    };
    sleep(FAULTS_END).await;
    let before = all().await;
    sleep(Duration::from_secs(120)).await;
    let after = all().await;
    if before == after {
        return Ok(());
    }
    Err(format!("settled at {before:?}, and then {after:?}"))
}

/// Every pod has a `ReplicaSet`, and every one of those its Deployment.
async fn no_orphans(cluster: &Cluster) -> Result<(), String> {
    let pods: Api<Pod> = Api::namespaced(cluster.client(), "default");
    let sets: Api<ReplicaSet> = Api::namespaced(cluster.client(), "default");
    let deployments: Api<Deployment> = Api::namespaced(cluster.client(), "default");
    let all = ListParams::default();
    let sets = sets.list(&all).await.unwrap().items;
    let web = deployments.get("web").await.unwrap();
    for pod in pods.list(&all).await.unwrap() {
        if !sets.iter().any(|set| is_owned(&pod, set)) {
            return Err(format!("{:?} has no owner", pod.metadata.name));
        }
    }
    match sets.iter().find(|set| !is_owned(*set, &web)) {
        Some(set) => Err(format!("{:?} has no owner", set.metadata.name)),
        None => Ok(()),
    }
}

fn is_owned<C: Resource, O: Resource>(child: &C, owner: &O) -> bool {
    let uid = owner.meta().uid.as_deref();
    let mut owners = child.meta().owner_references.iter().flatten();
    owners.any(|reference| Some(&*reference.uid) == uid)
}

/// Seeds that broke a promise once, beside those that are played anyway: a rollout whose beginning
/// was never told, and so never timed out (53).
const BROKEN_ONCE: [u64; 1] = [53];

#[test]
fn a_deployment_keeps_its_promises_whatever_goes_wrong() {
    play_all(RUNS, &BROKEN_ONCE, Play::draw, Play::scenario, &run);
}
