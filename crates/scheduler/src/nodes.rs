//! What every node has and holds, kept up to date pod by pod.

use crate::footprint::{Footprint, HostPort};
use crate::resources::{PODS, Resources};
use k8s_openapi::api::core::v1::{Node, Pod};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

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

/// Where a pod is and what it takes there.
#[derive(Debug)]
struct Placed {
    node: String,
    footprint: Footprint,
}

/// All nodes, and the pods on them, those whose binding is still on its way among them.
#[derive(Debug, Default)]
pub(crate) struct Nodes {
    /// By name, so that every decision looks at them in the same order.
    infos: BTreeMap<String, NodeInfo>,
    /// By uid. Looked up only.
    pods: FxHashMap<String, Placed>,
    /// How many nodes have been seen.
    count: usize,
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

    /// Notes that a pod is on a node, whether its binding was confirmed or is assumed. Told again,
    /// it changes nothing.
    pub(crate) fn place(&mut self, pod: &Pod, node: &str) {
        let uid = pod.metadata.uid.as_deref().unwrap_or_default();
        if self.pods.get(uid).is_some_and(|placed| placed.node == node) {
            return;
        }
        self.remove(uid);
        let footprint = Footprint::of(pod);
        let info = self.infos.entry(node.to_owned()).or_default();
        info.place(&footprint);
        let placed = Placed {
            node: node.to_owned(),
            footprint,
        };
        self.pods.insert(uid.to_owned(), placed);
    }

    /// Notes that a pod is on no node any more. Returns whether it was on one.
    pub(crate) fn remove(&mut self, uid: &str) -> bool {
        let Some(placed) = self.pods.remove(uid) else {
            return false;
        };
        if let Some(info) = self.infos.get_mut(&placed.node) {
            info.remove(&placed.footprint);
            if info.pods == 0 && info.node.is_none() {
                self.infos.remove(&placed.node);
            }
        }
        true
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
