//! Copies of a store: made while it runs, and brought back.

use std::fs;
use std::io::{Error, ErrorKind};
use std::path::Path;

use redb::Durability;

use crate::embedded::database::{LogFile, Snapshot, sync_directory};
use crate::embedded::lock::{FileLock, with_suffix};
use crate::embedded::mark;
use crate::{Revision, StoreError};

/// Makes a store at `to` from the backup at `from`. `to` must not exist.
///
/// Clients may have seen writes that were made after the backup. With `advance` the restored store
/// is that many revisions further, without history, so that none of them takes an old version for
/// a new one: the advice of etcd's "Disaster recovery" (`--bump-revision`, `--mark-compacted`). With 0
/// it is as it was.
///
/// # Errors
/// [`StoreError::Io`] when `to` exists or cannot be written; [`StoreError::Unreadable`] when `from`
/// is no store; [`StoreError::Locked`] when either is in use.
pub fn restore(
    from: impl AsRef<Path>,
    to: impl AsRef<Path>,
    advance: Revision,
) -> Result<(), StoreError> {
    let to = to.as_ref();
    let _lock = FileLock::acquire(to)?;
    let (backup, state) = LogFile::open_existing(from.as_ref())?;
    let history = (advance > 0).then(|| state.current().saturating_add(advance));
    copy(&backup, to, history)?;
    // Of another store that was there before.
    mark::clear(to);
    Ok(())
}

/// Copies a store into a new file, whose history begins at `history` if that is given.
pub(super) fn copy(file: &LogFile, to: &Path, history: Option<Revision>) -> Result<(), StoreError> {
    let failed = |source| StoreError::Io {
        path: to.to_owned(),
        source,
    };
    if to.exists() {
        return Err(failed(Error::from(ErrorKind::AlreadyExists)));
    }
    let snapshot = file.snapshot().map_err(|error| file.unreadable(&error))?;
    let partial = with_suffix(to, ".partial");
    // Left by a copy that died half-way.
    match fs::remove_file(&partial) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let written = write_copy(&snapshot, &partial, history)
        .and_then(|()| fs::rename(&partial, to).map_err(failed));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&partial);
    }
    written?;
    sync_directory(to)
}

fn write_copy(
    snapshot: &Snapshot,
    path: &Path,
    history: Option<Revision>,
) -> Result<(), StoreError> {
    let (file, _) = LogFile::open(path)?;
    let compacted = history.unwrap_or(snapshot.compacted);
    snapshot
        .versions()
        .and_then(|versions| file.append(versions))
        .and_then(|()| file.compact(compacted, &[], Durability::Immediate))
        .map_err(|error| file.unreadable(&error))
}
