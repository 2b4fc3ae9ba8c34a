//! What one object uses.

use super::amounts::{Amounts, Side};
use jiff::{SignedDuration, Timestamp};
use trimtab_object::{Quantity, items_at, text_at};
use trimtab_tree::Value;

const HUGE_PAGES: &str = "hugepages-";
const REQUESTS: &str = "requests.";
/// Resources that are devices of a class (KEP-5004).
const OF_DEVICE_CLASS: &str = "deviceclass.resource.kubernetes.io/";
/// Ends the names under which devices of a class are counted.
const DEVICES: &str = ".deviceclass.resource.k8s.io/devices";
/// Parts the name of a storage class from what is counted of it.
const OF_STORAGE_CLASS: &str = ".storageclass.storage.k8s.io/";

/// One, under each of these names.
pub(super) fn one_of_each<'n>(names: impl Iterator<Item = &'n str>) -> Amounts {
    let mut amounts = Amounts::default();
    for name in names {
        amounts.set(name, Quantity::from_units(1));
    }
    amounts
}

const PODS: [&str; 11] = [
    "count/pods",
    "pods",
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
];

/// Whether a quota counts pods under that name.
pub(super) fn is_of_pods(name: &str) -> bool {
    let requested = name.strip_prefix(REQUESTS);
    PODS.contains(&name)
        || name.starts_with(HUGE_PAGES)
        || requested.is_some_and(|name| {
            name.starts_with(HUGE_PAGES) || is_extended(name) || name.starts_with(OF_DEVICE_CLASS)
        })
}

/// What a pod uses. One that has ended, or should have by now, is there but uses nothing.
pub(super) fn of_pod(pod: &Value, now: Timestamp) -> Amounts {
    let mut used = one_of_each(["count/pods"].into_iter());
    if !has_ended(pod, now) {
        used.add(&of_compute(
            &Side::Requests.of_pod_with_overhead(pod),
            &Side::Limits.of_pod_with_overhead(pod),
        ));
    }
    used
}

fn has_ended(pod: &Value, now: Timestamp) -> bool {
    if matches!(
        text_at(pod, &["status", "phase"]),
        Some("Failed" | "Succeeded")
    ) {
        return true;
    }
    let metadata = |field: &str| text_at(pod, &["metadata", field]);
    let deleted = metadata("deletionTimestamp").and_then(|text| text.parse::<Timestamp>().ok());
    let grace = metadata("deletionGracePeriodSeconds").and_then(|text| text.parse().ok());
    let (Some(deleted), Some(grace)) = (deleted, grace) else {
        return false;
    };
    let end = deleted.checked_add(SignedDuration::from_secs(grace));
    end.is_ok_and(|end| now > end)
}

/// What requests and limits come to, by the names that quotas have for them.
pub(super) fn of_compute(requests: &Amounts, limits: &Amounts) -> Amounts {
    let mut used = one_of_each(["pods"].into_iter());
    for name in ["cpu", "memory", "ephemeral-storage"] {
        if let Some(amount) = requests.get(name) {
            used.set(name, amount.clone());
            used.set(format!("{REQUESTS}{name}"), amount.clone());
        }
        if let Some(amount) = limits.get(name) {
            used.set(format!("limits.{name}"), amount.clone());
        }
    }
    for (name, amount) in requests.iter() {
        if name.starts_with(HUGE_PAGES) {
            used.set(name, amount.clone());
        }
        if name.starts_with(HUGE_PAGES) || is_extended(name) || name.starts_with(OF_DEVICE_CLASS) {
            used.set(format!("{REQUESTS}{name}"), amount.clone());
        }
    }
    used
}

/// The names under which Services are counted.
pub(super) const SERVICES: [&str; 4] = [
    "count/services",
    "services",
    "services.nodeports",
    "services.loadbalancers",
];

