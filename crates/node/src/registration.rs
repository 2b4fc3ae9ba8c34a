//! The objects that make a node: itself and its lease, as a kubelet registers and renews them.

use crate::life::Host;
use crate::scenario::NodePlan;
use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{Node, Taint};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, Time};
use kube::api::{Api, Patch, PatchParams, PostParams};
use kube::{Client, Error};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use trimtab_clock::{Chance, Clock};

/// The version of Kubernetes whose kubelet is played.
const KUBELET_VERSION: &str = "v1.36.2";

/// The name that a kubelet's writes have in `managedFields`.
const MANAGER: &str = "kubelet";

/// Where the leases of nodes are.
const LEASE_NAMESPACE: &str = "kube-node-lease";

/// How long a lease holds, in seconds: the kubelet's `nodeLeaseDurationSeconds`.
const LEASE_SECONDS: i32 = 40;

/// What the taint of a node says that has not reported yet; the API server puts it on new nodes.
const NOT_READY: &str = "node.kubernetes.io/not-ready";

/// What a simulated node has. Generous, because nothing really runs: a thousand small pods fit on
/// three.
const CAPACITY: [(&str, &str); 6] = [
    ("cpu", "64"),
    ("memory", "256Gi"),
    ("ephemeral-storage", "1Ti"),
    ("hugepages-1Gi", "0"),
    ("hugepages-2Mi", "0"),
    ("pods", "2000"),
];

/// Patches as the kubelet.
pub(crate) fn patching() -> PatchParams {
    PatchParams {
        field_manager: Some(MANAGER.to_owned()),
        ..PatchParams::default()
    }
}

fn posting() -> PostParams {
    PostParams {
        field_manager: Some(MANAGER.to_owned()),
        ..PostParams::default()
    }
}

/// Makes the node known, or takes it up again after a restart, and renews its lease. Returns both
/// as they are then.
///
/// # Errors
/// What the API server answered, or that it did not.
pub(crate) async fn register(
    client: &Client,
    name: &str,
    node: &Node,
    clock: Clock,
) -> Result<(Box<Node>, Box<Lease>), Error> {
    let nodes: Api<Node> = Api::all(client.clone());
    let registered = match nodes.create(&posting(), node).await {
        Ok(created) => {
            let spec = created.spec.as_ref();
            let taints = spec.and_then(|spec| spec.taints.as_deref());
            let taints = taints.unwrap_or_default();
            let others: Vec<&Taint> = taints.iter().filter(|it| it.key != NOT_READY).collect();
            if others.len() < taints.len() {
                // The node controller takes this taint away once it has seen the node ready. A
                // simulated node is ready from the start, also where no such controller runs.
                let patch = Patch::Merge(json!({"spec": {"taints": others}}));
                nodes.patch(name, &patching(), &patch).await?;
            }
            created
        }
        Err(Error::Api(status)) if status.reason == "AlreadyExists" => {
            report(client, name, clock.now()).await?
        }
        Err(error) => return Err(error),
    };
    let lease = renew(client, &registered, None, clock.now()).await?;
    Ok((Box::new(registered), Box::new(lease)))
}

/// Reports that the node is well. Returns it as it is then.
///
/// # Errors
/// As [`register`].
pub(crate) async fn report(client: &Client, name: &str, now: Timestamp) -> Result<Node, Error> {
    let nodes: Api<Node> = Api::all(client.clone());
    let before = nodes.get(name).await?;
    let status = before.status.unwrap_or_default();
    let written = status.conditions.unwrap_or_default();
    let mut conditions = conditions(now);
    for condition in &mut conditions {
        let mut same = written.iter().filter(|it| {
            condition["type"] == json!(it.type_) && condition["status"] == json!(it.status)
        });
        if let Some(since) = same.next().and_then(|it| it.last_transition_time.as_ref()) {
            condition["lastTransitionTime"] = json!(since);
        }
    }
    let patch = json!({"status": {"conditions": conditions}});
    nodes
        .patch_status(name, &patching(), &Patch::Strategic(patch))
        .await
}

/// Merges this into what the node reports.
///
/// # Errors
/// As [`register`].
pub(crate) async fn report_status(client: &Client, name: &str, patch: &Value) -> Result<(), Error> {
    let nodes: Api<Node> = Api::all(client.clone());
    nodes
        .patch_status(name, &patching(), &Patch::Merge(patch))
        .await?;
    Ok(())
}

