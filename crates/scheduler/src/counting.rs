//! On which nodes a topology spread constraint counts pods.

use crate::affinity;
use crate::node_info::label;
use crate::suitability::{required, with_required};
use crate::taints;
use k8s_openapi::api::core::v1::{Node, PodSpec, TopologySpreadConstraint};

/// On which nodes pods count, by a constraint's own policies.
#[derive(Debug)]
pub(crate) struct Counting {
    /// What it says.
    pub(crate) key: String,
    /// The labels that a node must have.
    keys: Vec<String>,
    /// With the node selector and affinity to honour, and the tolerations.
    spec: PodSpec,
    honours_affinity: bool,
    honours_taints: bool,
    /// Whether values count that have no pod.
    pub(crate) with_empty: bool,
}

impl Counting {
    /// For one of the constraints of a pod, whose topology keys are `keys`.
    pub(crate) fn of(
        constraint: &TopologySpreadConstraint,
        keys: &[&str],
        spec: &PodSpec,
        with_empty: bool,
    ) -> Self {
        let honours = |policy: &Option<String>, default: bool| {
            policy
                .as_deref()
                .map_or(default, |policy| policy == "Honor")
        };
        let honours_affinity = honours(&constraint.node_affinity_policy, true);
        let honours_taints = honours(&constraint.node_taints_policy, false);
        let mut used = PodSpec::default();
        if honours_affinity {
            used.node_selector.clone_from(&spec.node_selector);
            used.affinity = required(spec).cloned().map(with_required);
        }
        if honours_taints {
            used.tolerations.clone_from(&spec.tolerations);
        }
        let said = (
            keys,
            &used.node_selector,
            &used.affinity,
            &used.tolerations,
            honours_affinity,
            honours_taints,
            with_empty,
        );
        Self {
            key: serde_json::to_string(&said).unwrap_or_default(),
            keys: keys.iter().map(|&key| key.to_owned()).collect(),
            spec: used,
            honours_affinity,
            honours_taints,
            with_empty,
        }
    }

    /// Whether pods on a node count.
    pub(crate) fn takes(&self, node: &Node) -> bool {
        self.keys.iter().all(|key| label(node, key).is_some())
            && (!self.honours_affinity || affinity::matches(&self.spec, node))
            && (!self.honours_taints || taints::tolerates_all(&self.spec, node))
    }
}
