//! Pods that wait for a node.
//!
//! A pod is *active* (to be tried now), *backing off* (to be tried at a time) or *parked*: it fitted
//! nowhere and is tried again when something happens that could have removed an obstacle. That
//! is kube-scheduler's active queue, backoff queue and pool of unschedulable pods with its queueing
//! hints; only the pool's five-minute flush is left out, since nothing here forgets an event.

use crate::obstacle::Obstacle;
use k8s_openapi::api::core::v1::Pod;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long a pod that fitted nowhere waits at least, before its second try.
const FIRST_BACKOFF: Duration = Duration::from_secs(1);

/// What doubling with every try does not pass: kube-scheduler's `podMaxBackoffSeconds`.
const LONGEST_BACKOFF: Duration = Duration::from_secs(10);

/// Something that may help pods that are parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relief {
    /// A node is new, or changed what it has, its labels or its taints.
    Node,
    /// A pod left a node.
    PodGone,
    /// A pod came to a node.
    PodPlaced,
    /// A claim, a volume or a class of them is new, or changed.
    Volume,
    /// A claim of devices is new, or changed.
    Devices,
    /// The labels of a namespace changed.
    Namespace,
}

impl Relief {
    fn helps(self, obstacle: Obstacle) -> bool {
        match self {
            Self::Node => true,
            Self::PodGone => matches!(
                obstacle,
                Obstacle::Ports
                    | Obstacle::Resources
                    | Obstacle::Spread
                    | Obstacle::Neighbours
                    | Obstacle::Volumes
            ),
            Self::PodPlaced => matches!(obstacle, Obstacle::Spread | Obstacle::Neighbours),
            Self::Volume => obstacle == Obstacle::Volumes,
            Self::Devices => obstacle == Obstacle::Devices,
            Self::Namespace => obstacle == Obstacle::Neighbours,
        }
    }
}

/// Higher priority first, then who came first.
type Rank = (Reverse<i32>, u64);

#[derive(Debug)]
enum Place {
    Active,
    BackingOff {
        until: Instant,
    },
    Parked {
        obstacles: BTreeSet<Obstacle>,
    },
    /// Taken out to be bound.
    Taken,
}

#[derive(Debug)]
struct Pending {
    pod: Arc<Pod>,
    rank: Rank,
    place: Place,
    /// How often it fitted nowhere.
    failures: u32,
    /// Before this time it is not tried again.
    not_before: Instant,
}

/// The pods that wait, by uid.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    /// Looked up only.
    waiting: FxHashMap<String, Pending>,
    active: BTreeMap<Rank, String>,
    backing_off: BTreeMap<(Instant, Rank), String>,
    /// Parked pods, in the order in which they will be tried.
    parked: BTreeMap<Rank, String>,
    arrivals: u64,
    /// How many of those have an obstacle: most of what happens helps none, and should cost nothing.
    parked_by: BTreeMap<Obstacle, usize>,
}

/// How many pods wait, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// To be tried now.
    pub(crate) active: usize,
    /// To be tried at a time.
    pub(crate) backing_off: usize,
    /// To be tried when something has changed.
    pub(crate) parked: usize,
}

impl Queue {
    /// How many pods wait.
    pub(crate) fn waiting(&self) -> Waiting {
        Waiting {
            active: self.active.len(),
            backing_off: self.backing_off.len(),
            parked: self.parked.len(),
        }
    }

    /// How often a pod that is known fitted nowhere.
    pub(crate) fn failures(&self, uid: &str) -> u32 {
        self.waiting.get(uid).map_or(0, |waiting| waiting.failures)
    }

    /// Takes in a pending pod, or what changed about one. A change of what it asks for may help
    /// it, so then it is tried again.
    pub(crate) fn set(&mut self, pod: &Arc<Pod>, now: Instant) {
        let uid = pod.metadata.uid.clone().unwrap_or_default();
        if let Some(waiting) = self.waiting.get_mut(&uid) {
            let changed = asks_differently(&waiting.pod, pod);
            waiting.pod = Arc::clone(pod);
            if changed && matches!(waiting.place, Place::Parked { .. }) {
                self.try_again(&uid, now);
            }
            return;
        }
        self.arrivals += 1;
        let priority = pod.spec.as_ref().and_then(|spec| spec.priority);
        let rank = (Reverse(priority.unwrap_or(0)), self.arrivals);
        let waiting = Pending {
            pod: Arc::clone(pod),
            rank,
            place: Place::Active,
            failures: 0,
            not_before: now,
        };
        self.active.insert(rank, uid.clone());
        self.waiting.insert(uid, waiting);
    }

