//! Pod affinity and anti-affinity: which pods are near a node, and which should be.
//!
//! The rules are those of kube-scheduler's `InterPodAffinity` plugin. A node is near another where
//! both have the same value of a term's topology key.

use crate::nodes::{NodeInfo, Nodes, Resident};
use crate::pod_terms::{self, Term};
use crate::tally::{Domains, Kind};
use k8s_openapi::api::core::v1::Pod;
use std::sync::Arc;

/// What a pod and those on nodes ask of each other.
#[derive(Debug, Default)]
pub(crate) struct Neighbours {
    /// Pods must be near that fulfil all of these terms: how many do, by each term's topology.
    near: Vec<(Term, Arc<Domains>)>,
    /// What fulfils all of them.
    near_kind: Option<Kind>,
    /// The pod itself does: so the first of its kind can go anywhere.
    is_own_kind: bool,
    /// No pod of these must be near.
    apart: Vec<(Term, Arc<Domains>)>,
    /// Pods have these terms about this one, and it must not be near them.
    shunned: Vec<(Term, Arc<Domains>)>,
    liking: Vec<Liking>,
}

/// How much the pod likes to be near others, or they to be near it.
#[derive(Debug)]
struct Liking {
    topology_key: String,
    weight: i64,
    domains: Arc<Domains>,
}

/// Why a node has the wrong neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// Nobody is near of those who should be.
    Missing,
    /// Somebody is near who should not.
    Unwanted,
    /// Somebody is near who does not want this pod.
    Unwelcome,
}

impl Neighbours {
    /// Counts who is where, for one pod.
    pub(crate) fn of(pod: &Pod, nodes: &mut Nodes) -> Self {
        let mut found = Self::default();
        let affinity = pod.spec.as_ref().and_then(|spec| spec.affinity.as_ref());
        if let Some(affinity) = affinity.and_then(|it| it.pod_affinity.as_ref()) {
            found.count_near(pod_terms::required(affinity, pod), pod, nodes);
            for (weight, term) in pod_terms::preferred(affinity, pod) {
                found.like(&term, weight, nodes);
            }
        }
        if let Some(affinity) = affinity.and_then(|it| it.pod_anti_affinity.as_ref()) {
            for term in pod_terms::required_apart(affinity, pod) {
                let domains = nodes.count_by_value(&kind_of(&term), &term.topology_key, None);
                found.apart.push((term, domains));
            }
            for (weight, term) in pod_terms::preferred_apart(affinity, pod) {
                found.like(&term, -weight, nodes);
            }
        }
        for standing in nodes.standings() {
            if !standing.term.matcher.matches(pod, nodes.namespaces()) {
                continue;
            }
            if !standing.apart.is_empty() {
                let apart = Arc::clone(&standing.apart);
                found.shunned.push((standing.term.clone(), apart));
            }
            if !standing.liking.is_empty() {
                found.liking.push(Liking {
                    topology_key: standing.term.topology_key.clone(),
                    weight: 1,
                    domains: Arc::clone(&standing.liking),
                });
            }
        }
        found
    }

    fn count_near(&mut self, terms: Vec<Term>, pod: &Pod, nodes: &mut Nodes) {
        if terms.is_empty() {
            return;
        }
        let keys: Vec<&str> = terms.iter().map(|term| term.key.as_str()).collect();
        let kind = Kind {
            key: format!("near {keys:?}"),
            matchers: terms.iter().map(|term| term.matcher.clone()).collect(),
            with_terminating: true,
        };
        let mut is_own = terms.iter();
        self.is_own_kind = is_own.all(|term| term.matcher.matches(pod, nodes.namespaces()));
        for term in terms {
            let domains = nodes.count_by_value(&kind, &term.topology_key, None);
            self.near.push((term, domains));
        }
        self.near_kind = Some(kind);
    }

    fn like(&mut self, term: &Term, weight: i64, nodes: &mut Nodes) {
        self.liking.push(Liking {
            topology_key: term.topology_key.clone(),
            weight,
            domains: nodes.count_by_value(&kind_of(term), &term.topology_key, None),
        });
    }

    /// Whether a node has the right ones, once `without` have gone from it.
    ///
    /// # Errors
    /// What is wrong.
    pub(crate) fn check(
        &self,
        node: &NodeInfo,
        without: &[Arc<Resident>],
        nodes: &Nodes,
    ) -> Result<(), Wrong> {
        let fewer = |takes: &dyn Fn(&Pod) -> bool| {
            let gone = without.iter().filter(|it| takes(&it.pod));
            i64::try_from(gone.count()).unwrap_or(i64::MAX)
        };
        let namespaces = nodes.namespaces();
        if let Some(kind) = &self.near_kind {
            let gone = fewer(&|it| kind.takes(it, namespaces));
            let mut is_near = true;
            for (term, domains) in &self.near {
                let value = node.label(&term.topology_key).ok_or(Wrong::Missing)?;
                is_near &= domains.sum(value) > gone;
            }
            let nobody = self.near.iter().all(|(_, domains)| domains.is_empty());
            let is_first = nobody && self.is_own_kind;
            if !is_near && !is_first {
                return Err(Wrong::Missing);
            }
        }
        let there = |term: &Term, domains: &Domains| {
            node.label(&term.topology_key)
                .map_or(0, |value| domains.sum(value))
        };
        for (term, domains) in &self.apart {
            let count = there(term, domains);
            if count > 0 && count > fewer(&|it| term.matcher.matches(it, namespaces)) {
                return Err(Wrong::Unwanted);
            }
        }
        for (term, domains) in &self.shunned {
            let count = there(term, domains);
            let says_so = |it: &Arc<Resident>| {
                let affinity = it.pod.spec.as_ref().and_then(|spec| spec.affinity.as_ref());
                let apart = affinity.and_then(|it| it.pod_anti_affinity.as_ref());
                let terms = apart.map(|apart| pod_terms::required_apart(apart, &it.pod));
                let same = terms.into_iter().flatten().filter(|it| it.key == term.key);
                i64::try_from(same.count()).unwrap_or(i64::MAX)
            };
            if count > 0 && count > without.iter().map(says_so).sum() {
                return Err(Wrong::Unwelcome);
            }
        }
        Ok(())
    }