/// What the kubelet makes of extended resources that somebody has written into a node's capacity:
/// pods can have all of them (`nodestatus.MachineInfo`). `None` if it is so already.
pub(crate) fn extended_resources(node: &Node) -> Option<Value> {
    let status = node.status.as_ref()?;
    let none = BTreeMap::new();
    let capacity = status.capacity.as_ref().unwrap_or(&none);
    let allocatable = status.allocatable.as_ref().unwrap_or(&none);
    let mut changes = Map::new();
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
    (!changes.is_empty()).then(|| json!({"status": {"allocatable": changes}}))
}

/// Whether a resource is none of Kubernetes' own.
fn is_extended(name: &str) -> bool {
    name.contains('/') && !name.contains("kubernetes.io/") && !name.starts_with("requests.")
}

/// Renews the node's lease. `before` is what the last renewal returned.
///
/// # Errors
/// As [`register`].
pub(crate) async fn renew(
    client: &Client,
    node: &Node,
    before: Option<Lease>,
    now: Timestamp,
) -> Result<Lease, Error> {
    let leases: Api<Lease> = Api::namespaced(client.clone(), LEASE_NAMESPACE);
    let name = node.metadata.name.clone().unwrap_or_default();
    let parameters = posting();
    let known = match before {
        Some(lease) => Some(lease),
        None => leases.get_opt(&name).await?,
    };
    let Some(mut lease) = known else {
        return leases.create(&parameters, &lease(node, now)).await;
    };
    let spec = lease.spec.get_or_insert_default();
    spec.renew_time = Some(MicroTime(now));
    leases.replace(&name, &parameters, &lease).await
}

fn lease(node: &Node, now: Timestamp) -> Lease {
    let meta = &node.metadata;
    let lease = json!({
        "metadata": {
            "name": meta.name,
            "namespace": LEASE_NAMESPACE,
            "ownerReferences": [
                {"apiVersion": "v1", "kind": "Node", "name": meta.name, "uid": meta.uid},
            ],
        },
        "spec": {
            "holderIdentity": meta.name,
            "leaseDurationSeconds": LEASE_SECONDS,
            "renewTime": MicroTime(now),
        },
    });
    serde_json::from_value(lease).expect("the fields are those of a lease")
}

/// The node as it registers.
pub(crate) fn node(host: &Host, plan: &NodePlan, now: Timestamp, chance: &Chance) -> Node {
    let name = &host.name;
    // What names the machine follows from the seed and the node's name.
    let chance = chance.fork(name);
    let range = host.pods.range();
    let mut capacity: Map<String, Value> = CAPACITY
        .iter()
        .map(|&(resource, amount)| (resource.to_owned(), json!(amount)))
        .collect();
    for (resource, amount) in &plan.capacity {
        capacity.insert(resource.clone(), json!(amount));
    }
    let capacity = Value::Object(capacity);
    let taints: Vec<Value> = plan
        .taints
        .iter()
        .map(|taint| match &taint.value {
            Some(value) => json!({"key": taint.key, "value": value, "effect": taint.effect}),
            None => json!({"key": taint.key, "effect": taint.effect}),
        })
        .collect();
    let mut node = json!({
        "metadata": {
            "name": name,
            "labels": {
                "beta.kubernetes.io/arch": "amd64",
                "beta.kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
            },
            "annotations": {
                "node.alpha.kubernetes.io/ttl": "0",
                "volumes.kubernetes.io/controller-managed-attach-detach": "true",
            },
        },
        "spec": {"podCIDR": range, "podCIDRs": [range], "providerID": format!("trimtab://{name}")},
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": host.address},
                {"type": "Hostname", "address": name},
            ],
            "capacity": capacity,
            "allocatable": capacity,
            "conditions": conditions(now),
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": {
                "architecture": "amd64",
                "bootID": chance.uid(),
                "containerRuntimeVersion": "containerd://2.1.4",
                "kernelVersion": "6.12.0",
                "kubeProxyVersion": "",
                "kubeletVersion": KUBELET_VERSION,
                "machineID": chance.uid().replace('-', ""),
                "operatingSystem": "linux",
                "osImage": "trimtab simulated node",
                "systemUUID": chance.uid(),
            },
        },
    });
    for (label, value) in &plan.labels {
        node["metadata"]["labels"][label] = json!(value);
    }
    // What says which machine it is, is not the scenario's to say.
    node["metadata"]["labels"]["kubernetes.io/hostname"] = json!(name);
    if !taints.is_empty() {
        node["spec"]["taints"] = taints.into();
    }
    serde_json::from_value(node).expect("the fields are those of a node")
}

