//! The decision for one pod: a node, or why there is none.

use crate::asked::Asked;
use crate::filter::{self, Obstacle, View};
use crate::nodes::{NodeInfo, Nodes};
use crate::score;
use crate::volumes::Storage;
use k8s_openapi::api::core::v1::Node;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use trimtab_clock::Chance;

/// How many nodes have each reason.
pub(crate) type Reasons = BTreeMap<Cow<'static, str>, usize>;

/// Why no node takes a pod.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Unschedulable {
    /// How many nodes there are.
    nodes: usize,
    /// Why it can go nowhere, whatever nodes there are.
    everywhere: Option<String>,
    reasons: Reasons,
    /// What stands in the way, of whichever node.
    pub(crate) obstacles: BTreeSet<Obstacle>,
    /// The nodes that would do if pods went from them.
    pub(crate) crowded: Vec<String>,
    /// What came of making room, if that was tried.
    pub(crate) preemption: Option<String>,
}

/// The message that `kubectl describe` shows, as kube-scheduler's `FitError` writes it.
impl fmt::Display for Unschedulable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nodes == 0 {
            return f.write_str("no nodes available to schedule pods");
        }
        write!(f, "0/{} nodes are available", self.nodes)?;
        if let Some(everywhere) = &self.everywhere {
            // Its plugin for devices has the last word there, and it is this.
            return write!(f, ": {everywhere}. not found");
        }
        write_reasons(&self.reasons, f)?;
        match &self.preemption {
            Some(preemption) => {
                write!(f, " no new claims to deallocate, preemption: {preemption}")
            }
            None => Ok(()),
        }
    }
}

/// The counted reasons, sorted as texts, the count included.
pub(crate) fn write_reasons(reasons: &Reasons, out: &mut impl fmt::Write) -> fmt::Result {
    let sorted: BTreeSet<String> = reasons
        .iter()
        .map(|(reason, count)| format!("{count} {reason}"))
        .collect();
    for (at, reason) in sorted.iter().enumerate() {
        write!(out, "{} {reason}", if at == 0 { ":" } else { "," })?;
    }
    out.write_str(".")
}

impl Unschedulable {
    /// Of a pod that can go to no node at all.
    pub(crate) fn everywhere(nodes: &Nodes, why: String) -> Self {
        Self {
            nodes: nodes.count(),
            everywhere: Some(why),
            obstacles: [Obstacle::Volumes].into(),
            ..Self::default()
        }
    }
}

/// The node that suits the pod best; among equals chance decides. One that it has made room for itself
/// on goes before all others.
///
/// # Errors
/// When no node takes it.
pub(crate) fn pick(
    asked: &Asked,
    nodes: &Nodes,
    storage: &Storage,
    chance: &Chance,
) -> Result<String, Box<Unschedulable>> {
    let uid = asked.pod.metadata.uid.as_deref().unwrap_or_default();
    if let Some(name) = nodes.nomination(uid)
        && let Some(info) = nodes.get(name)
        && let Some(node) = &info.node
        && filter::check(asked, as_it_is(node, info), nodes, storage).is_ok()
    {
        return Ok(name.to_owned());
    }
    let mut unschedulable = Box::new(Unschedulable {
        nodes: nodes.count(),
        ..Unschedulable::default()
    });
    let mut candidates = Vec::new();
    for (node, info) in nodes.iter() {
        match filter::check(asked, as_it_is(node, info), nodes, storage) {
            Ok(()) => candidates.push((node, info)),
            Err(rejection) => {
                unschedulable.obstacles.insert(rejection.obstacle);
                if !rejection.is_final {
                    let name = node.metadata.name.clone();
                    unschedulable.crowded.extend(name);
                }
                for reason in rejection.reasons {
                    *unschedulable.reasons.entry(reason).or_default() += 1;
                }
            }
        }
    }
    let scores = score::score(asked, &candidates);
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

fn as_it_is<'n>(node: &'n Node, info: &'n NodeInfo) -> View<'n> {
    View {
        node,
        info,
        without: &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{node, node_with, pod_asking};
    use k8s_openapi::api::core::v1::Pod;
    use serde_json::json;
    use std::sync::Arc;

    fn place(
        pod: &Arc<Pod>,
        nodes: &mut Nodes,
        chance: &Chance,
    ) -> Result<String, Box<Unschedulable>> {
        let storage = Storage::default();
        let asked = Asked::by(pod, nodes, &storage).unwrap();
        pick(&asked, nodes, &storage, chance)
    }

    #[test]
    fn the_message_counts_nodes_by_reason() {
        let mut nodes = Nodes::default();
        let chance = Chance::seeded(1);
        let pod = pod_asking("p", "2");
        let told = |nodes: &mut Nodes| place(&pod, nodes, &chance).unwrap_err().to_string();
        assert_eq!(told(&mut nodes), "no nodes available to schedule pods");
        for name in ["a", "b", "c"] {
            nodes.set_node(&node(name, "1"));
        }
        assert_eq!(
            told(&mut nodes),
            "0/3 nodes are available: 3 Insufficient cpu."
        );
        nodes.set_node(&node_with("d", "8", json!({"unschedulable": true})));
        assert_eq!(
            told(&mut nodes),
            "0/4 nodes are available: 1 node(s) were unschedulable, 3 Insufficient cpu."
        );
    }

    #[test]
    fn a_thousand_pods_spread_evenly_and_the_same_way_for_a_seed() {
        let chosen_by = |seed| {
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
                let node = place(&pod, &mut nodes, &chance).unwrap();
                nodes.place(&pod, &node);
                chosen.push(node);
            }
            let held: Vec<i64> = nodes.iter().map(|(_, info)| info.pods).collect();
            (chosen, held)
        };
        let (chosen, held) = chosen_by(7);
        assert!(
            held.iter().all(|&pods| (225..=275).contains(&pods)),
            "{held:?}"
        );
        assert_eq!(chosen_by(7).0, chosen);
        assert_ne!(chosen_by(8).0, chosen);
    }
}
