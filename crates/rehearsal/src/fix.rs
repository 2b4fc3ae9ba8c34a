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

fn of_pod(
    informers: &Informers,
    subject: &Subject,
    prefix: &str,
    pod: Option<&Pod>,
    fault: &Fault,
) -> (Option<String>, Option<String>) {
    let message = &*fault.message;
    let spec = pod.and_then(|pod| pod.spec.as_ref());
    let said = |fix: String, field: &str| (Some(fix), Some(format!("{prefix}{field}")));
    match &*fault.reason {
        "Unschedulable" | "SchedulerError" => {
            if let Some(resource) = insufficient(message) {
                let requests = spec.into_iter().flat_map(|spec| &spec.containers);
                let largest = requests.enumerate().find_map(|(at, container)| {
                    let requests = container.resources.as_ref()?.requests.as_ref()?;
                    Some((at, requests.get(resource)?.0.clone()))
                });
                let most = most_allocatable(informers, resource);
                return match largest {
                    Some((at, amount)) => said(
                        format!(
                            "request less {resource} than {amount} a pod, or add nodes: the largest has {most}"
                        ),
                        &format!(".containers[{at}].resources.requests.{resource}"),
                    ),
                    None => said(
                        format!("add nodes: those that fit have no {resource} left"),
                        "",
                    ),
                };
            }
            if message.contains("untolerated taint") {
                return said(
                    "tolerate the taint, or add nodes without it".to_owned(),
                    ".tolerations",
                );
            }
            if message.contains("node affinity/selector") {
                let field = if spec.is_some_and(|spec| spec.node_selector.is_some()) {
                    ".nodeSelector"
                } else {
                    ".affinity"
                };
                return said(
                    "label a node as the pods ask for, or ask for less".to_owned(),
                    field,
                );
            }
            if message.contains("anti-affinity")
                && let Some(missing) = missing_nodes(informers, subject, spec)
            {
                let (wanted, there) = missing;
                return said(
                    format!(
                        "add nodes: {wanted} pods that keep apart by node need as many, and there are {there}; or only prefer that they do"
                    ),
                    ".affinity.podAntiAffinity",
                );
            }
            if message.contains("anti-affinity") {
                return said(
                    "add a node, or let the rollout go without surge: with `maxSurge: 0` and `maxUnavailable: 1` \
                     an old pod makes room before its successor comes"
                        .to_owned(),
                    ".affinity.podAntiAffinity",
                );
            }
            if message.contains("topology spread") {
                return said(
                    "add nodes to the domains that lack pods, or use `whenUnsatisfiable: ScheduleAnyway`"
                        .to_owned(),
                    ".topologySpreadConstraints",
                );
            }
            if message.contains("free ports") {
                return said(
                    "add nodes, or free the host port: it is taken on every node that fits"
                        .to_owned(),
                    "",
                );
            }
            if message.contains("PersistentVolumeClaims") || message.contains("persistentvolumeclaim")
            {
                return said(
                    "make the claims that the pods name, and volumes for them".to_owned(),
                    ".volumes",
                );
            }
            (Some("add nodes that the pods fit on".to_owned()), None)
        }
        "FailedMount" => said(
            "make the object that the volume names".to_owned(),
            ".volumes",
        ),
        "SchedulingGated" => said(
            "take the scheduling gates away, or run what opens them".to_owned(),
            ".schedulingGates",
        ),
        "FailedCreate" if message.contains("exceeded quota") => (
            Some("raise the quota, or let the rollout need less: fewer replicas, smaller requests, less surge".to_owned()),
            None,
        ),
        "FailedCreate" => (
            Some("change the pod template so that admission takes its pods".to_owned()),
            Some(prefix.to_owned()),
        ),
        "ReadinessGatesNotReady" => said(
            "run what sets the conditions that the readiness gates name".to_owned(),
            ".readinessGates",
        ),
        "DeadlineExceeded" => said(
            "give the pods more time, or less to do".to_owned(),
            ".activeDeadlineSeconds",
        ),
        _ => (None, None),
    }
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
