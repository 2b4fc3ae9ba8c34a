//! What every node has and holds, kept up to date pod by pod.

use crate::footprint::{Footprint, HostPort};
use crate::pod_terms::{Labels, Namespaces};
use crate::resources::{PODS, Resources};
use crate::tally::{ByNode, Kind, Standing, Standings, Tallies};
use crate::volumes::claims_of;
use k8s_openapi::api::core::v1::{Node, Pod};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Numbers by value of a label of nodes.
pub(crate) type ByValue = FxHashMap<String, i64>;

/// A pod on a node, and what it takes there.
#[derive(Debug)]
pub(crate) struct Resident {
    pub(crate) pod: Arc<Pod>,
    pub(crate) footprint: Footprint,
}

impl Resident {
    fn of(pod: &Arc<Pod>) -> Self {
        Self {
            footprint: Footprint::of(pod),
            pod: Arc::clone(pod),
        }
    }

    fn uid(&self) -> &str {
        self.pod.metadata.uid.as_deref().unwrap_or_default()
    }

    /// How important it is.
    pub(crate) fn priority(&self) -> i32 {
        let spec = self.pod.spec.as_ref();
        spec.and_then(|spec| spec.priority).unwrap_or(0)
    }
}

/// A pod that has made room for itself on a node, and is still on its way.
#[derive(Debug)]
struct Nominee {
    node: String,
    resident: Arc<Resident>,
}

/// A node and the sums over the pods on it.
#[derive(Debug, Default)]
pub(crate) struct NodeInfo {
    /// `None` while pods name a node that has not been seen.
    pub(crate) node: Option<Arc<Node>>,
    /// What pods may ask for.
    pub(crate) allocatable: Resources,
    /// What the pods on it ask for.
    pub(crate) requested: Resources,
    /// CPU (thousandths) and memory (bytes) as scoring counts them.
    pub(crate) scored: (i64, i64),
    /// How many pods it holds.
    pub(crate) pods: i64,
    /// The ports of the node that pods have taken.
    pub(crate) ports: Vec<HostPort>,
    /// How many pods of each controller it holds.
    controllers: FxHashMap<String, u32>,
    /// The pods on it.
    pub(crate) residents: Vec<Arc<Resident>>,
}

impl NodeInfo {
    /// How many pods may run on it.
    pub(crate) fn pod_limit(&self) -> i64 {
        self.allocatable.other(PODS)
    }

    /// How many pods of one controller it holds.
    pub(crate) fn pods_of(&self, controller: Option<&str>) -> u32 {
        controller
            .and_then(|uid| self.controllers.get(uid))
            .copied()
            .unwrap_or(0)
    }

    fn place(&mut self, footprint: &Footprint) {
        self.requested.add(&footprint.requests);
        self.scored.0 += footprint.scored.0;
        self.scored.1 += footprint.scored.1;
        self.pods += 1;
        self.ports.extend(footprint.ports.iter().cloned());
        if let Some(uid) = &footprint.controller {
            *self.controllers.entry(uid.clone()).or_default() += 1;
        }
    }

    fn remove(&mut self, footprint: &Footprint) {
        self.requested.subtract(&footprint.requests);
        self.scored.0 -= footprint.scored.0;
        self.scored.1 -= footprint.scored.1;
        self.pods -= 1;
        for port in &footprint.ports {
            if let Some(at) = self.ports.iter().position(|taken| taken == port) {
                self.ports.swap_remove(at);
            }
        }
        if let Some(uid) = &footprint.controller
            && let Some(count) = self.controllers.get_mut(uid)
        {
            *count -= 1;
            if *count == 0 {
                self.controllers.remove(uid);
            }
        }
    }
}

/// All nodes, and the pods on them, those whose binding is still on its way among them.
#[derive(Debug, Default)]
pub(crate) struct Nodes {
    /// By name, so that every decision looks at them in the same order.
    infos: BTreeMap<String, NodeInfo>,
    /// Which node a pod is on, by its uid. Looked up only.
    pods: FxHashMap<String, String>,
    /// How many nodes have been seen.
    count: usize,
    namespaces: Namespaces,
    tallies: Tallies,
    standings: Standings,
    /// How many pods use a claim.
    claims: FxHashMap<String, usize>,
    /// By uid.
    nominees: BTreeMap<String, Nominee>,
}

impl Nodes {
    /// The nodes that are there, in order of their names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Arc<Node>, &NodeInfo)> {
        let nodes = self.infos.values();
        nodes.filter_map(|info| Some((info.node.as_ref()?, info)))
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Takes in a new node or what changed about one.
    pub(crate) fn set_node(&mut self, node: &Arc<Node>) {
        let name = node.metadata.name.clone().unwrap_or_default();
        let info = self.infos.entry(name).or_default();
        let status = node.status.as_ref();
        info.allocatable = Resources::of(status.and_then(|status| status.allocatable.as_ref()));
        if info.node.replace(Arc::clone(node)).is_none() {
            self.count += 1;
        }
    }

    /// Forgets a node, though not the pods that name it: it may come back before they go.
    pub(crate) fn remove_node(&mut self, name: &str) {
        let Some(info) = self.infos.get_mut(name) else {
            return;
        };
        if info.node.take().is_some() {
            self.count -= 1;
        }
        if info.pods == 0 {
            self.infos.remove(name);
        }
    }

