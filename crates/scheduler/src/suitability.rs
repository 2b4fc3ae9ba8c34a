//! Which nodes are ones for a pod, whatever is on them: worked out once for all pods that ask for the
//! same, then kept up to date node by node.

use crate::affinity;
use crate::obstacle::{Obstacle, Rejection};
use crate::taints::{self, UNSCHEDULABLE};
use k8s_openapi::api::core::v1::{Affinity, Node, NodeAffinity, NodeSelector, PodSpec, Taint};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// So many sorts of pods are remembered at once; those that nobody asked about for the longest go first.
const MOST: usize = 256;

/// What keeps pods off nodes for good, with its reason.
pub(crate) const REASONS: [(Obstacle, &str); 3] = [
    (Obstacle::Unschedulable, "node(s) were unschedulable"),
    (Obstacle::Taint, "node(s) had untolerated taint(s)"),
    (
        Obstacle::Affinity,
        "node(s) didn't match Pod's node affinity/selector",
    ),
];

/// The nodes for one sort of pods.
#[derive(Clone, Debug, Default)]
pub(crate) struct Suited {
    /// Their places among all nodes, in order of the nodes' names.
    pub(crate) places: Vec<usize>,
    /// How many others there are for each of [`REASONS`].
    pub(crate) refused: [usize; 3],
    /// How many were not looked at because the pod names others.
    pub(crate) unnamed: usize,
}

impl Suited {
    /// Adds a node behind all that are there.
    pub(crate) fn push(&mut self, place: usize, node: &Node, spec: &PodSpec) {
        match obstacle(spec, node) {
            None => self.places.push(place),
            Some(which) => self.refused[which] += 1,
        }
    }
}

#[derive(Debug)]
struct Sort {
    /// Of the pods, as far as it matters.
    spec: PodSpec,
    /// Shared with the decision that asked; a change comes when that is over, so that it copies nothing.
    suited: Arc<Suited>,
    /// When it was asked for last.
    used: u64,
}

/// The nodes for all sorts of pods that were asked for.
#[derive(Debug, Default)]
pub(crate) struct Suitability {
    by_key: FxHashMap<String, Sort>,
    turn: u64,
    /// How many nodes were looked at.
    #[cfg(test)]
    pub(crate) looked_at: usize,
}

impl Suitability {
    /// The nodes for a pod; `nodes` are all, with their places, in order of their names.
    pub(crate) fn of<'n>(
        &mut self,
        spec: &PodSpec,
        nodes: impl Iterator<Item = (usize, &'n Node)>,
    ) -> Arc<Suited> {
        self.turn += 1;
        let required = required(spec);
        let said = (&spec.node_selector, required, &spec.tolerations);
        let key = serde_json::to_string(&said).unwrap_or_default();
        if let Some(sort) = self.by_key.get_mut(&key) {
            sort.used = self.turn;
            return Arc::clone(&sort.suited);
        }
        if self.by_key.len() >= MOST {
            let oldest = self.by_key.iter().min_by_key(|(_, sort)| sort.used);
            let oldest = oldest.map(|(key, _)| key.clone());
            self.by_key.remove(&oldest.unwrap_or_default());
        }
        let mut suited = Suited::default();
        for (place, node) in nodes {
            #[cfg(test)]
            {
                self.looked_at += 1;
            }
            suited.push(place, node, spec);
        }
        let suited = Arc::new(suited);
        let sort = Sort {
            spec: PodSpec {
                node_selector: spec.node_selector.clone(),
                affinity: required.map(|required| with_required(required.clone())),
                tolerations: spec.tolerations.clone(),
                ..PodSpec::default()
            },
            suited: Arc::clone(&suited),
            used: self.turn,
        };
        self.by_key.insert(key, sort);
        suited
    }

    /// A node comes to a place; `is_before` says whether the node at a place comes before it by name.
    pub(crate) fn add(&mut self, place: usize, node: &Node, is_before: impl Fn(usize) -> bool) {
        for sort in self.by_key.values_mut() {
            let suited = Arc::make_mut(&mut sort.suited);
            match obstacle(&sort.spec, node) {
                None => {
                    let at = suited.places.partition_point(|&it| is_before(it));
                    suited.places.insert(at, place);
                }
                Some(which) => suited.refused[which] += 1,
            }
        }
    }

    /// A node goes from a place, or is no longer as it was.
    pub(crate) fn remove(&mut self, place: usize, node: &Node, is_before: impl Fn(usize) -> bool) {
        for sort in self.by_key.values_mut() {
            let suited = Arc::make_mut(&mut sort.suited);
            match obstacle(&sort.spec, node) {
                None => {
                    let at = suited.places.partition_point(|&it| is_before(it));
                    if suited.places.get(at) == Some(&place) {
                        suited.places.remove(at);
                    }
                }
                Some(which) => suited.refused[which] -= 1,
            }
        }
    }
}

