//! Topology spread: how even the pods of a kind are over the values of a label of nodes.
//!
//! The rules are those of kube-scheduler's `PodTopologySpread` plugin: only nodes count that have the
//! keys of all constraints and that the pod could go to by its node affinity (and, if so asked, its
//! tolerations); pods that are being deleted do not count.

use crate::counting::Counting;
use crate::defaults::CONSTRAINTS;
use crate::node_info::HOSTNAME;
use crate::nodes::{NodeInfo, Nodes, Resident};
use crate::pod_terms::{PodMatcher, same_values, with_requirements};
use crate::tally::{Domains, Kind};
use k8s_openapi::api::core::v1::{Pod, PodSpec, TopologySpreadConstraint};
use rustc_hash::FxHashSet;
use std::sync::Arc;

const HARD: &str = "DoNotSchedule";

/// So few values are told apart without hashing them.
const FEW: usize = 8;

/// The constraints of a pod, with what there is.
#[derive(Debug, Default)]
pub(crate) struct Spread {
    hard: Vec<Constraint>,
    soft: Vec<Constraint>,
    /// Whether a node must have the labels of all soft constraints for any to speak for it. Not so by
    /// default: nodes need not say in which zone they are.
    wants_all_labels: bool,
}

#[derive(Debug)]
struct Constraint {
    topology_key: String,
    max_skew: i64,
    kind: Arc<Kind>,
    /// How many of the kind are there already; if the constraint is hard, of every value that counts.
    domains: Arc<Domains>,
    /// The least of them; 0 where there are fewer values than there should be.
    least: i64,
    /// 1 if the pod is of the kind itself.
    own: i64,
}

/// Why a node does not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Uneven {
    /// It lacks a label.
    NoLabel,
    /// There would be too many.
    TooMany,
}

impl Spread {
    /// Counts what there is, for one pod.
    pub(crate) fn of(pod: &Pod, nodes: &mut Nodes) -> Self {
        let Some(spec) = &pod.spec else {
            return Self::default();
        };
        let constraints = spec.topology_spread_constraints.as_deref();
        let constraints = constraints.unwrap_or_default();
        if constraints.is_empty() {
            return Self {
                soft: count_defaults(pod, spec, nodes),
                ..Self::default()
            };
        }
        let (hard, soft): (Vec<_>, Vec<_>) = constraints
            .iter()
            .partition(|it| it.when_unsatisfiable == HARD);
        Self {
            hard: count(&hard, true, pod, spec, nodes),
            soft: count(&soft, false, pod, spec, nodes),
            wants_all_labels: true,
        }
    }

    /// Whether a node keeps the skew, once `without` have gone from it.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn check(
        &self,
        node: &NodeInfo,
        without: &[Arc<Resident>],
        nodes: &Nodes,
    ) -> Result<(), Uneven> {
        for constraint in &self.hard {
            let value = node.label(&constraint.topology_key);
            let value = value.ok_or(Uneven::NoLabel)?;
            let kind = &constraint.kind;
            let gone = without.iter();
            let gone = gone.filter(|it| kind.takes(&it.pod, nodes.namespaces()));
            let gone = i64::try_from(gone.count()).unwrap_or(i64::MAX);
            let there = constraint.domains.sum(value);
            let left = (there - gone).max(0);
            let least = if gone > 0 {
                constraint.least.min(left)
            } else {
                constraint.least
            };
            if left + constraint.own - least > constraint.max_skew {
                return Err(Uneven::TooMany);
            }
        }
        Ok(())
    }

    /// How uneven each of these nodes is by the soft constraints; `None` where it lacks a label that it
    /// should have.
    pub(crate) fn unevenness(&self, nodes: &[&NodeInfo]) -> Vec<Option<i64>> {
        let mut sums: Vec<Option<f64>> = vec![Some(0.0); nodes.len()];
        if self.wants_all_labels {
            for (sum, node) in sums.iter_mut().zip(nodes) {
                let mut constraints = self.soft.iter();
                if constraints.any(|it| node.label(&it.topology_key).is_none()) {
                    *sum = None;
                }
            }
        }
        for constraint in &self.soft {
            let values: Vec<Option<&str>> = nodes
                .iter()
                .map(|node| node.label(&constraint.topology_key))
                .collect();
            // The more values there are, the less one pod more in one of them says.
            let weight = (number(constraint.spread_over(&values, &sums)) + 2.0).ln();
            for (sum, value) in sums.iter_mut().zip(values) {
                if let (Some(sum), Some(value)) = (sum, value) {
                    let there = number(constraint.domains.sum(value));
                    *sum += there * weight + number(constraint.max_skew - 1);
                }
            }
        }
        let rounded = sums.into_iter();
        rounded
            .map(|sum| sum.map(|sum| sum.round() as i64))
            .collect()
    }

    /// Whether there are soft constraints.
    pub(crate) fn has_soft(&self) -> bool {
        !self.soft.is_empty()
    }
}

