//! Making room: which less important pods would have to go, and from which node.
//!
//! The rules are those of kube-scheduler's `DefaultPreemption` plugin: of the pods of lower priority as
//! few go as possible, those last that a disruption budget would miss; and the node is the one where
//! the fewest budgets are broken and the least important pods go.

use crate::asked::Asked;
use crate::bind::PREEMPTION;
use crate::filter::{self, View};
use crate::nodes::{NodeInfo, Nodes, Resident};
use crate::pick::{Reasons, write_reasons};
use crate::storage::Storage;
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use kube::core::{Selector, SelectorExt};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use trimtab_clock::Chance;

/// Of many nodes so many percent are looked at, and at least [`LEAST_CANDIDATES`]:
/// `minCandidateNodesPercentage` and `minCandidateNodesAbsolute`.
const CANDIDATES_PERCENT: usize = 10;
const LEAST_CANDIDATES: usize = 100;

/// Why a node has no room to make.
const NOBODY: &str = "No preemption victims found for incoming pod";

/// By namespace and name, so that they are always counted in the same order.
pub(crate) type Budgets = BTreeMap<(String, String), Arc<PodDisruptionBudget>>;

/// Room that can be made.
#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) node: String,
    /// Who has to go, the most important first.
    pub(crate) victims: Vec<Arc<Pod>>,
}

#[derive(Debug)]
struct Candidate<'n> {
    node: &'n str,
    victims: Vec<Arc<Resident>>,
    /// How many of them a budget misses.
    missed: usize,
}

/// The room that can be made for a pod on one of the `crowded` nodes.
///
/// # Errors
/// Why none can be, in the words of kube-scheduler.
pub(crate) fn find(
    asked: &Asked,
    crowded: &[usize],
    nodes: &Nodes,
    storage: &Storage,
    budgets: &Budgets,
    chance: &Chance,
) -> Result<Room, String> {
    if asked.spec.preemption_policy.as_deref() == Some("Never") {
        return Err("not eligible due to preemptionPolicy=Never.".to_owned());
    }
    let uid = asked.pod.metadata.uid.as_deref().unwrap_or_default();
    if let Some(name) = nodes.nomination(uid)
        && crowded.iter().any(|&place| nodes.at(place).name == name)
        && is_being_cleared(asked, name, nodes)
    {
        return Err("not eligible due to a terminating pod on the nominated node.".to_owned());
    }
    let wanted = (crowded.len() * CANDIDATES_PERCENT / 100).max(LEAST_CANDIDATES);
    // Where not all are looked at, not always the same ones.
    let offset = if crowded.len() > wanted {
        chance.below(crowded.len() as u64) as usize
    } else {
        0
    };
    let mut reasons = Reasons::new();
    let mut candidates = Vec::new();
    let mut in_turn = crowded[offset..].iter().chain(&crowded[..offset]);
    let is_least = |least| least >= asked.priority();
    if !crowded.is_empty() && nodes.least_priority().is_none_or(is_least) {
        reasons.insert(NOBODY.into(), crowded.len());
        in_turn = [].iter().chain(&[]);
    }
    for &place in in_turn {
        match on_node(asked, nodes.at(place), nodes, storage, budgets) {
            Ok(candidate) => candidates.push(candidate),
            Err(why) => {
                for reason in why {
                    *reasons.entry(reason).or_default() += 1;
                }
            }
        }
        if candidates.len() >= wanted {
            break;
        }
    }
    // The latest start of the earliest of the most important: the least that is lost.
    let best = candidates.into_iter().min_by_key(|it| {
        let most = it.victims.first().map_or(0, |victim| victim.priority());
        let sum: i64 = it
            .victims
            .iter()
            .map(|victim| i64::from(victim.priority()) + i64::from(i32::MAX) + 1)
            .sum();
        let earliest = it
            .victims
            .iter()
            .filter(|victim| victim.priority() == most)
            .map(|victim| started(&victim.pod))
            .min();
        (it.missed, most, sum, it.victims.len(), Reverse(earliest))
    });
    if let Some(best) = best {
        return Ok(Room {
            node: best.node.to_owned(),
            victims: best.victims.iter().map(|it| Arc::clone(&it.pod)).collect(),
        });
    }
    let hopeless = nodes.count() - crowded.len();
    if hopeless > 0 {
        let reason = "Preemption is not helpful for scheduling";
        *reasons.entry(reason.into()).or_default() += hopeless;
    }
    let mut message = format!("0/{} nodes are available", nodes.count());
    // A `String` takes all that is written.
    let _ = write_reasons(&reasons, &mut message);
    Err(message)
}

