//! How many pods a second the scheduler alone puts onto thousands of nodes: `cargo bench -p
//! trimtab-scheduler`.
//!
//! The API server is a closure that answers at once, so what is measured is the decision and what the
//! scheduler keeps up to date for it, with the bindings and events it writes. Arguments: how many nodes,
//! how many pods, and how many pods there are already (5000 2000 0).

use futures::{Stream, StreamExt, stream};
use http::{Method, Request, Response};
use http_body_util::{BodyExt, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Bytes, Frame};
use kube::client::{Body, Client};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use trimtab_clock::{Chance, Clock};
use trimtab_informer::{Component, EventRecorder, Informers};
use trimtab_scheduler::{Options, Scheduler};

/// What the pods of a situation have in their spec, beside a container.
fn situations() -> Vec<(&'static str, Value)> {
    let own = json!({"matchLabels": {"app": "new"}});
    let term = json!({"topologyKey": "kubernetes.io/hostname", "labelSelector": own});
    let required = |value: Value| json!({"requiredDuringSchedulingIgnoredDuringExecution": value});
    let few = json!({"nodeSelectorTerms": [{"matchExpressions": [
        {"key": "disk", "operator": "In", "values": ["ssd"]},
    ]}]});
    let spread = |key: &str, when: &str| json!({"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": when, "labelSelector": own});
    let zone = "topology.kubernetes.io/zone";
    let hard = [
        spread(zone, "DoNotSchedule"),
        spread("kubernetes.io/hostname", "ScheduleAnyway"),
    ];
    let tolerations = json!([{"key": "pool", "operator": "Exists"}]);
    let too_much = json!([{"name": "c", "resources": {"requests": {"cpu": "1000"}}}]);
    vec![
        ("plain", json!({})),
        (
            "node affinity (a tenth of them)",
            json!({"affinity": {"nodeAffinity": required(few)}}),
        ),
        (
            "taints tolerated",
            json!({"tolerations": tolerations.clone()}),
        ),
        (
            "apart by node",
            json!({"affinity": {"podAntiAffinity": required(json!([term]))}}),
        ),
        (
            "near by zone",
            json!({"affinity": {"podAffinity": required(json!([{"topologyKey": zone, "labelSelector": own}]))}}),
        ),
        (
            "spread over zones and nodes",
            json!({"topologySpreadConstraints": hard, "tolerations": tolerations}),
        ),
        // One of the zones is for others, so that there would soon be too many in those that are left.
        (
            "spread with nowhere to go",
            json!({"topologySpreadConstraints": hard}),
        ),
        ("too large for any", json!({"containers": too_much})),
    ]
}

fn node(number: u32) -> Value {
    let name = format!("node-{number}");
    let disk = if number.is_multiple_of(10) {
        "ssd"
    } else {
        "hdd"
    };
    let labels = json!({
        "kubernetes.io/hostname": name,
        "topology.kubernetes.io/zone": format!("zone-{}", number % 3),
        "disk": disk,
    });
    // A third of the nodes is for those who tolerate it.
    let taints = if number.is_multiple_of(3) {
        json!([{"key": "pool", "value": "batch", "effect": "NoSchedule"}])
    } else {
        json!([])
    };
    json!({
        "metadata": {"name": name, "uid": name, "resourceVersion": "1", "labels": labels},
        "spec": {"taints": taints},
        "status": {"allocatable": {"cpu": "64", "memory": "256Gi", "pods": "2000"}},
    })
}

