//! Working off a queue.

use crate::error::{ReconcileError, is_conflict, is_not_found, message};
use futures::FutureExt as _;
use futures::future::join_all;
use std::fmt::Display;
use std::hash::Hash;
use trimtab_informer::{Expectations, ObjectKey, Queues, WorkQueue};

tokio::task_local! {
    /// What tells the metrics of the queues that the controller of this task works off: they belong to
    /// the run of all controllers, and not to one of them.
    pub(crate) static QUEUES: Queues;
}

/// A controller: what it does about one key.
pub(crate) trait Reconcile: Sync {
    /// What its queue holds.
    type Key: Clone + Eq + Hash + Display + Send + Sync + 'static;
    /// As kube-controller-manager calls it.
    const NAME: &str;
    /// Keys looked at the same time.
    const WORKERS: usize;

    /// Brings the world nearer to what `key` stands for, as it is now.
    fn reconcile(&self, key: &Self::Key)
    -> impl Future<Output = Result<(), ReconcileError>> + Send;
}

/// Looks at one key after the other until the queue is closed. A key whose reconcile fails comes
/// again, later each time.
pub(crate) async fn work<R: Reconcile>(controller: &R, queue: &WorkQueue<R::Key>) {
    // A test may work off a queue without anybody who would tell of it.
    let _ = QUEUES.try_with(|queues| queue.is_told_by(queues, R::NAME));
    // In boxes: what waits for them all is compiled once, and not for every controller.
    join_all((0..R::WORKERS).map(|_| work_alone(controller, queue).boxed())).await;
}

/// The object that `key` stands for, if it is to be worked at now: it is there, and the cache shows
/// all that was done for it.
pub(crate) fn due<T>(
    found: Option<T>,
    key: &ObjectKey,
    expectations: &Expectations,
    queue: &WorkQueue<ObjectKey>,
) -> Option<T> {
    if found.is_none() {
        expectations.forget(key);
    }
    found.filter(|_| !expectations.puts_off(key, queue))
}

async fn work_alone<R: Reconcile>(controller: &R, queue: &WorkQueue<R::Key>) {
    while let Some(key) = queue.next().await {
        match controller.reconcile(&key).await {
            Ok(()) => queue.forget(&key),
            Err(error) => {
                match &error {
                    ReconcileError::NotYet(why) => {
                        tracing::debug!(controller = R::NAME, %key, why, "not yet");
                    }
                    ReconcileError::Api(error) if is_conflict(error) => {
                        tracing::debug!(controller = R::NAME, %key, "was changed meanwhile");
                    }
                    // The watch has not told of a deletion yet; when it has, the next look ends.
                    ReconcileError::Api(error) if is_not_found(error) => {
                        tracing::debug!(controller = R::NAME, %key, "was deleted meanwhile");
                    }
                    ReconcileError::Api(error) => {
                        let error = message(error);
                        tracing::warn!(controller = R::NAME, %key, error, "trying again");
                    }
                    error => tracing::warn!(controller = R::NAME, %key, %error, "trying again"),
                }
                queue.add_rate_limited(key.clone());
            }
        }
        queue.done(&key);
    }
}