/// Whether pods that had to go for this one are still there.
fn is_being_cleared(asked: &Asked, node: &str, nodes: &Nodes) -> bool {
    let residents = nodes.get(node).map(|info| info.residents.as_slice());
    let mut less = residents
        .unwrap_or_default()
        .iter()
        .filter(|it| it.priority() < asked.priority());
    less.any(|it| {
        let status = it.pod.status.as_ref();
        let conditions = status.and_then(|status| status.conditions.as_ref());
        let mut conditions = conditions.into_iter().flatten();
        it.pod.metadata.deletion_timestamp.is_some()
            && conditions.any(|it| {
                it.type_ == "DisruptionTarget"
                    && it.status == "True"
                    && it.reason.as_deref() == Some(PREEMPTION)
            })
    })
}

fn on_node<'n>(
    asked: &Asked,
    info: &'n NodeInfo,
    nodes: &Nodes,
    storage: &Storage,
    budgets: &Budgets,
) -> Result<Candidate<'n>, Vec<std::borrow::Cow<'static, str>>> {
    let nobody = || vec![NOBODY.into()];
    let node = info.node.as_deref().ok_or_else(nobody)?;
    let residents = info.residents.iter();
    let less = residents.filter(|it| it.priority() < asked.priority());
    let mut gone: Vec<Arc<Resident>> = less.cloned().collect();
    if gone.is_empty() {
        return Err(nobody());
    }
    let fits = |without: &[Arc<Resident>]| {
        let view = View {
            node,
            info,
            without,
        };
        filter::has_place(asked, view, nodes, storage)
    };
    fits(&gone).map_err(|rejection| rejection.reasons().cloned().collect::<Vec<_>>())?;
    gone.sort_by_key(importance);
    // Those that a budget misses are the first that may stay.
    let (missed, others) = missed_by(budgets, &gone);
    let mut count = 0;
    for (at, resident) in missed.iter().chain(&others).enumerate() {
        let without = gone.iter().filter(|it| !Arc::ptr_eq(it, resident));
        let without: Vec<_> = without.cloned().collect();
        if fits(&without).is_ok() {
            gone = without;
        } else if at < missed.len() {
            count += 1;
        }
    }
    Ok(Candidate {
        node: &info.name,
        victims: gone,
        missed: count,
    })
}

/// The more important first: higher priority, then who began earlier.
fn importance(resident: &Arc<Resident>) -> (Reverse<i32>, Timestamp) {
    (Reverse(resident.priority()), started(&resident.pod))
}

fn started(pod: &Pod) -> Timestamp {
    let status = pod.status.as_ref();
    let time = status.and_then(|status| status.start_time.as_ref());
    time.map_or(Timestamp::MAX, |time| time.0)
}

