//! The one thread that writes, and the group commit.

use std::collections::HashMap;
use std::sync::{Arc, mpsc};

use redb::Durability;
use tokio::sync::oneshot;

use crate::embedded::database::{LogFile, StoredVersion};
use crate::operation::Operation;
use crate::shared::Shared;
use crate::{Entry, Event, Retention, Revision, StoreError};

/// The most writes in one transaction, so that the first of them does not wait for too many.
const GROUP: usize = 2048;

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// What the writer can be asked for.
#[derive(Debug)]
pub(super) enum Request {
    /// Write a key.
    Write {
        operation: Operation,
        reply: Reply<Event>,
    },
    /// Forget history before a revision.
    Compact {
        revision: Revision,
        reply: Reply<()>,
    },
}

/// The thread's own data.
pub(super) struct Writer {
    file: Arc<LogFile>,
    shared: Arc<Shared>,
    retention: Retention,
    /// Why nothing is written any more. After a failed flush nobody knows what is on disk, so
    /// going on could give one revision to two writes.
    failed: Option<String>,
}

impl Writer {
    pub(super) fn new(file: Arc<LogFile>, shared: Arc<Shared>, retention: Retention) -> Self {
        Self {
            file,
            shared,
            retention,
            failed: None,
        }
    }

    /// Serves requests until nobody can make one. Those that arrive during a flush are the next
    /// group.
    pub(super) fn run(mut self, queue: &mpsc::Receiver<Request>) {
        let mut group = Vec::new();
        while let Ok(first) = queue.recv() {
            let queued = std::iter::once(first).chain(queue.try_iter());
            for request in queued.take(GROUP) {
                match request {
                    Request::Write { operation, reply } => group.push((operation, reply)),
                    Request::Compact { revision, reply } => {
                        self.commit(&mut group);
                        // A caller that has gone away needs no answer, here and below.
                        let _ = reply.send(self.compact(revision));
                    }
                }
            }
            self.commit(&mut group);
            self.tidy();
        }
    }

    /// Writes a group, flushes it, shows it, and answers.
    fn commit(&mut self, group: &mut Vec<(Operation, Reply<Event>)>) {
        let (operations, replies): (Vec<_>, Vec<_>) = group.drain(..).unzip();
        let results = self.decide(operations);
        let events: Vec<_> = results.iter().flatten().cloned().collect();
        if let Err(error) = self.write(events) {
            // Refusals too may rest on writes of this group, which now may not exist.
            for reply in replies {
                let _ = reply.send(Err(unavailable(&error)));
            }
            self.failed = Some(error);
            return;
        }
        for (reply, result) in replies.into_iter().zip(results) {
            let _ = reply.send(result);
        }
    }

    /// Decides each write on top of those before it in the group.
    fn decide(&self, operations: Vec<Operation>) -> Vec<Result<Event, StoreError>> {
        let inner = self.shared.read();
        let mut changed: HashMap<Arc<str>, Option<Entry>> = HashMap::new();
        let mut revision = inner.state.current();
        operations
            .into_iter()
            .map(|operation| {
                let current = match changed.get(&operation.key) {
                    Some(entry) => entry.as_ref(),
                    None => inner.state.live(&operation.key),
                };
                let event = operation.decide(current, revision + 1)?;
                revision = event.revision;
                changed.insert(Arc::clone(&event.key), event.entry.clone());
                Ok(event)
            })
            .collect()
    }

    fn write(&self, events: Vec<Event>) -> Result<(), String> {
        if let Some(reason) = &self.failed {
            return Err(reason.clone());
        }
        if events.is_empty() {
            return Ok(());
        }
        self.file
            .append(events.iter().map(|event| Ok(StoredVersion::from(event))))
            .map_err(|error| error.to_string())?;
        let mut inner = self.shared.write();
        for event in events {
            inner.publish(event);
        }
        Ok(())
    }

    fn compact(&mut self, revision: Revision) -> Result<(), StoreError> {
        self.shared.read().state.compactable(revision)?;
        self.forget(revision, Durability::Immediate)
            .map_err(|reason| unavailable(&reason))
    }

    /// Keeps history within its bounds. The flush of the next group carries it along.
    fn tidy(&mut self) {
        let overdue = self.shared.read().state.overdue(self.retention);
        if let Some(revision) = overdue {
            // Should it fail, so do the writes from now on, and say why.
            let _ = self.forget(revision, Durability::None);
        }
    }

    fn forget(&mut self, revision: Revision, durability: Durability) -> Result<(), String> {
        if let Some(reason) = &self.failed {
            return Err(reason.clone());
        }
        let dropped = self.shared.read().state.superseded(revision);
        if let Err(error) = self.file.compact(revision, &dropped, durability) {
            let reason = error.to_string();
            self.failed = Some(reason.clone());
            return Err(reason);
        }
        self.shared.write().state.compact(revision);
        Ok(())
    }
}

fn unavailable(reason: &str) -> StoreError {
    StoreError::Unavailable {
        reason: reason.to_owned(),
    }
}
