//! What no scheduling breaks, whatever goes wrong around it: nodes hold what they can, a port of a node is one
//! pod's, and only the less important go.
//!
//! How thousands are played is in docs/rehearse.md.

use crate::chances::{below, faults, play_all, scenario};
use crate::court::{api, create, must_come};
use k8s_openapi::api::core::v1::{Event, Pod};
use k8s_openapi::api::scheduling::v1::PriorityClass;
use kube::api::{Api, DeleteParams, ListParams, PostParams};
use kube::{Client, ResourceExt};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::sleep;
use trimtab_clock::Chance;
use trimtab_cluster::Cluster;
use trimtab_informer::Change;
use trimtab_node::{NodeGroup, Scenario};

/// How many plays where nothing else is said.
const RUNS: u64 = 3;

/// What each node has of CPUs.
const CPUS: i64 = 4;

/// A pod as it is to be made.
#[derive(Clone, Debug)]
struct Wish {
    cpus: i64,
    port: bool,
    priority: usize,
    /// In seconds.
    after: u64,
    goes: bool,
}

#[derive(Clone, Debug)]
struct Crowd {
    nodes: usize,
    wishes: Vec<Wish>,
    faults: Vec<String>,
}

impl Crowd {
    fn draw(chance: &Chance) -> Self {
        let wishes = (0..25).map(|_| Wish {
            cpus: 1 + i64::try_from(below(chance, 3)).unwrap(),
            port: below(chance, 4) == 0,
            priority: below(chance, 3),
            after: chance.below(8),
            goes: below(chance, 4) == 0,
        });
        Self {
            nodes: 2 + below(chance, 3),
            wishes: wishes.collect(),
            faults: faults(chance, "system:kube-scheduler"),
        }
    }

    fn scenario(&self) -> Scenario {
        let mut scenario = scenario("none", None, &self.faults);
        scenario.nodes = vec![NodeGroup {
            name: "node".to_owned(),
            count: Some(self.nodes),
            capacity: [("cpu".to_owned(), CPUS.to_string())].into(),
            ..NodeGroup::default()
        }];
        scenario
    }
}

fn pod(number: usize, wish: &Wish) -> Value {
    let ports = if wish.port {
        json!([{"containerPort": 80, "hostPort": 80}])
    } else {
        json!([])
    };
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": format!("p{number}")},
        "spec": {
            "priorityClassName": format!("p{}", wish.priority), "terminationGracePeriodSeconds": 3,
            "containers": [{"name": "c", "image": "it:1", "ports": ports,
                "resources": {"requests": {"cpu": wish.cpus.to_string()}}}],
        },
    })
}

fn priority(pod: &Pod) -> i32 {
    pod.spec
        .as_ref()
        .and_then(|spec| spec.priority)
        .unwrap_or(0)
}

/// The pods that nodes have, and what was broken first.
#[derive(Default)]
struct Seen {
    pods: BTreeMap<String, Arc<Pod>>,
    /// Of all that there ever were, by uid.
    priorities: BTreeMap<String, i32>,
    breach: Option<String>,
}

impl Seen {
    fn see(&mut self, change: &Change<Pod>) {
        let pod = change.object();
        self.priorities
            .insert(pod.uid().unwrap_or_default(), priority(pod));
        let phase = pod.status.as_ref().and_then(|it| it.phase.as_deref());
        let has_ended = matches!(phase, Some("Succeeded" | "Failed"));
        if matches!(change, Change::Deleted(_)) || has_ended {
            self.pods.remove(&pod.name_any());
        } else {
            self.pods.insert(pod.name_any(), Arc::clone(pod));
        }
        let breach = self.overfull();
        self.breach = self.breach.take().or(breach);
    }

    fn overfull(&self) -> Option<String> {
        let mut held: BTreeMap<&str, (i64, usize)> = BTreeMap::new();
        for pod in self.pods.values() {
            let Some(spec) = &pod.spec else { continue };
            let Some(node) = spec.node_name.as_deref() else {
                continue;
            };
            let container = &spec.containers[0];
            let requests = container
                .resources
                .as_ref()
                .and_then(|it| it.requests.as_ref());
            let cpus = requests.and_then(|it| it["cpu"].0.parse::<i64>().ok());
            let (sum, ports) = held.entry(node).or_default();
            *sum += cpus.unwrap_or(0);
            *ports += container.ports.iter().flatten().count();
        }
        let too_much = held.iter().find(|(_, held)| held.0 > CPUS || held.1 > 1);
        too_much.map(|(node, (cpus, ports))| {
            format!("{node} has {cpus} CPUs and {ports} times the port")
        })
    }

    /// Whether a pod went for one that is no more important.
    fn unjust(&self, events: &[Event]) -> Option<String> {
        let mut preempted = events
            .iter()
            .filter(|it| it.reason.as_deref() == Some("Preempted"));
        preempted.find_map(|event| {
            let message = event.message.as_deref()?;
            let by = message.strip_prefix("Preempted by pod ")?;
            let by = self.priorities.get(by.split(' ').next()?)?;
            let of = event.involved_object.uid.as_deref()?;
            let of = self.priorities.get(of)?;
            (of >= by).then(|| format!("priority {of} goes for {by}: {message}"))
        })
    }
}

async fn classes(client: Client) {
    let classes: Api<PriorityClass> = Api::all(client);
    for value in 0..3 {
        let class = json!({"metadata": {"name": format!("p{value}")}, "value": value});
        let class = serde_json::from_value(class).unwrap();
        classes
            .create(&PostParams::default(), &class)
            .await
            .unwrap();
    }
}

async fn run_crowd(cluster: &Cluster, play: &Crowd) -> Result<(), String> {
    let seen = Arc::new(Mutex::new(Seen::default()));
    let eye = Arc::clone(&seen);
    cluster
        .informers()
        .of::<Pod>()
        .on_change(move |change| eye.lock().unwrap().see(change));
    classes(cluster.client()).await;
    cluster.begin_faults();
    for (number, wish) in play.wishes.iter().enumerate() {
        create::<Pod>(cluster, pod(number, wish)).await;
        sleep(Duration::from_secs(wish.after)).await;
        if wish.goes {
            let pods = api::<Pod>(cluster);
            // Another one may have taken its place by now.
            let _ = pods
                .delete(&format!("p{number}"), &DeleteParams::default())
                .await;
        }
    }
    sleep(Duration::from_secs(600)).await;
    let events = api::<Event>(cluster).list(&ListParams::default()).await;
    let breach = {
        let seen = seen.lock().unwrap();
        seen.breach
            .clone()
            .or_else(|| seen.unjust(&events.unwrap().items))
    };
    breach.map_or(Ok(()), Err)?;
    // Whoever waits now has nobody of less importance to wait for on any node.
    let deleted = api::<Pod>(cluster)
        .delete_collection(&DeleteParams::default(), &ListParams::default())
        .await;
    deleted.unwrap();
    must_come(cluster, "the end of all pods", |pods: &[Arc<Pod>]| {
        pods.is_empty()
    })
    .await
}

#[test]
fn nodes_hold_what_they_can_and_only_the_less_important_go() {
    play_all(RUNS, &[], Crowd::draw, Crowd::scenario, &run_crowd);
}
