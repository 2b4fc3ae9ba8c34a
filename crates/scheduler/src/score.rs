//! Which of the nodes that can take a pod suits it best.
//!
//! The measures and weights are kube-scheduler's defaults; each gives up to [`MOST`] points.

use crate::asked::Asked;
use crate::footprint::Footprint;
use crate::nodes::NodeInfo;
use crate::{affinity, taints};
use k8s_openapi::api::core::v1::{Node, PodSpec};
use std::sync::Arc;

/// The points of the best node by one measure.
const MOST: i64 = 100;

const SOFT_TAINTS_WEIGHT: i64 = 3;
const PREFERENCE_WEIGHT: i64 = 2;
const SPREADING_WEIGHT: i64 = 2;
const NEIGHBOURS_WEIGHT: i64 = 2;

/// The points of each candidate.
pub(crate) fn score(asked: &Asked, candidates: &[(&Arc<Node>, &NodeInfo)]) -> Vec<i64> {
    let counts = |measure: &dyn Fn(&Node, &NodeInfo) -> i64| -> Vec<i64> {
        let candidates = candidates.iter();
        candidates
            .map(|&(node, info)| measure(node, info))
            .collect()
    };
    let (spec, footprint) = (&asked.spec, &asked.footprint);
    let soft_taints = fewer_is_better(&counts(&|node, _| avoided_taints(spec, node)));
    // Most pods prefer nothing.
    let alike = || vec![0; candidates.len()];
    let preference = if affinity::prefers(spec) {
        more_is_better(&counts(&|node, _| affinity::preference(spec, node)))
    } else {
        alike()
    };
    let spreading = if asked.spread.has_soft() {
        let infos: Vec<&NodeInfo> = candidates.iter().map(|&(_, info)| info).collect();
        evenest_is_best(&asked.spread.unevenness(&infos))
    } else {
        alike()
    };
    let neighbours = if asked.neighbours.is_indifferent() {
        alike()
    } else {
        between(&counts(&|_, info| asked.neighbours.liking(info)))
    };
    let room = counts(&|_, info| least_allocated(footprint, info) + balance(footprint, info));
    (0..candidates.len())
        .map(|at| {
            room[at]
                + SOFT_TAINTS_WEIGHT * soft_taints[at]
                + PREFERENCE_WEIGHT * preference[at]
                + SPREADING_WEIGHT * spreading[at]
                + NEIGHBOURS_WEIGHT * neighbours[at]
        })
        .collect()
}

/// From the least, which gives nothing, to the most.
fn between(counts: &[i64]) -> Vec<i64> {
    let least = counts.iter().copied().min().unwrap_or(0);
    let above: Vec<i64> = counts.iter().map(|&count| count - least).collect();
    more_is_better(&above)
}

/// The least uneven is the best; what lacks a label gives nothing.
fn evenest_is_best(measures: &[Option<i64>]) -> Vec<i64> {
    let all = || measures.iter().copied().flatten();
    let (least, most) = (all().min().unwrap_or(0), all().max().unwrap_or(0));
    let points_of = |uneven: &Option<i64>| match uneven {
        None => 0,
        Some(_) if most == 0 => MOST,
        Some(uneven) => points(most + least - uneven, most),
    };
    measures.iter().map(points_of).collect()
}

/// How many of the node's taints are only to be avoided, and not tolerated.
fn avoided_taints(spec: &PodSpec, node: &Node) -> i64 {
    let avoided = taints::taints_of(node).iter().filter(|taint| {
        !taints::is_hard(taint) && !taints::tolerates(spec.tolerations.as_ref(), taint)
    });
    avoided.map(|_| 1).sum()
}

/// The share of CPU and memory that would stay free, with the pod on the node.
fn least_allocated(footprint: &Footprint, info: &NodeInfo) -> i64 {
    let free = |there: i64, taken: i64, asked: i64| {
        let left = there - taken - asked;
        if there <= 0 || left < 0 {
            return 0;
        }
        points(left, there)
    };
    let cpu = free(
        info.allocatable.milli_cpu,
        info.scored.0,
        footprint.scored.0,
    );
    let memory = free(info.allocatable.memory, info.scored.1, footprint.scored.1);
    i64::midpoint(cpu, memory)
}

/// How alike the shares of CPU and memory would be that are taken.
fn balance(footprint: &Footprint, info: &NodeInfo) -> i64 {
    let taken = |there: i64, taken: i64, asked: i64| {
        if there <= 0 {
            return MOST;
        }
        points(taken.saturating_add(asked).clamp(0, there), there)
    };
    let (requested, asked) = (&info.requested, &footprint.requests);
    let cpu = taken(
        info.allocatable.milli_cpu,
        requested.milli_cpu,
        asked.milli_cpu,
    );
    let memory = taken(info.allocatable.memory, requested.memory, asked.memory);
    MOST - (cpu - memory).abs() / 2
}

/// `part` of `whole` in points. Wide where it must be, because bytes times points may pass 64 bits.
fn points(part: i64, whole: i64) -> i64 {
    if let Some(product) = part.checked_mul(MOST) {
        return product / whole;
    }
    let share = i128::from(part) * i128::from(MOST) / i128::from(whole);
    i64::try_from(share).unwrap_or(MOST)
}

fn more_is_better(counts: &[i64]) -> Vec<i64> {
    let most = counts.iter().copied().max().unwrap_or(0);
    let counts = counts.iter();
    counts
        .map(|&count| if most == 0 { 0 } else { points(count, most) })
        .collect()
}

