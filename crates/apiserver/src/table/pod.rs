//! Pods and their templates.

use super::age::seconds;
use super::cells::{
    NONE, age, condition, each, is_true, items, labels, name, number, string_or, text, text_or,
};
use super::column::{AGE, CONTAINERS, Column, IMAGES, NAME, text as column};
use super::entry::{Entry, entry};
use jiff::Timestamp;
use trimtab_clock::human_duration;
use trimtab_tree::Value;

pub(super) const ENTRIES: &[Entry] = &[
    entry("", "Pod", POD, pod),
    entry("", "PodTemplate", POD_TEMPLATE, pod_template),
];

const POD: &[Column] = &[
    NAME,
    column("Ready", "How many of the pod's containers are ready, of how many."),
    column("Status", "What the pod's containers are doing, in a word."),
    column(
        "Restarts",
        "How often the pod's containers were restarted, and how long ago the last time was.",
    ),
    AGE,
    column("IP", "The pod's address within the cluster.").wide(),
    column(
        "Node",
        "The node that the pod is bound to; empty until the scheduler has chosen one. \
         See https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename",
    )
    .wide(),
    column(
        "Nominated Node",
        "The node on which other pods make place for this one; PodSpec.nodeName may become another.",
    )
    .wide(),
    column(
        "Readiness Gates",
        "How many of the conditions that the pod asks for beside its containers' readiness are \
         \"True\". See https://git.k8s.io/enhancements/keps/sig-network/580-pod-readiness-gates",
    )
    .wide(),
];

const POD_TEMPLATE: &[Column] = &[
    NAME,
    CONTAINERS,
    IMAGES,
    column("Pod Labels", "The labels of pods made from the template."),
];

fn pod(object: &Value, now: Timestamp) -> Vec<Value> {
    let state = State::of(object);
    let status = state.reason(object);
    let gates = items(object, &["spec", "readinessGates"]);
    let passed = gates.iter().filter(|gate| {
        let condition = condition(object, text(gate, &["conditionType"]));
        condition.is_some_and(|condition| text(condition, &["status"]) == "True")
    });
    let gates = match gates.len() {
        0 => NONE.to_owned(),
        all => format!("{}/{all}", passed.count()),
    };
    let first_ip = items(object, &["status", "podIPs"]).first();
    let ip = first_ip.map_or("", |ip| text(ip, &["ip"]));
    vec![
        name(object),
        Value::string(format!("{}/{}", state.ready, state.total)),
        Value::string(status),
        Value::string(state.restarts(now)),
        age(object, now),
        Value::string(if ip.is_empty() { NONE } else { ip }),
        string_or(object, &["spec", "nodeName"], NONE),
        string_or(object, &["status", "nominatedNodeName"], NONE),
        Value::string(gates),
    ]
}

/// What is said of the row of a pod that has ended, so that it can be left out.
pub(super) fn row_conditions(object: &Value) -> Option<Value> {
    let (reason, message) = match text(object, &["status", "phase"]) {
        "Succeeded" => ("Succeeded", "The pod has completed successfully."),
        "Failed" => ("Failed", "The pod failed."),
        _ => return None,
    };
    let condition = [
        ("type", "Completed"),
        ("status", "True"),
        ("reason", reason),
        ("message", message),
    ];
    let condition = condition.map(|(name, text)| (name, Value::string(text)));
    Some(Value::sequence(vec![Value::mapping(condition)]))
}

fn pod_template(object: &Value, _: Timestamp) -> Vec<Value> {
    let template = object.get("template");
    let empty = Value::null();
    let spec = template
        .and_then(|template| template.get("spec"))
        .unwrap_or(&empty);
    let pod_labels = template.and_then(|template| template.get_path(&["metadata", "labels"]));
    vec![
        name(object),
        Value::string(each(spec, &["containers"], "name")),
        Value::string(each(spec, &["containers"], "image")),
        Value::string(labels(pod_labels)),
    ]
}

/// What the containers of a pod add up to.
#[derive(Default)]
struct State {
    total: usize,
    ready: usize,
    restarts: i64,
    last_restart: Option<Timestamp>,
    /// What is wrong with, or still to be done by, a container that runs before the others.
    initializing: Option<String>,
    /// What the first container that does not simply run is at.
    container: Option<String>,
    has_running: bool,
}

/// One container, as its pod's status tells it.
struct Container<'a>(&'a Value);

impl State {
    fn of(pod: &Value) -> Self {
        let sidecars: Vec<&str> = items(pod, &["spec", "initContainers"])
            .iter()
            .filter(|container| text(container, &["restartPolicy"]) == "Always")
            .map(|container| text(container, &["name"]))
            .collect();
        let mut state = Self {
            total: items(pod, &["spec", "containers"]).len() + sidecars.len(),
            ..Self::default()
        };
        let sidecar_restarts = state.read_init_containers(pod, &sidecars);
        let initialized = condition(pod, "Initialized");
        let initialized = initialized.is_some_and(|found| text(found, &["status"]) == "True");
        if state.initializing.is_none() || initialized {
            // Once the pod runs, what happened before no longer counts, sidecars aside.
            (state.restarts, state.last_restart) = sidecar_restarts;
            state.read_containers(pod);
        }
        state
    }

