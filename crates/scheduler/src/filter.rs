//! Whether a node can take a pod, and if not, why: in the words of kube-scheduler.

use crate::asked::Asked;
use crate::claims::claims_of;
use crate::footprint::{Footprint, HostPort};
use crate::limits;
use crate::neighbours::Wrong;
use crate::nodes::{NodeInfo, Nodes, Resident};
use crate::obstacle::{Obstacle, Rejection};
use crate::resources::{PODS, Resources};
use crate::spread::Uneven;
use crate::storage::Storage;
use crate::suitability;
use k8s_openapi::api::core::v1::Node;
use std::borrow::Cow;
use std::sync::Arc;

/// A node as it is, or as it would be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'n> {
    pub(crate) node: &'n Node,
    pub(crate) info: &'n NodeInfo,
    /// Pods that are there and do not count.
    pub(crate) without: &'n [Arc<Resident>],
}

/// Whether a node can take a pod.
///
/// # Errors
/// The first obstacle.
pub(crate) fn check(
    asked: &Asked,
    view: View<'_>,
    nodes: &Nodes,
    storage: &Storage,
) -> Result<(), Rejection> {
    suitability::check(&asked.spec, view.node)?;
    has_place(asked, view, nodes, storage)
}

/// Whether a node that is one for the pod can take it. Checks in the order of kube-scheduler's default
/// plugins, because the first that fails is the one that is told. Pods that the node is nominated for, and
/// that are no less important, count as if they were there.
///
/// # Errors
/// The first obstacle.
pub(crate) fn has_place(
    asked: &Asked,
    view: View<'_>,
    nodes: &Nodes,
    storage: &Storage,
) -> Result<(), Rejection> {
    let View {
        node,
        info,
        without,
    } = view;
    let name = node.metadata.name.as_deref().unwrap_or_default();
    let expected = nodes.expected(name, &asked.pod);
    has_room(&asked.footprint, info, without, &expected)?;
    for claim in &asked.volumes.exclusive {
        let used = |it: &&Arc<Resident>| claims_of(&it.pod).contains(claim);
        if nodes.users_of(claim) > without.iter().filter(used).count() {
            let reason = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod \
                          access mode already in-use by another pod";
            return Err(Rejection::for_now(Obstacle::Volumes, reason));
        }
    }
    if !limits::has_room(&asked.volumes.attachable, info, without, storage) {
        let reason = "node(s) exceed max volume count";
        return Err(Rejection::for_now(Obstacle::Volumes, reason));
    }
    if let Err(reason) = asked.volumes.check(node) {
        return Err(Rejection::for_good(Obstacle::Volumes, reason));
    }
    if let Err(uneven) = asked.spread.check(info, without, nodes) {
        return Err(match uneven {
            Uneven::NoLabel => Rejection::for_good(
                Obstacle::Spread,
                "node(s) didn't match pod topology spread constraints (missing required label)",
            ),
            Uneven::TooMany => Rejection::for_now(
                Obstacle::Spread,
                "node(s) didn't match pod topology spread constraints",
            ),
        });
    }
    let near = asked.neighbours.check(info, without, nodes);
    near.map_err(|wrong| match wrong {
        Wrong::Missing => Rejection::for_good(
            Obstacle::Neighbours,
            "node(s) didn't match pod affinity rules",
        ),
        Wrong::Unwanted => Rejection::for_now(
            Obstacle::Neighbours,
            "node(s) didn't match pod anti-affinity rules",
        ),
        Wrong::Unwelcome => Rejection::for_now(
            Obstacle::Neighbours,
            "node(s) didn't satisfy existing pods anti-affinity rules",
        ),
    })?;
    let reached = asked.devices.check(node);
    reached.map_err(|reason| Rejection::for_good(Obstacle::Devices, reason))
}

