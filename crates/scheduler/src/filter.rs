//! Whether a node can take a pod, and if not, why: in the words of kube-scheduler.

use crate::footprint::Footprint;
use crate::nodes::NodeInfo;
use crate::taints::{self, UNSCHEDULABLE};
use crate::{affinity, resources::PODS};
use k8s_openapi::api::core::v1::{Node, PodSpec, Taint};
use std::borrow::Cow;

/// What keeps a pod off a node. Also what must change before trying again is of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Obstacle {
    /// The node is cordoned.
    Unschedulable,
    /// The pod does not tolerate a taint.
    Taint,
    /// The node is not what the pod asks for.
    Affinity,
    /// Other pods have a port of the node.
    Ports,
    /// Other pods leave too little, or the node is too small.
    Resources,
}

/// What a node lacks for a pod: of one kind, though of resources there may be several.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rejection {
    pub(crate) obstacle: Obstacle,
    /// The reasons, as they are counted in the message.
    pub(crate) reasons: Vec<Cow<'static, str>>,
}

impl Rejection {
    fn new(obstacle: Obstacle, reason: &'static str) -> Self {
        Self {
            obstacle,
            reasons: vec![reason.into()],
        }
    }
}

/// Checks in the order of kube-scheduler's default plugins, because the first that fails is the one
/// that is told.
///
/// # Errors
/// The first obstacle.
pub(crate) fn check(
    spec: &PodSpec,
    footprint: &Footprint,
    node: &Node,
    info: &NodeInfo,
) -> Result<(), Rejection> {
    let tolerations = spec.tolerations.as_ref();
    let node_spec = node.spec.as_ref();
    if node_spec.is_some_and(|it| it.unschedulable == Some(true)) {
        let cordon = Taint {
            key: UNSCHEDULABLE.into(),
            effect: "NoSchedule".into(),
            ..Taint::default()
        };
        if !taints::tolerates(tolerations, &cordon) {
            let reason = "node(s) were unschedulable";
            return Err(Rejection::new(Obstacle::Unschedulable, reason));
        }
    }
    let mut taints = node_spec
        .and_then(|it| it.taints.as_ref())
        .into_iter()
        .flatten();
    if taints.any(|taint| taints::is_hard(taint) && !taints::tolerates(tolerations, taint)) {
        let reason = "node(s) had untolerated taint(s)";
        return Err(Rejection::new(Obstacle::Taint, reason));
    }
    if !affinity::matches(spec, node) {
        let reason = "node(s) didn't match Pod's node affinity/selector";
        return Err(Rejection::new(Obstacle::Affinity, reason));
    }
    let is_taken = |port| info.ports.iter().any(|taken| taken.conflicts_with(port));
    if footprint.ports.iter().any(is_taken) {
        let reason = "node(s) didn't have free ports for the requested pod ports";
        return Err(Rejection::new(Obstacle::Ports, reason));
    }
    let reasons = too_little(footprint, info);
    if reasons.is_empty() {
        Ok(())
    } else {
        Err(Rejection {
            obstacle: Obstacle::Resources,
            reasons,
        })
    }
}

/// The reasons for which a pod does not fit by its requests. What it does not ask for it does not
/// lack, even on a node that has more taken than it has.
fn too_little(footprint: &Footprint, info: &NodeInfo) -> Vec<Cow<'static, str>> {
    let mut reasons = Vec::new();
    if info.pods + 1 > info.pod_limit() {
        reasons.push("Too many pods".into());
    }
    let (asked, taken, there) = (&footprint.requests, &info.requested, &info.allocatable);
    if asked.milli_cpu > 0 && asked.milli_cpu > there.milli_cpu - taken.milli_cpu {
        reasons.push("Insufficient cpu".into());
    }
    if asked.memory > 0 && asked.memory > there.memory - taken.memory {
        reasons.push("Insufficient memory".into());
    }
    for (name, &amount) in &asked.others {
        if amount > 0 && name != PODS && amount > there.other(name) - taken.other(name) {
            reasons.push(format!("Insufficient {name}").into());
        }
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nodes::Nodes;
    use crate::testing::{node, node_with, pod, pod_asking};
    use serde_json::{Value, json};

    fn reasons(spec: Value, node_spec: Value) -> Vec<Cow<'static, str>> {
        let mut nodes = Nodes::default();
        nodes.set_node(&node_with("n", "1", node_spec));
        let pod = pod("p", spec);
        let (node, info) = nodes.iter().next().unwrap();
        let result = check(pod.spec.as_ref().unwrap(), &Footprint::of(&pod), node, info);
        result.map_or_else(|rejection| rejection.reasons, |()| Vec::new())
    }

    #[test]
    fn a_cordoned_node_takes_only_what_tolerates_it() {
        let cordoned = || json!({"unschedulable": true});
        assert_eq!(
            reasons(json!({"containers": []}), cordoned()),
            ["node(s) were unschedulable"]
        );
        let tolerant = json!({"containers": [], "tolerations": [{"key": UNSCHEDULABLE, "operator": "Exists"}]});
        assert!(reasons(tolerant, cordoned()).is_empty());
    }

    #[test]
    fn a_taint_keeps_off_unless_it_is_soft() {
        let tainted = |effect| json!({"taints": [{"key": "k", "effect": effect}]});
        let plain = || json!({"containers": []});
        assert_eq!(
            reasons(plain(), tainted("NoExecute")),
            ["node(s) had untolerated taint(s)"]
        );
        assert!(reasons(plain(), tainted("PreferNoSchedule")).is_empty());
    }

    #[test]
    fn each_resource_that_lacks_is_named() {
        let requests = json!({"cpu": "2", "memory": "2Gi", "example.com/gpu": "1"});
        let spec = json!({"containers": [{"name": "c", "resources": {"requests": requests}}]});
        assert_eq!(
            reasons(spec, json!({})),
            [
                "Insufficient cpu",
                "Insufficient memory",
                "Insufficient example.com/gpu"
            ]
        );
    }

    #[test]
    fn a_full_node_takes_no_pod_that_asks_and_no_port_twice() {
        let mut nodes = Nodes::default();
        nodes.set_node(&node("n", "1"));
        let ports = json!({"containers": [{"name": "c", "ports": [{"containerPort": 80, "hostPort": 80}]}]});
        nodes.place(&pod_asking("big", "1"), "n");
        nodes.place(&pod("port", ports.clone()), "n");
        let (node, info) = nodes.iter().next().unwrap();
        let obstacle = |pod: &k8s_openapi::api::core::v1::Pod| {
            let result = check(pod.spec.as_ref().unwrap(), &Footprint::of(pod), node, info);
            result.err().map(|rejection| rejection.obstacle)
        };
        assert_eq!(
            obstacle(&pod_asking("more", "1m")),
            Some(Obstacle::Resources)
        );
        assert_eq!(obstacle(&pod_asking("none", "0")), None);
        assert_eq!(obstacle(&pod("second", ports)), Some(Obstacle::Ports));
    }
}
