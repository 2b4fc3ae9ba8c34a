//! The store that lives as long as the process.
//!
//! It starts no thread, reads no clock and never waits, so that under a current-thread runtime
//! equal calls in equal order give equal answers: virtual time depends on that.

use std::sync::Arc;

use async_trait::async_trait;

use crate::indexed::Indexed;
use crate::operation::Operation;
use crate::shared::Shared;
use crate::state::{FIRST, State};
use crate::{Event, Retention, Revision, StoreError};

/// A [`Store`](crate::Store) in memory. Dropping it ends its watches.
#[derive(Debug)]
pub struct MemoryStore {
    shared: Arc<Shared>,
    retention: Retention,
}

impl MemoryStore {
    /// An empty store that keeps so much history.
    pub fn new(retention: Retention) -> Self {
        // The revision of an empty store is no write, so all of history is there.
        let state = State::new(FIRST - 1);
        Self {
            shared: Arc::new(Shared::new(state)),
            retention,
        }
    }
}

#[async_trait]
impl Indexed for MemoryStore {
    fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    async fn write(&self, operation: Operation) -> Result<Event, StoreError> {
        let mut inner = self.shared.write();
        let revision = inner.state.current() + 1;
        let current = inner.state.live(&operation.key).cloned();
        let event = operation.decide(current.as_ref(), revision)?;
        inner.publish(event.clone());
        if let Some(revision) = inner.state.overdue(self.retention) {
            inner.state.compact(revision);
        }
        Ok(event)
    }

    async fn forget(&self, revision: Revision) -> Result<(), StoreError> {
        let mut inner = self.shared.write();
        inner.state.compactable(revision)?;
        inner.state.compact(revision);
        Ok(())
    }
}

impl Drop for MemoryStore {
    fn drop(&mut self) {
        self.shared.close();
    }
}