impl Constraint {
    /// How many values there are on the nodes that count; every node is one of its own.
    fn spread_over(&self, values: &[Option<&str>], sums: &[Option<f64>]) -> usize {
        let counted = || {
            let all = values.iter().zip(sums);
            all.filter(|(_, sum)| sum.is_some())
                .map(|(value, _)| *value)
        };
        if self.topology_key == HOSTNAME {
            return counted().count();
        }
        // Mostly there are a few zones.
        let mut first: Vec<Option<&str>> = Vec::with_capacity(FEW);
        let mut others = FxHashSet::default();
        for value in counted() {
            if first.contains(&value) {
                continue;
            }
            if first.len() < FEW {
                first.push(value);
            } else {
                others.insert(value);
            }
        }
        first.len() + others.len()
    }
}

fn number(count: impl TryInto<u32>) -> f64 {
    f64::from(count.try_into().unwrap_or(u32::MAX))
}

fn count(
    constraints: &[&TopologySpreadConstraint],
    is_hard: bool,
    pod: &Pod,
    spec: &PodSpec,
    nodes: &mut Nodes,
) -> Vec<Constraint> {
    let keys: Vec<&str> = constraints.iter().map(|it| &*it.topology_key).collect();
    let counted = constraints.iter().map(|constraint| {
        let kind = Arc::new(kind_of(constraint, pod));
        let counting = Counting::of(constraint, &keys, spec, is_hard);
        let domains = nodes.count_by_value(&kind, &constraint.topology_key, Some(counting));
        let wanted = constraint.min_domains.unwrap_or(1);
        let is_few = domains.len() < usize::try_from(wanted).unwrap_or(1);
        Constraint {
            topology_key: constraint.topology_key.clone(),
            max_skew: constraint.max_skew.into(),
            least: if is_few { 0 } else { domains.least() },
            own: kind.takes_labels_of(pod, nodes.namespaces()).into(),
            domains,
            kind,
        }
    });
    counted.collect()
}

/// What a pod is spread by that says nothing of it.
fn count_defaults(pod: &Pod, spec: &PodSpec, nodes: &mut Nodes) -> Vec<Constraint> {
    let Some(kind) = nodes.defaults.kind_of(pod) else {
        return Vec::new();
    };
    let counted = CONSTRAINTS.map(|(topology_key, max_skew)| {
        let counting = Counting::of(&TopologySpreadConstraint::default(), &[], spec, false);
        Constraint {
            topology_key: topology_key.to_owned(),
            max_skew,
            kind: Arc::clone(&kind),
            domains: nodes.count_by_value(&kind, topology_key, Some(counting)),
            least: 0,
            own: 0,
        }
    });
    counted.into()
}

