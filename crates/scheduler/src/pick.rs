//! The decision for one pod: a node, or why there is none.

use crate::filter::{self, Obstacle};
use crate::footprint::Footprint;
use crate::nodes::Nodes;
use crate::score;
use k8s_openapi::api::core::v1::Pod;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use trimtab_clock::Chance;

/// Why no node takes a pod.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Unschedulable {
    /// How many nodes there are.
    nodes: usize,
    /// How many of them have each reason.
    reasons: BTreeMap<Cow<'static, str>, usize>,
    /// What stands in the way, of whichever node.
    pub(crate) obstacles: BTreeSet<Obstacle>,
}

/// The message that `kubectl describe` shows, as kube-scheduler's `FitError` writes it.
impl fmt::Display for Unschedulable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nodes == 0 {
            return f.write_str("no nodes available to schedule pods");
        }
        write!(f, "0/{} nodes are available", self.nodes)?;
        // Sorted as texts, the count included, as there.
        let reasons: BTreeSet<String> = self
            .reasons
            .iter()
            .map(|(reason, count)| format!("{count} {reason}"))
            .collect();
        for (at, reason) in reasons.iter().enumerate() {
            write!(f, "{} {reason}", if at == 0 { ":" } else { "," })?;
        }
        f.write_str(".")
    }
}

/// The node that suits the pod best; among equals chance decides.
///
/// # Errors
/// When no node takes it.
pub(crate) fn pick(pod: &Pod, nodes: &Nodes, chance: &Chance) -> Result<String, Unschedulable> {
    let mut unschedulable = Unschedulable {
        nodes: nodes.count(),
        ..Unschedulable::default()
    };
    let Some(spec) = &pod.spec else {
        return Err(unschedulable);
    };
    let footprint = Footprint::of(pod);
    let mut candidates = Vec::new();
    for (node, info) in nodes.iter() {
        match filter::check(spec, &footprint, node, info) {
            Ok(()) => candidates.push((node, info)),
            Err(rejection) => {
                unschedulable.obstacles.insert(rejection.obstacle);
                for reason in rejection.reasons {
                    *unschedulable.reasons.entry(reason).or_default() += 1;
                }
            }
        }
    }
    let scores = score::score(spec, &footprint, &candidates);
    let Some(&best) = scores.iter().max() else {
        return Err(unschedulable);
    };
    let equals: Vec<usize> = (0..scores.len()).filter(|&at| scores[at] == best).collect();
    let at = match equals[..] {
        [only] => only,
        _ => equals[chance.below(equals.len() as u64) as usize],
    };
    Ok(candidates[at].0.metadata.name.clone().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{node, node_with, pod_asking};
    use serde_json::json;

    #[test]
    fn the_message_counts_nodes_by_reason() {
        let mut nodes = Nodes::default();
        let chance = Chance::seeded(1);
        let pod = pod_asking("p", "2");
        let told = |nodes: &Nodes| pick(&pod, nodes, &chance).unwrap_err().to_string();
        assert_eq!(told(&nodes), "no nodes available to schedule pods");
        for name in ["a", "b", "c"] {
            nodes.set_node(&node(name, "1"));
        }
        assert_eq!(told(&nodes), "0/3 nodes are available: 3 Insufficient cpu.");
        nodes.set_node(&node_with("d", "8", json!({"unschedulable": true})));
        assert_eq!(
            told(&nodes),
            "0/4 nodes are available: 1 node(s) were unschedulable, 3 Insufficient cpu."
        );
    }

    #[test]
    fn a_thousand_pods_spread_evenly_and_the_same_way_for_a_seed() {
        let place = |seed| {
            let mut nodes = Nodes::default();
            for at in 0..4 {
                let mut node = (*node(&format!("n{at}"), "64")).clone();
                let status = node.status.as_mut().unwrap();
                status.allocatable = Some(crate::testing::list(&[
                    ("cpu", "640"),
                    ("memory", "640Gi"),
                    ("pods", "1000"),
                ]));
                nodes.set_node(&node.into());
            }
            let chance = Chance::seeded(seed);
            let mut chosen = Vec::new();
            for at in 0..1000 {
                let pod = pod_asking(&format!("p{at}"), "100m");
                let node = pick(&pod, &nodes, &chance).unwrap();
                nodes.place(&pod, &node);
                chosen.push(node);
            }
            let held: Vec<i64> = nodes.iter().map(|(_, info)| info.pods).collect();
            (chosen, held)
        };
        let (chosen, held) = place(7);
        assert!(
            held.iter().all(|&pods| (225..=275).contains(&pods)),
            "{held:?}"
        );
        assert_eq!(place(7).0, chosen);
        assert_ne!(place(8).0, chosen);
    }
}
