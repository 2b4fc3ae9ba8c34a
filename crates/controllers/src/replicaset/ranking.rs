//! Which pods go first when there are too many.
//!
//! The rules are those of `ActivePodsWithRanks` in Kubernetes' `pkg/controller/controller_utils.go`.

use crate::pods::{is_active, is_ready, phase, ready_since};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::{ContainerStatus, Pod};
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::sync::Arc;

const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";

/// The `count` of `active` pods to delete, the first to go first. `related` are the pods of all
/// `ReplicaSets` with the same owner: a pod on a node with many of them goes before one that is
/// alone on its node.
pub(crate) fn pods_to_delete(
    active: &[Arc<Pod>],
    related: &[Arc<Pod>],
    count: usize,
    now: Timestamp,
) -> Vec<Arc<Pod>> {
    // All go: the order does not matter.
    if count >= active.len() {
        return active.to_vec();
    }
    let mut on_node = FxHashMap::<&str, usize>::default();
    for pod in related.iter().filter(|pod| is_active(pod)) {
        *on_node.entry(node(pod)).or_default() += 1;
    }
    let mut ranked: Vec<_> = active
        .iter()
        .map(|pod| {
            Rank::of(
                pod,
                on_node.get(node(pod)).copied().unwrap_or_default(),
                now,
            )
        })
        .collect();
    ranked.sort_by(Rank::compare);
    ranked
        .into_iter()
        .take(count)
        .map(|rank| Arc::clone(rank.pod))
        .collect()
}

fn node(pod: &Pod) -> &str {
    let spec = pod.spec.as_ref();
    spec.and_then(|spec| spec.node_name.as_deref())
        .unwrap_or_default()
}

/// What speaks for keeping a pod, the strongest reason first: the lesser goes.
struct Rank<'a> {
    pod: &'a Arc<Pod>,
    is_assigned: bool,
    phase: u8,
    is_ready: bool,
    deletion_cost: i32,
    on_node: usize,
    ready_age: Age,
    restarts: i32,
    created_age: Age,
}

impl<'a> Rank<'a> {
    fn of(pod: &'a Arc<Pod>, on_node: usize, now: Timestamp) -> Self {
        let created = pod.metadata.creation_timestamp.as_ref().map(|time| time.0);
        Self {
            is_assigned: !node(pod).is_empty(),
            phase: match phase(pod) {
                "Pending" => 0,
                "Running" => 2,
                _ => 1,
            },
            is_ready: is_ready(pod),
            deletion_cost: deletion_cost(pod),
            on_node,
            ready_age: Age::since(ready_since(pod), now),
            restarts: restarts(pod),
            created_age: Age::since(created, now),
            pod,
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let readiness = if self.is_ready && other.is_ready {
            self.ready_age.compare(&other.ready_age)
        } else {
            Ordering::Equal
        };
        (self.is_assigned.cmp(&other.is_assigned))
            .then(self.phase.cmp(&other.phase))
            .then(self.is_ready.cmp(&other.is_ready))
            .then(self.deletion_cost.cmp(&other.deletion_cost))
            .then(other.on_node.cmp(&self.on_node))
            .then(readiness)
            .then(other.restarts.cmp(&self.restarts))
            .then(self.created_age.compare(&other.created_age))
            // Alike in every respect: by uid, so that the choice is as good as random, and stable.
            .then_with(|| self.pod.metadata.uid.cmp(&other.pod.metadata.uid))
    }
}

/// How old something is, on a logarithmic scale: of pods about as old as each other, not always the
/// youngest goes, which would be the ones that a rollout has spread best.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Age {
    /// Nobody said when it began.
    Unknown,
    /// Binary logarithm of the age in nanoseconds; -1 for none.
    Known(i64),
}

