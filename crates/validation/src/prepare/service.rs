//! What a service loses when its type changes.
//!
//! Who changes the type of a service by a patch, or writes back what was read, does not mean to keep
//! what the old type needed and the new one does not have; what is told explicitly, and differs from
//! what was there, stays for validation to refuse.

use crate::fields::{copy, has, items, remove, set, text};
use trimtab_tree::Value;

/// Drops what the old type needed, the new one does not have, and the update left as it was.
pub(super) fn drop_dependent_fields(service: &mut Value, old: &Value) {
    let (Some(spec), Some(before)) = (service.get_mut("spec"), old.get("spec")) else {
        return;
    };
    let gone = |needs: fn(&Value) -> bool, spec: &Value| needs(before) && !needs(spec);
    let is_same = |spec: &Value, field: &str| spec.get(field) == before.get(field);

    if gone(needs_cluster_ip, spec) {
        let addresses = ["clusterIP", "clusterIPs"];
        if addresses.iter().all(|field| is_same(spec, field)) {
            for field in addresses {
                remove(spec, field);
            }
        }
        for field in ["ipFamilies", "ipFamilyPolicy"] {
            if is_same(spec, field) {
                remove(spec, field);
            }
        }
    }
    // Ports may go and change, as long as none asks for a port of its own.
    let adds_none = || node_ports(spec).all(|port| node_ports(before).any(|old| old == port));
    if gone(needs_node_ports, spec) && adds_none() {
        let ports = spec.get_mut("ports").and_then(Value::as_sequence_mut);
        for port in ports.into_iter().flatten() {
            remove(port, "nodePort");
        }
    }
    for (needs, field) in [
        (
            needs_health_check as fn(&Value) -> bool,
            "healthCheckNodePort",
        ),
        (is_load_balancer, "allocateLoadBalancerNodePorts"),
        (is_load_balancer, "loadBalancerClass"),
        (is_external, "externalTrafficPolicy"),
    ] {
        if gone(needs, spec) && is_same(spec, field) {
            remove(spec, field);
        }
    }
    if text(spec, "type") == text(before, "type") && !has(spec, "healthCheckNodePort") {
        copy(spec, before, "healthCheckNodePort");
    }
    if !is_load_balancer(spec)
        && let Some(status) = service.get_mut("status")
    {
        set(status, "loadBalancer", Value::mapping([]));
    }
    drop_unused_policy(service);
}

/// What routes nothing has no policy for routing inside the cluster, whatever is said.
pub(super) fn drop_unused_policy(service: &mut Value) {
    if let Some(spec) = service.get_mut("spec")
        && !needs_cluster_ip(spec)
    {
        remove(spec, "internalTrafficPolicy");
    }
}

fn needs_cluster_ip(spec: &Value) -> bool {
    text(spec, "type") != Some("ExternalName")
}

fn is_load_balancer(spec: &Value) -> bool {
    text(spec, "type") == Some("LoadBalancer")
}

fn needs_node_ports(spec: &Value) -> bool {
    match text(spec, "type") {
        Some("NodePort") => true,
        // A load balancer may do without.
        Some("LoadBalancer") => {
            let allocates = spec.get("allocateLoadBalancerNodePorts");
            allocates.and_then(Value::text) != Some("false")
        }
        _ => false,
    }
}

fn is_external(spec: &Value) -> bool {
    matches!(text(spec, "type"), Some("NodePort" | "LoadBalancer"))
        || needs_cluster_ip(spec) && has(spec, "externalIPs")
}

fn needs_health_check(spec: &Value) -> bool {
    is_load_balancer(spec) && text(spec, "externalTrafficPolicy") == Some("Local")
}

fn node_ports(spec: &Value) -> impl Iterator<Item = &str> {
    let ports = items(spec, "ports").iter();
    ports.filter_map(|port| port.get("nodePort")?.text())
}
