//! What can go wrong.

use std::path::PathBuf;

use crate::{Entry, Revision};

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The key is not at the revision that the write expected. Nothing was written.
    #[error("{key} is {}", state_of(current.as_deref()))]
    Conflict {
        /// The key.
        key: String,
        /// What it holds; `None` when it does not exist.
        current: Option<Box<Entry>>,
    },
    /// The revision is older than the history that is kept (etcd's `ErrCompacted`).
    #[error("revision {requested} has been compacted, history begins at {compacted}")]
    Compacted {
        /// The revision that was asked for.
        requested: Revision,
        /// The oldest one that can be.
        compacted: Revision,
    },
    /// The revision has not been written yet (etcd's `ErrFutureRev`).
    #[error("revision {requested} is in the future, the store is at {current}")]
    Future {
        /// The revision that was asked for.
        requested: Revision,
        /// The newest one there is.
        current: Revision,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// The backend failed. Whether a write that got this answer took place is not known until the
    /// store is opened again.
    #[error("the store cannot be written: {reason}")]
    Unavailable {
        /// The backend's own words.
        reason: String,
    },
    /// Another process has the store open.
    #[error("{} is in use by {}", path.display(), holder.as_deref().unwrap_or("another process"))]
    Locked {
        /// The store's file.
        path: PathBuf,
        /// Who holds it, as far as known.
        holder: Option<String>,
    },
    /// The file is not a store, or a damaged one, or of a later version.
    #[error("{} cannot be read as a store: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The store is in no file of its own.
    #[error("this store is not in a file, so there is nothing to copy")]
    NoBackup,
    /// A file operation outside of the database failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

fn state_of(current: Option<&Entry>) -> String {
    match current {
        Some(entry) => format!("at revision {}", entry.mod_revision),
        None => "not in the store".to_owned(),
    }
}
