//! The decision for one pod: a node, or why there is none.

use crate::asked::{Asked, Hopeless};
use crate::devices::asks_for_devices;
use crate::filter::{self, View};
use crate::nodes::{NodeInfo, Nodes};
use crate::obstacle::{Obstacle, Rejection};
use crate::score;
use crate::storage::Storage;
use crate::suitability::REASONS;
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
    /// The places of the nodes that would do if pods went from them.
    pub(crate) crowded: Vec<usize>,
    /// What came of making room, if that was tried.
    pub(crate) preemption: Option<String>,
    /// Whether the pod has claims of devices, all of which are there.
    has_devices: bool,
}

/// The message that `kubectl describe` shows, as kube-scheduler's `FitError` writes it.
impl fmt::Display for Unschedulable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nodes == 0 {
            return f.write_str("no nodes available to schedule pods");
        }
        write!(f, "0/{} nodes are available", self.nodes)?;
        if let Some(everywhere) = &self.everywhere {
            if !self.obstacles.contains(&Obstacle::Devices) {
                // Its plugin for devices has the last word there, and it is this.
                return write!(f, ": {everywhere}. not found");
            }
            write!(f, ": {everywhere}.")?;
        } else {
            write_reasons(&self.reasons, f)?;
        }
        let devices = if self.has_devices {
            "still not schedulable"
        } else {
            "no new claims to deallocate"
        };
        match &self.preemption {
            Some(preemption) => write!(f, " {devices}, preemption: {preemption}"),
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
    pub(crate) fn everywhere(nodes: &Nodes, hopeless: Hopeless) -> Self {
        let count = nodes.count();
        let is_for_devices = hopeless.obstacle == Obstacle::Devices;
        let preemption = format!(
            "0/{count} nodes are available: {count} Preemption is not helpful for scheduling."
        );
        Self {
            nodes: count,
            everywhere: Some(hopeless.why),
            preemption: is_for_devices.then_some(preemption),
            obstacles: [hopeless.obstacle].into(),
            ..Self::default()
        }
    }

    /// Of a pod that none of the nodes can take that are ones for it.
    fn of(asked: &Asked, nodes: &Nodes, rejected: Rejected) -> Self {
        let mut found = Self {
            nodes: nodes.count(),
            has_devices: asks_for_devices(&asked.pod),
            crowded: rejected.crowded,
            ..Self::default()
        };
        let refused = REASONS.iter().zip(asked.suited.refused);
        let unnamed = (
            &(
                Obstacle::Affinity,
                "node(s) didn't satisfy plugin(s) [NodeAffinity]",
            ),
            asked.suited.unnamed,
        );
        for (&(obstacle, reason), count) in refused.chain([unnamed]) {
            if count > 0 {
                found.obstacles.insert(obstacle);
                found.reasons.insert(reason.into(), count);
            }
        }
        for (rejection, count) in rejected.counted {
            found.obstacles.insert(rejection.obstacle);
            for reason in rejection.reasons() {
                *found.reasons.entry(reason.clone()).or_default() += count;
            }
        }
        found
    }
}

/// The nodes that could not take a pod.
#[derive(Debug, Default)]
struct Rejected {
    /// How many have each sort of rejection: there are few sorts, whatever the number of nodes.
    counted: Vec<(Rejection, usize)>,
    /// The places of those that would do if pods went from them.
    crowded: Vec<usize>,
}

impl Rejected {
    fn add(&mut self, place: usize, rejection: Rejection) {
        if !rejection.is_final {
            self.crowded.push(place);
        }
        match self.counted.iter_mut().find(|(it, _)| *it == rejection) {
            Some((_, count)) => *count += 1,
            None => self.counted.push((rejection, 1)),
        }
    }
}

/// As many nodes as this are always looked at: kube-scheduler's `minFeasibleNodesToFind`.
const LEAST_FEASIBLE: usize = 100;

