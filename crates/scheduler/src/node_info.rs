//! A node, and the sums over the pods on it.

use crate::footprint::{Footprint, HostPort};
use crate::resources::{PODS, Resources};
use k8s_openapi::api::core::v1::{Node, Pod};
use std::sync::Arc;

/// The label of nodes that says which one it is.
pub(crate) const HOSTNAME: &str = "kubernetes.io/hostname";

/// The label of nodes that says where it is.
pub(crate) const ZONE: &str = "topology.kubernetes.io/zone";

/// The value of a label of a node.
pub(crate) fn label<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    let labels = node.metadata.labels.as_ref()?;
    labels.get(key).map(String::as_str)
}

/// A pod on a node, and what it takes there.
#[derive(Debug)]
pub(crate) struct Resident {
    pub(crate) pod: Arc<Pod>,
    pub(crate) footprint: Footprint,
}

impl Resident {
    /// With what it takes.
    pub(crate) fn of(pod: &Arc<Pod>) -> Self {
        Self {
            footprint: Footprint::of(pod),
            pod: Arc::clone(pod),
        }
    }

    /// What it is known by.
    pub(crate) fn uid(&self) -> &str {
        self.pod.metadata.uid.as_deref().unwrap_or_default()
    }

    /// How important it is.
    pub(crate) fn priority(&self) -> i32 {
        let spec = self.pod.spec.as_ref();
        spec.and_then(|spec| spec.priority).unwrap_or(0)
    }
}

/// A node and the sums over the pods on it.
#[derive(Debug, Default)]
pub(crate) struct NodeInfo {
    pub(crate) name: String,
    /// `None` while pods name a node that has not been seen.
    pub(crate) node: Option<Arc<Node>>,
    hostname: Option<String>,
    zone: Option<String>,
    /// What pods may ask for.
    pub(crate) allocatable: Resources,
    /// How many pods may run on it.
    pub(crate) pod_limit: i64,
    /// What the pods on it ask for.
    pub(crate) requested: Resources,
    /// CPU (thousandths) and memory (bytes) as scoring counts them.
    pub(crate) scored: (i64, i64),
    /// How many pods it holds.
    pub(crate) pods: i64,
    /// The ports of the node that pods have taken.
    pub(crate) ports: Vec<HostPort>,
    /// The pods on it.
    pub(crate) residents: Vec<Arc<Resident>>,
}

impl NodeInfo {
    /// One that has not been seen, and holds nothing.
    pub(crate) fn called(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// Takes in what there is of the node: what it allows, and its labels. Returns whether it allows other
    /// than before.
    pub(crate) fn set_node(&mut self, node: &Arc<Node>) -> bool {
        let allocatable = |node: &Node| node.status.as_ref().and_then(|it| it.allocatable.clone());
        let there = allocatable(node);
        let before = self.node.take();
        let is_changed = before.as_ref().is_none_or(|it| allocatable(it) != there);
        if is_changed {
            self.allocatable = Resources::of(there.as_ref());
            self.pod_limit = self.allocatable.other(PODS);
        }
        let labels = &node.metadata.labels;
        if before.is_none_or(|it| it.metadata.labels != *labels) {
            self.hostname = label(node, HOSTNAME).map(str::to_owned);
            self.zone = label(node, ZONE).map(str::to_owned);
        }
        self.node = Some(Arc::clone(node));
        is_changed
    }

    /// The value of a label of the node, if it is there. Those that rules about neighbours mostly name are
    /// at hand.
    pub(crate) fn label(&self, key: &str) -> Option<&str> {
        let node = self.node.as_deref()?;
        match key {
            HOSTNAME => self.hostname.as_deref(),
            ZONE => self.zone.as_deref(),
            _ => label(node, key),
        }
    }

    /// A pod comes that takes this.
    pub(crate) fn place(&mut self, footprint: &Footprint) {
        self.requested.add(&footprint.requests);
        self.scored.0 += footprint.scored.0;
        self.scored.1 += footprint.scored.1;
        self.pods += 1;
        self.ports.extend(footprint.ports.iter().cloned());
    }

    /// A pod goes that took this.
    pub(crate) fn remove(&mut self, footprint: &Footprint) {
        self.requested.subtract(&footprint.requests);
        self.scored.0 -= footprint.scored.0;
        self.scored.1 -= footprint.scored.1;
        self.pods -= 1;
        for port in &footprint.ports {
            if let Some(at) = self.ports.iter().position(|taken| taken == port) {
                self.ports.swap_remove(at);
            }
        }
    }
}

/// Whether two states of a pod ask for the same resources. Of a spec nothing else can change once a pod
/// has a node.
pub(crate) fn asks_the_same(one: &Pod, other: &Pod) -> bool {
    let asked = |pod: &Pod| {
        let spec = pod.spec.as_ref()?;
        let both = spec
            .init_containers
            .iter()
            .flatten()
            .chain(&spec.containers);
        Some((
            spec.resources.clone(),
            both.map(|it| it.resources.clone()).collect::<Vec<_>>(),
        ))
    };
    asked(one) == asked(other)
}
