//! The objects that make a node: itself and its lease, as a kubelet registers and renews them.

use crate::life::Host;
use crate::node_status;
use crate::scenario::NodePlan;
use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{Node, NodeStatus, Taint};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use kube::api::{Api, Patch, PatchParams, PostParams};
use kube::{Client, Error, ResourceExt};
use serde_json::{Map, Value, json};
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
    node: &Node,
    clock: Clock,
) -> Result<(Box<Node>, Box<Lease>), Error> {
    let nodes: Api<Node> = Api::all(client.clone());
    let name = &node.name_any();
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
            report(client, node, clock.now()).await?
        }
        Err(error) => return Err(error),
    };
    let lease = renew(client, &registered, None, clock.now()).await?;
    Ok((Box::new(registered), Box::new(lease)))
}

/// Reports that the node is well, and again what somebody else has changed of what it is: `own`.
/// Returns it as it is then.
///
/// # Errors
/// As [`register`].
pub(crate) async fn report(client: &Client, own: &Node, now: Timestamp) -> Result<Node, Error> {
    let nodes: Api<Node> = Api::all(client.clone());
    let name = &own.name_any();
    let before = nodes.get(name).await?;
    let patch = Patch::Strategic(node_status::patch(&before, own, now));
    nodes.patch_status(name, &patching(), &patch).await
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
    let mut renewed = match known {
        None => leases.create(&parameters, &lease(node, now)).await?,
        Some(mut lease) => {
            let spec = lease.spec.get_or_insert_default();
            spec.renew_time = Some(MicroTime(now));
            leases.replace(&name, &parameters, &lease).await?
        }
    };
    // Without a word about them they stay as they are, and need not be sent every time.
    renewed.metadata.managed_fields = None;
    Ok(renewed)
}

/// What is to be known of a node to renew its lease.
pub(crate) fn owner(node: &Node) -> Node {
    let metadata = ObjectMeta {
        name: node.metadata.name.clone(),
        uid: node.metadata.uid.clone(),
        ..ObjectMeta::default()
    };
    Node {
        metadata,
        ..Node::default()
    }
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
            "conditions": node_status::conditions(&NodeStatus::default(), now),
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
            files: crate::files::Files::default(),
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
    fn a_node_has_what_its_plan_says_besides() {
        let host = Host {
            name: "big".into(),
            address: node_address(0),
            pods: PodAddresses::of_node(0),
            ports: crate::ports::NodePorts::default(),
            images: FxHashSet::default(),
            objects: crate::needs::Objects::default(),
            files: crate::files::Files::default(),
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
