//! Nodes and what runs on them.

use super::age::UNKNOWN;
use super::cells::{NONE, age, condition, is_true, items, joined, name, string, string_or, text};
use super::column::{AGE, Column, NAME, text as column};
use super::entry::{Entry, entry};
use jiff::Timestamp;
use trimtab_tree::{Mapping, Value};

pub(super) const ENTRIES: &[Entry] = &[
    entry("", "Node", NODE, node),
    entry("node.k8s.io", "RuntimeClass", RUNTIME_CLASS, runtime_class),
    entry("coordination.k8s.io", "Lease", LEASE, lease),
];

const ADDRESSES: &str = "Where the node can be reached. \
     See https://kubernetes.io/docs/reference/node/node-status/#addresses; about merging addresses, \
     https://pr.k8s.io/79391; pods on the node's network show it as status.hostIP.";

const NODE: &[Column] = &[
    NAME,
    column("Status", "Whether the node is ready and takes new pods."),
    column("Roles", "What the node is for, by its labels."),
    AGE,
    column("Version", "The version of the node's kubelet."),
    column("Internal-IP", ADDRESSES).wide(),
    column("External-IP", ADDRESSES).wide(),
    column(
        "OS-Image",
        "The node's operating system, e.g. Debian GNU/Linux 7 (wheezy).",
    )
    .wide(),
    column(
        "Kernel-Version",
        "The version of the node's kernel, e.g. 3.16.0-0.bpo.4-amd64.",
    )
    .wide(),
    column(
        "Container-Runtime",
        "What runs the node's containers, e.g. containerd://1.4.2.",
    )
    .wide(),
];

const RUNTIME_CLASS: &[Column] = &[NAME, column("Handler", ""), AGE];

const LEASE: &[Column] = &[
    NAME,
    column(
        "Holder",
        "Who holds the lease; in a coordinated election, the LeaseCandidate.metadata.name of who \
         was elected.",
    ),
    AGE,
];

/// A node's role is what stands behind this in the key of a label.
const ROLE_PREFIX: &str = "node-role.kubernetes.io/";
/// Or it is this label's value.
const ROLE_LABEL: &str = "kubernetes.io/role";

fn node(object: &Value, now: Timestamp) -> Vec<Value> {
    let info = |field| string_or(object, &["status", "nodeInfo", field], UNKNOWN);
    vec![
        name(object),
        Value::string(status(object)),
        Value::string(roles(object)),
        age(object, now),
        string(object, &["status", "nodeInfo", "kubeletVersion"]),
        Value::string(address(object, "InternalIP")),
        Value::string(address(object, "ExternalIP")),
        info("osImage"),
        info("kernelVersion"),
        info("containerRuntimeVersion"),
    ]
}

fn status(object: &Value) -> String {
    let ready = match condition(object, "Ready") {
        None => "Unknown",
        Some(ready) if text(ready, &["status"]) == "True" => "Ready",
        Some(_) => "NotReady",
    };
    if is_true(object, &["spec", "unschedulable"]) {
        return format!("{ready},SchedulingDisabled");
    }
    ready.to_owned()
}

fn roles(object: &Value) -> String {
    let labels = object.get_path(&["metadata", "labels"]);
    let labels = labels.and_then(Value::as_mapping);
    let labels = labels.into_iter().flat_map(Mapping::iter);
    let mut roles: Vec<&str> = labels
        .filter_map(|(key, value)| match key.strip_prefix(ROLE_PREFIX) {
            Some(role) => Some(role),
            None if key == ROLE_LABEL => value.text(),
            None => None,
        })
        .filter(|role| !role.is_empty())
        .collect();
    roles.sort_unstable();
    roles.dedup();
    if roles.is_empty() {
        return NONE.to_owned();
    }
    joined(roles)
}

fn address<'a>(object: &'a Value, kind: &str) -> &'a str {
    let addresses = items(object, &["status", "addresses"]);
    let found = addresses
        .iter()
        .find(|address| text(address, &["type"]) == kind);
    found.map_or(NONE, |address| text(address, &["address"]))
}

fn runtime_class(object: &Value, now: Timestamp) -> Vec<Value> {
    vec![name(object), string(object, &["handler"]), age(object, now)]
}

fn lease(object: &Value, now: Timestamp) -> Vec<Value> {
    let holder = string(object, &["spec", "holderIdentity"]);
    vec![name(object), holder, age(object, now)]
}
