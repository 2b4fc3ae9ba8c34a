//! What a kubelet says about its node, and what it says again when somebody changed it.
//!
//! The rules are those of Kubernetes' `pkg/kubelet/kubelet_node_status.go` and its setters.

use jiff::Timestamp;
use k8s_openapi::api::core::v1::{Node, NodeCondition, NodeStatus};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The conditions of a healthy node, in the kubelet's words: type, status, reason and message.
const HEALTHY: [(&str, &str, &str, &str); 4] = [
    (
        "MemoryPressure",
        "False",
        "KubeletHasSufficientMemory",
        "kubelet has sufficient memory available",
    ),
    (
        "DiskPressure",
        "False",
        "KubeletHasNoDiskPressure",
        "kubelet has no disk pressure",
    ),
    (
        "PIDPressure",
        "False",
        "KubeletHasSufficientPID",
        "kubelet has sufficient PID available",
    ),
    (
        "Ready",
        "True",
        "KubeletReady",
        "kubelet is posting ready status",
    ),
];

/// The conditions of a healthy node at `now`. Those that `before` has in the same state have been
/// in it since then.
pub(crate) fn conditions(before: &NodeStatus, now: Timestamp) -> Vec<NodeCondition> {
    let now = Time(now);
    let make = |&(type_, status, reason, message): &(&str, &str, &str, &str)| {
        let known = condition(before, type_).filter(|known| known.status == status);
        let since = known.and_then(|known| known.last_transition_time.clone());
        NodeCondition {
            type_: type_.to_owned(),
            status: status.to_owned(),
            reason: Some(reason.to_owned()),
            message: Some(message.to_owned()),
            last_heartbeat_time: Some(now.clone()),
            last_transition_time: since.or_else(|| Some(now.clone())),
        }
    };
    HEALTHY.iter().map(make).collect()
}

fn condition<'a>(status: &'a NodeStatus, type_: &str) -> Option<&'a NodeCondition> {
    let mut conditions = status.conditions.iter().flatten();
    conditions.find(|condition| condition.type_ == type_)
}

/// Whether somebody else has changed what is the kubelet's to say. What others add, as resources
/// of devices and conditions of other types, stays.
pub(crate) fn is_altered(found: &Node, own: &Node) -> bool {
    let none = NodeStatus::default();
    let found = found.status.as_ref().unwrap_or(&none);
    let is_healthy = HEALTHY.iter().all(|&(type_, status, reason, message)| {
        condition(found, type_).is_some_and(|it| {
            it.status == status
                && it.reason.as_deref() == Some(reason)
                && it.message.as_deref() == Some(message)
        })
    });
    !is_healthy || changes(found, own).is_some()
}

/// What brings the status back to what the kubelet says, its conditions as of `now`.
pub(crate) fn patch(before: &Node, own: &Node, now: Timestamp) -> Value {
    let none = NodeStatus::default();
    let before = before.status.as_ref().unwrap_or(&none);
    let mut status = changes(before, own).unwrap_or_else(|| json!({}));
    status["conditions"] = json!(conditions(before, now));
    json!({"status": status})
}

/// What of the node's own status, the conditions apart, is not there as it should be.
fn changes(found: &NodeStatus, own: &Node) -> Option<Value> {
    let own = own.status.as_ref()?;
    let mut changes = serde_json::Map::new();
    let resources = [
        ("capacity", &found.capacity, &own.capacity),
        ("allocatable", &found.allocatable, &own.allocatable),
    ];
    for (field, found, own) in resources {
        let differs = |(name, amount): (&String, &Quantity)| {
            let found = found.as_ref().and_then(|found| found.get(name));
            !found.is_some_and(|found| is_as_much(found, amount))
        };
        if own.iter().flatten().any(differs) {
            changes.insert(field.to_owned(), json!(own));
        }
    }
    let extended = extended_resources(found);
    if !extended.is_empty() {
        let allocatable = changes.entry("allocatable").or_insert_with(|| json!({}));
        if let Some(allocatable) = allocatable.as_object_mut() {
            allocatable.extend(extended);
        }
    }
    let addresses = found.addresses.as_deref().unwrap_or_default();
    let mut own_addresses = own.addresses.iter().flatten();
    if own_addresses.any(|address| !addresses.contains(address)) {
        changes.insert("addresses".to_owned(), json!(own.addresses));
    }
    if found.daemon_endpoints != own.daemon_endpoints {
        changes.insert("daemonEndpoints".to_owned(), json!(own.daemon_endpoints));
    }
    if found.node_info != own.node_info {
        changes.insert("nodeInfo".to_owned(), json!(own.node_info));
    }
    (!changes.is_empty()).then_some(Value::Object(changes))
}

/// Whether both are the same amount: a server writes `2000` as `2k`.
fn is_as_much(one: &Quantity, other: &Quantity) -> bool {
    let amount = |of: &Quantity| trimtab_object::Quantity::parse(&of.0);
    one == other || matches!((amount(one), amount(other)), (Ok(one), Ok(other)) if one == other)
}

