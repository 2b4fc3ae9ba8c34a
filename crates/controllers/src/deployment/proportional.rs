//! Resizing a Deployment, in mid-rollout too.
//!
//! The rules are those of `scale` in Kubernetes' `pkg/controller/deployment/sync.go` and of
//! `GetReplicaSetProportion`: what is added or taken is spread over the sets in proportion to their
//! sizes, so that a rollout goes on as far along as it was.

use super::limits::{Strategy, max_surge, replicas, strategy};
use super::revision::{DESIRED_REPLICAS, MAX_REPLICAS, number_of};
use super::rolling::Resize;
use super::sets::{Sets, is_active, size, sort_by_age, status_of};
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use std::cmp::Reverse;
use std::sync::Arc;

/// Whether the Deployment was resized since its sets were: they remember for what size they were
/// made.
pub(super) fn was_resized(deployment: &Deployment, sets: &Sets) -> bool {
    let wanted = replicas(deployment);
    let remembered = sets.all().filter(|set| is_active(set));
    remembered
        .filter_map(|set| number_of::<i32>(set, DESIRED_REPLICAS))
        .any(|it| it != wanted)
}

/// The sizes the sets are to have for the Deployment's. Sets that keep size and memory may be in it.
pub(super) fn resize(deployment: &Deployment, sets: &Sets) -> Vec<Resize> {
    let wanted = replicas(deployment);
    if let Some(only) = active_or_latest(sets) {
        let resized = (size(only) != wanted).then(|| (Arc::clone(only), wanted));
        return resized.into_iter().collect();
    }
    let mut active: Vec<_> = sets.all().filter(|set| is_active(set)).cloned().collect();
    if sets
        .new
        .as_ref()
        .is_some_and(|new| is_saturated(deployment, new))
    {
        let old = sets.old.iter().filter(|set| is_active(set));
        return old.map(|set| (Arc::clone(set), 0)).collect();
    }
    if strategy(deployment) == Strategy::Recreate {
        return Vec::new();
    }
    let allowed = match wanted {
        0 => 0,
        wanted => wanted.saturating_add(max_surge(deployment)),
    };
    let change = allowed - active.iter().map(|set| size(set)).sum::<i32>();
    // The biggest first; of equal ones the newest when growing, the oldest when shrinking.
    sort_by_age(&mut active);
    if change > 0 {
        active.reverse();
    }
    active.sort_by_key(|set| Reverse(size(set)));
    let mut left = change;
    let mut resized: Vec<Resize> = active
        .into_iter()
        .map(|set| {
            let share = share(deployment, &set, left);
            left -= share;
            let to = size(&set) + share;
            (set, to)
        })
        .collect();
    // What rounding left over is the biggest's.
    if let Some((_, to)) = resized.first_mut() {
        *to = (*to + left).max(0);
    }
    resized
}

/// The only set with pods, or the newest if none has any; `None` if several have.
fn active_or_latest(sets: &Sets) -> Option<&Arc<ReplicaSet>> {
    let mut active = sets.all().filter(|set| is_active(set));
    match (active.next(), active.next()) {
        (None, _) => sets.new.as_ref().or(sets.old.last()),
        (only, None) => only,
        _ => None,
    }
}

/// Whether the new set is all there is to be: old ones are what a stopped rollout left.
fn is_saturated(deployment: &Deployment, new: &ReplicaSet) -> bool {
    let wanted = replicas(deployment);
    size(new) == wanted
        && number_of(new, DESIRED_REPLICAS) == Some(wanted)
        && status_of(new).available_replicas.unwrap_or_default() == wanted
}

/// What a set gets, or gives, of the `left` that are to be spread.
fn share(deployment: &Deployment, set: &ReplicaSet, left: i32) -> i32 {
    if left == 0 || size(set) == 0 {
        return 0;
    }
    let fraction = fraction(deployment, set);
    if left > 0 {
        fraction.min(left)
    } else {
        fraction.max(left)
    }
}

