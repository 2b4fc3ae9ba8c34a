//! What a workload promises of itself: how many pods, how far a rollout may go at a time, and how
//! long it may stand still. The rules are those of the controllers, read off the objects.

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::time::Duration;

/// How long a workload without a deadline of its own may stand still: a Deployment's default.
const PATIENCE: Duration = Duration::from_secs(600);

/// What comes on top of a Deployment's own deadline, so that its controller is the first to say.
const GRACE: Duration = Duration::from_secs(60);

/// Longer deadlines mean that there is none.
const LONGEST: Duration = Duration::from_secs(6 * 3600);

/// What a workload promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Promise {
    pub(crate) desired: usize,
    pub(crate) max_surge: Option<usize>,
    pub(crate) max_unavailable: Option<usize>,
    /// How long a pod has to be ready until it counts as available.
    pub(crate) min_ready: Duration,
    /// After what time without progress it is stuck.
    pub(crate) patience: Duration,
}

impl Promise {
    pub(crate) fn of_deployment(deployment: &Deployment) -> Self {
        let spec = deployment.spec.as_ref();
        let desired = count(spec.and_then(|spec| spec.replicas).unwrap_or(1));
        let strategy = spec.and_then(|spec| spec.strategy.as_ref());
        let recreates =
            strategy.is_some_and(|strategy| strategy.type_.as_deref() == Some("Recreate"));
        let limits = strategy.and_then(|strategy| strategy.rolling_update.clone());
        let limits = limits.unwrap_or_default();
        let quarter = IntOrString::String("25%".to_owned());
        let surge = limits.max_surge.unwrap_or_else(|| quarter.clone());
        let surge = share(&surge, desired, Round::Up);
        let missing = limits.max_unavailable.unwrap_or(quarter);
        let missing = share(&missing, desired, Round::Down);
        let (surge, missing) = match (surge, missing) {
            _ if recreates => (0, desired),
            // With neither nothing would move.
            (0, 0) => (0, 1),
            both => both,
        };
        let deadline = spec.and_then(|spec| spec.progress_deadline_seconds);
        let deadline = deadline.map_or(PATIENCE, |it| seconds(it) + GRACE);
        Self {
            desired,
            max_surge: Some(surge),
            max_unavailable: Some(missing.min(desired)),
            min_ready: seconds(spec.and_then(|it| it.min_ready_seconds).unwrap_or(0)),
            patience: if deadline > LONGEST {
                PATIENCE
            } else {
                deadline.max(PATIENCE)
            },
        }
    }

    pub(crate) fn of_stateful_set(set: &StatefulSet) -> Self {
        let spec = set.spec.as_ref();
        let desired = count(spec.and_then(|spec| spec.replicas).unwrap_or(1));
        let strategy = spec.and_then(|spec| spec.update_strategy.as_ref());
        let limits = strategy.and_then(|strategy| strategy.rolling_update.as_ref());
        let missing = limits.and_then(|limits| limits.max_unavailable.as_ref());
        let missing = missing.map_or(1, |it| share(it, desired, Round::Up).max(1));
        Self {
            desired,
            max_surge: Some(0),
            max_unavailable: Some(missing.min(desired)),
            min_ready: seconds(spec.and_then(|it| it.min_ready_seconds).unwrap_or(0)),
            patience: PATIENCE,
        }
    }

    pub(crate) fn of_daemon_set(set: &DaemonSet) -> Self {
        let spec = set.spec.as_ref();
        let status = set.status.as_ref();
        let desired = count(status.map_or(0, |it| it.desired_number_scheduled));
        let strategy = spec.and_then(|spec| spec.update_strategy.as_ref());
        let limits = strategy.and_then(|strategy| strategy.rolling_update.clone());
        let limits = limits.unwrap_or_default();
        let surge = limits.max_surge.unwrap_or(IntOrString::Int(0));
        let surge = share(&surge, desired, Round::Up);
        let missing = limits.max_unavailable.unwrap_or(IntOrString::Int(1));
        let missing = share(&missing, desired, Round::Up);
        Self {
            desired,
            max_surge: Some(surge),
            max_unavailable: Some(missing.min(desired)),
            min_ready: seconds(spec.and_then(|it| it.min_ready_seconds).unwrap_or(0)),
            patience: PATIENCE,
        }
    }

    /// Of what has no replicas of its own.
    pub(crate) fn of_others() -> Self {
        Self {
            desired: 0,
            max_surge: None,
            max_unavailable: None,
            min_ready: Duration::ZERO,
            patience: PATIENCE,
        }
    }
}

/// Which way part of a pod is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Round {
    Up,
    Down,
}

/// A number, or a percentage of `total`.
pub(crate) fn share(value: &IntOrString, total: usize, round: Round) -> usize {
    match value {
        IntOrString::Int(number) => count(*number),
        IntOrString::String(text) => {
            let percent = text.strip_suffix('%').and_then(|it| it.parse().ok());
            let of = total.saturating_mul(percent.unwrap_or(0));
            match round {
                Round::Up => of.div_ceil(100),
                Round::Down => of / 100,
            }
        }
    }
}

pub(crate) fn count(number: i32) -> usize {
    usize::try_from(number).unwrap_or(0)
}

fn seconds(seconds: i32) -> Duration {
    Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn deployment(spec: &Value) -> Promise {
        let deployment = json!({"metadata": {"name": "web"}, "spec": spec});
        Promise::of_deployment(&serde_json::from_value(deployment).unwrap())
    }

    #[test]
    fn limits_are_rounded_as_the_controller_rounds_them() {
        let limits =
            |promise: Promise| (promise.max_surge.unwrap(), promise.max_unavailable.unwrap());
        let spec = |replicas, strategy: Value| json!({"replicas": replicas, "selector": {}, "template": {}, "strategy": strategy});
        assert_eq!(limits(deployment(&spec(10, json!({})))), (3, 2));
        assert_eq!(limits(deployment(&spec(3, json!({})))), (1, 0));
        let both = json!({"rollingUpdate": {"maxSurge": "1%", "maxUnavailable": 20}});
        assert_eq!(limits(deployment(&spec(10, both))), (1, 10));
        let neither = json!({"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "1%"}});
        assert_eq!(limits(deployment(&spec(10, neither))), (0, 1));
        let recreate = json!({"type": "Recreate"});
        assert_eq!(limits(deployment(&spec(4, recreate))), (0, 4));
    }

    #[test]
    fn a_deadline_that_means_none_is_not_waited_for() {
        let patience = |seconds: i64| {
            let spec = json!({"selector": {}, "template": {}, "progressDeadlineSeconds": seconds});
            deployment(&spec).patience.as_secs()
        };
        assert_eq!(patience(600), 660);
        assert_eq!(patience(30), 600);
        assert_eq!(patience(3600), 3660);
        assert_eq!(patience(2_147_483_647), 600);
    }
}