/// What the kubelet makes of extended resources that somebody has written into a node's capacity:
/// pods can have all of them, and none that are not there any more (`nodestatus.MachineInfo`).
fn extended_resources(found: &NodeStatus) -> serde_json::Map<String, Value> {
    let none = BTreeMap::new();
    let capacity = found.capacity.as_ref().unwrap_or(&none);
    let allocatable = found.allocatable.as_ref().unwrap_or(&none);
    let mut changes = serde_json::Map::new();
    for (name, amount) in capacity {
        if is_extended(name) && allocatable.get(name) != Some(amount) {
            changes.insert(name.clone(), json!(amount));
        }
    }
    for name in allocatable.keys() {
        if is_extended(name) && !capacity.contains_key(name) {
            changes.insert(name.clone(), Value::Null);
        }
    }
    changes
}

/// Whether a resource is none of Kubernetes' own.
fn is_extended(name: &str) -> bool {
    name.contains('/') && !name.contains("kubernetes.io/") && !name.starts_with("requests.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn healthy() -> Node {
        let status = json!({
            "addresses": [{"type": "Hostname", "address": "node-1"}],
            "capacity": {"cpu": "4", "pods": "10"},
            "allocatable": {"cpu": "4", "pods": "10"},
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "conditions": conditions(&NodeStatus::default(), at(0)),
        });
        serde_json::from_value(json!({"metadata": {"name": "node-1"}, "status": status})).unwrap()
    }

    #[test]
    fn what_others_change_is_seen_and_said_again() {
        let own = healthy();
        assert!(!is_altered(&own, &own));
        let mut canonical = healthy();
        let amounts = canonical
            .status
            .as_mut()
            .unwrap()
            .capacity
            .as_mut()
            .unwrap();
        amounts.insert("cpu".into(), Quantity("4000m".into()));
        assert!(!is_altered(&canonical, &own));
        let altered = |change: fn(&mut NodeStatus)| {
            let mut found = healthy();
            change(found.status.as_mut().unwrap());
            (
                is_altered(&found, &own),
                patch(&found, &own, at(60))["status"].clone(),
            )
        };
        let (is_seen, patch) = altered(|it| {
            it.conditions.as_mut().unwrap()[3].status = "False".into();
        });
        assert!(is_seen);
        let transitions = |patch: &Value| -> Vec<Value> {
            let all = patch["conditions"].as_array().unwrap().iter();
            all.map(|it| it["lastTransitionTime"].clone()).collect()
        };
        let (old, new) = (json!("1970-01-01T00:00:00Z"), json!("1970-01-01T00:01:00Z"));
        assert_eq!(transitions(&patch), [old.clone(), old.clone(), old, new]);
        assert_eq!(patch["conditions"][3]["status"], "True");
        assert_eq!(
            patch.as_object().unwrap().len(),
            1,
            "nothing else is to be said"
        );

        let (is_seen, patch) = altered(|it| {
            let capacity = it.capacity.as_mut().unwrap();
            capacity.insert("cpu".into(), Quantity("1".into()));
            it.addresses = None;
            it.daemon_endpoints = None;
        });
        assert!(is_seen);
        assert_eq!(patch["capacity"], json!({"cpu": "4", "pods": "10"}));
        assert_eq!(patch["addresses"][0]["address"], "node-1");
        assert_eq!(patch["daemonEndpoints"]["kubeletEndpoint"]["Port"], 10250);
    }

    #[test]
    fn what_others_add_stays_as_it_is() {
        let mut found = healthy();
        let status = found.status.as_mut().unwrap();
        let volumes = "attachable-volumes-kubernetes.io/disk";
        let capacity = status.capacity.as_mut().unwrap();
        capacity.insert(volumes.into(), Quantity("2".into()));
        status.conditions.as_mut().unwrap().push(NodeCondition {
            type_: "NetworkUnavailable".into(),
            status: "True".into(),
            ..NodeCondition::default()
        });
        assert!(!is_altered(&found, &healthy()));
    }

    #[test]
    fn pods_can_have_the_extended_resources_of_the_capacity() {
        let gpu = || ("example.com/gpu".to_owned(), Quantity("2".into()));
        let mut found = healthy();
        let status = found.status.as_mut().unwrap();
        status.capacity.as_mut().unwrap().extend([gpu()]);
        let allocatable =
            |found: &Node| patch(found, &healthy(), at(60))["status"]["allocatable"].clone();
        assert!(is_altered(&found, &healthy()));
        assert_eq!(allocatable(&found), json!({"example.com/gpu": "2"}));

        let status = found.status.as_mut().unwrap();
        status.allocatable.as_mut().unwrap().extend([gpu()]);
        assert!(!is_altered(&found, &healthy()));

        let status = found.status.as_mut().unwrap();
        status.capacity.as_mut().unwrap().remove("example.com/gpu");
        assert!(is_altered(&found, &healthy()));
        assert_eq!(allocatable(&found), json!({"example.com/gpu": null}));
    }
}
