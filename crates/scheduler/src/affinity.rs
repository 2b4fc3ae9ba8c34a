//! Which nodes a pod asks for by their labels and names.

use k8s_openapi::api::core::v1::{
    Node, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PodSpec, PreferredSchedulingTerm,
};
use std::collections::BTreeMap;

/// Whether the node has what `nodeSelector` and the required node affinity ask for.
#[must_use]
pub fn matches(spec: &PodSpec, node: &Node) -> bool {
    let labels = node.metadata.labels.as_ref();
    let selected = spec.node_selector.iter().flatten();
    let has = |(key, value): (&String, &String)| label(labels, key) == Some(value.as_str());
    let required = node_affinity(spec).and_then(|affinity| {
        affinity
            .required_during_scheduling_ignored_during_execution
            .as_ref()
    });
    selected.into_iter().all(has)
        && required.is_none_or(|selector| selector_matches(selector, node))
}

/// Whether a pod prefers some nodes to others.
pub(crate) fn prefers(spec: &PodSpec) -> bool {
    preferred(spec).next().is_some()
}

/// The weights of the preferred terms that the node matches, together.
pub(crate) fn preference(spec: &PodSpec, node: &Node) -> i64 {
    preferred(spec)
        .filter(|term| term_matches(&term.preference, node))
        .map(|term| i64::from(term.weight))
        .sum()
}

fn preferred(spec: &PodSpec) -> impl Iterator<Item = &PreferredSchedulingTerm> {
    let preferred = node_affinity(spec).and_then(|affinity| {
        affinity
            .preferred_during_scheduling_ignored_during_execution
            .as_ref()
    });
    preferred.into_iter().flatten()
}

fn node_affinity(spec: &PodSpec) -> Option<&k8s_openapi::api::core::v1::NodeAffinity> {
    spec.affinity.as_ref()?.node_affinity.as_ref()
}

/// One of the terms must match; without any nothing does.
pub(crate) fn selector_matches(selector: &NodeSelector, node: &Node) -> bool {
    let mut terms = selector.node_selector_terms.iter();
    terms.any(|term| term_matches(term, node))
}

/// All requirements must hold; a term without any matches nothing.
fn term_matches(term: &NodeSelectorTerm, node: &Node) -> bool {
    let expressions = term.match_expressions.as_deref().unwrap_or_default();
    let fields = term.match_fields.as_deref().unwrap_or_default();
    if expressions.is_empty() && fields.is_empty() {
        return false;
    }
    let labels = node.metadata.labels.as_ref();
    let name = node.metadata.name.as_deref();
    expressions
        .iter()
        .all(|it| requirement_holds(it, label(labels, &it.key)))
        && fields
            .iter()
            .all(|it| it.key == "metadata.name" && requirement_holds(it, name))
}

fn requirement_holds(requirement: &NodeSelectorRequirement, found: Option<&str>) -> bool {
    let values = requirement.values.as_deref().unwrap_or_default();
    let is_among = |found: &str| values.iter().any(|value| value == found);
    let compare = |holds: fn(&i64, &i64) -> bool| {
        let found: Option<i64> = found.and_then(|found| found.parse().ok());
        let limit: Option<i64> = values.first().and_then(|limit| limit.parse().ok());
        found
            .zip(limit)
            .is_some_and(|(found, limit)| holds(&found, &limit))
    };
    match requirement.operator.as_str() {
        "In" => found.is_some_and(is_among),
        "NotIn" => !found.is_some_and(is_among),
        "Exists" => found.is_some(),
        "DoesNotExist" => found.is_none(),
        "Gt" => compare(i64::gt),
        "Lt" => compare(i64::lt),
        _ => false,
    }
}

fn label<'a>(labels: Option<&'a BTreeMap<String, String>>, key: &str) -> Option<&'a str> {
    labels?.get(key).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{node, pod};
    use serde_json::json;

    fn fits(spec: serde_json::Value) -> bool {
        let pod = pod("a", spec);
        let mut node = (*node("n", "1")).clone();
        let labels = node.metadata.labels.get_or_insert_default();
        labels.insert("size".into(), "5".into());
        matches(pod.spec.as_ref().unwrap(), &node)
    }

    fn required(terms: &serde_json::Value) -> serde_json::Value {
        json!({"containers": [], "affinity": {"nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms},
        }}})
    }

    #[test]
    fn a_node_selector_asks_for_each_label() {
        assert!(fits(
            json!({"containers": [], "nodeSelector": {"size": "5"}})
        ));
        assert!(!fits(
            json!({"containers": [], "nodeSelector": {"size": "5", "disk": "ssd"}})
        ));
    }

    #[test]
    fn operators_do_what_they_say() {
        for (operator, values, holds) in [
            ("In", json!(["4", "5"]), true),
            ("NotIn", json!(["5"]), false),
            ("Exists", json!([]), true),
            ("DoesNotExist", json!([]), false),
            ("Gt", json!(["4"]), true),
            ("Lt", json!(["5"]), false),
        ] {
            let term = json!({"key": "size", "operator": operator, "values": values});
            let spec = required(&json!([{"matchExpressions": [term]}]));
            assert_eq!(fits(spec), holds, "{operator}");
        }
    }

    #[test]
    fn one_term_is_enough_and_an_empty_one_matches_nothing() {
        let by_name = json!({"key": "metadata.name", "operator": "In", "values": ["n"]});
        assert!(fits(required(&json!([{}, {"matchFields": [by_name]}]))));
        assert!(!fits(required(&json!([{}]))));
    }
}
