//! Which pods stand behind a Service, and how they are reached.
//!
//! The rules are those of Kubernetes' `k8s.io/endpointslice` (`utils.go`, `util/controller_utils.go`).

use super::topology;
use super::zone::{ZONE, in_zone};
use crate::pods::{is_finished, is_ready};
use k8s_openapi::api::core::v1::{ContainerPort, Node, ObjectReference, Pod, Service, ServicePort};
use k8s_openapi::api::discovery::v1::{
    Endpoint, EndpointConditions, EndpointHints, EndpointPort, ForNode,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kube::ResourceExt;
use std::net::IpAddr;

/// A family of addresses; a slice holds those of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    V4,
    V6,
}

impl Family {
    /// As `addressType` of a slice.
    pub(crate) fn address_type(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }

    /// Whether the address is one of it.
    pub(crate) fn has(self, address: &str) -> bool {
        match address.parse() {
            Ok(IpAddr::V4(_)) => self == Self::V4,
            Ok(IpAddr::V6(_)) => self == Self::V6,
            Err(_) => false,
        }
    }
}

/// The families a Service is reached by, the first first; at least one.
pub(crate) fn families(service: &Service) -> Vec<Family> {
    let spec = service.spec.as_ref();
    let named = spec
        .and_then(|spec| spec.ip_families.as_deref())
        .unwrap_or_default();
    let mut families: Vec<_> = named
        .iter()
        .filter_map(|family| match family.as_str() {
            "IPv4" => Some(Family::V4),
            "IPv6" => Some(Family::V6),
            _ => None,
        })
        .collect();
    if families.is_empty() {
        families.push(Family::V4);
    }
    families
}

/// Whether the pod has, or may have, something to answer with.
pub(super) fn belongs(pod: &Pod) -> bool {
    !is_finished(pod) && pod_addresses(pod).next().is_some()
}

/// The addresses of a pod, the first first.
pub(crate) fn pod_addresses(pod: &Pod) -> impl Iterator<Item = &str> {
    let status = pod.status.as_ref();
    let all = status
        .and_then(|status| status.pod_ips.as_deref())
        .unwrap_or_default();
    let first = status
        .and_then(|status| status.pod_ip.as_deref())
        .filter(|_| all.is_empty());
    all.iter()
        .map(|it| it.ip.as_str())
        .chain(first)
        .filter(|it| !it.is_empty())
}

/// The pod as an endpoint of the Service; `None` if it has no address of that family.
pub(super) fn endpoint(
    service: &Service,
    pod: &Pod,
    node: Option<&Node>,
    family: Family,
) -> Option<Endpoint> {
    let addresses: Vec<_> = pod_addresses(pod)
        .filter(|address| family.has(address))
        .map(str::to_owned)
        .collect();
    if addresses.is_empty() {
        return None;
    }
    let serving = is_ready(pod);
    let terminating = pod.metadata.deletion_timestamp.is_some();
    let ready = publishes_not_ready(service) || serving && !terminating;
    let node_name = pod.spec.as_ref().and_then(|spec| spec.node_name.clone());
    let zone = node.and_then(|node| node.labels().get(ZONE).cloned());
    Some(Endpoint {
        hints: hints(service, ready, node_name.as_deref(), zone.as_deref()),
        addresses,
        conditions: Some(EndpointConditions {
            ready: Some(ready),
            serving: Some(serving),
            terminating: Some(terminating),
        }),
        hostname: hostname(service, pod),
        node_name,
        zone,
        target_ref: Some(ObjectReference {
            kind: Some("Pod".to_owned()),
            namespace: pod.namespace(),
            name: pod.metadata.name.clone(),
            uid: pod.metadata.uid.clone(),
            ..ObjectReference::default()
        }),
        ..Endpoint::default()
    })
}

/// Who is to ask the endpoint before others are asked: whoever is near it, if the Service prefers
/// that (KEP 4444 and 3015).
fn hints(
    service: &Service,
    is_ready: bool,
    node: Option<&str>,
    zone: Option<&str>,
) -> Option<EndpointHints> {
    let spec = service.spec.as_ref();
    let preference = spec.and_then(|spec| spec.traffic_distribution.as_deref());
    let prefers_node = match preference {
        Some("PreferClose" | "PreferSameZone") => false,
        Some("PreferSameNode") => true,
        _ => return None,
    };
    if topology::is_enabled(service) {
        // Then they follow from what all endpoints together are.
        return None;
    }
    let for_zones = in_zone(zone).and_then(|hints| hints.for_zones);
    let for_nodes = node.filter(|_| prefers_node).map(|node| {
        vec![ForNode {
            name: node.to_owned(),
        }]
    });
    let says_something = is_ready && (for_zones.is_some() || for_nodes.is_some());
    says_something.then_some(EndpointHints {
        for_nodes,
        for_zones,
    })
}

/// Whether addresses are published before their pods are ready.
pub(crate) fn publishes_not_ready(service: &Service) -> bool {
    let spec = service.spec.as_ref();
    spec.and_then(|spec| spec.publish_not_ready_addresses) == Some(true)
}

/// A pod has a name of its own in the domain of the Service that it says governs it.
pub(crate) fn hostname(service: &Service, pod: &Pod) -> Option<String> {
    let spec = pod.spec.as_ref()?;
    let governs = spec.subdomain.is_some()
        && spec.subdomain == service.metadata.name
        && pod.metadata.namespace == service.metadata.namespace;
    spec.hostname
        .clone()
        .filter(|name| governs && !name.is_empty())
}