fn pod(name: &str, app: &str, more: &Value) -> Value {
    let requests = json!({"requests": {"cpu": "100m", "memory": "64Mi"}});
    let mut pod = json!({
        "metadata": {"name": name, "namespace": "default", "uid": name, "resourceVersion": "1",
            "labels": {"app": app},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": app, "uid": app, "controller": true}]},
        "spec": {"containers": [{"name": "c", "image": "registry.example/c:1", "resources": requests}],
            "priority": 0, "schedulerName": "default-scheduler"},
    });
    if let (Some(spec), Some(more)) = (pod["spec"].as_object_mut(), more.as_object()) {
        spec.extend(more.clone());
    }
    pod
}

fn set(app: &str) -> Value {
    json!({
        "metadata": {"name": app, "namespace": "default", "uid": app, "resourceVersion": "1"},
        "spec": {"selector": {"matchLabels": {"app": app}}},
    })
}

/// The API server: what it lists, and how often it was told where a pod goes or why nowhere.
struct Server {
    nodes: Value,
    pods: Value,
    /// The replica sets that made them.
    sets: Value,
    answered: AtomicU32,
}

impl Server {
    fn answer(&self, request: &Request<Body>) -> (u16, UnsyncBoxBody<Bytes, Infallible>) {
        let path = request.uri().path();
        if request.method() == Method::GET {
            let is_watch = request
                .uri()
                .query()
                .is_some_and(|query| query.contains("watch="));
            if is_watch {
                return (200, body(stream::pending()));
            }
            let none = json!([]);
            let items = match path {
                "/api/v1/nodes" => &self.nodes,
                "/api/v1/pods" => &self.pods,
                "/apis/apps/v1/replicasets" => &self.sets,
                _ => &none,
            };
            return (
                200,
                whole(&json!({"metadata": {"resourceVersion": "1"}, "items": items})),
            );
        }
        if path.ends_with("/binding") || path.ends_with("/status") {
            self.answered.fetch_add(1, Ordering::Relaxed);
        }
        let answer = json!({"apiVersion": "v1", "kind": "Status", "status": "Success",
            "metadata": {}, "involvedObject": {}});
        (201, whole(&answer))
    }
}

fn whole(value: &Value) -> UnsyncBoxBody<Bytes, Infallible> {
    body(stream::iter([Bytes::from(value.to_string())]))
}

fn body(parts: impl Stream<Item = Bytes> + Send + 'static) -> UnsyncBoxBody<Bytes, Infallible> {
    let frames = parts.map(|bytes| Ok(Frame::data(bytes)));
    StreamBody::new(frames).boxed_unsync()
}

async fn place(nodes: u32, pods: u32, residents: u32, spec: &Value) -> Duration {
    let plain = json!({});
    let there = (0..residents).map(|number| {
        let mut pod = pod(
            &format!("old-{number}"),
            &format!("old-{}", number % 100),
            &plain,
        );
        pod["spec"]["nodeName"] = json!(format!("node-{}", number % nodes));
        pod
    });
    let new = (0..pods).map(|number| pod(&format!("new-{number}"), "new", spec));
    let old = (0..residents.min(100)).map(|number| format!("old-{number}"));
    let server = Arc::new(Server {
        sets: old.chain(["new".to_owned()]).map(|app| set(&app)).collect(),
        nodes: (0..nodes).map(node).collect(),
        pods: there.chain(new).collect(),
        answered: AtomicU32::new(0),
    });
    let asked = Arc::clone(&server);
    let service = tower::service_fn(move |request: Request<Body>| {
        let (status, body) = asked.answer(&request);
        let mut response = Response::new(body);
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let client = Client::new(service, "default");
    let (clock, chance) = (Clock::system(), Chance::seeded(1));
    let informers = Informers::new(client.clone(), clock, chance.clone());
    let component = Component {
        name: "default-scheduler",
        manager: "kube-scheduler",
    };
    let scheduler = Scheduler::new(Options {
        events: EventRecorder::start(client.clone(), component, clock, &chance),
        client,
        informers: informers.clone(),
        clock,
        chance,
    });
    informers.synced().await;
    let begun = Instant::now();
    let running = tokio::spawn(scheduler.run());
    while server.answered.load(Ordering::Relaxed) < pods {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let took = begun.elapsed();
    running.abort();
    informers.close();
    took
}

fn main() {
    let numbers: Vec<u32> = std::env::args().filter_map(|it| it.parse().ok()).collect();
    let number = |at: usize, default: u32| numbers.get(at).copied().unwrap_or(default);
    let (nodes, pods, residents) = (number(0, 5000), number(1, 2000), number(2, 0));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime needs nothing but memory");
    for (name, spec) in situations() {
        let took = runtime.block_on(place(nodes, pods, residents, &spec));
        let each = took.as_secs_f64() / f64::from(pods);
        let (rate, each) = (1.0 / each, each * 1e6);
        let line = format!("{name:<34}{rate:>9.0} pods/s {each:>7.0} us each\n");
        let _ = std::io::stdout().write_all(line.as_bytes());
    }
}