fn fewer_is_better(counts: &[i64]) -> Vec<i64> {
    let points = more_is_better(counts);
    points.into_iter().map(|points| MOST - points).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::happening::Selecting;
    use crate::nodes::Nodes;
    use crate::testing::{labelled, node, node_with, owned, pod, pod_asking, read};
    use serde_json::json;
    use trimtab_informer::Change;

    fn best(nodes: &mut Nodes, pod: &Arc<k8s_openapi::api::core::v1::Pod>) -> String {
        let asked = Asked::by(pod, nodes, &crate::storage::Storage::default()).unwrap();
        let candidates: Vec<_> = nodes.iter().collect();
        let scores = score(&asked, &candidates);
        let best = (0..scores.len()).max_by_key(|&at| scores[at]).unwrap();
        candidates[best].0.metadata.name.clone().unwrap()
    }

    #[test]
    fn the_emptier_node_is_better() {
        let mut nodes = Nodes::default();
        nodes.set_node(&node("a", "8"));
        nodes.set_node(&node("b", "8"));
        nodes.place(&pod_asking("p", "4"), "b");
        assert_eq!(best(&mut nodes, &pod_asking("q", "1")), "a");
    }

    #[test]
    fn pods_of_a_controller_spread_even_onto_a_fuller_node() {
        let owned = |name| {
            let pod = labelled(name, &[("app", "a")]);
            owned(&pod, "ReplicaSet")
        };
        let mut nodes = Nodes::default();
        nodes.set_node(&node("a", "8"));
        nodes.set_node(&node("b", "8"));
        let set = json!({"metadata": {"name": "r", "namespace": "default"},
            "spec": {"selector": {"matchLabels": {"app": "a"}}}});
        let added = Change::Added(read(set));
        nodes.defaults.take_in(&Selecting::ReplicaSet(added));
        nodes.place(&owned("one"), "a");
        nodes.place(&pod_asking("other", "3"), "b");
        assert_eq!(best(&mut nodes, &owned("two")), "b");
    }

    #[test]
    fn pods_of_a_service_spread_over_zones_by_default_and_nodes_need_not_be_in_one() {
        let mut nodes = Nodes::default();
        for (name, zone) in [
            ("a", Some("1")),
            ("b", Some("1")),
            ("c", Some("2")),
            ("d", None),
        ] {
            let mut node = (*node(name, "8")).clone();
            let labels = node.metadata.labels.get_or_insert_default();
            labels.extend(zone.map(|zone| (crate::node_info::ZONE.to_owned(), zone.to_owned())));
            nodes.set_node(&Arc::new(node));
        }
        let service = json!({"metadata": {"name": "s", "namespace": "default"},
            "spec": {"selector": {"app": "a"}}});
        let added = Change::Added(read(service));
        nodes.defaults.take_in(&Selecting::Service(added));
        let new = labelled("new", &[("app", "a")]);
        // A node that says nothing of a zone has only its own pods against it.
        nodes.place(&labelled("one", &[("app", "a")]), "a");
        assert_eq!(best(&mut nodes, &new), "d");
        for name in ["two", "three", "four", "five"] {
            nodes.place(&labelled(name, &[("app", "a")]), "d");
        }
        assert_eq!(best(&mut nodes, &new), "c");
        nodes.place(&labelled("six", &[("app", "a")]), "c");
        nodes.place(&labelled("seven", &[("app", "a")]), "c");
        assert_eq!(best(&mut nodes, &new), "b");
    }

    #[test]
    fn a_soft_taint_is_avoided_and_a_preference_followed() {
        let mut nodes = Nodes::default();
        let soft = json!({"taints": [{"key": "k", "effect": "PreferNoSchedule"}]});
        nodes.set_node(&node_with("a", "8", soft));
        nodes.set_node(&node("b", "8"));
        nodes.set_node(&node("c", "8"));
        let preference = json!({"weight": 1, "preference": {"matchExpressions": [
            {"key": "kubernetes.io/hostname", "operator": "In", "values": ["b"]},
        ]}});
        let affinity = json!({"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [preference]}});
        let pod = pod("p", json!({"containers": [], "affinity": affinity}));
        assert_eq!(best(&mut nodes, &pod), "b");
    }

    #[test]
    fn a_node_near_what_the_pod_likes_is_better() {
        use crate::testing::{in_zones, with_affinity};
        let mut nodes = in_zones();
        nodes.place(&labelled("q", &[("app", "a")]), "c");
        let term = json!({"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": "a"}}});
        let preferred = json!([{"weight": 10, "podAffinityTerm": term}]);
        let affinity =
            json!({"podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": preferred}});
        let pod = with_affinity(&labelled("p", &[]), &affinity);
        assert_eq!(best(&mut nodes, &pod), "c");
    }

    #[test]
    fn a_soft_constraint_prefers_the_emptier_zone() {
        use crate::testing::in_zones;
        let mut nodes = in_zones();
        nodes.place(&labelled("q", &[("app", "a")]), "a");
        let mut pod = (*labelled("p", &[("app", "a")])).clone();
        let constraint = json!({"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"app": "a"}}});
        let spec = json!({"containers": [], "topologySpreadConstraints": [constraint]});
        pod.spec = Some(serde_json::from_value(spec).unwrap());
        assert_eq!(best(&mut nodes, &Arc::new(pod)), "c");
    }
}
