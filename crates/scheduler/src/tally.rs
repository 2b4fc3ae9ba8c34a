//! How many pods of a kind each node holds, and which rules of its pods are about others: counted once,
//! then kept up to date pod by pod, so that a decision looks at no pod.

use crate::pod_terms::{Namespaces, PodMatcher, Term};
use k8s_openapi::api::core::v1::{
    Pod, PodAffinity, PodAffinityTerm, PodAntiAffinity, WeightedPodAffinityTerm,
};
use rustc_hash::FxHashMap;

/// Numbers by name of node.
pub(crate) type ByNode = FxHashMap<String, i64>;

/// So many kinds are counted at once; those that nobody asked about for the longest go first.
const MOST: usize = 512;

/// What the required affinity of a pod weighs for pods that it would be near to: kube-scheduler's
/// `hardPodAffinityWeight`.
const REQUIRED_WEIGHT: i64 = 1;

/// Pods that fulfil all of these.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    /// What it says.
    pub(crate) key: String,
    pub(crate) matchers: Vec<PodMatcher>,
    /// Whether pods count that are being deleted.
    pub(crate) with_terminating: bool,
}

impl Kind {
    fn takes(&self, pod: &Pod, namespaces: &Namespaces) -> bool {
        (self.with_terminating || pod.metadata.deletion_timestamp.is_none())
            && self.matchers.iter().all(|it| it.matches(pod, namespaces))
    }
}

#[derive(Debug)]
struct Tally {
    kind: Kind,
    by_node: ByNode,
    /// When it was asked for last.
    used: u64,
}

/// The counts of all kinds that were asked for.
#[derive(Debug, Default)]
pub(crate) struct Tallies {
    by_key: FxHashMap<String, Tally>,
    turn: u64,
    /// How many pods were looked at to begin a count.
    #[cfg(test)]
    pub(crate) looked_at: usize,
}

impl Tallies {
    /// How many pods of a kind each node holds, counted among `pods` the first time.
    pub(crate) fn of<'p>(
        &mut self,
        kind: &Kind,
        pods: impl Iterator<Item = (&'p str, &'p Pod)>,
        namespaces: &Namespaces,
    ) -> &ByNode {
        self.turn += 1;
        if !self.by_key.contains_key(&kind.key) {
            if self.by_key.len() >= MOST {
                let oldest = self.by_key.iter().min_by_key(|(_, tally)| tally.used);
                let oldest = oldest.map(|(key, _)| key.clone());
                self.by_key.remove(&oldest.unwrap_or_default());
            }
            let mut by_node = ByNode::default();
            for (node, pod) in pods {
                #[cfg(test)]
                {
                    self.looked_at += 1;
                }
                if kind.takes(pod, namespaces) {
                    add(&mut by_node, node, 1);
                }
            }
            let tally = Tally {
                kind: kind.clone(),
                by_node,
                used: 0,
            };
            self.by_key.insert(kind.key.clone(), tally);
        }
        let tally = self.by_key.get_mut(&kind.key);
        let tally = tally.expect("it was counted above if it was not there");
        tally.used = self.turn;
        &tally.by_node
    }

    /// A pod comes to a node, or goes from it.
    pub(crate) fn change(&mut self, pod: &Pod, node: &str, by: i64, namespaces: &Namespaces) {
        for tally in self.by_key.values_mut() {
            if tally.kind.takes(pod, namespaces) {
                add(&mut tally.by_node, node, by);
            }
        }
    }

    /// Forgets all counts: what namespaces are selected has changed.
    pub(crate) fn clear(&mut self) {
        self.by_key.clear();
    }
}

fn add(by_node: &mut ByNode, node: &str, by: i64) {
    let count = match by_node.get_mut(node) {
        Some(count) => count,
        None => by_node.entry(node.to_owned()).or_default(),
    };
    *count += by;
    if *count == 0 {
        by_node.remove(node);
    }
}

/// The rules of one wording that pods on nodes have about other pods.
#[derive(Debug)]
pub(crate) struct Standing {
    pub(crate) term: Term,
    /// How many pods of each node must not be near what is meant.
    pub(crate) apart: ByNode,
    /// How much the pods of each node like to be near what is meant.
    pub(crate) liking: ByNode,
}

/// All of them, by wording.
#[derive(Debug, Default)]
pub(crate) struct Standings(FxHashMap<String, Standing>);

impl Standings {
    /// In an order of their own.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Standing> {
        self.0.values()
    }

    /// A pod comes to a node (1), or goes from it (-1).
    pub(crate) fn change(&mut self, pod: &Pod, node: &str, by: i64) {
        let Some(affinity) = pod.spec.as_ref().and_then(|spec| spec.affinity.as_ref()) else {
            return;
        };
        if let Some(near) = &affinity.pod_affinity {
            for term in required(near, pod) {
                self.like(term, node, by * REQUIRED_WEIGHT);
            }
            for (weight, term) in preferred(near, pod) {
                self.like(term, node, by * weight);
            }
        }
        if let Some(apart) = &affinity.pod_anti_affinity {
            for term in required_apart(apart, pod) {
                self.with(term, |standing| add(&mut standing.apart, node, by));
            }
            for (weight, term) in preferred_apart(apart, pod) {
                self.like(term, node, -by * weight);
            }
        }
    }

    fn like(&mut self, term: Term, node: &str, by: i64) {
        self.with(term, |standing| add(&mut standing.liking, node, by));
    }

    fn with(&mut self, term: Term, change: impl FnOnce(&mut Standing)) {
        let key = term.key.clone();
        let standing = self.0.entry(key.clone()).or_insert_with(|| Standing {
            term,
            apart: ByNode::default(),
            liking: ByNode::default(),
        });
        change(standing);
        if standing.apart.is_empty() && standing.liking.is_empty() {
            self.0.remove(&key);
        }
    }
}

/// The required terms of a pod's affinity.
pub(crate) fn required(affinity: &PodAffinity, pod: &Pod) -> Vec<Term> {
    all(
        affinity
            .required_during_scheduling_ignored_during_execution
            .as_ref(),
        pod,
    )
}

/// Its preferred terms, with their weights.
pub(crate) fn preferred(affinity: &PodAffinity, pod: &Pod) -> Vec<(i64, Term)> {
    weighted(
        affinity
            .preferred_during_scheduling_ignored_during_execution
            .as_ref(),
        pod,
    )
}

/// The required terms of a pod's anti-affinity.
pub(crate) fn required_apart(affinity: &PodAntiAffinity, pod: &Pod) -> Vec<Term> {
    all(
        affinity
            .required_during_scheduling_ignored_during_execution
            .as_ref(),
        pod,
    )
}

/// Its preferred terms, with their weights.
pub(crate) fn preferred_apart(affinity: &PodAntiAffinity, pod: &Pod) -> Vec<(i64, Term)> {
    weighted(
        affinity
            .preferred_during_scheduling_ignored_during_execution
            .as_ref(),
        pod,
    )
}

fn all(terms: Option<&Vec<PodAffinityTerm>>, pod: &Pod) -> Vec<Term> {
    let terms = terms.into_iter().flatten();
    terms.map(|term| Term::of(term, pod)).collect()
}

fn weighted(terms: Option<&Vec<WeightedPodAffinityTerm>>, pod: &Pod) -> Vec<(i64, Term)> {
    let terms = terms.into_iter().flatten();
    terms
        .map(|it| (it.weight.into(), Term::of(&it.pod_affinity_term, pod)))
        .collect()
}
