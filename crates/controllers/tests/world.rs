//! An API server in memory with its controllers, and a stand-in for the nodes: in virtual time.

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::api::{Api, ListParams, Patch, PatchParams, PostParams};
use kube::client::Body;
use kube::{Client, Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinSet;
use trimtab_apiserver::authentication::Authentication;
use trimtab_apiserver::{ApiServer, Config, Identity};
use trimtab_clock::{Chance, Clock};
use trimtab_controllers::{Controllers, Options, Selection};
use trimtab_informer::{Informers, WorkQueue};
use trimtab_schema::Schema;
use trimtab_store::{MemoryStore, Retention};

/// The namespace of the tests.
pub(crate) const NAMESPACE: &str = "default";

pub(crate) struct World {
    pub(crate) client: Client,
    pub(crate) informers: Informers,
    /// Images whose pods never get ready.
    broken: Arc<Mutex<Vec<String>>>,
    /// What other servers answer, by path.
    answers: Arc<Mutex<BTreeMap<String, Value>>>,
    tasks: JoinSet<()>,
}

impl World {
    /// All controllers, and pods that are ready at once.
    pub(crate) async fn new() -> Self {
        let clock = Clock::starting_at("2026-01-01T00:00:00Z".parse().unwrap());
        let chance = Chance::seeded(7);
        let server = ApiServer::start(Config {
            store: Arc::new(MemoryStore::new(Retention::default())),
            schema: Schema::kubernetes(),
            clock,
            chance: chance.fork("server"),
            authentication: Authentication::default(),
            authorization: trimtab_apiserver::Authorization::default(),
            audit: None,
            service_cluster_ip_range: "198.19.0.0/24".parse().unwrap(),
            serving: trimtab_apiserver::ServingOptions::default(),
            admission_plugins: trimtab_apiserver::AdmissionPlugins::default(),
            egress: trimtab_apiserver::Egress::Nothing,
        })
        .await
        .unwrap();
        let client = server.client(Identity::user("admin", &[Identity::MASTERS]));
        let informers = Informers::new(client.clone(), clock, chance.fork("informers"));
        let answers: Arc<Mutex<BTreeMap<String, Value>>> = Arc::default();
        let sink = Arc::clone(&answers);
        let controllers = Controllers::new(Options {
            client_of: Box::new(move |account| {
                let name = format!("system:serviceaccount:kube-system:{account}");
                let client = server.client(Identity::user(name, &["system:serviceaccounts"]));
                answering(client, Arc::clone(&sink))
            }),
            informers: informers.clone(),
            enabled: Box::new(|name| Selection::all().includes(name)),
            root_ca: Some("PEM".to_owned()),
            signer: None,
        });
        let mut world = Self {
            client,
            informers,
            broken: Arc::default(),
            answers,
            tasks: JoinSet::new(),
        };
        world.tasks.spawn(controllers.run());
        world.start_nodes();
        let account = "a default service account";
        world
            .until(
                account,
                |accounts: &[k8s_openapi::api::core::v1::ServiceAccount]| {
                    accounts.iter().any(|it| it.name_any() == "default")
                },
            )
            .await;
        world
    }

    /// What the nodes would do: report pods as running, and as ready unless their image is broken.
    fn start_nodes(&mut self) {
        let pods = self.informers.of::<Pod>();
        let queue = WorkQueue::new();
        let sink = queue.clone();
        pods.on_change(move |change| {
            let pod = change.object();
            sink.add((pod.namespace().unwrap(), pod.name_any()));
        });
        let (client, broken) = (self.client.clone(), Arc::clone(&self.broken));
        self.tasks.spawn(async move {
            let address = AtomicI32::new(0);
            while let Some((namespace, name)) = queue.next().await {
                let pod = pods.get(&namespace, &name);
                let ended = pod.as_ref().and_then(|pod| exit_code(pod));
                if let (Some(pod), Some(code)) = (&pod, ended) {
                    end(&client, pod, code).await;
                } else if let Some(pod) = pod.filter(|pod| !is_ready(pod) && !is_over(pod)) {
                    let image = pod.spec.as_ref().unwrap().containers[0]
                        .image
                        .clone()
                        .unwrap();
                    let is_broken = broken.lock().unwrap().contains(&image);
                    let running = pod.status.as_ref().is_some_and(|it| it.pod_ip.is_some());
                    if !is_broken || !running {
                        let number = address.fetch_add(1, Ordering::Relaxed);
                        let ip = format!("10.1.{}.{}", number / 250, number % 250);
                        report(&client, &pod, &ip, !is_broken).await;
                    }
                }
                queue.done(&(namespace, name));
            }
        });
    }

    /// From now on pods of this image do not get ready.
    pub(crate) fn break_image(&self, image: &str) {
        self.broken.lock().unwrap().push(image.to_owned());
    }

    /// From now on another server behind the API server answers this under `path`.
    pub(crate) fn answer(&self, path: &str, answer: Value) {
        self.answers.lock().unwrap().insert(path.to_owned(), answer);
    }

    pub(crate) fn api<K>(&self) -> Api<K>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope>,
    {
        Api::namespaced(self.client.clone(), NAMESPACE)
    }

    pub(crate) async fn create<K>(&self, object: Value) -> K
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope>,
        K: Serialize + DeserializeOwned + Clone + Debug,
    {
        let object = serde_json::from_value(object).unwrap();
        self.api()
            .create(&PostParams::default(), &object)
            .await
            .unwrap()
    }

    /// A merge patch.
    pub(crate) async fn patch<K>(&self, name: &str, patch: Value) -> K
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope>,
        K: DeserializeOwned + Clone + Debug,
    {
        let params = PatchParams::default();
        self.api()
            .patch(name, &params, &Patch::Merge(patch))
            .await
            .unwrap()
    }

    /// Waits until the objects of the test's namespace are as wanted, and gives them, by name.
    pub(crate) async fn until<K>(&self, what: &str, wanted: impl Fn(&[K]) -> bool) -> Vec<K>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope>,
        K: DeserializeOwned + Clone + Debug,
    {
        let mut all = Vec::new();
        // In virtual time this takes as long as it computes.
        for _ in 0..20_000 {
            all = self
                .api::<K>()
                .list(&ListParams::default())
                .await
                .unwrap()
                .items;
            if wanted(&all) {
                return all;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{what} never came: {all:#?}");
    }

    /// Waits until a Deployment is rolled out.
    pub(crate) async fn rolled_out(&self, name: &str, replicas: i32) -> Deployment {
        let mut all = self
            .until("a rollout", |all: &[Deployment]| {
                all.iter()
                    .any(|it| it.name_any() == name && is_rolled_out(it, replicas))
            })
            .await;
        all.retain(|it| it.name_any() == name);
        all.remove(0)
    }

    /// Waits until nothing has changed for a while.
    pub(crate) async fn settle(&self) {
        tokio::time::sleep(Duration::from_secs(2)).await;
    }

    /// Sizes of the sets by revision.
    pub(crate) async fn sizes(&self) -> Vec<(i64, i32)> {
        let sets = self
            .api::<ReplicaSet>()
            .list(&ListParams::default())
            .await
            .unwrap();
        let mut sizes: Vec<_> = sets
            .iter()
            .map(|set| (revision(set), set.spec.as_ref().unwrap().replicas.unwrap()))
            .collect();
        sizes.sort_unstable();
        sizes
    }

    /// Reasons of the events about an object.
    pub(crate) async fn events_of(&self, name: &str) -> Vec<(String, String)> {
        let events = self
            .api::<Event>()
            .list(&ListParams::default())
            .await
            .unwrap();
        let mut events: Vec<_> = events
            .into_iter()
            .filter(|event| event.involved_object.name.as_deref() == Some(name))
            .map(|event| {
                (
                    event.reason.unwrap_or_default(),
                    event.message.unwrap_or_default(),
                )
            })
            .collect();
        events.sort();
        events
    }
}

/// A client for which other servers answer some paths.
fn answering(client: Client, answers: Arc<Mutex<BTreeMap<String, Value>>>) -> Client {
    let service = tower::service_fn(move |request: http::Request<Body>| {
        let (client, answers) = (client.clone(), Arc::clone(&answers));
        async move {
            let answer = answers.lock().unwrap().get(request.uri().path()).cloned();
            match answer {
                Some(answer) => {
                    let bytes = serde_json::to_vec(&answer).unwrap();
                    Ok(http::Response::new(Body::from(bytes)))
                }
                None => client.send(request).await,
            }
        }
    });
    Client::new(service, NAMESPACE)
}

impl Drop for World {
    fn drop(&mut self) {
        self.informers.close();
    }
}

fn is_over(pod: &Pod) -> bool {
    let phase = pod.status.as_ref().and_then(|it| it.phase.as_deref());
    matches!(phase, Some("Succeeded" | "Failed"))
}

/// What a pod that is not over ends with at once: the tag of its image, if that is called `exit`.
/// For `exit:INDEX` it is what its completion index says.
fn exit_code(pod: &Pod) -> Option<i32> {
    if is_over(pod) {
        return None;
    }
    let image = pod.spec.as_ref()?.containers[0].image.as_deref()?;
    match image.strip_prefix("exit:")? {
        "INDEX" => pod.annotations()["batch.kubernetes.io/job-completion-index"]
            .parse()
            .ok(),
        code => code.parse().ok(),
    }
}

async fn end(client: &Client, pod: &Pod, code: i32) {
    let phase = if code == 0 { "Succeeded" } else { "Failed" };
    let container = &pod.spec.as_ref().unwrap().containers[0].name;
    let patch = json!({"status": {
        "phase": phase,
        "containerStatuses": [{
            "name": container, "image": "exit", "imageID": "", "ready": false, "restartCount": 0,
            "state": {"terminated": {"exitCode": code}},
        }],
    }});
    let pods = Api::<Pod>::namespaced(client.clone(), &pod.namespace().unwrap());
    // It may be gone by now.
    let _ = pods
        .patch_status(
            &pod.name_any(),
            &PatchParams::default(),
            &Patch::Merge(patch),
        )
        .await;
}

async fn report(client: &Client, pod: &Pod, ip: &str, ready: bool) {
    let status = if ready { "True" } else { "False" };
    let patch = json!({"status": {
        "phase": "Running",
        "startTime": "2026-01-01T00:00:00Z",
        "podIP": ip,
        "podIPs": [{"ip": ip}],
        "conditions": [{"type": "Ready", "status": status, "lastTransitionTime": "2026-01-01T00:00:00Z"}],
    }});
    let pods = Api::<Pod>::namespaced(client.clone(), &pod.namespace().unwrap());
    // It may be gone by now.
    let _ = pods
        .patch_status(
            &pod.name_any(),
            &PatchParams::default(),
            &Patch::Merge(patch),
        )
        .await;
}

pub(crate) fn is_ready(pod: &Pod) -> bool {
    let conditions = pod
        .status
        .as_ref()
        .and_then(|status| status.conditions.as_ref());
    conditions.is_some_and(|all| {
        all.iter()
            .any(|it| it.type_ == "Ready" && it.status == "True")
    })
}

pub(crate) fn revision(set: &ReplicaSet) -> i64 {
    set.annotations()["deployment.kubernetes.io/revision"]
        .parse()
        .unwrap()
}

fn is_rolled_out(deployment: &Deployment, replicas: i32) -> bool {
    let status = deployment.status.clone().unwrap_or_default();
    status.observed_generation == deployment.metadata.generation
        && [
            status.replicas,
            status.updated_replicas,
            status.available_replicas,
        ]
        .iter()
        .all(|it| it.unwrap_or_default() == replicas)
}

/// A condition's status and reason.
pub(crate) fn condition(deployment: &Deployment, type_: &str) -> Option<(String, String)> {
    let conditions = deployment.status.as_ref()?.conditions.as_ref()?;
    let condition = conditions.iter().find(|it| it.type_ == type_)?;
    Some((
        condition.status.clone(),
        condition.reason.clone().unwrap_or_default(),
    ))
}

/// A Deployment `web`.
pub(crate) fn web(replicas: i32, image: &str, more: Value) -> Value {
    let mut deployment = json!({
        "metadata": {"name": "web"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "c", "image": image}]},
            },
        },
    });
    if let Value::Object(more) = more {
        deployment["spec"].as_object_mut().unwrap().extend(more);
    }
    deployment
}

/// A patch to another image.
pub(crate) fn image(image: &str) -> Value {
    json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "image": image}]}}}})
}
