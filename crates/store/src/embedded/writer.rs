//! The one thread that writes, and the group commit.

use std::collections::HashMap;
use std::sync::{Arc, mpsc};
use std::time::Instant;

use tokio::sync::oneshot;

use crate::embedded::database::{LogFile, StoredVersion};
use crate::embedded::mark;
use crate::embedded::pace::Pace;
use crate::operation::Operation;
use crate::shared::Shared;
use crate::{Entry, Event, Retention, Revision, StoreError};

/// The most writes in one transaction, so that the first of them does not wait for too many.
const GROUP: usize = 2048;

pub(super) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

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
    /// Say whether anything would be written.
    Check { reply: Reply<()> },
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
    /// group, together with what [`Pace`] waits for.
    pub(super) fn run(mut self, queue: &mpsc::Receiver<Request>) {
        let mut queued = Vec::new();
        let mut group = Vec::new();
        let mut pace = Pace::default();
        loop {
            if queued.is_empty() {
                match queue.recv() {
                    Ok(first) => queued.push(first),
                    Err(_) => return,
                }
            }
            pace.gather(|| {
                queued.extend(queue.try_iter());
                queued.len().min(GROUP)
            });
            let first = queued.len().min(GROUP);
            for request in queued.drain(..first) {
                match request {
                    Request::Write { operation, reply } => group.push((operation, reply)),
                    Request::Compact { revision, reply } => {
                        self.commit(&mut group, || ());
                        // A caller that has gone away needs no answer, here and below.
                        let _ = reply.send(self.compact(revision));
                    }
                    Request::Check { reply } => {
                        let _ = reply.send(self.check());
                    }
                }
            }
            let (began, count) = (Instant::now(), group.len());
            self.commit(&mut group, || {
                let took = began.elapsed();
                queued.extend(queue.try_iter());
                pace.flushed(took, count, queued.len());
            });
            self.tidy();
        }
    }

    /// Writes a group, flushes it, shows it, calls `flushed`, and answers.
    pub(super) fn commit(
        &mut self,
        group: &mut Vec<(Operation, Reply<Event>)>,
        flushed: impl FnOnce(),
    ) {
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
        flushed();
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

    fn check(&self) -> Result<(), StoreError> {
        match &self.failed {
            Some(reason) => Err(unavailable(reason)),
            None => Ok(()),
        }
    }

    fn compact(&mut self, revision: Revision) -> Result<(), StoreError> {
        self.shared.read().state.compactable(revision)?;
        self.forget(revision).map_err(|reason| unavailable(&reason))
    }

    /// Keeps history within its bounds: seldom, so that a flush of its own costs nothing.
    pub(super) fn tidy(&mut self) {
        let overdue = self.shared.read().state.overdue(self.retention);
        if let Some(revision) = overdue {
            // Should it fail, so do the writes from now on, and say why.
            let _ = self.forget(revision);
        }
    }

    fn forget(&mut self, revision: Revision) -> Result<(), String> {
        if let Some(reason) = &self.failed {
            return Err(reason.clone());
        }
        let dropped = self.shared.read().state.superseded(revision);
        if let Err(error) = self.file.compact(revision, &dropped) {
            let reason = error.to_string();
            self.failed = Some(reason.clone());
            return Err(reason);
        }
        let mut inner = self.shared.write();
        inner.state.compact(revision);
        let current = inner.state.current();
        drop(inner);
        mark::set(self.file.path(), current);
        Ok(())
    }
}

