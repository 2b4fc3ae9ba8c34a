//! Which rules pods on nodes have about other pods, kept up to date pod by pod.

use crate::node_info::label;
use crate::pod_terms::{Term, preferred, preferred_apart, required, required_apart};
use crate::tally::Domains;
use k8s_openapi::api::core::v1::{Node, Pod};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What the required affinity of a pod weighs for pods that it would be near to: kube-scheduler's
/// `hardPodAffinityWeight`.
const REQUIRED_WEIGHT: i64 = 1;

/// The rules of one wording that pods on nodes have about other pods, by value of the term's topology.
#[derive(Debug)]
pub(crate) struct Standing {
    pub(crate) term: Term,
    /// How many pods must not be near what is meant.
    pub(crate) apart: Arc<Domains>,
    /// How much pods like to be near what is meant.
    pub(crate) liking: Arc<Domains>,
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
    pub(crate) fn count_pod(&mut self, pod: &Pod, node: &Node, by: i64) {
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
                self.with(term, node, |standing, value| {
                    Arc::make_mut(&mut standing.apart).change(value, by, 0);
                });
            }
            for (weight, term) in preferred_apart(apart, pod) {
                self.like(term, node, -by * weight);
            }
        }
    }

    fn like(&mut self, term: Term, node: &Node, by: i64) {
        self.with(term, node, |standing, value| {
            Arc::make_mut(&mut standing.liking).change(value, by, 0);
        });
    }

    /// Nothing is near on a node that lacks the label.
    fn with(&mut self, term: Term, node: &Node, change: impl FnOnce(&mut Standing, &str)) {
        let Some(value) = label(node, &term.topology_key) else {
            return;
        };
        let key = term.key.clone();
        let standing = self.0.entry(key.clone()).or_insert_with(|| Standing {
            term,
            apart: Arc::default(),
            liking: Arc::default(),
        });
        change(standing, value);
        if standing.apart.is_empty() && standing.liking.is_empty() {
            self.0.remove(&key);
        }
    }
}