/// Whether ports and resources are left, with some pods less and some more than there are.
fn has_room(
    footprint: &Footprint,
    info: &NodeInfo,
    without: &[Arc<Resident>],
    with: &[Arc<Resident>],
) -> Result<(), Rejection> {
    if !footprint.ports.is_empty() && has_conflict(footprint, info, without, with) {
        let reason = "node(s) didn't have free ports for the requested pod ports";
        return Err(Rejection::for_now(Obstacle::Ports, reason));
    }
    let mut requested = Cow::Borrowed(&info.requested);
    for resident in without {
        requested.to_mut().subtract(&resident.footprint.requests);
    }
    for resident in with {
        requested.to_mut().add(&resident.footprint.requests);
    }
    let count = |pods: &[Arc<Resident>]| i64::try_from(pods.len()).unwrap_or(i64::MAX);
    let pods = info.pods - count(without) + count(with);
    too_little(footprint, &requested, pods, info)
}

fn has_conflict(
    footprint: &Footprint,
    info: &NodeInfo,
    without: &[Arc<Resident>],
    with: &[Arc<Resident>],
) -> bool {
    let mut gone: Vec<_> = without.iter().flat_map(|it| &it.footprint.ports).collect();
    let stays = |port: &&HostPort| match gone.iter().position(|gone| gone == port) {
        Some(at) => {
            gone.swap_remove(at);
            false
        }
        None => true,
    };
    let added = with.iter().flat_map(|it| &it.footprint.ports);
    let mut taken = info.ports.iter().filter(stays).chain(added);
    taken.any(|taken| {
        let mut ports = footprint.ports.iter();
        ports.any(|port| port.conflicts_with(taken))
    })
}

