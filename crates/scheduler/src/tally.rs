//! How many pods of a kind there are by the value of a label of nodes: counted once, then kept up to date
//! pod by pod and node by node, so that a decision looks at no pod.

use crate::anchors::Anchors;
use crate::counting::Counting;
use crate::node_info::{Resident, label};
use crate::pod_terms::{Namespaces, PodMatcher, labels_of};
use k8s_openapi::api::core::v1::{Node, Pod};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many counts are kept at once; those that nobody asked about for the longest go first.
const MOST: usize = 4096;

/// So many of them may know every value that nodes have, for those take memory by the number of nodes.
const MOST_WITH_EMPTY: usize = 512;

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

    /// A label that all pods have that are of it.
    fn anchor(&self) -> Option<(&str, &str)> {
        self.matchers.iter().find_map(PodMatcher::anchor)
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
    key: String,
    kind: Kind,
    topology_key: String,
    /// Which nodes count, if not all that have the label.
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

    /// Whether it counts values that have no pod.
    fn has_empty(&self) -> bool {
        self.counting.as_ref().is_some_and(|it| it.with_empty)
    }

    fn count_node(&mut self, node: &Node, by: i64) {
        if self.has_empty()
            && let Some(value) = self.value(node)
        {
            Arc::make_mut(&mut self.domains).change(value, 0, by);
        }
    }
}

/// The counts of all that was asked for.
#[derive(Debug, Default)]
pub(crate) struct Tallies {
    /// Their numbers, by what they count.
    by_key: FxHashMap<String, usize>,
    /// By number; some are free.
    all: Vec<Option<Tally>>,
    /// Which of them a pod may count in, so that it is not asked of all.
    anchors: Anchors,
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
        let known = self.by_key.get(&key);
        if let Some(tally) = known.and_then(|&number| self.all[number].as_mut()) {
            tally.used = self.turn;
            return Arc::clone(&tally.domains);
        }
        let mut tally = Tally {
            key,
            kind: kind.clone(),
            topology_key: topology_key.to_owned(),
            counting,
            domains: Arc::default(),
            used: self.turn,
        };
        self.make_room(tally.has_empty());
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
        self.keep(tally);
        domains
    }

    fn keep(&mut self, tally: Tally) {
        let free = self.all.iter().position(Option::is_none);
        let number = free.unwrap_or(self.all.len());
        self.by_key.insert(tally.key.clone(), number);
        self.anchors.add(tally.kind.anchor(), number);
        if number == self.all.len() {
            self.all.push(Some(tally));
        } else {
            self.all[number] = Some(tally);
        }
    }

    /// Forgets the count that nobody asked about for the longest, if there are too many of its sort.
    fn make_room(&mut self, has_empty: bool) {
        let kept = self.all.iter().flatten();
        let alike = kept.filter(|it| it.has_empty() == has_empty);
        let most = if has_empty { MOST_WITH_EMPTY } else { MOST };
        if alike.clone().count() < most {
            return;
        }
        let oldest = alike.min_by_key(|it| it.used).map(|it| it.key.clone());
        let number = oldest.and_then(|key| self.by_key.remove(&key));
        if let Some(number) = number
            && let Some(tally) = self.all[number].take()
        {
            self.anchors.remove(tally.kind.anchor(), number);
        }
    }

    /// A pod comes to a node (1), or goes from it (-1).
    pub(crate) fn count_pod(&mut self, pod: &Pod, node: &Node, by: i64, namespaces: &Namespaces) {
        for number in self.anchors.of(labels_of(pod)) {
            if let Some(tally) = &mut self.all[number] {
                tally.count_pod(pod, node, by, namespaces);
            }
        }
    }

    /// A node comes (1) or goes (-1), without the pods on it.
    pub(crate) fn count_node(&mut self, node: &Node, by: i64) {
        for tally in self.all.iter_mut().flatten() {
            tally.count_node(node, by);
        }
    }

    /// Forgets all counts: what namespaces are selected has changed.
    pub(crate) fn clear(&mut self) {
        self.by_key.clear();
        self.all.clear();
        self.anchors = Anchors::default();
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
