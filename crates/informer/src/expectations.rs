//! What a controller has done and not yet seen.
//!
//! The rules are those of `pkg/controller/controller_utils.go` in Kubernetes. A controller that
//! creates pods counts them as expected, and does not count pods again before its cache has shown
//! it all of them: else it would create the ones it cannot see yet a second time.

use crate::key::ObjectKey;
use crate::queue::WorkQueue;
use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long to wait for the cache to show what was done: after that something was missed, and what
/// the cache shows is believed.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// The creations and deletions that each owner still has to see.
#[derive(Default)]
pub struct Expectations(Mutex<FxHashMap<ObjectKey, Expected>>);

struct Expected {
    creations: usize,
    /// Keys of what is to be deleted: seen as deleted once, however often it is told.
    deletions: FxHashSet<ObjectKey>,
    since: Instant,
}

impl fmt::Debug for Expectations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expectations")
            .field(&self.lock().len())
            .finish()
    }
}

impl Expectations {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Before `count` objects are created for `owner`.
    pub fn expect_creations(&self, owner: &ObjectKey, count: usize) {
        self.expect(owner, count, []);
    }

    /// Before the objects called `deletions` are deleted for `owner`.
    pub fn expect_deletions(
        &self,
        owner: &ObjectKey,
        deletions: impl IntoIterator<Item = ObjectKey>,
    ) {
        self.expect(owner, 0, deletions);
    }

    /// Before both are done for `owner`.
    pub fn expect(
        &self,
        owner: &ObjectKey,
        creations: usize,
        deletions: impl IntoIterator<Item = ObjectKey>,
    ) {
        let expected = Expected {
            creations,
            deletions: deletions.into_iter().collect(),
            since: Instant::now(),
        };
        self.lock().insert(owner.clone(), expected);
    }

    /// An object of `owner` was seen, or its creation failed.
    pub fn creation_observed(&self, owner: &ObjectKey) {
        if let Some(expected) = self.lock().get_mut(owner) {
            expected.creations = expected.creations.saturating_sub(1);
        }
    }

    /// `count` creations were not even tried.
    pub fn creations_skipped(&self, owner: &ObjectKey, count: usize) {
        if let Some(expected) = self.lock().get_mut(owner) {
            expected.creations = expected.creations.saturating_sub(count);
        }
    }

    /// The object called `deleted` was seen to go, or its deletion failed.
    pub fn deletion_observed(&self, owner: &ObjectKey, deleted: &ObjectKey) {
        if let Some(expected) = self.lock().get_mut(owner) {
            expected.deletions.remove(deleted);
        }
    }

    /// Whether `owner` has seen all it has done, or waited long enough for it.
    pub fn satisfied(&self, owner: &ObjectKey) -> bool {
        self.patience(owner).is_none()
    }

    /// How long `owner` waits still for what it has not seen; `None` once it is satisfied. Whoever
    /// puts its work off has to come back after that: what was missed brings no change.
    pub fn patience(&self, owner: &ObjectKey) -> Option<Duration> {
        let expected = self.lock();
        let expected = expected.get(owner)?;
        if expected.creations == 0 && expected.deletions.is_empty() {
            return None;
        }
        let left = PATIENCE.checked_sub(expected.since.elapsed())?;
        // A little more, so that it is over by then.
        Some(left + Duration::from_millis(1))
    }

    /// Whether the work on `owner` has to wait for what it has not seen. The change that satisfies
    /// it brings its key back, or else the end of patience, which `queue` is told.
    pub fn puts_off(&self, owner: &ObjectKey, queue: &WorkQueue<ObjectKey>) -> bool {
        let patience = self.patience(owner);
        if let Some(patience) = patience {
            queue.add_after(owner.clone(), patience);
        }
        patience.is_some()
    }

    /// Forgets an `owner` that is gone.
    pub fn forget(&self, owner: &ObjectKey) {
        self.lock().remove(owner);
    }

    fn lock(&self) -> MutexGuard<'_, FxHashMap<ObjectKey, Expected>> {
        // Each critical section is one map operation: a panic leaves the map whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> ObjectKey {
        ObjectKey::new("a", name)
    }

    #[tokio::test(start_paused = true)]
    async fn creations_are_counted() {
        let (expectations, owner) = (Expectations::new(), key("rs"));
        assert!(
            expectations.satisfied(&owner),
            "nothing is expected at first"
        );
        expectations.expect_creations(&owner, 3);
        expectations.creation_observed(&owner);
        assert!(!expectations.satisfied(&owner));
        expectations.creations_skipped(&owner, 2);
        assert!(expectations.satisfied(&owner));
        expectations.creation_observed(&owner);
        assert!(
            expectations.satisfied(&owner),
            "one more than expected does not count"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_deletion_counts_once() {
        let (expectations, owner) = (Expectations::new(), key("rs"));
        expectations.expect_deletions(&owner, [key("a"), key("b")]);
        expectations.deletion_observed(&owner, &key("a"));
        expectations.deletion_observed(&owner, &key("a"));
        assert!(!expectations.satisfied(&owner));
        expectations.deletion_observed(&owner, &key("b"));
        assert!(expectations.satisfied(&owner));
    }

    #[tokio::test(start_paused = true)]
    async fn patience_ends() {
        let (expectations, owner) = (Expectations::new(), key("rs"));
        expectations.expect_creations(&owner, 1);
        tokio::time::advance(PATIENCE).await;
        let left = expectations.patience(&owner);
        assert_eq!(left, Some(Duration::from_millis(1)));
        tokio::time::advance(left.unwrap()).await;
        assert!(expectations.satisfied(&owner));
    }
}
