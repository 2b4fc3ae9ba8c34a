//! What to do about a fault: a sentence, and the field that it is about.

use crate::fault::Fault;
use crate::report::Subject;
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::{Container, Node, Pod, PodSpec, Probe};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use trimtab_informer::Informers;

/// What to do about a fault of a workload, and in which of its fields.
pub(crate) fn of(
    informers: &Informers,
    subject: &Subject,
    pod: Option<&Pod>,
    fault: &Fault,
) -> (Option<String>, Option<String>) {
    let prefix = match &*subject.kind {
        "Pod" => "spec",
        _ => "spec.template.spec",
    };
    let Some((_, at, is_init)) = &fault.container else {
        return of_pod(informers, subject, prefix, pod, fault);
    };
    let spec = pod.and_then(|pod| pod.spec.as_ref());
    let list = spec.map(|spec| {
        if *is_init {
            spec.init_containers.as_deref().unwrap_or_default()
        } else {
            &spec.containers[..]
        }
    });
    let container = list.and_then(|list| list.get(*at));
    let name = if *is_init {
        "initContainers"
    } else {
        "containers"
    };
    let path = format!("{prefix}.{name}[{at}]");
    let (fix, field) = of_container(container, fault);
    let field = if field.is_empty() {
        path
    } else {
        format!("{path}.{field}")
    };
    (Some(fix), Some(field))
}

fn of_container(container: Option<&Container>, fault: &Fault) -> (String, &'static str) {
    let image = container.and_then(|it| it.image.as_deref());
    let image = image.unwrap_or_default();
    match &*fault.reason {
        "ErrImagePull" | "ImagePullBackOff" | "InvalidImageName" | "ErrImageNeverPull" => (
            format!(
                "name an image that can be pulled in place of `{image}`: look at its name, its tag and the pull secret"
            ),
            "image",
        ),
        "OOMKilled" => {
            let limits = container.and_then(|it| it.resources.as_ref()?.limits.as_ref());
            let limit = limits.and_then(|limits| limits.get("memory"));
            match limit {
                Some(limit) => (
                    format!("raise the memory limit of {}, or use less memory", limit.0),
                    "resources.limits.memory",
                ),
                None => (
                    "give the container a memory limit that it can live with".to_owned(),
                    "resources",
                ),
            }
        }
        "CreateContainerConfigError" | "CreateContainerError" => (
            format!("make what its environment names: {}", fault.message),
            "",
        ),
        "Unready" => match container.and_then(|it| it.readiness_probe.as_ref()) {
            Some(probe) => (
                format!(
                    "find out why its readiness probe ({}) fails",
                    described(probe)
                ),
                "readinessProbe",
            ),
            None => ("find out why it is not ready".to_owned(), ""),
        },
        _ => (
            format!("find out why `{image}` ends: look at its logs, command and configuration"),
            "",
        ),
    }
}

/// A probe in a few words: `GET /healthz on port 8080`.
fn described(probe: &Probe) -> String {
    let port = |port: &IntOrString| match port {
        IntOrString::Int(number) => number.to_string(),
        IntOrString::String(name) => name.clone(),
    };
    if let Some(get) = &probe.http_get {
        let path = get.path.as_deref().unwrap_or("/");
        format!("GET {path} on port {}", port(&get.port))
    } else if let Some(socket) = &probe.tcp_socket {
        format!("a connection to port {}", port(&socket.port))
    } else if let Some(exec) = &probe.exec {
        let command = exec.command.as_deref().unwrap_or_default();
        format!("`{}`", command.join(" "))
    } else {
        "a gRPC health check".to_owned()
    }
}

/// A sentence, and the field that it is about, from the `spec` of the pods; empty for all of that.
type Fix = (String, Option<String>);

fn of_pod(
    informers: &Informers,
    subject: &Subject,
    prefix: &str,
    pod: Option<&Pod>,
    fault: &Fault,
) -> (Option<String>, Option<String>) {
    let message = &*fault.message;
    let spec = pod.and_then(|pod| pod.spec.as_ref());
    let (fix, field) = match &*fault.reason {
        "Unschedulable" | "SchedulerError" => of_scheduling(informers, subject, spec, message),
        "FailedMount" => said("make the object that the volume names", ".volumes"),
        "SchedulingGated" => said(
            "take the scheduling gates away, or run what opens them",
            ".schedulingGates",
        ),
        "FailedCreate" if message.contains("exceeded quota") => {
            let fix = "raise the quota, or let the rollout need less: fewer replicas, smaller \
                       requests, less surge";
            (fix.to_owned(), None)
        }
        "FailedCreate" => said(
            "change the pod template so that admission takes its pods",
            "",
        ),
        "ReadinessGatesNotReady" => said(
            "run what sets the conditions that the readiness gates name",
            ".readinessGates",
        ),
        "DeadlineExceeded" => said(
            "give the pods more time, or less to do",
            ".activeDeadlineSeconds",
        ),
        _ => return (None, None),
    };
    (Some(fix), field.map(|field| format!("{prefix}{field}")))
}

fn said(fix: &str, field: &str) -> Fix {
    (fix.to_owned(), Some(field.to_owned()))
}

