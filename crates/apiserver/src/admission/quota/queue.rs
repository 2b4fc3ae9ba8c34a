//! Who waits for quotas.

use super::charge::Charge;
use super::claim::Claim;
use crate::Status;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// Who waits for quotas, by namespace. One for the whole server.
#[derive(Default)]
pub(crate) struct Quotas(Mutex<FxHashMap<String, Arc<Queue>>>);

/// Who waits for the quotas of one namespace.
#[derive(Default)]
pub(super) struct Queue {
    /// Held while quotas are read and written.
    pub(super) turn: tokio::sync::Mutex<()>,
    waiting: Mutex<Vec<Waiter>>,
}

/// A write that waits to be decided.
pub(super) struct Waiter {
    pub(super) claim: Claim,
    pub(super) tell: oneshot::Sender<Result<Charge, Status>>,
}

impl Quotas {
    /// The queue of a namespace.
    pub(super) fn queue(&self, namespace: &str) -> Arc<Queue> {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get(namespace) {
            return Arc::clone(queue);
        }
        // Whoever waits holds its queue: the others are of namespaces that are quiet, or gone.
        queues.retain(|_, queue| Arc::strong_count(queue) > 1);
        let queue = Arc::<Queue>::default();
        queues.insert(namespace.to_owned(), Arc::clone(&queue));
        queue
    }
}

impl Queue {
    /// Lets somebody wait.
    pub(super) fn put(&self, waiter: Waiter) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push(waiter);
    }

    /// All who wait.
    pub(super) fn take(&self) -> Vec<Waiter> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *waiting)
    }
}