impl Age {
    fn since(begin: Option<Timestamp>, now: Timestamp) -> Self {
        let Some(begin) = begin else {
            return Self::Unknown;
        };
        let nanoseconds = now.duration_since(begin).as_nanos();
        Self::Known(match u128::try_from(nanoseconds) {
            Ok(age @ 1..) => age.ilog2().into(),
            _ => -1,
        })
    }

    /// The younger goes.
    fn compare(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}

fn deletion_cost(pod: &Pod) -> i32 {
    let annotations = pod.metadata.annotations.as_ref();
    let cost = annotations.and_then(|annotations| annotations.get(DELETION_COST));
    // What is no number counts as none, as in Kubernetes.
    cost.and_then(|cost| cost.parse().ok()).unwrap_or_default()
}

fn restarts(pod: &Pod) -> i32 {
    let statuses = pod.status.iter().flat_map(|status| {
        let init = status.init_container_statuses.iter().flatten();
        status.container_statuses.iter().flatten().chain(init)
    });
    let count = |status: &ContainerStatus| status.restart_count;
    statuses.map(count).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const NOW: &str = "2026-01-01T12:00:00Z";

    fn pod(name: &str, change: &Value) -> Arc<Pod> {
        let mut pod = json!({
            "metadata": {"name": name, "uid": name, "creationTimestamp": "2026-01-01T00:00:00Z"},
            "spec": {"nodeName": "n1", "containers": []},
            "status": {"phase": "Running", "conditions": [
                {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"},
            ]},
        });
        for (pointer, value) in change.as_object().unwrap() {
            *pod.pointer_mut(pointer).unwrap() = value.clone();
        }
        Arc::new(serde_json::from_value(pod).unwrap())
    }

    fn first_to_go(pods: &[Arc<Pod>], related: &[Arc<Pod>]) -> String {
        let gone = pods_to_delete(pods, related, 1, NOW.parse().unwrap());
        gone[0].metadata.name.clone().unwrap()
    }

    #[test]
    fn each_reason_alone_decides() {
        let restarted =
            json!([{"name": "c", "image": "i", "imageID": "", "ready": true, "restartCount": 3}]);
        for change in [
            json!({"/spec/nodeName": ""}),
            json!({"/status/phase": "Pending"}),
            json!({"/status/phase": "Unknown"}),
            json!({"/status/conditions/0/status": "False"}),
            json!({"/metadata": {"name": "goes", "annotations": {DELETION_COST: "-1"}}}),
            json!({"/status/conditions/0/lastTransitionTime": "2026-01-01T11:00:00Z"}),
            json!({"/status": {"phase": "Running", "containerStatuses": restarted,
                "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}),
            json!({"/metadata/creationTimestamp": "2026-01-01T11:00:00Z"}),
        ] {
            let pods = [
                pod("a", &json!({})),
                pod("goes", &change),
                pod("z", &json!({})),
            ];
            assert_eq!(first_to_go(&pods, &pods), "goes", "{change}");
        }
    }

    #[test]
    fn an_earlier_reason_outweighs_a_later_one() {
        let pending = pod("pending", &json!({"/status/phase": "Pending"}));
        let unassigned = pod("unassigned", &json!({"/spec/nodeName": ""}));
        assert_eq!(first_to_go(&[pending, unassigned], &[]), "unassigned");
    }

    #[test]
    fn doubled_up_pods_go_first() {
        let alone = pod("alone", &json!({"/spec/nodeName": "n2"}));
        let pods = [alone, pod("double", &json!({}))];
        let related = [
            pods[0].clone(),
            pods[1].clone(),
            pod("of another set", &json!({})),
        ];
        assert_eq!(first_to_go(&pods, &related), "double");
    }

    #[test]
    fn ages_alike_are_decided_by_uid() {
        let close = json!({"/metadata/creationTimestamp": "2026-01-01T00:00:30Z"});
        let pods = [pod("b", &close), pod("a", &json!({}))];
        assert_eq!(first_to_go(&pods, &pods), "a");
    }
}