    /// Forgets a pod: it is gone, or on a node.
    pub(crate) fn remove(&mut self, uid: &str) {
        if let Some(waiting) = self.waiting.remove(uid) {
            self.take_from(&waiting.place, waiting.rank);
        }
    }

    /// The pod to try next. It stays known until it is put back or removed.
    pub(crate) fn take(&mut self, now: Instant) -> Option<Arc<Pod>> {
        while let Some(due) = self
            .backing_off
            .first_entry()
            .filter(|it| it.key().0 <= now)
        {
            let uid = due.remove();
            if let Some(waiting) = self.waiting.get_mut(&uid) {
                waiting.place = Place::Active;
                self.active.insert(waiting.rank, uid);
            }
        }
        let (_, uid) = self.active.pop_first()?;
        let waiting = self.waiting.get_mut(&uid)?;
        waiting.place = Place::Taken;
        Some(Arc::clone(&waiting.pod))
    }

    /// Puts back a pod that fitted nowhere, until something helps.
    pub(crate) fn park(&mut self, uid: &str, obstacles: BTreeSet<Obstacle>, now: Instant) {
        if let Some(waiting) = self.waiting.get_mut(uid) {
            waiting.fail(now);
            for obstacle in &obstacles {
                *self.parked_by.entry(*obstacle).or_default() += 1;
            }
            waiting.place = Place::Parked { obstacles };
            self.parked.insert(waiting.rank, uid.to_owned());
        }
    }

    /// Puts back a pod whose binding failed, to be tried again after a while.
    pub(crate) fn retry_later(&mut self, uid: &str, now: Instant) {
        if let Some(waiting) = self.waiting.get_mut(uid) {
            waiting.fail(now);
            let until = waiting.not_before;
            waiting.place = Place::BackingOff { until };
            self.backing_off
                .insert((until, waiting.rank), uid.to_owned());
        }
    }

    /// Lets parked pods be tried again that `relief` may help.
    pub(crate) fn relieve(&mut self, relief: Relief, now: Instant) {
        let mut known = self.parked_by.keys();
        if relief != Relief::Node && !known.any(|&obstacle| relief.helps(obstacle)) {
            return;
        }
        let waiting = &self.waiting;
        let helped: Vec<String> = self
            .parked
            .values()
            .filter(|uid| match waiting.get(*uid).map(|it| &it.place) {
                // No obstacle was found where there was no node at all.
                Some(Place::Parked { obstacles }) if obstacles.is_empty() => relief == Relief::Node,
                Some(Place::Parked { obstacles }) => {
                    obstacles.iter().any(|&obstacle| relief.helps(obstacle))
                }
                _ => false,
            })
            .cloned()
            .collect();
        for uid in helped {
            self.try_again(&uid, now);
        }
    }

    /// When the next pod has waited long enough.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.backing_off.keys().next().map(|&(due, _)| due)
    }

    fn try_again(&mut self, uid: &str, now: Instant) {
        let Some(waiting) = self.waiting.get_mut(uid) else {
            return;
        };
        self.parked.remove(&waiting.rank);
        if let Place::Parked { obstacles } = &waiting.place {
            let obstacles = obstacles.clone();
            self.uncount(&obstacles);
        }
        let Some(waiting) = self.waiting.get_mut(uid) else {
            return;
        };
        if waiting.not_before > now {
            let until = waiting.not_before;
            waiting.place = Place::BackingOff { until };
            self.backing_off
                .insert((until, waiting.rank), uid.to_owned());
        } else {
            waiting.place = Place::Active;
            self.active.insert(waiting.rank, uid.to_owned());
        }
    }

    fn take_from(&mut self, place: &Place, rank: Rank) {
        match place {
            Place::Active => {
                self.active.remove(&rank);
            }
            Place::BackingOff { until } => {
                self.backing_off.remove(&(*until, rank));
            }
            Place::Parked { obstacles } => {
                self.parked.remove(&rank);
                self.uncount(obstacles);
            }
            Place::Taken => {}
        }
    }

    fn uncount(&mut self, obstacles: &BTreeSet<Obstacle>) {
        for obstacle in obstacles {
            if let Some(count) = self.parked_by.get_mut(obstacle) {
                *count -= 1;
                if *count == 0 {
                    self.parked_by.remove(obstacle);
                }
            }
        }
    }
}