/// The ports of the pod that those of the Service lead to; one that leads to none is left out.
pub(super) fn ports(service: &Service, pod: &Pod) -> Vec<EndpointPort> {
    let ports = service.spec.as_ref().and_then(|spec| spec.ports.as_deref());
    let ports = ports.unwrap_or_default().iter();
    ports
        .filter_map(|port| {
            Some(EndpointPort {
                name: Some(port.name.clone().unwrap_or_default()),
                port: Some(target(port, pod)?),
                protocol: Some(protocol(port.protocol.as_ref()).to_owned()),
                app_protocol: port.app_protocol.clone(),
            })
        })
        .collect()
}

fn protocol(protocol: Option<&String>) -> &str {
    protocol.map_or("TCP", String::as_str)
}

/// The port of the pod that one of a Service leads to, if it has it.
pub(crate) fn target(port: &ServicePort, pod: &Pod) -> Option<i32> {
    match &port.target_port {
        None => Some(port.port),
        Some(IntOrString::Int(number)) => Some(*number),
        Some(IntOrString::String(name)) => {
            let protocol_of = |it: &ContainerPort| protocol(it.protocol.as_ref()).to_owned();
            let wanted = protocol(port.protocol.as_ref());
            let mut found = container_ports(pod)
                .filter(|it| it.name.as_ref() == Some(name) && protocol_of(it) == wanted);
            found.next().map(|it| it.container_port)
        }
    }
}

/// Those of the containers, then those of init containers that stay.
fn container_ports(pod: &Pod) -> impl Iterator<Item = &ContainerPort> {
    let spec = pod.spec.iter();
    spec.flat_map(|spec| {
        let stays = spec.init_containers.iter().flatten();
        let stays = stays.filter(|it| it.restart_policy.as_deref() == Some("Always"));
        spec.containers.iter().chain(stays)
    })
    .flat_map(|container| container.ports.iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn service(spec: &Value) -> Service {
        serde_json::from_value(json!({"metadata": {"name": "s", "namespace": "a"}, "spec": spec}))
            .unwrap()
    }

    fn pod(ready: &str, leaves: bool) -> Pod {
        serde_json::from_value(json!({
            "metadata": {"name": "p", "namespace": "a", "uid": "u", "deletionTimestamp": leaves.then_some("2026-01-01T00:00:00Z")},
            "spec": {"nodeName": "n", "hostname": "h", "subdomain": "s", "containers": [
                {"name": "c", "ports": [{"name": "web", "containerPort": 8080}, {"name": "web", "containerPort": 53, "protocol": "UDP"}]},
            ]},
            "status": {"phase": "Running", "podIPs": [{"ip": "10.0.0.1"}, {"ip": "fd00::1"}],
                "conditions": [{"type": "Ready", "status": ready}]},
        }))
        .unwrap()
    }

    /// Readiness, being deleted, publishing what is not ready -> ready, serving, terminating.
    #[test]
    fn conditions_tell_who_may_be_asked() {
        for (ready, leaves, publishes, expected) in [
            ("True", false, false, [true, true, false]),
            ("False", false, false, [false, false, false]),
            ("True", true, false, [false, true, true]),
            ("False", false, true, [true, false, false]),
        ] {
            let service = service(&json!({"publishNotReadyAddresses": publishes}));
            let endpoint = endpoint(&service, &pod(ready, leaves), None, Family::V4).unwrap();
            let conditions = endpoint.conditions.unwrap();
            let got = [conditions.ready, conditions.serving, conditions.terminating];
            assert_eq!(got, expected.map(Some), "{ready} {leaves} {publishes}");
        }
    }

    #[test]
    fn an_endpoint_says_where_it_is() {
        let node: Node =
            serde_json::from_value(json!({"metadata": {"labels": {ZONE: "z"}}})).unwrap();
        let endpoint = endpoint(
            &service(&json!({})),
            &pod("True", false),
            Some(&node),
            Family::V6,
        )
        .unwrap();
        assert_eq!(endpoint.addresses, ["fd00::1"]);
        assert_eq!(endpoint.zone.as_deref(), Some("z"));
        assert_eq!(endpoint.node_name.as_deref(), Some("n"));
        assert_eq!(endpoint.hostname.as_deref(), Some("h"));
    }

    /// Preference, readiness -> hints.
    #[test]
    fn hints_follow_from_where_an_endpoint_is() {
        let node: Node =
            serde_json::from_value(json!({"metadata": {"labels": {ZONE: "z"}}})).unwrap();
        let zones = json!({"forZones": [{"name": "z"}]});
        let both = json!({"forZones": [{"name": "z"}], "forNodes": [{"name": "n"}]});
        for (preference, ready, expected) in [
            (None, "True", json!(null)),
            (Some("PreferClose"), "True", zones.clone()),
            (Some("PreferSameZone"), "True", zones),
            (Some("PreferSameNode"), "True", both),
            (Some("PreferSameNode"), "False", json!(null)),
        ] {
            let service = service(&json!({"trafficDistribution": preference}));
            let pod = pod(ready, false);
            let endpoint = endpoint(&service, &pod, Some(&node), Family::V4).unwrap();
            assert_eq!(json!(endpoint.hints), expected, "{preference:?} {ready}");
        }
    }

    #[test]
    fn ports_lead_to_containers() {
        let service = service(&json!({"ports": [
            {"name": "http", "port": 80, "targetPort": "web"},
            {"name": "dns", "port": 53, "targetPort": "web", "protocol": "UDP"},
            {"name": "none", "port": 81, "targetPort": "missing"},
            {"name": "raw", "port": 90},
            {"name": "number", "port": 91, "targetPort": 9191},
        ]}));
        let ports = ports(&service, &pod("True", false));
        let ports: Vec<_> = ports
            .iter()
            .map(|it| (it.name.as_deref().unwrap(), it.port.unwrap()))
            .collect();
        assert_eq!(
            ports,
            [("http", 8080), ("dns", 53), ("raw", 90), ("number", 9191)]
        );
    }
}