fn unavailable(reason: &str) -> StoreError {
    StoreError::Unavailable {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::time::Duration;

    use bytes::Bytes;
    use redb::backends::InMemoryBackend;
    use redb::{Database, StorageBackend};

    use super::*;
    use crate::operation::Change;

    /// A disk that counts flushes, and can be made to fail them.
    #[derive(Debug, Default)]
    struct Disk {
        bytes: InMemoryBackend,
        flushes: Arc<AtomicUsize>,
        broken: Arc<AtomicBool>,
        slowness: Duration,
    }

    impl StorageBackend for Disk {
        fn len(&self) -> io::Result<u64> {
            self.bytes.len()
        }

        fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
            self.bytes.read(offset, out)
        }

        fn set_len(&self, len: u64) -> io::Result<()> {
            self.bytes.set_len(len)
        }

        fn sync_data(&self) -> io::Result<()> {
            self.flushes.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(self.slowness);
            if self.broken.load(Ordering::Relaxed) {
                return Err(io::Error::other("the disk is gone"));
            }
            self.bytes.sync_data()
        }

        fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
            self.bytes.write(offset, data)
        }
    }

    /// A writer on a disk, its index, and the disk's knobs.
    fn writer() -> (Writer, Arc<Shared>, Arc<AtomicUsize>, Arc<AtomicBool>) {
        writer_on(Disk::default())
    }

    fn writer_on(disk: Disk) -> (Writer, Arc<Shared>, Arc<AtomicUsize>, Arc<AtomicBool>) {
        let (flushes, broken) = (Arc::clone(&disk.flushes), Arc::clone(&disk.broken));
        let database = Database::builder().create_with_backend(disk).unwrap();
        let file = Arc::new(LogFile::checked(Path::new("memory"), database).unwrap());
        let shared = Arc::new(Shared::new(file.read().unwrap().state));
        let writer = Writer::new(file, Arc::clone(&shared), Retention::default());
        (writer, shared, flushes, broken)
    }

    /// Queues a create for each key, lets the writer serve them all, and returns the answers.
    fn serve(writer: Writer, keys: &[String]) -> Vec<Result<Event, StoreError>> {
        let (requests, queue) = mpsc::channel();
        let answers: Vec<_> = keys
            .iter()
            .map(|key| {
                let (reply, answer) = oneshot::channel();
                let operation = Operation {
                    key: key.as_str().into(),
                    change: Change::Create(Bytes::from_static(b"1")),
                };
                requests.send(Request::Write { operation, reply }).unwrap();
                answer
            })
            .collect();
        drop(requests);
        writer.run(&queue);
        answers
            .into_iter()
            .map(|mut answer| answer.try_recv().unwrap())
            .collect()
    }

    #[test]
    fn writes_that_are_queued_share_a_flush() {
        let (writer, shared, flushes, _) = writer();
        let before = flushes.load(Ordering::Relaxed);
        let keys: Vec<_> = (0..500).map(|number| format!("key-{number}")).collect();
        let answers = serve(writer, &keys);
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!(shared.read().state.current(), 501);
        let spent = flushes.load(Ordering::Relaxed) - before;
        assert!((1..10).contains(&spent), "{spent} flushes");
    }

    #[test]
    fn those_who_write_on_and_on_share_every_flush() {
        const WRITERS: usize = 16;
        const WRITES: usize = 30;
        let disk = Disk {
            // Long enough for all to write again meanwhile, on a busy machine, too.
            slowness: Duration::from_millis(20),
            ..Disk::default()
        };
        let (writer, shared, flushes, _) = writer_on(disk);
        let before = flushes.load(Ordering::Relaxed);
        let (requests, queue) = mpsc::channel();
        let writers: Vec<_> = (0..WRITERS)
            .map(|own| {
                let requests = requests.clone();
                std::thread::spawn(move || {
                    for number in 0..WRITES {
                        let (reply, answer) = oneshot::channel();
                        let operation = Operation {
                            key: format!("{own}-{number}").into(),
                            change: Change::Create(Bytes::from_static(b"1")),
                        };
                        requests.send(Request::Write { operation, reply }).unwrap();
                        answer.blocking_recv().unwrap().unwrap();
                    }
                })
            })
            .collect();
        drop(requests);
        writer.run(&queue);
        for writer in writers {
            writer.join().unwrap();
        }
        assert_eq!(shared.read().state.current() as usize, WRITERS * WRITES + 1);
        let spent = flushes.load(Ordering::Relaxed) - before;
        // In two groups that take turns it would be twice as many as the writes of one.
        assert!(spent < WRITES * 3 / 2, "{spent} flushes");
    }

    #[test]
    fn what_could_not_be_flushed_is_neither_acknowledged_nor_visible() {
        let (writer, shared, _, broken) = writer();
        broken.store(true, Ordering::Relaxed);
        // The second is a refusal, but it rests on the first.
        let answers = serve(writer, &["a".to_owned(), "a".to_owned()]);
        for answer in answers {
            assert!(
                matches!(answer, Err(StoreError::Unavailable { .. })),
                "{answer:?}"
            );
        }
        assert_eq!(shared.read().state.current(), 1);
    }

    #[test]
    fn a_failed_flush_is_the_last_one() {
        let (mut writer, shared, _, broken) = writer();
        let create = |key: &str| Operation {
            key: key.into(),
            change: Change::Create(Bytes::from_static(b"1")),
        };
        broken.store(true, Ordering::Relaxed);
        for (key, recovers) in [("a", true), ("b", false)] {
            let (reply, mut answer) = oneshot::channel();
            writer.commit(&mut vec![(create(key), reply)], || ());
            let answer = answer.try_recv().unwrap();
            assert!(
                matches!(answer, Err(StoreError::Unavailable { .. })),
                "{answer:?}"
            );
            broken.store(!recovers, Ordering::Relaxed);
        }
        assert!(matches!(
            writer.compact(1),
            Err(StoreError::Unavailable { .. })
        ));
        assert!(matches!(
            writer.check(),
            Err(StoreError::Unavailable { .. })
        ));
        assert_eq!(shared.read().state.current(), 1);
    }
}
