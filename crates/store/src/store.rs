//! The trait that every backend fulfils.

use std::fs::File;

use async_trait::async_trait;
use bytes::Bytes;

use crate::{
    Count, Deleted, Entry, Lookup, Range, RangeRequest, Revision, StoreError, WatchMessage,
};

/// A versioned key-value store with compare-and-swap and watch.
///
/// Writes are those that an API server makes of etcd (kine's `isCreate`, `isUpdate`, `isDelete` and
/// `isCompact`): each touches one key, and each that succeeds has a revision of its own.
///
/// A write whose future is dropped may still happen.
#[async_trait]
pub trait Store: Send + Sync {
    /// Reads one key, now or as it was after the write `at`.
    ///
    /// # Errors
    /// [`StoreError::Compacted`] or [`StoreError::Future`] when `at` is not within history.
    async fn get(&self, key: &str, at: Option<Revision>) -> Result<Lookup, StoreError>;

    /// Lists entries in the order of their keys, all at one revision.
    ///
    /// # Errors
    /// [`StoreError::Compacted`] or [`StoreError::Future`] when the revision is not within history.
    async fn range(&self, request: RangeRequest<'_>) -> Result<Range, StoreError>;

    /// Counts the keys that begin with `prefix`.
    ///
    /// # Errors
    /// Only what a backend itself can run into.
    async fn count(&self, prefix: &str) -> Result<Count, StoreError>;

    /// Makes a key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it exists; [`StoreError::Unavailable`] when it cannot be known
    /// to be durable.
    async fn create(&self, key: &str, value: Bytes) -> Result<Entry, StoreError>;

    /// Writes a key that is still at `expected`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is at another revision or does not exist;
    /// [`StoreError::Unavailable`] when it cannot be known to be durable.
    async fn update(
        &self,
        key: &str,
        value: Bytes,
        expected: Revision,
    ) -> Result<Entry, StoreError>;

    /// Deletes a key that is still at `expected`, or whatever it is at when that is `None`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is at another revision or does not exist;
    /// [`StoreError::Unavailable`] when it cannot be known to be durable.
    async fn delete(&self, key: &str, expected: Option<Revision>) -> Result<Deleted, StoreError>;

    /// Reports every write to keys that begin with `prefix`, from the write `from` on, which is
    /// included; `None` is from the next write. The end of a list joins seamlessly: watch from its
    /// revision + 1.
    ///
    /// # Errors
    /// [`StoreError::Compacted`] when writes from there on are no longer known,
    /// [`StoreError::Future`] when `from` lies behind the next write.
    async fn watch(
        &self,
        prefix: &str,
        from: Option<Revision>,
    ) -> Result<Box<dyn Watch>, StoreError>;

    /// Forgets all history before `revision`, which itself can still be read and watched from.
    ///
    /// # Errors
    /// [`StoreError::Compacted`] when that has happened already, [`StoreError::Future`] when
    /// `revision` has not been written.
    async fn compact(&self, revision: Revision) -> Result<(), StoreError>;

    /// The revision of the last write that is visible.
    ///
    /// # Errors
    /// Only what a backend itself can run into.
    async fn current_revision(&self) -> Result<Revision, StoreError>;

    /// Whether the store answers, and would write: for who watches over it. Nothing is written.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it takes no more writes, [`StoreError::Closed`].
    async fn check(&self) -> Result<(), StoreError> {
        self.current_revision().await.map(drop)
    }

    /// How many bytes it takes where it is kept; `None` where that is nowhere but in memory, or
    /// cannot be told.
    fn size(&self) -> Option<u64> {
        None
    }

    /// A copy of the store as it is at one moment, while reads and writes go on: a file without a name,
    /// at its beginning, that [`restore`](crate::restore) makes a store of once it has one.
    ///
    /// # Errors
    /// [`StoreError::NoBackup`] where there is nothing to copy, or something else copies it;
    /// [`StoreError::Io`] when the copy cannot be written.
    async fn snapshot(&self) -> Result<File, StoreError> {
        Err(StoreError::NoBackup)
    }

    /// Whether a key should be written once more although its value does not change: a store that
    /// keeps values in another form may have a newer one.
    fn should_rewrite(&self, key: &str) -> bool {
        let _ = key;
        false
    }
}

/// A running watch; dropping it ends it.
#[async_trait]
pub trait Watch: Send {
    /// Waits for the next message. Nothing is lost when the future is dropped half-way.
    ///
    /// # Errors
    /// [`StoreError::Compacted`] when the reader was so slow that the next events are gone: list
    /// again. [`StoreError::Closed`] when the store was closed. The watch is over after either.
    async fn next(&mut self) -> Result<WatchMessage, StoreError>;

    /// Asks for a [`WatchMessage::Progress`] once all events until now have been told, so that a
    /// cache can know itself to be current although nothing it watches has changed.
    ///
    /// # Errors
    /// [`StoreError::Closed`] when the store was closed.
    async fn request_progress(&mut self) -> Result<(), StoreError>;
}