/// Of how many nodes that can take a pod the best is chosen: of a share that is the smaller the more nodes
/// there are, as kube-scheduler has it without `percentageOfNodesToScore`.
fn enough(nodes: usize) -> usize {
    if nodes < LEAST_FEASIBLE {
        return nodes;
    }
    let percent = 50_usize.saturating_sub(nodes / 125).max(5);
    (nodes * percent / 100).max(LEAST_FEASIBLE)
}

/// Picks nodes, and goes on where it stopped, so that no node is looked at more often than others.
#[derive(Debug, Default)]
pub(crate) struct Picker {
    /// The name of the node to begin with.
    first: String,
    /// How many nodes were looked at.
    #[cfg(test)]
    pub(crate) looked_at: usize,
}

impl Picker {
    /// The node that suits the pod best of those looked at; among equals chance decides. One that it has
    /// made room for itself on goes before all others.
    ///
    /// # Errors
    /// When no node takes it.
    pub(crate) fn pick(
        &mut self,
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
        let suited = &asked.suited;
        let enough = enough(nodes.count() - suited.unnamed);
        let from = suited
            .places
            .partition_point(|&place| nodes.at(place).name < self.first);
        let (before, after) = suited.places.split_at(from);
        let mut in_turn = after.iter().chain(before);
        let mut candidates = Vec::with_capacity(enough.min(suited.places.len()));
        let mut rejected = Rejected::default();
        for &place in in_turn.by_ref() {
            #[cfg(test)]
            {
                self.looked_at += 1;
            }
            let info = nodes.at(place);
            let Some(node) = &info.node else { continue };
            match filter::has_place(asked, as_it_is(node, info), nodes, storage) {
                Ok(()) => candidates.push((node, info)),
                Err(rejection) => rejected.add(place, rejection),
            }
            if candidates.len() == enough {
                break;
            }
        }
        if candidates.is_empty() {
            return Err(Box::new(Unschedulable::of(asked, nodes, rejected)));
        }
        if let Some(&next) = in_turn.next() {
            self.first.clone_from(&nodes.at(next).name);
        }
        let scores = score::score(asked, &candidates);
        let best = scores.iter().max();
        let equals: Vec<usize> = (0..scores.len())
            .filter(|&at| Some(&scores[at]) == best)
            .collect();
        let at = match equals[..] {
            [only] => only,
            _ => equals[chance.below(equals.len() as u64) as usize],
        };
        Ok(candidates[at].1.name.clone())
    }
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
        Picker::default().pick(&asked, nodes, &storage, chance)
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

    /// Nodes with some room for small pods, called so that the order of their names is that of numbers.
    fn many(count: usize) -> Nodes {
        let mut nodes = Nodes::default();
        for number in 0..count {
            nodes.set_node(&node(&format!("n{number:05}"), "8"));
        }
        nodes
    }

    #[test]
    fn the_share_of_nodes_that_is_scored_shrinks_with_their_number() {
        let shares = [10, 99, 100, 250, 1_000, 5_000, 6_000].map(enough);
        assert_eq!(shares, [10, 99, 100, 120, 420, 500, 300]);
    }

    #[test]
    fn a_pod_looks_at_a_share_of_many_nodes_and_the_next_at_others() {
        let mut nodes = many(5_000);
        let (storage, chance) = (Storage::default(), Chance::seeded(1));
        let mut picker = Picker::default();
        let mut chosen = Vec::new();
        for number in 0..1_000 {
            let pod = pod_asking(&format!("p{number}"), "100m");
            let asked = Asked::by(&pod, &mut nodes, &storage).unwrap();
            let name = picker.pick(&asked, &nodes, &storage, &chance).unwrap();
            drop(asked);
            nodes.place(&pod, &name);
            chosen.push(name);
        }
        assert_eq!(picker.looked_at, 1_000 * 500);
        assert!(
            chosen[..10].is_sorted(),
            "each goes on where the last stopped"
        );
        chosen.sort_unstable();
        chosen.dedup();
        assert_eq!(chosen.len(), 1_000, "the emptiest are chosen");
        // Which nodes are ones for such pods was asked of each node once.
        assert_eq!(nodes.looked_at_for_suitability(), 5_000);
    }

