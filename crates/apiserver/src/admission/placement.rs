//! Rules about where pods go: `LimitPodHardAntiAffinityTopology`, `PodTopologyLabels` and
//! `PodResizeValidator`.

use super::attributes::{Attributes, Operation};
use crate::Status;
use crate::fields::{entries_at, items_at, mapping_at, text_at};
use crate::lookup::Lookup;
use crate::status::Cause;
use trimtab_tree::{Mapping, Value};
use trimtab_validation::usage::{Amounts, Side};

const HOST_NAME: &str = "kubernetes.io/hostname";
/// Labels of nodes that their pods get, too.
const TOPOLOGY: [&str; 2] = [
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
];

/// Refuses pods that keep others out of more than their node.
pub(super) fn check_anti_affinity(pod: &Value, attributes: &Attributes<'_>) -> Result<(), Status> {
    if !attributes.is("", "pods") {
        return Ok(());
    }
    let terms = [
        "spec",
        "affinity",
        "podAntiAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
    ];
    for term in items_at(pod, &terms) {
        let key = text_at(term, &["topologyKey"]).unwrap_or_default();
        if key != HOST_NAME {
            return Err(attributes.forbidden(&format!(
                "affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey {key} but only \
                 key {HOST_NAME} is allowed"
            )));
        }
    }
    Ok(())
}

/// Gives a pod, or what binds one, the labels that say where its node is.
pub(super) async fn label(
    object: &mut Value,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    let is_create = attributes.operation == Operation::Create;
    if !is_create || !attributes.group.is_empty() || attributes.resource != "pods" {
        return Ok(());
    }
    let node = match attributes.subresource {
        "" => text_at(object, &["spec", "nodeName"]),
        "binding" if text_at(object, &["target", "kind"]) == Some("Node") => {
            text_at(object, &["target", "name"])
        }
        _ => None,
    };
    let Some(node) = node else {
        return Ok(());
    };
    let Some(node) = lookup.get("", "nodes", "", node).await? else {
        return Ok(());
    };
    let labels = entries_at(&node, &["metadata", "labels"])
        .filter(|(key, _)| TOPOLOGY.contains(key))
        .map(|(key, value)| (key.into(), value.clone()))
        .collect::<Mapping>();
    if labels.is_empty() {
        return Ok(());
    }
    let metadata = object
        .as_mapping_mut()
        .and_then(|object| mapping_at(object, "metadata"));
    if let Some(own) = metadata.and_then(|metadata| mapping_at(metadata, "labels")) {
        for (key, value) in labels.iter() {
            own.insert(key, value.clone());
        }
    }
    Ok(())
}

/// Refuses to make a pod bigger than its node.
pub(super) async fn check_resize(
    pod: &Value,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    let is_resize = attributes.operation == Operation::Update
        && attributes.resource == "pods"
        && attributes.subresource == "resize"
        && attributes.group.is_empty();
    let Some(old) = attributes.old.filter(|_| is_resize) else {
        return Ok(());
    };
    if old.get("spec") == pod.get("spec") {
        return Ok(());
    }
    let Some(node_name) = text_at(pod, &["spec", "nodeName"]) else {
        return Ok(());
    };
    let refused = |why: String, reason: &str| {
        let mut status = attributes.forbidden(&why);
        if let Some(details) = &mut status.details {
            details.causes.push(Cause {
                reason: reason.to_owned(),
                ..Cause::default()
            });
        }
        status
    };
    let node = lookup.get("", "nodes", "", node_name).await?;
    let node =
        node.ok_or_else(|| attributes.forbidden(&format!("node {node_name:?} not found")))?;
    let system = text_at(&node, &["metadata", "labels", "kubernetes.io/os"]);
    if let Some(system) = system.filter(|system| *system != "linux") {
        let why = format!(
            "pod resize is only supported on linux nodes, node {node_name:?} is {system:?}"
        );
        return Err(refused(why, "UnsupportedPlatform"));
    }
    let there = Amounts::read(node.get_path(&["status", "allocatable"]));
    let asked = Side::Requests.of_pod_with_overhead(pod);
    let amount = |of: &Amounts, name: &str| of.get(name).cloned().unwrap_or_default();
    let mut lacking = Vec::new();
    let (asked_cpu, cpu) = (amount(&asked, "cpu"), amount(&there, "cpu"));
    if asked_cpu > cpu {
        let (asked, there) = (asked_cpu.millis(), cpu.millis());
        lacking.push(format!("cpu, requested: {asked}, allocatable: {there}"));
    }
    let (asked_memory, memory) = (amount(&asked, "memory"), amount(&there, "memory"));
    if asked_memory > memory {
        let (asked, there) = (asked_memory.units(), memory.units());
        lacking.push(format!("memory, requested: {asked}, allocatable: {there}"));
    }
    if lacking.is_empty() {
        return Ok(());
    }
    let why = format!(
        "node didn't have enough allocatable resources: {}",
        lacking.join("; ")
    );
    Err(refused(why, "NodeCapacity"))
}
