//! The store in one file, for one process at a time.
//!
//! Writes go to one thread, which takes all that are queued, puts them into one transaction of the
//! database and flushes it; while it does, the next ones queue up. Only then are they visible and
//! acknowledged. Those that write one thing after another are waited for, so that they share a flush. Reads and watches never touch the file: the index above it holds every version
//! within history.

mod backup;
#[cfg(test)]
mod crash_points;
mod database;
mod layer;
mod lock;
mod mark;
mod pace;
mod writer;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;

use async_trait::async_trait;
use tokio::sync::oneshot;

use crate::indexed::Indexed;
use crate::operation::Operation;
use crate::shared::Shared;
use crate::{Event, Retention, Revision, StoreError};

use database::LogFile;
use lock::FileLock;
use writer::{Request, Writer};

pub use backup::{back_up, restore, restore_over, verify};

/// A [`Store`](crate::Store) in a file.
///
/// Dropping it ends its watches, writes what is queued, and waits until the file is closed.
#[derive(Debug)]
pub struct EmbeddedStore {
    path: PathBuf,
    shared: Arc<Shared>,
    file: Arc<LogFile>,
    requests: Option<mpsc::Sender<Request>>,
    writer: Option<JoinHandle<()>>,
    /// Held while a copy is made, of which there is one at a time.
    copying: Arc<Mutex<()>>,
    // Last: another process may open the file only when this one has let go of it.
    _lock: FileLock,
}

impl EmbeddedStore {
    /// Opens the store in the file at `path`, which is made if it does not exist; its directory
    /// must. This blocks while the file is read, and repaired after a crash. Beside it, `PATH.lock`
    /// names the process that holds it, and `PATH.closed` how far it had come at least.
    /// A file that is damaged or no store is refused, and left byte for byte as it is.
    ///
    /// # Errors
    /// [`StoreError::Locked`] while another process has it open; [`StoreError::Unreadable`] when it
    /// is no store; [`StoreError::Io`].
    pub fn open(path: impl AsRef<Path>, retention: Retention) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let lock = FileLock::acquire(path)?;
        let (file, state) = LogFile::open(path)?;
        mark::set(path, state.current());
        let file = Arc::new(file);
        let shared = Arc::new(Shared::new(state));
        let (requests, queue) = mpsc::channel();
        let writer = Writer::new(Arc::clone(&file), Arc::clone(&shared), retention);
        let writer = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer.run(&queue))
            .map_err(|source| StoreError::Io {
                path: path.to_owned(),
                source,
            })?;
        Ok(Self {
            path: path.to_owned(),
            shared,
            file,
            requests: Some(requests),
            writer: Some(writer),
            copying: Arc::default(),
            _lock: lock,
        })
    }

    /// Copies the store, as it is now, into a new file at `to`, while reads and writes go on. The
    /// file appears once it is complete and flushed. This blocks until then.
    ///
    /// # Errors
    /// [`StoreError::Io`] when `to` exists or cannot be written; [`StoreError::Unavailable`].
    pub fn backup(&self, to: impl AsRef<Path>) -> Result<(), StoreError> {
        backup::copy(&self.file, to.as_ref(), None)
    }

    /// Queues a request and waits for its answer.
    async fn ask<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Request,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let requests = self.requests.as_ref().ok_or(StoreError::Closed)?;
        requests
            .send(request(reply))
            .map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

#[async_trait]
impl Indexed for EmbeddedStore {
    fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    async fn write(&self, operation: Operation) -> Result<Event, StoreError> {
        self.ask(|reply| Request::Write { operation, reply }).await
    }

    async fn forget(&self, revision: Revision) -> Result<(), StoreError> {
        self.ask(|reply| Request::Compact { revision, reply }).await
    }

    async fn answers(&self) -> Result<(), StoreError> {
        self.ask(|reply| Request::Check { reply }).await
    }

    fn bytes(&self) -> Option<u64> {
        std::fs::metadata(&self.path).map(|it| it.len()).ok()
    }

    async fn copy(&self) -> Result<File, StoreError> {
        let (file, copying) = (Arc::clone(&self.file), Arc::clone(&self.copying));
        let (reply, answer) = oneshot::channel();
        let copy = move || {
            let _alone = copying.lock().unwrap_or_else(PoisonError::into_inner);
            // Who asked may have gone.
            let _ = reply.send(backup::nameless_copy(&file));
        };
        let thread = std::thread::Builder::new().name("store-backup".to_owned());
        thread.spawn(copy).map_err(|source| StoreError::Io {
            path: self.file.path().to_owned(),
            source,
        })?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

impl Drop for EmbeddedStore {
    fn drop(&mut self) {
        self.requests = None;
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has dropped its requests, so every caller knows already.
            let _ = writer.join();
        }
        mark::set(&self.path, self.shared.read().state.current());
        self.shared.close();
    }
}
