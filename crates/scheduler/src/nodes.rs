//! What every node has and holds, kept up to date pod by pod.

use crate::claims::claims_of;
use crate::counting::Counting;
use crate::defaults::Defaults;
use crate::node_info::asks_the_same;
pub(crate) use crate::node_info::{NodeInfo, Resident};
use crate::pod_terms::{Labels, Namespaces};
use crate::standings::{Standing, Standings};
use crate::suitability::{Suitability, Suited, named};
use crate::taints::taints_of;
use crate::tally::{Domains, Kind, Tallies};
use k8s_openapi::api::core::v1::{Node, Pod, PodSpec};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A pod that has made room for itself on a node, and is still on its way.
#[derive(Debug)]
struct Nominee {
    node: String,
    resident: Arc<Resident>,
}

/// Where a pod is: the place of its node, and its number among the residents.
#[derive(Clone, Copy, Debug)]
struct Spot {
    place: usize,
    number: usize,
}

/// All nodes, and the pods on them, those whose binding is still on its way among them.
///
/// A node keeps its place for as long as it is there or a pod names it.
#[derive(Debug, Default)]
pub(crate) struct Nodes {
    /// By place; some are free.
    infos: Vec<NodeInfo>,
    free: Vec<usize>,
    /// The places of all, by name. Looked up only.
    places: FxHashMap<String, usize>,
    /// The places of the nodes that have been seen, by name, so that every decision looks at them in the
    /// same order.
    order: Vec<usize>,
    /// Where a pod is, by its uid. Looked up only.
    pods: FxHashMap<String, Spot>,
    namespaces: Namespaces,
    suitability: Suitability,
    tallies: Tallies,
    standings: Standings,
    /// How many pods use a claim.
    claims: FxHashMap<String, usize>,
    /// By uid.
    nominees: BTreeMap<String, Nominee>,
    /// How many of the pods have a priority.
    priorities: BTreeMap<i32, usize>,
    /// What pods are spread with that say nothing of it.
    pub(crate) defaults: Defaults,
    /// How often something has changed that decides whether a node can take a pod.
    changes: u64,
}