/// Those whose going would break a budget, and the others.
fn missed_by(
    budgets: &Budgets,
    pods: &[Arc<Resident>],
) -> (Vec<Arc<Resident>>, Vec<Arc<Resident>>) {
    let mut left: Vec<(&PodDisruptionBudget, Selector, i32)> = budgets
        .values()
        .filter_map(|budget| {
            let selector = budget.spec.as_ref()?.selector.clone()?;
            let is_empty = selector
                .match_labels
                .as_ref()
                .is_none_or(BTreeMap::is_empty)
                && selector
                    .match_expressions
                    .as_ref()
                    .is_none_or(Vec::is_empty);
            let selector: Selector = selector.try_into().ok()?;
            let status = budget.status.as_ref();
            let allowed = status.and_then(|it| it.disruptions_allowed).unwrap_or(0);
            (!is_empty).then_some((&**budget, selector, allowed))
        })
        .collect();
    pods.iter().cloned().partition(|resident| {
        let meta = &resident.pod.metadata;
        let Some(labels) = meta.labels.as_ref().filter(|labels| !labels.is_empty()) else {
            return false;
        };
        let mut is_missed = false;
        for (budget, selector, allowed) in &mut left {
            let status = budget.status.as_ref();
            let disrupted = status.and_then(|status| status.disrupted_pods.as_ref());
            let name = meta.name.as_deref().unwrap_or_default();
            if budget.metadata.namespace != meta.namespace
                || !selector.matches(labels)
                || disrupted.is_some_and(|pods| pods.contains_key(name))
            {
                continue;
            }
            *allowed -= 1;
            is_missed |= *allowed < 0;
        }
        is_missed
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::Picker;
    use crate::testing::{node, pod};
    use serde_json::json;

    fn pod_of(name: &str, priority: i32, cpu: &str) -> Arc<Pod> {
        let requests = json!({"requests": {"cpu": cpu}});
        let containers = json!([{"name": "c", "resources": requests}]);
        let mut pod = (*pod(
            name,
            json!({"containers": containers, "priority": priority}),
        ))
        .clone();
        pod.metadata.labels = Some([("app".to_owned(), name.to_owned())].into());
        Arc::new(pod)
    }

    fn room(pod: &Arc<Pod>, nodes: &mut Nodes, budgets: &Budgets) -> Result<Room, String> {
        let (storage, chance) = (Storage::default(), Chance::seeded(1));
        let asked = Asked::by(pod, nodes, &storage).unwrap();
        let none = Picker::default()
            .pick(&asked, nodes, &storage, &chance)
            .unwrap_err();
        find(&asked, &none.crowded, nodes, &storage, budgets, &chance)
    }

    fn names(room: &Room) -> Vec<&str> {
        let victims = room.victims.iter();
        victims
            .map(|pod| pod.metadata.name.as_deref().unwrap())
            .collect()
    }

    fn two_nodes() -> Nodes {
        let mut nodes = Nodes::default();
        nodes.set_node(&node("a", "4"));
        nodes.set_node(&node("b", "4"));
        nodes
    }

    #[test]
    fn as_few_go_as_possible_and_the_least_important() {
        let mut nodes = two_nodes();
        nodes.place(&pod_of("five", 5, "4"), "a");
        nodes.place(&pod_of("one", 1, "2"), "b");
        nodes.place(&pod_of("two", 2, "1"), "b");
        nodes.place(&pod_of("three", 3, "1"), "b");
        let found = room(&pod_of("p", 9, "2"), &mut nodes, &Budgets::new()).unwrap();
        assert_eq!((found.node.as_str(), names(&found)), ("b", vec!["one"]));
        let found = room(&pod_of("p", 9, "3"), &mut nodes, &Budgets::new()).unwrap();
        assert_eq!(names(&found), ["two", "one"]);
    }

    #[test]
    fn a_budget_saves_its_pods_as_long_as_others_will_do() {
        let mut nodes = two_nodes();
        nodes.place(&pod_of("kept", 1, "4"), "a");
        nodes.place(&pod_of("other", 2, "4"), "b");
        let budget = json!({
            "metadata": {"name": "b", "namespace": "default"},
            "spec": {"selector": {"matchLabels": {"app": "kept"}}},
            "status": {"disruptionsAllowed": 0},
        });
        let budget = Arc::new(serde_json::from_value(budget).unwrap());
        let budgets = Budgets::from([(("default".into(), "b".into()), budget)]);
        let pod = pod_of("p", 9, "2");
        assert_eq!(room(&pod, &mut nodes, &Budgets::new()).unwrap().node, "a");
        assert_eq!(room(&pod, &mut nodes, &budgets).unwrap().node, "b");
        nodes.remove("other");
        nodes.place(&pod_of("more", 10, "4"), "b");
        assert_eq!(names(&room(&pod, &mut nodes, &budgets).unwrap()), ["kept"]);
    }

    #[test]
    fn what_cannot_be_is_told_by_node() {
        let mut nodes = two_nodes();
        nodes.set_node(&node("c", "1"));
        for name in ["a", "b"] {
            nodes.place(&pod_of(name, 9, "4"), name);
        }
        let error = room(&pod_of("p", 9, "2"), &mut nodes, &Budgets::new()).unwrap_err();
        assert_eq!(
            error,
            "0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption \
             victims found for incoming pod."
        );
        let mut never = (*pod_of("p", 10, "2")).clone();
        never.spec.as_mut().unwrap().preemption_policy = Some("Never".into());
        let error = room(&Arc::new(never), &mut nodes, &Budgets::new()).unwrap_err();
        assert_eq!(error, "not eligible due to preemptionPolicy=Never.");
    }

    #[test]
    fn nobody_else_goes_while_those_are_going_that_had_to() {
        let mut nodes = two_nodes();
        let mut going = (*pod_of("going", 1, "4")).clone();
        going.metadata.deletion_timestamp =
            serde_json::from_value(json!("2026-01-01T00:00:00Z")).unwrap();
        let condition = json!({"type": "DisruptionTarget", "status": "True", "reason": PREEMPTION});
        going.status = serde_json::from_value(json!({"conditions": [condition]})).unwrap();
        nodes.place(&Arc::new(going), "a");
        nodes.place(&pod_of("other", 1, "4"), "b");
        let pod = pod_of("p", 9, "2");
        nodes.nominate(&pod, "a");
        let error = room(&pod, &mut nodes, &Budgets::new()).unwrap_err();
        assert_eq!(
            error,
            "not eligible due to a terminating pod on the nominated node."
        );
    }
}
