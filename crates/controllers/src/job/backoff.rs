//! How long a Job waits before it replaces failed pods.
//!
//! The rules are those of `pkg/controller/job/backoff_utils.go` in Kubernetes.

use super::pods::finished_at;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::Pod;
use std::sync::Arc;

/// After the first failure; twice as long for each further one.
const FIRST: SignedDuration = SignedDuration::from_secs(10);
/// At most.
const LONGEST: SignedDuration = SignedDuration::from_mins(10);

/// The failures of a Job since its last success.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Backoff {
    failures: i32,
    last: Option<Timestamp>,
}

impl Backoff {
    /// With the pods that have ended since.
    pub(super) fn after(self, succeeded: &[Arc<Pod>], failed: &[Arc<Pod>]) -> Self {
        let latest = |pods: &[Arc<Pod>]| pods.iter().map(|pod| finished_at(pod)).max();
        let Some(success) = latest(succeeded) else {
            let more = i32::try_from(failed.len()).unwrap_or(i32::MAX);
            return Self {
                failures: self.failures.saturating_add(more),
                last: latest(failed).or(self.last),
            };
        };
        let since = failed.iter().map(|pod| finished_at(pod));
        let since: Vec<_> = since.filter(|at| *at > success).collect();
        Self {
            failures: i32::try_from(since.len()).unwrap_or(i32::MAX),
            last: since.into_iter().max(),
        }
    }

    /// What is left to wait.
    pub(super) fn left(&self, now: Timestamp) -> SignedDuration {
        self.last
            .map_or(SignedDuration::ZERO, |last| left(self.failures, last, now))
    }
}

/// What is left to wait after so many failures, the last at `last`.
pub(super) fn left(failures: i32, last: Timestamp, now: Timestamp) -> SignedDuration {
    if failures <= 0 {
        return SignedDuration::ZERO;
    }
    let doublings = u32::try_from(failures - 1).unwrap_or_default().min(16);
    let wait = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    (wait - now.duration_since(last)).max(SignedDuration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(second: i64) -> Arc<Pod> {
        let at = Timestamp::from_second(second).unwrap().to_string();
        let pod = json!({"metadata": {"creationTimestamp": at}});
        Arc::new(serde_json::from_value(pod).unwrap())
    }

    #[test]
    fn the_wait_doubles_until_a_success() {
        let now = Timestamp::from_second(100).unwrap();
        let once = Backoff::default().after(&[], &[pod(97)]);
        assert_eq!(once.left(now), SignedDuration::from_secs(7));
        let again = once.after(&[], &[pod(98), pod(99)]);
        assert_eq!(again.left(now), SignedDuration::from_secs(39));
        assert_eq!(again.after(&[], &[]), again);
        assert_eq!(
            again.after(&[pod(100)], &[]).left(now),
            SignedDuration::ZERO
        );
        let one_since = again.after(&[pod(98)], &[pod(97), pod(99)]);
        assert_eq!(one_since.left(now), SignedDuration::from_secs(9));
        assert_eq!(left(60, now, now), LONGEST);
        assert_eq!(
            left(1, now - SignedDuration::from_secs(50), now),
            SignedDuration::ZERO
        );
    }
}