impl Nodes {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.order.len()
    }

    /// How often something has changed that decides whether a node can take a pod: as long as this stays
    /// the same, so does that.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    /// The lowest priority of a pod on a node.
    pub(crate) fn least_priority(&self) -> Option<i32> {
        self.priorities.keys().next().copied()
    }

    /// The one at a place.
    pub(crate) fn at(&self, place: usize) -> &NodeInfo {
        &self.infos[place]
    }

    /// The place of a node, or of one that a pod names, new if need be.
    fn place_of(&mut self, name: &str) -> usize {
        if let Some(&place) = self.places.get(name) {
            return place;
        }
        let info = NodeInfo::called(name);
        let place = if let Some(place) = self.free.pop() {
            self.infos[place] = info;
            place
        } else {
            self.infos.push(info);
            self.infos.len() - 1
        };
        self.places.insert(name.to_owned(), place);
        place
    }

    fn give_up_if_unused(&mut self, place: usize) {
        let info = &self.infos[place];
        if info.node.is_none() && info.pods == 0 {
            self.places.remove(&info.name);
            self.infos[place] = NodeInfo::default();
            self.free.push(place);
        }
    }

    /// Takes in a new node or what changed about one.
    pub(crate) fn set_node(&mut self, node: &Arc<Node>) {
        let place = self.place_of(node.metadata.name.as_deref().unwrap_or_default());
        let before = self.infos[place].node.clone();
        // Its heartbeats change nothing that is counted by.
        let is_counted = before.as_ref().is_some_and(|it| is_counted_alike(it, node));
        if !is_counted && let Some(before) = &before {
            self.uncount(place, before);
        }
        let allows_otherwise = self.infos[place].set_node(node);
        if !is_counted {
            self.count_in(place, node);
        }
        if !is_counted || allows_otherwise {
            self.changes += 1;
        }
    }

    /// Forgets a node, though not the pods that name it: it may come back before they go.
    pub(crate) fn remove_node(&mut self, name: &str) {
        let Some(&place) = self.places.get(name) else {
            return;
        };
        if let Some(node) = self.infos[place].node.take() {
            self.uncount(place, &node);
            self.changes += 1;
        }
        self.give_up_if_unused(place);
    }

    fn count_in(&mut self, place: usize, node: &Node) {
        let infos = &self.infos;
        let name = &infos[place].name;
        let is_before = |at: usize| infos[at].name < *name;
        let at = self.order.partition_point(|&at| is_before(at));
        self.order.insert(at, place);
        self.suitability.add(place, node, is_before);
        self.tallies.count_node(node, 1);
        for resident in &infos[place].residents {
            let pod = &resident.pod;
            self.tallies.count_pod(pod, node, 1, &self.namespaces);
            self.standings.count_pod(pod, node, 1);
        }
    }

    fn uncount(&mut self, place: usize, node: &Node) {
        let infos = &self.infos;
        let name = &infos[place].name;
        let is_before = |at: usize| infos[at].name < *name;
        let at = self.order.partition_point(|&at| is_before(at));
        self.order.remove(at);
        self.suitability.remove(place, node, is_before);
        for resident in &infos[place].residents {
            let pod = &resident.pod;
            self.tallies.count_pod(pod, node, -1, &self.namespaces);
            self.standings.count_pod(pod, node, -1);
        }
        self.tallies.count_node(node, -1);
    }

    /// A pod comes to a place (1), or goes from it (-1).
    fn count_pod(&mut self, pod: &Pod, place: usize, by: i64) {
        if let Some(node) = &self.infos[place].node {
            self.tallies.count_pod(pod, node, by, &self.namespaces);
            self.standings.count_pod(pod, node, by);
        }
    }

    /// Notes that a pod is on a node, whether its binding was confirmed or is assumed, or what changed
    /// about it. Returns whether anything is counted otherwise than before.
    pub(crate) fn place(&mut self, pod: &Arc<Pod>, node: &str) -> bool {
        let uid = pod.metadata.uid.as_deref().unwrap_or_default();
        self.dismiss(uid);
        if let Some(&spot) = self.pods.get(uid)
            && self.infos[spot.place].name == node
            && self.is_the_same(spot, pod)
        {
            return false;
        }
        self.remove(uid);
        self.changes += 1;
        let resident = Arc::new(Resident::of(pod));
        *self.priorities.entry(resident.priority()).or_default() += 1;
        let place = self.place_of(node);
        self.count_pod(pod, place, 1);
        for claim in claims_of(pod) {
            *self.claims.entry(claim).or_default() += 1;
        }
        let info = &mut self.infos[place];
        info.place(&resident.footprint);
        let number = info.residents.len();
        info.residents.push(resident);
        self.pods.insert(uid.to_owned(), Spot { place, number });
        true
    }

    /// Whether nothing has changed that anything is counted by. What is kept is the newer one then.
    fn is_the_same(&mut self, spot: Spot, pod: &Arc<Pod>) -> bool {
        let resident = &mut self.infos[spot.place].residents[spot.number];
        let (before, now) = (&resident.pod.metadata, &pod.metadata);
        let is_same = before.labels == now.labels
            && before.deletion_timestamp.is_some() == now.deletion_timestamp.is_some()
            && asks_the_same(&resident.pod, pod);
        if is_same {
            *resident = Arc::new(Resident {
                pod: Arc::clone(pod),
                footprint: resident.footprint.clone(),
            });
        }
        is_same
    }

    /// Notes that a pod is on no node any more. Returns whether it was on one.
    pub(crate) fn remove(&mut self, uid: &str) -> bool {
        self.dismiss(uid);
        let Some(Spot { place, number }) = self.pods.remove(uid) else {
            return false;
        };
        self.changes += 1;
        let info = &mut self.infos[place];
        let resident = info.residents.swap_remove(number);
        if let Some(moved) = info.residents.get(number)
            && let Some(spot) = self.pods.get_mut(moved.uid())
        {
            spot.number = number;
        }
        info.remove(&resident.footprint);
        if let Some(count) = self.priorities.get_mut(&resident.priority()) {
            *count -= 1;
            if *count == 0 {
                self.priorities.remove(&resident.priority());
            }
        }
        self.count_pod(&resident.pod, place, -1);
        for claim in claims_of(&resident.pod) {
            if let Some(count) = self.claims.get_mut(&claim) {
                *count -= 1;
                if *count == 0 {
                    self.claims.remove(&claim);
                }
            }
        }
        self.give_up_if_unused(place);
        true
    }

    /// What a node has and holds, if it is there.
    pub(crate) fn get(&self, name: &str) -> Option<&NodeInfo> {
        self.places.get(name).map(|&place| &self.infos[place])
    }

    /// Whether a pod is on a node.
    pub(crate) fn holds(&self, uid: &str) -> bool {
        self.pods.contains_key(uid)
    }

    /// How many pods use a claim.
    pub(crate) fn users_of(&self, claim: &str) -> usize {
        self.claims.get(claim).copied().unwrap_or(0)
    }

    /// Notes that a pod has made room for itself on a node.
    pub(crate) fn nominate(&mut self, pod: &Arc<Pod>, node: &str) {
        let nominee = Nominee {
            node: node.to_owned(),
            resident: Arc::new(Resident::of(pod)),
        };
        let uid = pod.metadata.uid.clone().unwrap_or_default();
        self.nominees.insert(uid, nominee);
        self.changes += 1;
    }

    /// Takes that back.
    pub(crate) fn dismiss(&mut self, uid: &str) {
        if self.nominees.remove(uid).is_some() {
            self.changes += 1;
        }
    }

    /// Where a pod has made room for itself.
    pub(crate) fn nomination(&self, uid: &str) -> Option<&str> {
        self.nominees.get(uid).map(|it| it.node.as_str())
    }

    /// The pods, other than `pod` and not less important, for which there is room to be left on a node.
    pub(crate) fn expected(&self, node: &str, pod: &Pod) -> Vec<Arc<Resident>> {
        if self.nominees.is_empty() {
            return Vec::new();
        }
        let priority = pod.spec.as_ref().and_then(|spec| spec.priority);
        let all = self.nominees.iter();
        all.filter(|(uid, it)| {
            it.node == node
                && pod.metadata.uid.as_ref() != Some(*uid)
                && it.resident.priority() >= priority.unwrap_or(0)
        })
        .map(|(_, it)| Arc::clone(&it.resident))
        .collect()
    }

    /// The less important pods that have made room for themselves on a node.
    pub(crate) fn outdone(&self, node: &str, priority: i32) -> Vec<Arc<Pod>> {
        let all = self.nominees.values();
        all.filter(|it| it.node == node && it.resident.priority() < priority)
            .map(|it| Arc::clone(&it.resident.pod))
            .collect()
    }

    /// The labels of namespaces.
    pub(crate) fn namespaces(&self) -> &Namespaces {
        &self.namespaces
    }

    /// Takes in the labels of a namespace, or that it is gone; whether they are other than before.
    pub(crate) fn set_namespace(&mut self, name: &str, labels: Option<&Labels>) -> bool {
        let before = match labels {
            Some(labels) => self.namespaces.insert(name.to_owned(), labels.clone()),
            None => self.namespaces.remove(name),
        };
        let is_changed = before.as_ref() != labels;
        if is_changed {
            self.tallies.clear();
            self.changes += 1;
        }
        is_changed
    }

    /// What pods on nodes have as rules about others.
    pub(crate) fn standings(&self) -> impl Iterator<Item = &Standing> {
        self.standings.iter()
    }

    /// The nodes that are ones for a pod, whatever is on them.
    pub(crate) fn suited(&mut self, spec: &PodSpec) -> Arc<Suited> {
        let Some(names) = named(spec) else {
            let nodes = self.order.iter().filter_map(|&place| {
                let node = self.infos[place].node.as_deref()?;
                Some((place, node))
            });
            return self.suitability.of(spec, nodes);
        };
        let mut suited = Suited::default();
        let mut seen = 0;
        for &place in names.iter().filter_map(|&name| self.places.get(name)) {
            if let Some(node) = &self.infos[place].node {
                seen += 1;
                suited.push(place, node, spec);
            }
        }
        suited.unnamed = self.count() - seen;
        Arc::new(suited)
    }

    /// How many pods of a kind there are by the value of a label of their nodes, on those that count.
    pub(crate) fn count_by_value(
        &mut self,
        kind: &Kind,
        topology_key: &str,
        counting: Option<Counting>,
    ) -> Arc<Domains> {
        let nodes = self.order.iter().filter_map(|&place| {
            let info = &self.infos[place];
            Some((info.node.as_deref()?, info.residents.as_slice()))
        });
        let namespaces = &self.namespaces;
        self.tallies
            .of(kind, topology_key, counting, nodes, namespaces)
    }

    #[cfg(test)]
    /// The nodes that are there, in order of their names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Arc<Node>, &NodeInfo)> {
        let nodes = self.order.iter().map(|&place| &self.infos[place]);
        nodes.filter_map(|info| Some((info.node.as_ref()?, info)))
    }

    #[cfg(test)]
    pub(crate) fn looked_at(&self) -> usize {
        self.tallies.looked_at
    }

    #[cfg(test)]
    pub(crate) fn looked_at_for_suitability(&self) -> usize {
        self.suitability.looked_at
    }

    #[cfg(test)]
    pub(crate) fn info(&self, name: &str) -> Option<&NodeInfo> {
        self.get(name)
    }
}