/// The reasons for which a pod does not fit by its requests. What it does not ask for it does not
/// lack, even on a node that has more taken than it has.
fn too_little(
    footprint: &Footprint,
    taken: &Resources,
    pods: i64,
    info: &NodeInfo,
) -> Result<(), Rejection> {
    let mut found: Option<Cow<'static, str>> = None;
    let mut more = Vec::new();
    let mut tell = |reason: Cow<'static, str>| match &found {
        None => found = Some(reason),
        Some(_) => more.push(reason),
    };
    let mut is_final = false;
    if pods + 1 > info.pod_limit {
        tell("Too many pods".into());
    }
    let mut lacks = |asked: i64, there: i64, taken: i64| {
        // What the node does not have at all no pod can leave to it.
        is_final |= asked > there;
        asked > 0 && asked > there - taken
    };
    let (asked, there) = (&footprint.requests, &info.allocatable);
    if lacks(asked.milli_cpu, there.milli_cpu, taken.milli_cpu) {
        tell("Insufficient cpu".into());
    }
    if lacks(asked.memory, there.memory, taken.memory) {
        tell("Insufficient memory".into());
    }
    for (name, &amount) in &asked.others {
        if name != PODS && lacks(amount, there.other(name), taken.other(name)) {
            tell(format!("Insufficient {name}").into());
        }
    }
    match found {
        None => Ok(()),
        Some(reason) => Err(Rejection {
            obstacle: Obstacle::Resources,
            reason,
            more,
            is_final,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{node, node_with, pod, pod_asking};
    use k8s_openapi::api::core::v1::Pod;
    use serde_json::{Value, json};

    fn first(pod: &Arc<Pod>, nodes: &mut Nodes) -> Result<(), Rejection> {
        let storage = Storage::default();
        let asked = Asked::by(pod, nodes, &storage).unwrap();
        let (node, info) = nodes.iter().next().unwrap();
        let view = View {
            node,
            info,
            without: &[],
        };
        check(&asked, view, nodes, &storage)
    }

    fn reasons(spec: Value, node_spec: Value) -> Vec<Cow<'static, str>> {
        let mut nodes = Nodes::default();
        nodes.set_node(&node_with("n", "1", node_spec));
        let pod = pod("p", spec);
        let result = first(&pod, &mut nodes);
        let rejection = result.err().into_iter();
        let reasons = rejection.flat_map(|it| it.reasons().cloned().collect::<Vec<_>>());
        reasons.collect()
    }

    #[test]
    fn a_cordoned_node_takes_only_what_tolerates_it() {
        let cordoned = || json!({"unschedulable": true});
        assert_eq!(
            reasons(json!({"containers": []}), cordoned()),
            ["node(s) were unschedulable"]
        );
        let tolerant = json!({"containers": [], "tolerations": [{"key": crate::taints::UNSCHEDULABLE, "operator": "Exists"}]});
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
        let mut obstacle = |pod: &Arc<Pod>| {
            let result = first(pod, &mut nodes);
            result.err().map(|rejection| rejection.obstacle)
        };
        assert_eq!(
            obstacle(&pod_asking("more", "1m")),
            Some(Obstacle::Resources)
        );
        assert_eq!(obstacle(&pod_asking("none", "0")), None);
        assert_eq!(obstacle(&pod("second", ports)), Some(Obstacle::Ports));
    }

    #[test]
    fn what_a_node_never_had_no_pod_can_leave_to_it() {
        let mut nodes = Nodes::default();
        nodes.set_node(&node("n", "2"));
        nodes.place(&pod_asking("q", "2"), "n");
        let mut is_final = |cpu: &str| {
            first(&pod_asking("p", cpu), &mut nodes)
                .unwrap_err()
                .is_final
        };
        assert!(!is_final("1"));
        assert!(is_final("3"));
    }

    #[test]
    fn room_that_a_more_important_pod_made_is_left_to_it() {
        let mut nodes = Nodes::default();
        nodes.set_node(&node("n", "2"));
        let requests = json!({"requests": {"cpu": "2"}});
        let containers = json!([{"name": "c", "resources": requests}]);
        let urgent = pod("urgent", json!({"containers": containers, "priority": 9}));
        nodes.nominate(&urgent, "n");
        assert!(first(&pod_asking("p", "1"), &mut nodes).is_err());
        assert_eq!(first(&urgent, &mut nodes), Ok(()));
        let more = pod("more", json!({"containers": containers, "priority": 10}));
        assert_eq!(first(&more, &mut nodes), Ok(()));
        nodes.dismiss("urgent");
        assert_eq!(first(&pod_asking("p", "1"), &mut nodes), Ok(()));
    }

    #[test]
    fn a_claim_for_one_pod_is_used_by_one() {
        let mut nodes = Nodes::default();
        nodes.set_node(&node("n", "2"));
        let claim = json!({"metadata": {"name": "c", "namespace": "default"}, "spec": {
            "accessModes": ["ReadWriteOncePod"], "volumeName": "v"}, "status": {"phase": "Bound"}});
        let mut storage = Storage::default();
        storage.claims.insert(
            "default/c".into(),
            Arc::new(serde_json::from_value(claim).unwrap()),
        );
        let volume = json!({"metadata": {"name": "v"}, "spec": {}});
        storage.volumes.insert(
            "v".into(),
            Arc::new(serde_json::from_value(volume).unwrap()),
        );
        let volume = json!({"name": "v", "persistentVolumeClaim": {"claimName": "c"}});
        let spec = json!({"containers": [], "volumes": [volume]});
        let check = |nodes: &mut Nodes| {
            let asked = Asked::by(&pod("p", spec.clone()), nodes, &storage).unwrap();
            let (node, info) = nodes.iter().next().unwrap();
            let view = View {
                node,
                info,
                without: &[],
            };
            check(&asked, view, nodes, &storage)
        };
        assert_eq!(check(&mut nodes), Ok(()));
        nodes.place(&pod("q", spec.clone()), "n");
        assert_eq!(check(&mut nodes).unwrap_err().obstacle, Obstacle::Volumes);
        nodes.remove("q");
        assert_eq!(check(&mut nodes), Ok(()));
    }
}
