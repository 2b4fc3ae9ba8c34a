//! On which nodes a `DaemonSet` runs, and what its pods look like there.
//!
//! The rules are those of `NodeShouldRunDaemonPod` in Kubernetes' `pkg/controller/daemon` and of
//! `pkg/controller/daemon/util`.

use crate::history::HASH_LABEL;
use crate::pods::from_template;
use k8s_openapi::api::apps::v1::DaemonSet;
use k8s_openapi::api::core::v1::{
    Node, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, Pod, PodSpec, Toleration,
};
use kube::ResourceExt;
use trimtab_scheduler::{selects_node, tolerates};

/// The annotation and the label of what counted templates before revisions did.
const GENERATION: &str = "deprecated.daemonset.template.generation";
const GENERATION_LABEL: &str = "pod-template-generation";

const NODE_NAME: &str = "metadata.name";

/// Taints that no daemon minds; the last only on the network of its node.
const TOLERATED: [(&str, &str); 7] = [
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
    ("node.kubernetes.io/network-unavailable", "NoSchedule"),
];

/// Whether a node is to have a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Yes.
    Run,
    /// One that runs stays; none is to come.
    Stay,
    /// No.
    Leave,
}

/// Whether `node` is to have a pod of `set`.
pub(super) fn place(set: &DaemonSet, node: &Node) -> Place {
    let spec = pod_spec(set);
    let named = spec.node_name.as_ref().filter(|name| !name.is_empty());
    if named.is_some_and(|name| Some(name) != node.metadata.name.as_ref())
        || !selects_node(&spec, node)
    {
        return Place::Leave;
    }
    let taints = node.spec.as_ref().and_then(|spec| spec.taints.as_ref());
    let untolerated = taints.into_iter().flatten().filter(|taint| {
        let is_hard = matches!(taint.effect.as_str(), "NoSchedule" | "NoExecute");
        is_hard && !tolerates(spec.tolerations.as_ref(), taint)
    });
    let mut place = Place::Run;
    for taint in untolerated {
        if taint.effect == "NoExecute" {
            return Place::Leave;
        }
        place = Place::Stay;
    }
    place
}

/// The spec of the pods of `set`, with what daemons tolerate.
fn pod_spec(set: &DaemonSet) -> PodSpec {
    let template = set.spec.as_ref().map(|spec| &spec.template);
    let spec = template.and_then(|template| template.spec.clone());
    let mut spec = spec.unwrap_or_default();
    let on_host = spec.host_network == Some(true);
    let tolerations = spec.tolerations.get_or_insert_default();
    for (key, effect) in &TOLERATED[..TOLERATED.len() - usize::from(!on_host)] {
        let toleration = Toleration {
            key: Some((*key).to_owned()),
            operator: Some("Exists".to_owned()),
            effect: Some((*effect).to_owned()),
            ..Toleration::default()
        };
        let is_alike = |it: &&mut Toleration| {
            it.key == toleration.key
                && it.effect == toleration.effect
                && it.operator == toleration.operator
                && it.value.as_deref().unwrap_or_default().is_empty()
        };
        match tolerations.iter_mut().find(is_alike) {
            Some(same) => *same = toleration,
            None => tolerations.push(toleration),
        }
    }
    spec
}

/// The count of the template of `set` by the old way of counting.
fn generation(set: &DaemonSet) -> Option<String> {
    let generation = set.annotations().get(GENERATION)?;
    generation.parse::<i64>().ok().map(|it| it.to_string())
}

/// The pod of `set` for the node called `node`, of the revision with this hash.
pub(super) fn new_pod(set: &DaemonSet, hash: &str, node: &str) -> Pod {
    let template = set.spec.clone().unwrap_or_default().template;
    let mut pod = from_template(&template, set);
    let labels = pod.metadata.labels.get_or_insert_default();
    if let Some(generation) = generation(set) {
        labels.insert(GENERATION_LABEL.to_owned(), generation);
    }
    labels.insert(HASH_LABEL.to_owned(), hash.to_owned());
    let mut spec = pod_spec(set);
    let affinity = spec.affinity.get_or_insert_default();
    let affinity = affinity.node_affinity.get_or_insert_default();
    // Which nodes the set itself asks for was looked at already.
    affinity.required_during_scheduling_ignored_during_execution = Some(NodeSelector {
        node_selector_terms: vec![NodeSelectorTerm {
            match_expressions: None,
            match_fields: Some(vec![NodeSelectorRequirement {
                key: NODE_NAME.to_owned(),
                operator: "In".to_owned(),
                values: Some(vec![node.to_owned()]),
            }]),
        }],
    });
    pod.spec = Some(spec);
    pod
}