    /// Notes that a pod is on a node, whether its binding was confirmed or is assumed, or what changed
    /// about it. Returns whether anything is counted otherwise than before.
    pub(crate) fn place(&mut self, pod: &Arc<Pod>, node: &str) -> bool {
        let uid = pod.metadata.uid.as_deref().unwrap_or_default();
        self.nominees.remove(uid);
        if self.pods.get(uid).is_some_and(|own| own == node) && self.is_the_same(uid, node, pod) {
            return false;
        }
        self.remove(uid);
        let resident = Arc::new(Resident::of(pod));
        self.tallies.change(pod, node, 1, &self.namespaces);
        self.standings.change(pod, node, 1);
        for claim in claims_of(pod) {
            *self.claims.entry(claim).or_default() += 1;
        }
        let info = self.infos.entry(node.to_owned()).or_default();
        info.place(&resident.footprint);
        info.residents.push(resident);
        self.pods.insert(uid.to_owned(), node.to_owned());
        true
    }

    /// Whether nothing has changed that anything is counted by. What is kept is the newer one then.
    fn is_the_same(&mut self, uid: &str, node: &str, pod: &Arc<Pod>) -> bool {
        let info = self.infos.get_mut(node);
        let mut residents = info.into_iter().flat_map(|info| &mut info.residents);
        let Some(resident) = residents.find(|it| it.uid() == uid) else {
            return false;
        };
        let is_same = |one: &Pod, other: &Pod| {
            let (one, other) = (&one.metadata, &other.metadata);
            one.labels == other.labels
                && one.deletion_timestamp.is_some() == other.deletion_timestamp.is_some()
        };
        // Of a spec nothing else can change once a pod has a node.
        let asks_the_same = Footprint::of(pod).requests == resident.footprint.requests;
        if !is_same(&resident.pod, pod) || !asks_the_same {
            return false;
        }
        *resident = Arc::new(Resident {
            pod: Arc::clone(pod),
            footprint: resident.footprint.clone(),
        });
        true
    }

    /// Notes that a pod is on no node any more. Returns whether it was on one.
    pub(crate) fn remove(&mut self, uid: &str) -> bool {
        self.nominees.remove(uid);
        let Some(node) = self.pods.remove(uid) else {
            return false;
        };
        let Some(info) = self.infos.get_mut(&node) else {
            return true;
        };
        if let Some(at) = info.residents.iter().position(|it| it.uid() == uid) {
            let resident = info.residents.swap_remove(at);
            info.remove(&resident.footprint);
            let pod = &resident.pod;
            self.tallies.change(pod, &node, -1, &self.namespaces);
            self.standings.change(pod, &node, -1);
            for claim in claims_of(pod) {
                if let Some(count) = self.claims.get_mut(&claim) {
                    *count -= 1;
                    if *count == 0 {
                        self.claims.remove(&claim);
                    }
                }
            }
        }
        if info.pods == 0 && info.node.is_none() {
            self.infos.remove(&node);
        }
        true
    }

    /// What a node has and holds, if it is there.
    pub(crate) fn get(&self, name: &str) -> Option<&NodeInfo> {
        self.infos.get(name)
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
    }

    /// Takes that back.
    pub(crate) fn dismiss(&mut self, uid: &str) {
        self.nominees.remove(uid);
    }

    /// Where a pod has made room for itself.
    pub(crate) fn nomination(&self, uid: &str) -> Option<&str> {
        self.nominees.get(uid).map(|it| it.node.as_str())
    }

    /// The pods, other than `pod` and not less important, for which there is room to be left on a node.
    pub(crate) fn expected(&self, node: &str, pod: &Pod) -> Vec<Arc<Resident>> {
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
        }
        is_changed
    }

    /// What pods on nodes have as rules about others.
    pub(crate) fn standings(&self) -> impl Iterator<Item = &Standing> {
        self.standings.iter()
    }

    /// How many pods of a kind each node holds.
    pub(crate) fn count_by_node(&mut self, kind: &Kind) -> ByNode {
        let pods = self.infos.iter().flat_map(|(name, info)| {
            let residents = info.residents.iter();
            residents.map(move |resident| (name.as_str(), &*resident.pod))
        });
        self.tallies.of(kind, pods, &self.namespaces).clone()
    }

    /// How many there are by the value of a label of their nodes.
    pub(crate) fn count_by_value(&mut self, kind: &Kind, topology_key: &str) -> ByValue {
        let by_node = self.count_by_node(kind);
        let mut sums = ByValue::default();
        self.sum(&by_node, topology_key, 1, &mut sums);
        sums
    }

    /// Adds numbers of nodes by the value of a label of theirs.
    pub(crate) fn sum(&self, by_node: &ByNode, key: &str, weight: i64, sums: &mut ByValue) {
        for (name, count) in by_node {
            let node = self.infos.get(name).and_then(|info| info.node.as_ref());
            let labels = node.and_then(|node| node.metadata.labels.as_ref());
            if let Some(value) = labels.and_then(|labels| labels.get(key)) {
                match sums.get_mut(value) {
                    Some(sum) => *sum += weight * count,
                    None => {
                        sums.insert(value.clone(), weight * count);
                    }
                }
            }
        }
    }

    #[cfg(test)]
    pub(crate) fn looked_at(&self) -> usize {
        self.tallies.looked_at
    }

    #[cfg(test)]
    pub(crate) fn info(&self, name: &str) -> Option<&NodeInfo> {
        self.infos.get(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
    }
}