/// How much bigger a set of its size would be in a Deployment of the new size.
fn fraction(deployment: &Deployment, set: &ReplicaSet) -> i32 {
    let wanted = replicas(deployment);
    if wanted == 0 {
        return -size(set);
    }
    let after = f64::from(wanted.saturating_add(max_surge(deployment)));
    let remembered = number_of(set, MAX_REPLICAS).filter(|most| *most != 0);
    let reported = || {
        deployment
            .status
            .as_ref()
            .and_then(|status| status.replicas)
    };
    match remembered.or_else(reported).filter(|most| *most != 0) {
        Some(before) => {
            (f64::from(size(set)) * after / f64::from(before)).round() as i32 - size(set)
        }
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sets::tests::set;
    use super::*;
    use kube::ResourceExt;
    use serde_json::json;

    /// The cases of `TestScale` in Kubernetes' `sync_test.go` that are about proportions: sizes
    /// before (newest first, then older), the size and surge before and after -> sizes after.
    #[test]
    fn changes_are_spread_in_proportion() {
        for (before, (old_size, new_size, surge), expected) in [
            (vec![5, 5], (10, 12, 0), vec![6, 6]),
            (vec![5, 5], (10, 6, 0), vec![3, 3]),
            (vec![5, 3, 2], (10, 13, 0), vec![7, 4, 2]),
            (vec![5, 5, 5], (15, 20, 0), vec![7, 7, 6]),
            (vec![5, 5, 5], (15, 10, 0), vec![4, 3, 3]),
            (vec![2, 8], (10, 20, 0), vec![4, 16]),
            (vec![6, 6], (10, 0, 2), vec![0, 0]),
            (vec![10], (10, 12, 0), vec![12]),
            (vec![0, 10], (10, 20, 2), vec![0, 20]),
        ] {
            let sets = sets(&before, old_size, surge);
            let resized = resize(&deployment(new_size, surge), &sets);
            let mut got: Vec<_> = sets
                .new
                .iter()
                .chain(sets.old.iter().rev())
                .map(|set| size(set))
                .collect();
            for (set, to) in resized {
                got[set.name_any().parse::<usize>().unwrap()] = to;
            }
            let total: i32 = got.iter().sum();
            assert_eq!(
                total,
                expected.iter().sum::<i32>(),
                "{before:?} to {new_size}: {got:?}"
            );
            assert_eq!(got, expected, "{before:?} to {new_size}");
        }
    }

    fn deployment(replicas: i32, surge: i32) -> Deployment {
        serde_json::from_value(json!({"metadata": {}, "spec": {
            "replicas": replicas, "selector": {}, "template": {},
            "strategy": {"rollingUpdate": {"maxSurge": surge, "maxUnavailable": 1}},
        }}))
        .unwrap()
    }

    /// Named by their place, newest first.
    fn sets(sizes: &[i32], wanted: i32, surge: i32) -> Sets {
        let mut all: Vec<_> = sizes
            .iter()
            .enumerate()
            .map(|(place, size)| {
                let mut set = (*set(&place.to_string(), *size, *size, *size)).clone();
                set.metadata.annotations = Some(
                    [(DESIRED_REPLICAS, wanted), (MAX_REPLICAS, wanted + surge)]
                        .map(|(key, value)| (key.to_owned(), value.to_string()))
                        .into(),
                );
                let second = i64::try_from(100 - place).unwrap();
                set.metadata.creation_timestamp =
                    Some(jiff::Timestamp::from_second(second).unwrap().into());
                Arc::new(set)
            })
            .collect();
        let new = all.remove(0);
        all.reverse();
        Sets {
            new: Some(new),
            old: all,
        }
    }

    #[test]
    fn a_resize_is_noticed() {
        let sets = sets(&[2, 8], 10, 2);
        assert!(!was_resized(&deployment(10, 2), &sets));
        assert!(was_resized(&deployment(11, 2), &sets));
    }

    #[test]
    fn what_a_stopped_rollout_left_goes_when_the_new_set_is_complete() {
        let sets = sets(&[10, 3], 10, 0);
        let resized = resize(&deployment(10, 0), &sets);
        assert_eq!(
            resized
                .iter()
                .map(|(set, to)| (set.name_any(), *to))
                .collect::<Vec<_>>(),
            [("1".to_owned(), 0)]
        );
    }
}
