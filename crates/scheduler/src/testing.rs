//! Pods and nodes for tests.

use crate::nodes::Nodes;
use k8s_openapi::api::core::v1::{Node, Pod};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) fn list(amounts: &[(&str, &str)]) -> BTreeMap<String, Quantity> {
    let amounts = amounts.iter();
    amounts
        .map(|&(name, text)| (name.to_owned(), Quantity(text.to_owned())))
        .collect()
}

/// An object as it is written.
pub(crate) fn read<T: serde::de::DeserializeOwned>(value: Value) -> Arc<T> {
    Arc::new(serde_json::from_value(value).unwrap())
}

/// A pod whose uid is its name.
pub(crate) fn pod(name: &str, spec: Value) -> Arc<Pod> {
    let mut pod = json!({"metadata": {"name": name, "namespace": "default", "uid": name}});
    pod["spec"] = spec;
    Arc::new(serde_json::from_value(pod).unwrap())
}

/// A pod that asks for this much CPU.
pub(crate) fn pod_asking(name: &str, cpu: &str) -> Arc<Pod> {
    let requests = json!({"requests": {"cpu": cpu}});
    pod(
        name,
        json!({"containers": [{"name": "c", "resources": requests}]}),
    )
}

/// A node with this much CPU, 1 Gi of memory and room for ten pods; `spec` is its spec.
pub(crate) fn node_with(name: &str, cpu: &str, spec: Value) -> Arc<Node> {
    let mut node = json!({
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
        "status": {"allocatable": {"cpu": cpu, "memory": "1Gi", "pods": "10"}},
    });
    node["spec"] = spec;
    Arc::new(serde_json::from_value(node).unwrap())
}

pub(crate) fn node(name: &str, cpu: &str) -> Arc<Node> {
    node_with(name, cpu, json!({}))
}

/// A pod with labels that asks for nothing.
pub(crate) fn labelled(name: &str, labels: &[(&str, &str)]) -> Arc<Pod> {
    let mut pod = (*pod(name, json!({"containers": []}))).clone();
    let labels = labels.iter();
    let labels = labels.map(|&(key, value)| (key.to_owned(), value.to_owned()));
    pod.metadata.labels = Some(labels.collect());
    Arc::new(pod)
}

/// The same pod, made by a controller `r` of this kind.
pub(crate) fn owned(pod: &Pod, kind: &str) -> Arc<Pod> {
    let mut pod = pod.clone();
    let owner = json!({"kind": kind, "name": "r", "uid": kind, "apiVersion": "apps/v1", "controller": true});
    pod.metadata.owner_references = Some(vec![serde_json::from_value(owner).unwrap()]);
    Arc::new(pod)
}

/// The same pod with an affinity.
pub(crate) fn with_affinity(pod: &Pod, affinity: &Value) -> Arc<Pod> {
    let mut pod = pod.clone();
    let spec = pod.spec.get_or_insert_default();
    spec.affinity = Some(serde_json::from_value(affinity.clone()).unwrap());
    Arc::new(pod)
}

/// Nodes `a` and `b` in zone 1, and `c` in zone 2.
pub(crate) fn in_zones() -> Nodes {
    let mut nodes = Nodes::default();
    for (name, zone) in [("a", "1"), ("b", "1"), ("c", "2")] {
        let mut node = (*node(name, "8")).clone();
        let labels = node.metadata.labels.get_or_insert_default();
        labels.insert("zone".into(), zone.into());
        nodes.set_node(&Arc::new(node));
    }
    nodes
}