    #[test]
    fn nodes_that_are_none_for_a_pod_are_not_looked_at_again() {
        let mut nodes = many(1_000);
        let storage = Storage::default();
        let mut picker = Picker::default();
        for number in 0..100 {
            let name = format!("n{number:05}");
            let mut node = (**nodes.get(&name).unwrap().node.as_ref().unwrap()).clone();
            let labels = node.metadata.labels.get_or_insert_default();
            labels.insert("disk".to_owned(), "ssd".to_owned());
            nodes.set_node(&Arc::new(node));
        }
        let spec = json!({"containers": [], "nodeSelector": {"disk": "ssd"}});
        for number in 0..50 {
            let pod = crate::testing::pod(&format!("p{number}"), spec.clone());
            let asked = Asked::by(&pod, &mut nodes, &storage).unwrap();
            let name = picker.pick(&asked, &nodes, &storage, &Chance::seeded(1));
            assert!(name.unwrap().as_str() < "n00100");
        }
        assert_eq!(picker.looked_at, 50 * 100);
        assert_eq!(nodes.looked_at_for_suitability(), 1_000);
    }

    #[test]
    fn a_pod_for_one_node_says_that_the_others_are_not_named() {
        let mut nodes = many(5);
        let by_name = json!({"key": "metadata.name", "operator": "In", "values": ["n00002"]});
        let required = json!({"nodeSelectorTerms": [{"matchFields": [by_name]}]});
        let affinity =
            json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}});
        let requests = json!({"requests": {"cpu": "9"}});
        let spec =
            json!({"containers": [{"name": "c", "resources": requests}], "affinity": affinity});
        let pod = crate::testing::pod("p", spec);
        let error = place(&pod, &mut nodes, &Chance::seeded(1)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "0/5 nodes are available: 1 Insufficient cpu, 4 node(s) didn't satisfy plugin(s) \
             [NodeAffinity]."
        );
    }

    #[test]
    fn a_pod_whose_names_exclude_each_other_goes_nowhere() {
        let mut nodes = many(5);
        let named = |name| json!({"key": "metadata.name", "operator": "In", "values": [name]});
        let terms = json!([{"matchFields": [named("n00001"), named("n00002")]}]);
        let required = json!({"nodeSelectorTerms": terms});
        let affinity =
            json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}});
        let pod = crate::testing::pod("p", json!({"containers": [], "affinity": affinity}));
        let hopeless = Asked::by(&pod, &mut nodes, &Storage::default()).unwrap_err();
        let unschedulable = Unschedulable::everywhere(&nodes, hopeless);
        assert_eq!(
            unschedulable.to_string(),
            "0/5 nodes are available: pod affinity terms conflict. not found"
        );
    }

    #[test]
    fn what_is_wrong_with_devices_is_told_as_their_plugin_tells_it() {
        let mut nodes = many(2);
        let claims = json!([{"name": "d", "resourceClaimName": "gpu"}]);
        let pod = crate::testing::pod("p", json!({"containers": [], "resourceClaims": claims}));
        let mut storage = Storage::default();
        let hopeless = Asked::by(&pod, &mut nodes, &storage).unwrap_err();
        assert_eq!(
            Unschedulable::everywhere(&nodes, hopeless).to_string(),
            "0/2 nodes are available: could not find ResourceClaim \"default/gpu\". no new claims to \
             deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for \
             scheduling."
        );
        let claim = json!({"metadata": {"name": "gpu", "namespace": "default"}, "spec": {}});
        storage.devices.set(&crate::testing::read(claim), false);
        let asked = Asked::by(&pod, &mut nodes, &storage).unwrap();
        let mut picker = Picker::default();
        let mut error = picker
            .pick(&asked, &nodes, &storage, &Chance::seeded(1))
            .unwrap_err();
        error.preemption = Some("none.".to_owned());
        assert_eq!(
            error.to_string(),
            "0/2 nodes are available: 2 cannot allocate all claims. still not schedulable, \
             preemption: none."
        );
    }
}