    /// How much the pod is liked there, and likes to be.
    pub(crate) fn liking(&self, node: &NodeInfo) -> i64 {
        let likings = self.liking.iter();
        likings
            .filter_map(|it| Some(it.weight * it.domains.sum(node.label(&it.topology_key)?)))
            .sum()
    }

    /// Whether it is the same everywhere.
    pub(crate) fn is_indifferent(&self) -> bool {
        self.liking.is_empty()
    }
}

fn kind_of(term: &Term) -> Kind {
    Kind {
        key: format!("term {}", term.key),
        matchers: vec![term.matcher.clone()],
        with_terminating: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{in_zones, labelled, with_affinity};
    use serde_json::{Value, json};

    fn term(app: &str, key: &str) -> Value {
        json!({"topologyKey": key, "labelSelector": {"matchLabels": {"app": app}}})
    }

    /// What is wrong with each of `a` and `b` in zone 1 and `c` in zone 2.
    fn wrongs(pod: &Pod, nodes: &mut Nodes) -> Vec<Option<Wrong>> {
        let neighbours = Neighbours::of(pod, nodes);
        let nodes = &*nodes;
        let all = nodes.iter();
        all.map(|(_, node)| neighbours.check(node, &[], nodes).err())
            .collect()
    }

    #[test]
    fn affinity_wants_pods_in_the_same_zone_and_lets_the_first_of_its_kind_anywhere() {
        let mut nodes = in_zones();
        let required = json!({"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term("a", "zone")]}});
        let other = with_affinity(&labelled("p", &[("app", "b")]), &required);
        let own = with_affinity(&labelled("p", &[("app", "a")]), &required);
        let missing = Some(Wrong::Missing);
        assert_eq!(wrongs(&other, &mut nodes), [missing; 3]);
        assert_eq!(wrongs(&own, &mut nodes), [None; 3]);
        nodes.place(&labelled("q", &[("app", "a")]), "a");
        assert_eq!(wrongs(&other, &mut nodes), [None, None, missing]);
        assert_eq!(wrongs(&own, &mut nodes), [None, None, missing]);
        nodes.remove("q");
        assert_eq!(wrongs(&other, &mut nodes), [missing; 3]);
    }

    #[test]
    fn anti_affinity_counts_in_both_directions() {
        let mut nodes = in_zones();
        let apart = json!({"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term("a", "zone")]}});
        let lonely = with_affinity(&labelled("p", &[("app", "b")]), &apart);
        nodes.place(&labelled("q", &[("app", "a")]), "c");
        let unwanted = Some(Wrong::Unwanted);
        assert_eq!(wrongs(&lonely, &mut nodes), [None, None, unwanted]);
        nodes.place(&lonely, "b");
        let welcome = labelled("r", &[("app", "a")]);
        let unwelcome = Some(Wrong::Unwelcome);
        assert_eq!(wrongs(&welcome, &mut nodes), [unwelcome, unwelcome, None]);
        let resident = Arc::clone(&nodes.info("b").unwrap().residents[0]);
        let neighbours = Neighbours::of(&welcome, &mut nodes);
        let (_, node) = nodes.iter().nth(1).unwrap();
        assert_eq!(
            neighbours.check(node, &[resident], &nodes),
            Ok(()),
            "once it is gone"
        );
    }

    #[test]
    fn preferences_of_both_sides_add_up() {
        let mut nodes = in_zones();
        let near = |weight: i64| {
            let preferred = json!([{"weight": weight, "podAffinityTerm": term("a", "zone")}]);
            json!({"podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": preferred}})
        };
        nodes.place(&labelled("q", &[("app", "a")]), "c");
        nodes.place(&with_affinity(&labelled("r", &[]), &near(7)), "a");
        let pod = with_affinity(&labelled("p", &[("app", "a")]), &near(10));
        let neighbours = Neighbours::of(&pod, &mut nodes);
        let likings = nodes.iter().map(|(_, node)| neighbours.liking(node));
        assert_eq!(likings.collect::<Vec<_>>(), [7, 7, 10]);
    }

    #[test]
    fn a_kind_is_counted_once_and_then_kept_up_to_date() {
        let mut nodes = in_zones();
        for number in 0..100 {
            let name = format!("q{number}");
            nodes.place(
                &labelled(&name, &[("app", "a")]),
                "abc".split_at(number % 3).1.split_at(1).0,
            );
        }
        let near = json!({"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term("a", "zone")]}});
        for number in 0..50 {
            let name = format!("p{number}");
            let pod = with_affinity(&labelled(&name, &[("app", "b")]), &near);
            assert_eq!(wrongs(&pod, &mut nodes), [None; 3]);
            nodes.place(&pod, "a");
        }
        assert_eq!(nodes.looked_at(), 100);
    }
}
