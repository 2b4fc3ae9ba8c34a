//! How many pods of a kind there are by the value of a label of nodes: counted once, then kept up to date
//! pod by pod and node by node, so that a decision looks at no pod.

use crate::counting::Counting;
use crate::nodes::Resident;
use crate::pod_terms::{Namespaces, PodMatcher};
use k8s_openapi::api::core::v1::{Node, Pod};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many counts are kept at once; those that nobody asked about for the longest go first.
const MOST: usize = 512;

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
    /// Whether a pod is of it.
    pub(crate) fn takes(&self, pod: &Pod, namespaces: &Namespaces) -> bool {
        (self.with_terminating || pod.metadata.deletion_timestamp.is_none())
            && self.takes_labels_of(pod, namespaces)
    }

    /// Whether a pod is of it, or would be if it were not being deleted.
    pub(crate) fn takes_labels_of(&self, pod: &Pod, namespaces: &Namespaces) -> bool {
        self.matchers.iter().all(|it| it.matches(pod, namespaces))
    }
}

/// Nodes with the same value of a label.
#[derive(Clone, Copy, Debug, Default)]
struct Domain {
    /// How many nodes there are, where a rule says which count.
    nodes: i64,
    /// What is counted on them.
    sum: i64,
}

/// Sums by the value of a label of nodes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Domains {
    by_value: FxHashMap<String, Domain>,
    /// How many values have a sum.
    levels: BTreeMap<i64, usize>,
}

impl Domains {
    /// The sum of a value.
    pub(crate) fn sum(&self, value: &str) -> i64 {
        self.by_value.get(value).map_or(0, |domain| domain.sum)
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.by_value.len()
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_value.is_empty()
    }

    /// The least sum.
    pub(crate) fn least(&self) -> i64 {
        self.levels.keys().next().copied().unwrap_or(0)
    }

    /// Adds to the sum of a value, and to the number of its nodes.
    pub(crate) fn change(&mut self, value: &str, sum: i64, nodes: i64) {
        let mut domain = Domain::default();
        if let Some(before) = self.by_value.get(value) {
            domain = *before;
            if let Some(count) = self.levels.get_mut(&domain.sum) {
                *count -= 1;
                if *count == 0 {
                    self.levels.remove(&domain.sum);
                }
            }
        }
        domain.sum += sum;
        domain.nodes += nodes;
        if domain.sum == 0 && domain.nodes == 0 {
            self.by_value.remove(value);
            return;
        }
        *self.levels.entry(domain.sum).or_default() += 1;
        match self.by_value.get_mut(value) {
            Some(known) => *known = domain,
            None => {
                self.by_value.insert(value.to_owned(), domain);
            }
        }
    }
}

#[derive(Debug)]
struct Tally {
    kind: Kind,
    topology_key: String,
    /// Which nodes count, if not all that have the label. Then values also count that have no pod.
    counting: Option<Counting>,
    /// Shared with the decision that asked; a change comes when that is over, so that it copies nothing.
    domains: Arc<Domains>,
    /// When it was asked for last.
    used: u64,
}

impl Tally {
    fn value<'n>(&self, node: &'n Node) -> Option<&'n str> {
        let value = label(node, &self.topology_key)?;
        let is_taken = self.counting.as_ref().is_none_or(|it| it.takes(node));
        is_taken.then_some(value)
    }

    fn count_pod(&mut self, pod: &Pod, node: &Node, by: i64, namespaces: &Namespaces) {
        if self.kind.takes(pod, namespaces)
            && let Some(value) = self.value(node)
        {
            Arc::make_mut(&mut self.domains).change(value, by, 0);
        }
    }

    fn count_node(&mut self, node: &Node, by: i64) {
        if self.counting.is_some()
            && let Some(value) = self.value(node)
        {
            Arc::make_mut(&mut self.domains).change(value, 0, by);
        }
    }
}

/// The value of a label of a node.
pub(crate) fn label<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    let labels = node.metadata.labels.as_ref()?;
    labels.get(key).map(String::as_str)
}

/// The counts of all that was asked for.
#[derive(Debug, Default)]
pub(crate) struct Tallies {
    by_key: FxHashMap<String, Tally>,
    turn: u64,
    /// How many pods were looked at to begin a count.
    #[cfg(test)]
    pub(crate) looked_at: usize,
}

impl Tallies {
    /// How many pods of a kind there are by value, counted on `nodes` the first time.
    pub(crate) fn of<'n>(
        &mut self,
        kind: &Kind,
        topology_key: &str,
        counting: Option<Counting>,
        nodes: impl Iterator<Item = (&'n Node, &'n [Arc<Resident>])>,
        namespaces: &Namespaces,
    ) -> Arc<Domains> {
        self.turn += 1;
        let where_ = counting.as_ref().map_or("", |it| &it.key);
        let key = format!("{} {topology_key} {where_}", kind.key);
        if let Some(tally) = self.by_key.get_mut(&key) {
            tally.used = self.turn;
            return Arc::clone(&tally.domains);
        }
        if self.by_key.len() >= MOST {
            let oldest = self.by_key.iter().min_by_key(|(_, tally)| tally.used);
            let oldest = oldest.map(|(key, _)| key.clone());
            self.by_key.remove(&oldest.unwrap_or_default());
        }
        let mut tally = Tally {
            kind: kind.clone(),
            topology_key: topology_key.to_owned(),
            counting,
            domains: Arc::default(),
            used: self.turn,
        };
        for (node, residents) in nodes {
            tally.count_node(node, 1);
            for resident in residents {
                #[cfg(test)]
                {
                    self.looked_at += 1;
                }
                tally.count_pod(&resident.pod, node, 1, namespaces);
            }
        }
        let domains = Arc::clone(&tally.domains);
        self.by_key.insert(key, tally);
        domains
    }

    /// A pod comes to a node (1), or goes from it (-1).
    pub(crate) fn count_pod(&mut self, pod: &Pod, node: &Node, by: i64, namespaces: &Namespaces) {
        for tally in self.by_key.values_mut() {
            tally.count_pod(pod, node, by, namespaces);
        }
    }

    /// A node comes (1) or goes (-1), without the pods on it.
    pub(crate) fn count_node(&mut self, node: &Node, by: i64) {
        for tally in self.by_key.values_mut() {
            tally.count_node(node, by);
        }
    }

    /// Forgets all counts: what namespaces are selected has changed.
    pub(crate) fn clear(&mut self) {
        self.by_key.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_sum_follows_every_change() {
        let mut domains = Domains::default();
        domains.change("a", 0, 1);
        domains.change("b", 3, 1);
        assert_eq!((domains.least(), domains.len()), (0, 2));
        domains.change("a", 5, 0);
        assert_eq!(domains.least(), 3);
        domains.change("b", -1, 0);
        assert_eq!((domains.least(), domains.sum("b")), (2, 2));
        domains.change("b", -2, -1);
        assert_eq!((domains.least(), domains.len()), (5, 1));
        domains.change("a", -5, -1);
        assert!(domains.is_empty() && domains.levels.is_empty());
    }
}
