//! The three writes, and the rule that says whether one may happen.

use std::sync::Arc;

use bytes::Bytes;

use crate::{Entry, Event, Revision, StoreError};

/// A write that has been asked for.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// The key to write.
    pub(crate) key: Arc<str>,
    /// What to do to it.
    pub(crate) change: Change,
}

/// What a write does.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// Make the key.
    Create(Bytes),
    /// Replace the version with this revision.
    Update(Bytes, Revision),
    /// Delete the version with this revision, or any.
    Delete(Option<Revision>),
}

impl Operation {
    /// The event that this write is, if the key, now holding `current`, allows it.
    pub(crate) fn decide(
        self,
        current: Option<&Entry>,
        revision: Revision,
    ) -> Result<Event, StoreError> {
        let allowed = match (&self.change, current) {
            (Change::Create(_), None) | (Change::Delete(None), Some(_)) => true,
            (Change::Update(_, expected) | Change::Delete(Some(expected)), Some(entry)) => {
                entry.mod_revision == *expected
            }
            _ => false,
        };
        if !allowed {
            return Err(StoreError::Conflict {
                key: self.key.to_string(),
                current: current.cloned().map(Box::new),
            });
        }
        let entry = match self.change {
            Change::Create(value) | Change::Update(value, _) => Some(Entry {
                key: Arc::clone(&self.key),
                value,
                create_revision: current.map_or(revision, |entry| entry.create_revision),
                mod_revision: revision,
                version: current.map_or(1, |entry| entry.version + 1),
            }),
            Change::Delete(_) => None,
        };
        Ok(Event {
            revision,
            key: self.key,
            entry,
            previous: current.cloned(),
        })
    }
}
