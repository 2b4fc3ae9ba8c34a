//! A node, and the sums over the pods on it.

use crate::footprint::{Footprint, HostPort};
use crate::resources::Resources;
use k8s_openapi::api::core::v1::{Node, Pod};
use rustc_hash::FxHashMap;
use std::sync::Arc;

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
    /// How many pods of each controller it holds.
    controllers: FxHashMap<String, u32>,
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

    /// How many pods of one controller it holds.
    pub(crate) fn pods_of(&self, controller: Option<&str>) -> u32 {
        controller
            .and_then(|uid| self.controllers.get(uid))
            .copied()
            .unwrap_or(0)
    }

    /// A pod comes that takes this.
    pub(crate) fn place(&mut self, footprint: &Footprint) {
        self.requested.add(&footprint.requests);
        self.scored.0 += footprint.scored.0;
        self.scored.1 += footprint.scored.1;
        self.pods += 1;
        self.ports.extend(footprint.ports.iter().cloned());
        if let Some(uid) = &footprint.controller {
            *self.controllers.entry(uid.clone()).or_default() += 1;
        }
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