/// The nodes that a pod names, if it goes to named ones only: then no other need be looked at.
pub(crate) fn named(spec: &PodSpec) -> Option<BTreeSet<&str>> {
    let terms = &required(spec)?.node_selector_terms;
    let mut names = BTreeSet::new();
    for term in terms {
        let fields = term.match_fields.iter().flatten();
        let by_name = fields.filter(|it| it.key == "metadata.name" && it.operator == "In");
        let lists = by_name.map(|it| it.values.iter().flatten().map(String::as_str));
        // All requirements of a term must hold, and one term is enough.
        let of_term = lists
            .map(BTreeSet::from_iter)
            .reduce(|all: BTreeSet<&str>, more| &all & &more)?;
        names.extend(of_term);
    }
    (!terms.is_empty()).then_some(names)
}

/// The first obstacle, by its place in [`REASONS`].
fn obstacle(spec: &PodSpec, node: &Node) -> Option<usize> {
    let is_cordoned = node.spec.as_ref().and_then(|it| it.unschedulable) == Some(true);
    if is_cordoned {
        let cordon = Taint {
            key: UNSCHEDULABLE.into(),
            effect: "NoSchedule".into(),
            ..Taint::default()
        };
        if !taints::tolerates(spec.tolerations.as_ref(), &cordon) {
            return Some(0);
        }
    }
    if !taints::tolerates_all(spec, node) {
        return Some(1);
    }
    (!affinity::matches(spec, node)).then_some(2)
}

/// Whether a node is one for the pod, whatever is on it.
///
/// # Errors
/// Why not.
pub(crate) fn check(spec: &PodSpec, node: &Node) -> Result<(), Rejection> {
    match obstacle(spec, node) {
        None => Ok(()),
        Some(which) => {
            let (obstacle, reason) = REASONS[which];
            Err(Rejection::for_good(obstacle, reason))
        }
    }
}

/// The node affinity that a pod requires.
pub(crate) fn required(spec: &PodSpec) -> Option<&NodeSelector> {
    let affinity = spec.affinity.as_ref()?.node_affinity.as_ref()?;
    affinity
        .required_during_scheduling_ignored_during_execution
        .as_ref()
}

/// An affinity that requires this of nodes, and nothing else.
pub(crate) fn with_required(required: NodeSelector) -> Affinity {
    Affinity {
        node_affinity: Some(NodeAffinity {
            required_during_scheduling_ignored_during_execution: Some(required),
            ..NodeAffinity::default()
        }),
        ..Affinity::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nodes::Nodes;
    use crate::testing::{node, node_with};
    use serde_json::{Value, json};

    fn with_fields(terms: &Value) -> PodSpec {
        let required = json!({"nodeSelectorTerms": terms});
        let affinity =
            json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}});
        serde_json::from_value(json!({"containers": [], "affinity": affinity})).unwrap()
    }

    #[test]
    fn names_are_those_of_every_term_or_none() {
        let of =
            |values: &[&str]| json!({"key": "metadata.name", "operator": "In", "values": values});
        let spec = with_fields(
            &json!([{"matchFields": [of(&["a", "b"]), of(&["b", "c"])]}, {"matchFields": [of(&["d"])]}]),
        );
        assert_eq!(named(&spec), Some(BTreeSet::from(["b", "d"])));
        let label = json!({"key": "x", "operator": "Exists"});
        let spec =
            with_fields(&json!([{"matchFields": [of(&["a"])]}, {"matchExpressions": [label]}]));
        assert_eq!(named(&spec), None);
        assert_eq!(named(&PodSpec::default()), None);
    }

    #[test]
    fn nodes_are_looked_at_once_for_a_sort_of_pods_and_follow_their_changes() {
        let mut nodes = Nodes::default();
        for name in ["a", "c", "d"] {
            nodes.set_node(&node(name, "1"));
        }
        let spec = |nodes: &mut Nodes| {
            let suited = nodes.suited(&PodSpec::default());
            let names = suited
                .places
                .iter()
                .map(|&place| nodes.at(place).name.clone());
            (names.collect::<String>(), suited.refused)
        };
        assert_eq!(spec(&mut nodes), ("acd".to_owned(), [0, 0, 0]));
        let tainted = json!({"taints": [{"key": "k", "effect": "NoSchedule"}]});
        nodes.set_node(&node_with("c", "1", tainted));
        nodes.set_node(&node_with("d", "1", json!({"unschedulable": true})));
        nodes.set_node(&node("b", "1"));
        assert_eq!(spec(&mut nodes), ("ab".to_owned(), [1, 1, 0]));
        nodes.set_node(&node("c", "1"));
        nodes.remove_node("a");
        nodes.remove_node("d");
        assert_eq!(spec(&mut nodes), ("bc".to_owned(), [0, 0, 0]));
        assert_eq!(nodes.looked_at_for_suitability(), 3);
        // A pod that names its nodes has only those looked at.
        let by_name = json!({"key": "metadata.name", "operator": "In", "values": ["c", "x"]});
        let suited = nodes.suited(&with_fields(&json!([{"matchFields": [by_name]}])));
        assert_eq!((suited.places.len(), suited.unnamed), (1, 1));
        assert_eq!(nodes.looked_at_for_suitability(), 3);
    }
}