/// Whether two states of a node have the same labels and taints.
fn is_counted_alike(one: &Node, other: &Node) -> bool {
    let is_cordoned = |node: &Node| node.spec.as_ref().and_then(|spec| spec.unschedulable);
    one.metadata.labels == other.metadata.labels
        && taints_of(one) == taints_of(other)
        && is_cordoned(one) == is_cordoned(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::Resources;
    use crate::testing::{node, pod_asking};

    #[test]
    fn a_pod_counts_once_and_where_it_is() {
        let mut nodes = Nodes::default();
        nodes.set_node(&node("a", "4"));
        nodes.set_node(&node("b", "4"));
        let pod = pod_asking("p", "1");
        nodes.place(&pod, "a");
        nodes.place(&pod, "a");
        assert_eq!(nodes.info("a").unwrap().requested.milli_cpu, 1000);
        nodes.place(&pod, "b");
        assert_eq!(nodes.info("a").unwrap().pods, 0);
        assert_eq!(nodes.info("b").unwrap().pods, 1);
        assert!(nodes.remove("p"));
        assert!(!nodes.remove("p"));
        assert_eq!(nodes.info("b").unwrap().requested, Resources::default());
    }

    #[test]
    fn every_pod_is_found_again_when_others_have_gone() {
        let mut nodes = Nodes::default();
        nodes.set_node(&node("a", "9"));
        for name in ["p", "q", "r"] {
            nodes.place(&pod_asking(name, "1"), "a");
        }
        nodes.remove("p");
        nodes.remove("r");
        // It is told again, and then goes as well.
        assert!(!nodes.place(&pod_asking("q", "1"), "a"));
        let info = nodes.info("a").unwrap();
        assert_eq!((info.pods, info.residents[0].uid()), (1, "q"));
        nodes.remove("q");
        assert_eq!(nodes.info("a").unwrap().requested, Resources::default());
    }

    #[test]
    fn pods_may_come_before_their_node_and_stay_after_it() {
        let mut nodes = Nodes::default();
        nodes.place(&pod_asking("p", "1"), "a");
        assert_eq!(nodes.count(), 0);
        nodes.set_node(&node("a", "4"));
        assert_eq!(nodes.info("a").unwrap().requested.milli_cpu, 1000);
        nodes.remove_node("a");
        assert_eq!(nodes.iter().count(), 0);
        nodes.remove("p");
        assert!(nodes.info("a").is_none());
        // Its place is another's now.
        nodes.set_node(&node("b", "2"));
        assert_eq!(nodes.infos.len(), 1);
        assert_eq!(nodes.iter().count(), 1);
    }

    #[test]
    fn what_is_counted_follows_the_labels_of_nodes() {
        use crate::pod_terms::PodMatcher;
        use crate::testing::{in_zones, labelled};
        let mut nodes = in_zones();
        for name in ["a", "b", "c"] {
            nodes.place(&labelled(&format!("on-{name}"), &[("app", "x")]), name);
        }
        let selector = serde_json::from_value(serde_json::json!({"matchLabels": {"app": "x"}}));
        let kind = Kind {
            key: "x".to_owned(),
            matchers: vec![PodMatcher::in_namespace("default", selector.ok().as_ref())],
            with_terminating: true,
        };
        let sums = |nodes: &mut Nodes| {
            let domains = nodes.count_by_value(&kind, "zone", None);
            (domains.sum("1"), domains.sum("2"))
        };
        assert_eq!(sums(&mut nodes), (2, 1));
        let mut moved = (**nodes.get("a").unwrap().node.as_ref().unwrap()).clone();
        let labels = moved.metadata.labels.get_or_insert_default();
        labels.insert("zone".to_owned(), "2".to_owned());
        nodes.set_node(&Arc::new(moved));
        assert_eq!(sums(&mut nodes), (1, 2));
        nodes.remove_node("c");
        assert_eq!(sums(&mut nodes), (1, 1));
        assert_eq!(nodes.looked_at(), 3);
    }
}