impl Pending {
    fn fail(&mut self, now: Instant) {
        let doubled = FIRST_BACKOFF.saturating_mul(1 << self.failures.min(10));
        self.failures += 1;
        self.not_before = now + doubled.min(LONGEST_BACKOFF);
    }
}

/// Whether what matters to scheduling differs: of the status, which parking itself writes, only the
/// claims that were made for the pod.
fn asks_differently(before: &Pod, now: &Pod) -> bool {
    let made = |pod: &Pod| {
        let status = pod.status.as_ref();
        status.and_then(|it| it.resource_claim_statuses.clone())
    };
    before.spec != now.spec
        || before.metadata.labels != now.metadata.labels
        || made(before) != made(now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{pod, pod_asking};
    use serde_json::json;

    fn name(pod: Option<Arc<Pod>>) -> Option<String> {
        pod.and_then(|pod| pod.metadata.name.clone())
    }

    #[test]
    fn priority_goes_before_age() {
        let now = Instant::now();
        let mut queue = Queue::default();
        queue.set(&pod_asking("first", "1"), now);
        queue.set(&pod_asking("second", "1"), now);
        queue.set(
            &pod("urgent", json!({"containers": [], "priority": 9})),
            now,
        );
        queue.remove("first");
        assert_eq!(name(queue.take(now)).as_deref(), Some("urgent"));
        assert_eq!(name(queue.take(now)).as_deref(), Some("second"));
        assert_eq!(name(queue.take(now)), None);
    }

    #[test]
    fn only_what_could_help_brings_a_parked_pod_back_and_not_before_its_backoff() {
        let mut now = Instant::now();
        let mut queue = Queue::default();
        queue.set(&pod_asking("p", "1"), now);
        queue.take(now);
        queue.park("p", [Obstacle::Affinity].into(), now);
        queue.relieve(Relief::PodGone, now);
        assert_eq!(queue.next_due(), None);
        queue.relieve(Relief::Node, now);
        assert_eq!(queue.next_due(), Some(now + FIRST_BACKOFF));
        assert!(queue.take(now).is_none());
        now += FIRST_BACKOFF;
        assert!(queue.take(now).is_some());
        queue.park("p", [Obstacle::Resources].into(), now);
        now += 2 * FIRST_BACKOFF;
        queue.relieve(Relief::PodGone, now);
        assert!(queue.take(now).is_some());
    }

    #[test]
    fn a_change_of_the_pod_is_a_new_chance_but_its_status_is_not() {
        let now = Instant::now();
        let mut queue = Queue::default();
        queue.set(&pod_asking("p", "2"), now);
        queue.take(now);
        queue.park("p", [Obstacle::Resources].into(), now);
        let mut same = (*pod_asking("p", "2")).clone();
        same.status = Some(serde_json::from_value(json!({"phase": "Pending"})).unwrap());
        queue.set(&Arc::new(same), now);
        assert_eq!(queue.next_due(), None);
        queue.set(&pod_asking("p", "1"), now);
        assert!(queue.next_due().is_some());
    }

    #[test]
    fn without_nodes_only_a_node_helps() {
        let now = Instant::now();
        let mut queue = Queue::default();
        queue.set(&pod_asking("p", "2"), now);
        queue.take(now);
        queue.park("p", BTreeSet::new(), now);
        queue.relieve(Relief::PodGone, now);
        assert_eq!(queue.next_due(), None);
        queue.relieve(Relief::Node, now);
        assert!(queue.next_due().is_some());
    }

    #[test]
    fn what_helps_nobody_costs_nothing_and_leaves_no_count() {
        let now = Instant::now();
        let mut queue = Queue::default();
        for (relief, obstacle) in [
            (Relief::PodPlaced, Obstacle::Neighbours),
            (Relief::Volume, Obstacle::Volumes),
            (Relief::Devices, Obstacle::Devices),
            (Relief::Namespace, Obstacle::Neighbours),
            (Relief::PodGone, Obstacle::Spread),
        ] {
            queue.set(&pod_asking("p", "2"), now);
            queue.take(now);
            queue.park("p", [obstacle].into(), now);
            queue.relieve(relief, now);
            assert!(queue.next_due().is_some(), "{relief:?}");
            assert!(queue.parked_by.is_empty());
            queue.remove("p");
        }
        queue.set(&pod_asking("p", "2"), now);
        queue.take(now);
        queue.park("p", [Obstacle::Taint].into(), now);
        queue.relieve(Relief::PodPlaced, now);
        assert_eq!(queue.next_due(), None);
        queue.remove("p");
        assert!(queue.parked_by.is_empty());
    }
}
