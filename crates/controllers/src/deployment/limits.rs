//! How far a rollout may go at a time.
//!
//! The rules are those of `ResolveFenceposts` and its callers in Kubernetes'
//! `pkg/controller/deployment/util/deployment_util.go`.

use k8s_openapi::api::apps::v1::{Deployment, RollingUpdateDeployment};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// What the API server fills in for both limits.
const DEFAULT: &str = "25%";
/// A deadline or history limit of this many means none.
const NONE: i32 = i32::MAX;

/// How a Deployment gets from one template to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strategy {
    RollingUpdate,
    Recreate,
}

pub(super) fn strategy(deployment: &Deployment) -> Strategy {
    let strategy = deployment
        .spec
        .as_ref()
        .and_then(|spec| spec.strategy.as_ref());
    match strategy.and_then(|strategy| strategy.type_.as_deref()) {
        Some("Recreate") => Strategy::Recreate,
        _ => Strategy::RollingUpdate,
    }
}

/// How many pods are wanted.
pub(super) fn replicas(deployment: &Deployment) -> i32 {
    deployment
        .spec
        .as_ref()
        .and_then(|spec| spec.replicas)
        .unwrap_or(1)
}

/// How many pods more than wanted there may be during a rollout.
pub(super) fn max_surge(deployment: &Deployment) -> i32 {
    fenceposts(deployment).0
}

/// How many of the wanted pods may be missing during a rollout.
pub(super) fn max_unavailable(deployment: &Deployment) -> i32 {
    fenceposts(deployment).1.min(replicas(deployment))
}

/// Surge and unavailability, as numbers of pods.
fn fenceposts(deployment: &Deployment) -> (i32, i32) {
    if strategy(deployment) == Strategy::Recreate {
        return (0, 0);
    }
    let wanted = replicas(deployment);
    let strategy = deployment
        .spec
        .as_ref()
        .and_then(|spec| spec.strategy.clone());
    let RollingUpdateDeployment {
        max_surge,
        max_unavailable,
    } = strategy
        .and_then(|strategy| strategy.rolling_update)
        .unwrap_or_default();
    let default = || IntOrString::String(DEFAULT.to_owned());
    let surge = resolve(&max_surge.unwrap_or_else(default), wanted, Round::Up);
    let unavailable = resolve(
        &max_unavailable.unwrap_or_else(default),
        wanted,
        Round::Down,
    );
    if surge == 0 && unavailable == 0 {
        // Percentages of a small number may both come to nothing, and with neither nothing moves.
        return (0, 1);
    }
    (surge, unavailable)
}

/// A number, or a percentage of `total`, rounded down.
pub(crate) fn resolve_down(value: &IntOrString, total: i32) -> i32 {
    resolve(value, total, Round::Down)
}

/// A number, or a percentage of `total`, rounded up.
pub(crate) fn resolve_up(value: &IntOrString, total: i32) -> i32 {
    resolve(value, total, Round::Up)
}

#[derive(Clone, Copy)]
enum Round {
    Up,
    Down,
}

/// A number, or a percentage of `total`. What is neither, which the API server lets nobody write,
/// comes to none.
fn resolve(value: &IntOrString, total: i32, round: Round) -> i32 {
    let percent = match value {
        IntOrString::Int(number) => return (*number).max(0),
        IntOrString::String(text) => text.strip_suffix('%').and_then(|it| it.parse::<i64>().ok()),
    };
    let hundredths = percent
        .unwrap_or_default()
        .max(0)
        .saturating_mul(total.into());
    let resolved = match round {
        Round::Up => hundredths.saturating_add(99) / 100,
        Round::Down => hundredths / 100,
    };
    i32::try_from(resolved).unwrap_or(i32::MAX)
}

/// Seconds a rollout may take without progress before it counts as stuck, if that is limited.
pub(super) fn progress_deadline(deployment: &Deployment) -> Option<i32> {
    let spec = deployment.spec.as_ref()?;
    spec.progress_deadline_seconds
        .filter(|seconds| *seconds != NONE)
}

/// How many old, empty `ReplicaSets` are kept, if that is limited.
pub(super) fn history_limit(deployment: &Deployment) -> Option<usize> {
    let limit = deployment.spec.as_ref()?.revision_history_limit?;
    (limit != NONE).then(|| usize::try_from(limit).unwrap_or_default())
}

pub(super) fn is_paused(deployment: &Deployment) -> bool {
    deployment.spec.as_ref().and_then(|spec| spec.paused) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn percentages_and_numbers_resolve_as_in_kubernetes() {
        for (replicas, surge, unavailable, expected) in [
            (10, json!(3), json!(2), (3, 2)),
            (10, json!("25%"), json!("25%"), (3, 2)),
            (1, json!("25%"), json!("25%"), (1, 0)),
            (10, json!("0%"), json!("0%"), (0, 1)),
            (10, json!(0), json!("5%"), (0, 1)),
            (2, json!(0), json!(50), (0, 2)),
            (0, json!("25%"), json!("25%"), (0, 0)),
            (1000, json!("100%"), json!("1%"), (1000, 10)),
        ] {
            let deployment: Deployment = serde_json::from_value(json!({"metadata": {}, "spec": {
                "replicas": replicas, "selector": {}, "template": {},
                "strategy": {"rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}},
            }}))
            .unwrap();
            let got = (max_surge(&deployment), max_unavailable(&deployment));
            assert_eq!(got, expected, "{replicas} {surge} {unavailable}");
        }
    }

    #[test]
    fn recreate_has_no_room() {
        let deployment: Deployment = serde_json::from_value(json!({"metadata": {}, "spec": {
            "replicas": 4, "selector": {}, "template": {}, "strategy": {"type": "Recreate"},
        }}))
        .unwrap();
        assert_eq!(
            (max_surge(&deployment), max_unavailable(&deployment)),
            (0, 0)
        );
    }
}
