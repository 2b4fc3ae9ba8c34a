//! The next step of a rolling update.
//!
//! The rules are those of Kubernetes' `pkg/controller/deployment/rolling.go`, with two strictures:
//! pods that are still to be deleted count against the surge, and pods that are still to be
//! deleted do not count as available. So neither limit is ever passed, however far the `ReplicaSet`
//! controller is behind.

use super::limits::{Strategy, max_surge, max_unavailable, replicas, strategy};
use super::sets::{Sets, lasting_available, size};
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use std::sync::Arc;

/// A set and the size it is to have.
pub(super) type Resize = (Arc<ReplicaSet>, i32);

/// The size the new set, now of size `current`, is to have.
pub(super) fn new_size(deployment: &Deployment, sets: &Sets, current: i32) -> i32 {
    let wanted = replicas(deployment);
    if current >= wanted || strategy(deployment) == Strategy::Recreate {
        return wanted;
    }
    let Some(pods) = sets.most_pods() else {
        return current;
    };
    let room = wanted.saturating_add(max_surge(deployment)) - pods;
    // No further than what is wanted, and not down.
    current + room.clamp(0, wanted - current)
}

/// The sizes old sets are to have: first those lose pods that do not work anyway, then as many as
/// are available in surplus. Sets that keep their size are left out.
pub(super) fn old_sizes(deployment: &Deployment, sets: &Sets) -> Vec<Resize> {
    let least_available = replicas(deployment) - max_unavailable(deployment);
    // Not before the new pods work: those that do not are no replacement.
    let new_unavailable = sets
        .new
        .as_ref()
        .map_or(0, |new| size(new) - lasting_available(new));
    let mut room = sets.wanted() - least_available - new_unavailable;
    let mut sizes: Vec<i32> = sets.old.iter().map(|set| size(set)).collect();

    for (set, size) in sets.old.iter().zip(&mut sizes) {
        let broken = (*size - lasting_available(set)).clamp(0, room.max(0));
        *size -= broken;
        room -= broken;
    }
    let available: i32 = sets.all().map(|set| lasting_available(set)).sum();
    let mut surplus = (available - least_available).min(room);
    for size in &mut sizes {
        let gone = (*size).clamp(0, surplus.max(0));
        *size -= gone;
        surplus -= gone;
    }
    let resized = sets.old.iter().cloned().zip(sizes);
    resized.filter(|(set, to)| size(set) != *to).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sets::tests::set;
    use super::*;
    use serde_json::json;

    fn deployment(replicas: i32, surge: i32, unavailable: i32) -> Deployment {
        serde_json::from_value(json!({"metadata": {}, "spec": {
            "replicas": replicas, "selector": {}, "template": {},
            "strategy": {"rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}},
        }}))
        .unwrap()
    }

    /// wanted, surge, old size, new size -> new size; with all pods there.
    #[test]
    fn the_new_set_grows_within_the_surge() {
        for (wanted, surge, old, new, expected) in [
            (10, 0, 10, 0, 0),
            (10, 2, 10, 0, 2),
            (10, 2, 5, 0, 7),
            (10, 2, 10, 2, 2),
            (10, 2, 0, 5, 10),
            (10, 10, 10, 0, 10),
            (2, 8, 4, 10, 2),
        ] {
            let sets = Sets {
                new: Some(set("new", new, new, new)),
                old: vec![set("old", old, old, old)],
            };
            let got = new_size(&deployment(wanted, surge, 0), &sets, new);
            assert_eq!(got, expected, "{wanted} {surge} {old} {new}");
        }
    }

    #[test]
    fn doomed_pods_take_up_room() {
        let sets = Sets {
            new: Some(set("new", 0, 0, 0)),
            old: vec![set("old", 5, 9, 5)],
        };
        assert_eq!(new_size(&deployment(10, 0, 5), &sets, 0), 1);
    }

    /// wanted, unavailable, (old size, available), (new size, available) -> old size.
    #[test]
    fn the_old_set_shrinks_as_the_new_one_becomes_available() {
        for (wanted, unavailable, (old, old_available), (new, new_available), expected) in [
            (10, 0, (10, 10), (0, 0), 10),
            (10, 2, (10, 10), (0, 0), 8),
            (10, 2, (10, 8), (0, 0), 8),
            (10, 2, (10, 10), (2, 0), 8),
            (10, 0, (10, 10), (2, 1), 9),
            (10, 0, (10, 10), (2, 2), 8),
            // Broken ones go first, and only as many as leave enough.
            (10, 2, (8, 0), (2, 0), 8),
            (10, 2, (10, 0), (2, 0), 8),
            (10, 2, (10, 9), (0, 0), 8),
            (0, 0, (3, 3), (0, 0), 0),
        ] {
            let sets = Sets {
                new: Some(set("new", new, new, new_available)),
                old: vec![set("old", old, old, old_available)],
            };
            let resized = old_sizes(&deployment(wanted, 2, unavailable), &sets);
            let got = resized.first().map_or(old, |(_, to)| *to);
            assert_eq!(
                got, expected,
                "{wanted} {unavailable} {old}/{old_available} {new}/{new_available}"
            );
        }
    }

    #[test]
    fn broken_sets_shrink_before_working_ones() {
        let sets = Sets {
            new: Some(set("new", 3, 3, 3)),
            old: vec![set("works", 5, 5, 5), set("broken", 4, 4, 0)],
        };
        let resized = old_sizes(&deployment(10, 2, 2), &sets);
        let sizes: Vec<_> = resized
            .iter()
            .map(|(set, to)| (set.metadata.name.as_deref().unwrap(), *to))
            .collect();
        assert_eq!(sizes, [("broken", 0)]);
    }

    #[test]
    fn what_is_doomed_is_not_available() {
        // Two of ten were asked to go and are still there: there is nothing left to take.
        let sets = Sets {
            new: Some(set("new", 2, 2, 0)),
            old: vec![set("old", 8, 10, 10)],
        };
        assert!(old_sizes(&deployment(10, 2, 2), &sets).is_empty());
    }
}