    /// Goes through the containers that run before the others, up to the first that has not done
    /// its part. Returns the restarts of sidecars.
    fn read_init_containers(&mut self, pod: &Value, sidecars: &[&str]) -> (i64, Option<Timestamp>) {
        let all = items(pod, &["spec", "initContainers"]).len();
        let mut of_sidecars = (0, None);
        for (at, status) in items(pod, &["status", "initContainerStatuses"])
            .iter()
            .enumerate()
        {
            let container = Container(status);
            let restarts = number(status, &["restartCount"]);
            self.restarts += restarts;
            self.last_restart = self.last_restart.max(container.last_end());
            let is_sidecar = sidecars.contains(&text(status, &["name"]));
            if is_sidecar {
                of_sidecars.0 += restarts;
                of_sidecars.1 = of_sidecars.1.max(container.last_end());
            }
            if container.exit_code() == Some(0) {
                continue;
            }
            if is_sidecar && is_true(status, &["started"]) {
                self.ready += usize::from(is_true(status, &["ready"]));
                continue;
            }
            let waiting = text(status, &["state", "waiting", "reason"]);
            self.initializing = Some(match container.end() {
                Some(end) => format!("Init:{end}"),
                None if !waiting.is_empty() && waiting != "PodInitializing" => {
                    format!("Init:{waiting}")
                }
                None => format!("Init:{at}/{all}"),
            });
            break;
        }
        of_sidecars
    }

    fn read_containers(&mut self, pod: &Value) {
        for status in items(pod, &["status", "containerStatuses"]).iter().rev() {
            let container = Container(status);
            self.restarts += number(status, &["restartCount"]);
            self.last_restart = self.last_restart.max(container.last_end());
            let waiting = text(status, &["state", "waiting", "reason"]);
            if !waiting.is_empty() {
                self.container = Some(waiting.to_owned());
            } else if let Some(end) = container.end() {
                self.container = Some(end);
            } else if is_true(status, &["ready"]) && container.is_running() {
                self.has_running = true;
                self.ready += 1;
            }
        }
    }

    /// What the pod is at, in a word.
    fn reason(&self, pod: &Value) -> String {
        let phase = text(pod, &["status", "phase"]);
        let told = text(pod, &["status", "reason"]);
        if pod.get_path(&["metadata", "deletionTimestamp"]).is_some() {
            if told == "NodeLost" {
                return "Unknown".to_owned();
            }
            // A pod that has ended says how; it is on its way out anyway.
            if !matches!(phase, "Succeeded" | "Failed") {
                return "Terminating".to_owned();
            }
        }
        let gated = condition(pod, "PodScheduled")
            .is_some_and(|found| text(found, &["reason"]) == "SchedulingGated");
        let reason = match self.container.as_ref().or(self.initializing.as_ref()) {
            Some(container) => container,
            None if gated => "SchedulingGated",
            None if told.is_empty() => phase,
            None => told,
        };
        // A container has completed, but others still run.
        if reason == "Completed" && self.has_running {
            let ready = condition(pod, "Ready");
            let ready = ready.is_some_and(|ready| text(ready, &["status"]) == "True");
            return if ready { "Running" } else { "NotReady" }.to_owned();
        }
        reason.to_owned()
    }

    fn restarts(&self, now: Timestamp) -> String {
        match self.last_restart {
            Some(last) if self.restarts > 0 => {
                format!(
                    "{} ({} ago)",
                    self.restarts,
                    human_duration(seconds(last, now))
                )
            }
            _ => self.restarts.to_string(),
        }
    }
}

impl Container<'_> {
    fn is_running(&self) -> bool {
        self.0.get_path(&["state", "running"]).is_some()
    }

    fn exit_code(&self) -> Option<i64> {
        let ended = self.0.get_path(&["state", "terminated"])?;
        Some(number(ended, &["exitCode"]))
    }

    /// How it ended, if it has.
    fn end(&self) -> Option<String> {
        let ended = self.0.get_path(&["state", "terminated"])?;
        let reason = text(ended, &["reason"]);
        Some(match (reason, number(ended, &["signal"])) {
            ("", 0) => format!("ExitCode:{}", text_or(ended, &["exitCode"], "0")),
            ("", signal) => format!("Signal:{signal}"),
            (reason, _) => reason.to_owned(),
        })
    }

    /// When it ended before its last start.
    fn last_end(&self) -> Option<Timestamp> {
        let time = text(self.0, &["lastState", "terminated", "finishedAt"]);
        time.parse().ok()
    }
}