/// What a Service uses.
pub(super) fn of_service(service: &Value) -> Amounts {
    let ports = items_at(service, &["spec", "ports"]);
    let count = |count: usize| Quantity::from_units(i64::try_from(count).unwrap_or(i64::MAX));
    let (mut node_ports, mut load_balancers) = (0, 0);
    match text_at(service, &["spec", "type"]) {
        Some("NodePort") => node_ports = ports.len(),
        Some("LoadBalancer") => {
            load_balancers = 1;
            let allocates = text_at(service, &["spec", "allocateLoadBalancerNodePorts"]);
            node_ports = if allocates == Some("false") {
                let has_port =
                    |port: &&Value| text_at(port, &["nodePort"]).is_some_and(|port| port != "0");
                ports.iter().filter(has_port).count()
            } else {
                ports.len()
            };
        }
        _ => {}
    }
    Amounts::from([
        ("count/services", count(1)),
        ("services", count(1)),
        ("services.nodeports", count(node_ports)),
        ("services.loadbalancers", count(load_balancers)),
    ])
}

const CLAIMS: [&str; 2] = ["persistentvolumeclaims", "requests.storage"];

/// Whether a quota counts claims under that name.
pub(super) fn is_of_claims(name: &str) -> bool {
    let of_class = |what: &&str| {
        let class = name.strip_suffix(*what);
        class.is_some_and(|class| class.ends_with(OF_STORAGE_CLASS))
    };
    name == "count/persistentvolumeclaims" || CLAIMS.contains(&name) || CLAIMS.iter().any(of_class)
}

/// What a claim uses, beside of its storage class.
pub(super) fn of_claim(claim: &Value) -> Amounts {
    let mut used =
        one_of_each(["persistentvolumeclaims", "count/persistentvolumeclaims"].into_iter());
    let storage = |path: &[&str]| text_at(claim, path)?.parse::<Quantity>().ok();
    let asked = storage(&["spec", "resources", "requests", "storage"]);
    if let Some(asked) = asked {
        let has = storage(&["status", "allocatedResources", "storage"]);
        let more = has.filter(|has| *has > asked);
        used.set("requests.storage", more.unwrap_or(asked));
    }
    if let Some(class) = class_of(claim) {
        for what in CLAIMS {
            if let Some(amount) = used.get(what).cloned() {
                used.set(format!("{class}{OF_STORAGE_CLASS}{what}"), amount);
            }
        }
    }
    used
}

/// Whether a quota counts claims of devices under that name.
pub(super) fn is_of_resource_claims(name: &str) -> bool {
    name == "count/resourceclaims.resource.k8s.io" || name.ends_with(DEVICES)
}

/// What a claim of devices uses: of each request the devices of its class, of alternatives the
/// largest.
pub(super) fn of_resource_claim(claim: &Value) -> Amounts {
    let mut used = one_of_each(["count/resourceclaims.resource.k8s.io"].into_iter());
    for request in items_at(claim, &["spec", "devices", "requests"]) {
        let exactly = request.get("exactly").filter(|it| !it.is_null());
        let mut most = Amounts::default();
        let alternatives = items_at(request, &["firstAvailable"]);
        for alternative in exactly.into_iter().chain(alternatives) {
            let Some(class) = text_at(alternative, &["deviceClassName"]) else {
                continue;
            };
            let count = match text_at(alternative, &["allocationMode"]) {
                Some("All") => MOST_DEVICES,
                _ => text_at(alternative, &["count"])
                    .and_then(|count| count.parse().ok())
                    .unwrap_or(1),
            };
            let name = format!("{class}{DEVICES}");
            let count = Quantity::from_units(count);
            if most.get(&name).is_none_or(|known| *known < count) {
                most.set(name, count);
            }
        }
        used.add(&most);
    }
    used
}

/// How many devices a claim can have: one that asks for all is counted as that many.
const MOST_DEVICES: i64 = 32;

/// Names the class of a claim as it was before there was a field for it.
const OLD_CLASS: &str = "volume.beta.kubernetes.io/storage-class";

/// The storage class of a claim: an old annotation's, or the field's.
pub fn class_of(claim: &Value) -> Option<&str> {
    text_at(claim, &["metadata", "annotations", OLD_CLASS])
        .or_else(|| text_at(claim, &["spec", "storageClassName"]))
}

/// Whether a resource is none of Kubernetes' own (`IsExtendedResourceName` of `pkg/apis/core/helper`).
pub fn is_extended(name: &str) -> bool {
    name.contains('/') && !name.contains("kubernetes.io/") && !name.starts_with("requests.")
}