/// Whether `pod` is of the newest template.
pub(super) fn is_updated(set: &DaemonSet, pod: &Pod, hash: &str) -> bool {
    let labels = pod.labels();
    labels.get(HASH_LABEL).is_some_and(|it| it == hash)
        || generation(set).is_some_and(|it| labels.get(GENERATION_LABEL) == Some(&it))
}

/// The node that `pod` is on or meant for.
pub(super) fn target(pod: &Pod) -> Option<&str> {
    let spec = pod.spec.as_ref()?;
    if let Some(name) = spec.node_name.as_deref().filter(|name| !name.is_empty()) {
        return Some(name);
    }
    let affinity = spec.affinity.as_ref()?.node_affinity.as_ref()?;
    let required = affinity
        .required_during_scheduling_ignored_during_execution
        .as_ref()?;
    let terms = required.node_selector_terms.iter();
    let mut fields = terms.flat_map(|term| term.match_fields.iter().flatten());
    let field = fields.find(|it| it.key == NODE_NAME && it.operator == "In")?;
    match field.values.as_deref() {
        Some([name]) => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn set(spec: &Value) -> DaemonSet {
        serde_json::from_value(json!({
            "metadata": {"name": "d", "annotations": {GENERATION: "3"}},
            "spec": {"selector": {}, "template": {"metadata": {"labels": {"app": "d"}}, "spec": spec}},
        }))
        .unwrap()
    }

    fn node(taints: &Value) -> Node {
        serde_json::from_value(json!({
            "metadata": {"name": "n1", "labels": {"disk": "ssd"}}, "spec": {"taints": taints},
        }))
        .unwrap()
    }

    #[test]
    fn selectors_and_taints_decide() {
        let plain = json!({"containers": []});
        let taint = |key: &str, effect: &str| json!([{"key": key, "effect": effect}]);
        for (spec, taints, expected) in [
            (plain.clone(), json!([]), Place::Run),
            (
                json!({"containers": [], "nodeSelector": {"disk": "ssd"}}),
                json!([]),
                Place::Run,
            ),
            (
                json!({"containers": [], "nodeSelector": {"disk": "hdd"}}),
                json!([]),
                Place::Leave,
            ),
            (
                json!({"containers": [], "nodeName": "n2"}),
                json!([]),
                Place::Leave,
            ),
            (plain.clone(), taint("a", "NoSchedule"), Place::Stay),
            (plain.clone(), taint("a", "NoExecute"), Place::Leave),
            (plain.clone(), taint("a", "PreferNoSchedule"), Place::Run),
            (
                plain.clone(),
                taint("node.kubernetes.io/unschedulable", "NoSchedule"),
                Place::Run,
            ),
            (
                plain.clone(),
                taint("node.kubernetes.io/network-unavailable", "NoSchedule"),
                Place::Stay,
            ),
            (
                json!({"containers": [], "hostNetwork": true}),
                taint("node.kubernetes.io/network-unavailable", "NoSchedule"),
                Place::Run,
            ),
            (
                json!({"containers": [], "tolerations": [{"operator": "Exists"}]}),
                taint("a", "NoExecute"),
                Place::Run,
            ),
        ] {
            assert_eq!(
                place(&set(&spec), &node(&taints)),
                expected,
                "{spec} {taints}"
            );
        }
    }

    #[test]
    fn a_pod_is_meant_for_its_node() {
        let set = set(&json!({"containers": []}));
        let pod = new_pod(&set, "abc", "n1");
        assert_eq!(target(&pod), Some("n1"));
        assert_eq!(pod.labels()[GENERATION_LABEL], "3");
        assert_eq!(
            pod.spec
                .as_ref()
                .unwrap()
                .tolerations
                .as_ref()
                .unwrap()
                .len(),
            6
        );
        assert!(is_updated(&set, &pod, "abc"));
        let mut other = pod;
        other.metadata.labels = None;
        assert!(!is_updated(&set, &other, "abc"));
    }
}