/// What to do about pods that fit on no node, by what the scheduler says.
fn of_scheduling(
    informers: &Informers,
    subject: &Subject,
    spec: Option<&PodSpec>,
    message: &str,
) -> Fix {
    if let Some(resource) = insufficient(message) {
        return of_lack(informers, spec, resource);
    }
    if message.contains("untolerated taint") {
        return said(
            "tolerate the taint, or add nodes without it",
            ".tolerations",
        );
    }
    if message.contains("node affinity/selector") {
        let field = if spec.is_some_and(|spec| spec.node_selector.is_some()) {
            ".nodeSelector"
        } else {
            ".affinity"
        };
        return said("label a node as the pods ask for, or ask for less", field);
    }
    if message.contains("anti-affinity") {
        let fix = match missing_nodes(informers, subject, spec) {
            Some((wanted, there)) => format!(
                "add nodes: {wanted} pods that keep apart by node need as many, and there are \
                 {there}; or only prefer that they do"
            ),
            None => "add a node, or let the rollout go without surge: with `maxSurge: 0` and \
                     `maxUnavailable: 1` an old pod makes room before its successor comes"
                .to_owned(),
        };
        return said(&fix, ".affinity.podAntiAffinity");
    }
    if message.contains("topology spread") {
        return said(
            "add nodes to the domains that lack pods, or use `whenUnsatisfiable: ScheduleAnyway`",
            ".topologySpreadConstraints",
        );
    }
    if message.contains("free ports") {
        return said(
            "add nodes, or free the host port: it is taken on every node that fits",
            "",
        );
    }
    if message.contains("PersistentVolumeClaims") || message.contains("persistentvolumeclaim") {
        return said(
            "make the claims that the pods name, and volumes for them",
            ".volumes",
        );
    }
    ("add nodes that the pods fit on".to_owned(), None)
}

/// What to do about too little of a resource.
fn of_lack(informers: &Informers, spec: Option<&PodSpec>, resource: &str) -> Fix {
    let containers = spec.into_iter().flat_map(|spec| &spec.containers);
    let first = containers.enumerate().find_map(|(at, container)| {
        let requests = container.resources.as_ref()?.requests.as_ref()?;
        Some((at, requests.get(resource)?.0.clone()))
    });
    let Some((at, amount)) = first else {
        let fix = format!("add nodes: those that fit have no {resource} left");
        return said(&fix, "");
    };
    let most = most_allocatable(informers, resource);
    let fix = format!(
        "request less {resource} than {amount} a pod, or add nodes: the largest has {most}"
    );
    let field = format!(".containers[{at}].resources.requests.{resource}");
    said(&fix, &field)
}

/// How many pods are wanted of a workload whose pods keep apart by node, and how many nodes there are, if
/// those are fewer.
fn missing_nodes(
    informers: &Informers,
    subject: &Subject,
    spec: Option<&PodSpec>,
) -> Option<(usize, usize)> {
    let apart = spec?.affinity.as_ref()?.pod_anti_affinity.as_ref()?;
    let terms = apart
        .required_during_scheduling_ignored_during_execution
        .as_ref()?;
    let mut keys = terms.iter().map(|term| term.topology_key.as_str());
    if !keys.any(|key| key == "kubernetes.io/hostname") {
        return None;
    }
    let (namespace, name) = (&*subject.namespace, &*subject.name);
    let replicas = match &*subject.kind {
        "Deployment" => {
            let found = informers.of::<Deployment>().get(namespace, name)?;
            found.spec.as_ref()?.replicas
        }
        "StatefulSet" => {
            let found = informers.of::<StatefulSet>().get(namespace, name)?;
            found.spec.as_ref()?.replicas
        }
        _ => return None,
    };
    let wanted = usize::try_from(replicas.unwrap_or(1)).ok()?;
    let there = informers.of::<Node>().list().len();
    (wanted > there).then_some((wanted, there))
}

/// The resource that a scheduler's message says is short.
fn insufficient(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("Insufficient ")?;
    let end = rest.find([',', '.', ' ', ';']);
    // Of `example.com/gpu` the dot is part.
    let word = match end {
        Some(end) if rest[..end].is_empty() => return None,
        Some(_) => rest
            .split([',', ' ', ';'])
            .next()
            .unwrap_or(rest)
            .trim_end_matches('.'),
        None => rest,
    };
    Some(word)
}

/// The most of a resource that a node has to give.
fn most_allocatable(informers: &Informers, resource: &str) -> String {
    let nodes = informers.of::<Node>().list();
    let amounts = nodes.iter().filter_map(|node| {
        let allocatable = node.status.as_ref()?.allocatable.as_ref()?;
        allocatable.get(resource).map(|amount| amount.0.clone())
    });
    let number = |text: &String| {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
        let (digits, unit) = text.split_at(end.unwrap_or(text.len()));
        let scale = match unit {
            "m" => 0.001,
            "Ki" => 1024.0,
            "Mi" => 1024.0 * 1024.0,
            "Gi" => 1024.0 * 1024.0 * 1024.0,
            "Ti" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
            _ => 1.0,
        };
        digits.parse::<f64>().unwrap_or(0.0) * scale
    };
    let most = amounts.max_by(|a, b| number(a).total_cmp(&number(b)));
    most.unwrap_or_else(|| "none".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_resource_is_read_off_the_message() {
        for (message, expected) in [
            (
                "0/3 nodes are available: 3 Insufficient cpu. preemption: x",
                Some("cpu"),
            ),
            (
                "0/3 nodes are available: 1 Insufficient memory, 2 x.",
                Some("memory"),
            ),
            ("3 Insufficient example.com/gpu.", Some("example.com/gpu")),
            ("3 node(s) had untolerated taint {a: b}.", None),
        ] {
            assert_eq!(insufficient(message), expected, "{message}");
        }
    }
}
