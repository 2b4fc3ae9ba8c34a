//! Small rules about pods.

use super::attributes::{Attributes, Operation};
use crate::fields::{entries_at, items_at, list_at, spec_of, text_at};
use std::collections::BTreeSet;
use trimtab_tree::Value;
use trimtab_validation::usage::is_extended;

/// Nodes in these conditions lose their pods, after five minutes unless a pod says otherwise.
const LOST: [&str; 2] = [
    "node.kubernetes.io/not-ready",
    "node.kubernetes.io/unreachable",
];
const LOST_SECONDS: i64 = 300;

/// `DefaultTolerationSeconds`: a pod stays on a node that is lost for five minutes.
pub(super) fn tolerate_lost_nodes(pod: &mut Value, attributes: &Attributes<'_>) {
    if !attributes.is("", "pods") || attributes.operation == Operation::Delete {
        return;
    }
    let Some(tolerations) = spec_of(pod).and_then(|spec| list_at(spec, "tolerations")) else {
        return;
    };
    for key in LOST {
        let fits = |toleration: &Value, field: &str, wanted: &str| {
            text_at(toleration, &[field]).is_none_or(|text| text == wanted)
        };
        let is_tolerated = |it: &Value| fits(it, "key", key) && fits(it, "effect", "NoExecute");
        if tolerations.iter().any(is_tolerated) {
            continue;
        }
        tolerations.push(Value::mapping([
            ("key", Value::string(key)),
            ("operator", Value::string("Exists")),
            ("effect", Value::string("NoExecute")),
            ("tolerationSeconds", Value::int(LOST_SECONDS)),
        ]));
    }
}

/// `ExtendedResourceToleration`: a pod that asks for devices tolerates the taints that keep other
/// pods off the nodes that have them.
pub(super) fn tolerate_resources(pod: &mut Value, attributes: &Attributes<'_>) {
    if !attributes.is("", "pods") || attributes.operation == Operation::Delete {
        return;
    }
    let resources: BTreeSet<String> = ["containers", "initContainers"]
        .iter()
        .flat_map(|list| items_at(pod, &["spec", list]))
        .flat_map(|container| entries_at(container, &["resources", "requests"]))
        .map(|(name, _)| name.to_owned())
        .filter(|name| is_extended(name))
        .collect();
    if resources.is_empty() {
        return;
    }
    let Some(tolerations) = spec_of(pod).and_then(|spec| list_at(spec, "tolerations")) else {
        return;
    };
    for resource in resources {
        let toleration = Value::mapping([
            ("key", Value::string(resource)),
            ("operator", Value::string("Exists")),
            ("effect", Value::string("NoSchedule")),
        ]);
        if !tolerations.contains(&toleration) {
            tolerations.push(toleration);
        }
    }
}