fn kind_of(constraint: &TopologySpreadConstraint, pod: &Pod) -> Kind {
    let keys = constraint.match_label_keys.as_deref().unwrap_or_default();
    let selector = with_requirements(
        constraint.label_selector.as_ref(),
        same_values(pod, keys, "In"),
    );
    let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
    let text = serde_json::to_string(&(namespace, &selector)).unwrap_or_default();
    Kind {
        key: format!("spread {text}"),
        matchers: vec![PodMatcher::in_namespace(namespace, selector.as_ref())],
        with_terminating: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{in_zones, labelled, node_with};
    use serde_json::{Value, json};

    fn pod(constraint: &Value) -> Arc<Pod> {
        pod_with(constraint, &json!({}))
    }

    fn pod_with(constraint: &Value, more: &Value) -> Arc<Pod> {
        let mut whole = json!({"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": HARD,
            "labelSelector": {"matchLabels": {"app": "a"}}});
        let fields = whole.as_object_mut().unwrap();
        fields.extend(constraint.as_object().unwrap().clone());
        let mut spec = json!({"containers": [], "topologySpreadConstraints": [whole]});
        let fields = spec.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        let mut pod = (*labelled("p", &[("app", "a"), ("hash", "1")])).clone();
        pod.spec = Some(serde_json::from_value(spec).unwrap());
        Arc::new(pod)
    }

    fn fits(pod: &Pod, nodes: &mut Nodes) -> Vec<Result<(), Uneven>> {
        let spread = Spread::of(pod, nodes);
        let all = nodes.iter();
        all.map(|(_, node)| spread.check(node, &[], nodes))
            .collect()
    }

    const TOO_MANY: Result<(), Uneven> = Err(Uneven::TooMany);

    #[test]
    fn the_skew_is_held_against_the_emptiest_value() {
        let mut nodes = in_zones();
        nodes.place(&labelled("q", &[("app", "a")]), "a");
        assert_eq!(
            fits(&pod(&json!({})), &mut nodes),
            [TOO_MANY, TOO_MANY, Ok(())]
        );
        assert_eq!(fits(&pod(&json!({"maxSkew": 2})), &mut nodes), [Ok(()); 3]);
        nodes.place(&labelled("r", &[("app", "a")]), "c");
        assert_eq!(fits(&pod(&json!({})), &mut nodes), [Ok(()); 3]);
        // Others do not count, nor does what is on its way out.
        nodes.place(&labelled("s", &[("app", "b")]), "c");
        let mut leaving = (*labelled("r", &[("app", "a")])).clone();
        leaving.metadata.deletion_timestamp =
            serde_json::from_value(json!("2026-01-01T00:00:00Z")).unwrap();
        nodes.place(&Arc::new(leaving), "c");
        assert_eq!(
            fits(&pod(&json!({})), &mut nodes),
            [TOO_MANY, TOO_MANY, Ok(())]
        );
    }

    #[test]
    fn fewer_values_than_asked_for_count_as_an_empty_one() {
        let mut nodes = in_zones();
        nodes.place(&labelled("q", &[("app", "a")]), "a");
        nodes.place(&labelled("r", &[("app", "a")]), "c");
        assert_eq!(
            fits(&pod(&json!({"minDomains": 2})), &mut nodes),
            [Ok(()); 3]
        );
        assert_eq!(
            fits(&pod(&json!({"minDomains": 3})), &mut nodes),
            [TOO_MANY; 3]
        );
    }

    #[test]
    fn a_node_without_the_label_does_not_do() {
        let mut nodes = in_zones();
        let fits = fits(&pod(&json!({"topologyKey": "rack"})), &mut nodes);
        assert_eq!(fits, [Err(Uneven::NoLabel); 3]);
    }

    #[test]
    fn nodes_that_the_pod_cannot_go_to_count_only_if_so_asked() {
        let mut nodes = in_zones();
        nodes.place(&labelled("q", &[("app", "a")]), "a");
        let here = json!({"nodeSelector": {"zone": "1"}});
        let near = |constraint: Value| pod_with(&constraint, &here);
        // The other zone is out of reach, so it is no emptier value.
        assert_eq!(fits(&near(json!({})), &mut nodes)[0], Ok(()));
        let ignoring = near(json!({"nodeAffinityPolicy": "Ignore"}));
        assert_eq!(fits(&ignoring, &mut nodes)[0], TOO_MANY);

        let mut tainted = (*node_with(
            "c",
            "8",
            json!({"taints": [{"key": "k", "effect": "NoSchedule"}]}),
        ))
        .clone();
        tainted
            .metadata
            .labels
            .get_or_insert_default()
            .insert("zone".into(), "2".into());
        nodes.set_node(&Arc::new(tainted));
        assert_eq!(fits(&pod(&json!({})), &mut nodes)[0], TOO_MANY);
        let honoring = pod(&json!({"nodeTaintsPolicy": "Honor"}));
        assert_eq!(fits(&honoring, &mut nodes)[0], Ok(()));
    }

    #[test]
    fn label_keys_narrow_what_counts_to_the_pods_own_values() {
        let mut nodes = in_zones();
        nodes.place(&labelled("q", &[("app", "a"), ("hash", "0")]), "a");
        assert_eq!(fits(&pod(&json!({})), &mut nodes)[0], TOO_MANY);
        assert_eq!(
            fits(&pod(&json!({"matchLabelKeys": ["hash"]})), &mut nodes)[0],
            Ok(())
        );
    }

    #[test]
    fn soft_constraints_say_how_uneven_it_would_be() {
        let mut nodes = in_zones();
        nodes.place(&labelled("q", &[("app", "a")]), "a");
        let soft = pod(&json!({"whenUnsatisfiable": "ScheduleAnyway"}));
        let spread = Spread::of(&soft, &mut nodes);
        let all: Vec<&NodeInfo> = nodes.iter().map(|(_, node)| node).collect();
        let uneven = spread.unevenness(&all);
        assert!(
            spread.has_soft() && uneven[0] == uneven[1] && uneven[0] > uneven[2],
            "{uneven:?}"
        );
        assert_eq!(fits(&soft, &mut nodes), [Ok(()); 3]);
    }
}