/// The conditions of a healthy node, in the kubelet's words.
fn conditions(now: Timestamp) -> Vec<Value> {
    const CONDITIONS: [(&str, &str, &str, &str); 4] = [
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
    let now = Time(now);
    CONDITIONS
        .iter()
        .map(|(type_, status, reason, message)| {
            json!({
                "type": type_,
                "status": status,
                "reason": reason,
                "message": message,
                "lastHeartbeatTime": now,
                "lastTransitionTime": now,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addresses::{PodAddresses, node_address};
    use rustc_hash::FxHashSet;

    #[test]
    fn a_node_is_complete_and_follows_from_the_seed() {
        let host = Host {
            name: "node-2".into(),
            address: node_address(1),
            pods: PodAddresses::of_node(1),
            ports: crate::ports::NodePorts::default(),
            images: FxHashSet::default(),
            objects: crate::needs::Objects::default(),
        };
        let plan = NodePlan::default();
        let make = |seed| node(&host, &plan, Timestamp::UNIX_EPOCH, &Chance::seeded(seed));
        assert_eq!(make(1), make(1));
        assert_ne!(make(1), make(2));
        let node = make(1);
        assert_eq!(
            node.spec.unwrap().pod_cidr.as_deref(),
            Some("10.128.16.0/20")
        );
        let status = node.status.unwrap();
        assert_eq!(status.addresses.unwrap()[0].address, "172.18.0.3");
        assert_eq!(status.allocatable.unwrap()["pods"].0, "2000");
        let ready = status.conditions.unwrap().pop().unwrap();
        assert_eq!((&*ready.type_, &*ready.status), ("Ready", "True"));
    }

    #[test]
    fn pods_can_have_the_extended_resources_of_the_capacity() {
        let of = |capacity: Value, allocatable: Value| {
            let status = json!({"capacity": capacity, "allocatable": allocatable});
            let node = json!({"metadata": {"name": "n"}, "status": status});
            extended_resources(&serde_json::from_value(node).unwrap())
        };
        let own = json!({"cpu": "8", "attachable-volumes-kubernetes.io/x": "2"});
        assert_eq!(of(own, json!({"cpu": "7"})), None);
        let gpus = json!({"cpu": "8", "example.com/gpu": "2"});
        let granted = json!({"status": {"allocatable": {"example.com/gpu": "2"}}});
        assert_eq!(of(gpus.clone(), json!({"cpu": "8"})), Some(granted));
        assert_eq!(of(gpus.clone(), gpus.clone()), None);
        let gone = json!({"status": {"allocatable": {"example.com/gpu": null}}});
        assert_eq!(of(json!({"cpu": "8"}), gpus), Some(gone));
    }

    #[test]
    fn a_node_has_what_its_plan_says_besides() {
        let host = Host {
            name: "big".into(),
            address: node_address(0),
            pods: PodAddresses::of_node(0),
            ports: crate::ports::NodePorts::default(),
            images: FxHashSet::default(),
            objects: crate::needs::Objects::default(),
        };
        let pair = |key: &str, value: &str| [(key.to_owned(), value.to_owned())].into();
        let plan = NodePlan {
            name: "big".into(),
            capacity: pair("cpu", "2"),
            labels: pair("disk", "ssd"),
            taints: vec![crate::scenario::Taint {
                key: "a".into(),
                value: None,
                effect: "NoSchedule".into(),
            }],
        };
        let node = node(&host, &plan, Timestamp::UNIX_EPOCH, &Chance::seeded(1));
        let status = node.status.unwrap();
        assert_eq!(status.capacity.unwrap()["cpu"].0, "2");
        assert_eq!(status.allocatable.unwrap()["pods"].0, "2000");
        let labels = node.metadata.labels.unwrap();
        assert_eq!(
            (&*labels["disk"], &*labels["kubernetes.io/hostname"]),
            ("ssd", "big")
        );
        assert_eq!(node.spec.unwrap().taints.unwrap()[0].effect, "NoSchedule");
    }
}
