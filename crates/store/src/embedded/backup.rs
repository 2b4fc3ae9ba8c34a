//! Copies of a store: made while it runs, and brought back.

use std::fs::{self, File};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

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

/// As [`restore`], in the place of the store at `to`, if there is one: that one is kept beside it as
/// `TO.before-restore`, in the place of an earlier one. Returns where it is.
///
/// # Errors
/// As [`restore`]; the store at `to` is as it was then.
pub fn restore_over(
    from: impl AsRef<Path>,
    to: impl AsRef<Path>,
    advance: Revision,
) -> Result<Option<PathBuf>, StoreError> {
    let to = to.as_ref();
    let failed = |source| StoreError::Io {
        path: to.to_owned(),
        source,
    };
    let _lock = FileLock::acquire(to)?;
    let (backup, state) = LogFile::open_existing(from.as_ref())?;
    let history = (advance > 0).then(|| state.current().saturating_add(advance));
    let restored = with_suffix(to, ".restored");
    remove(&restored)?;
    copy(&backup, &restored, history)?;
    let kept = if to.exists() {
        let kept = with_suffix(to, ".before-restore");
        remove(&kept)?;
        fs::hard_link(to, &kept).map_err(failed)?;
        Some(kept)
    } else {
        None
    };
    // At once: whoever opens it finds the old one or the new one.
    fs::rename(&restored, to).map_err(failed)?;
    mark::clear(to);
    sync_directory(to)?;
    Ok(kept)
}

/// Copies the store at `from`, which nobody may be using, into a new file at `to`, and returns the
/// revision that it is at.
///
/// # Errors
/// [`StoreError::Locked`] when it is in use, [`StoreError::Unreadable`] when it is none,
/// [`StoreError::Io`] when `to` exists or cannot be written.
pub fn back_up(from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<Revision, StoreError> {
    let _lock = FileLock::acquire(from.as_ref())?;
    let (file, state) = LogFile::open_existing(from.as_ref())?;
    copy(&file, to.as_ref(), None)?;
    Ok(state.current())
}

/// The revision that the store in a file is at, all of which is read: a backup of which this is known
/// can be restored.
///
/// # Errors
/// [`StoreError::Unreadable`] when it is no store, or damaged; [`StoreError::Locked`] when it is in use.
pub fn verify(path: impl AsRef<Path>) -> Result<Revision, StoreError> {
    let (_, state) = LogFile::open_existing(path.as_ref())?;
    Ok(state.current())
}

/// A copy of a store that has no name, and is gone once it is closed.
pub(super) fn nameless_copy(file: &LogFile) -> Result<File, StoreError> {
    let path = with_suffix(file.path(), ".backup");
    // Left by one that died half-way.
    remove(&path)?;
    copy(file, &path, None)?;
    let opened = File::open(&path).map_err(|source| StoreError::Io {
        path: path.clone(),
        source,
    });
    remove(&path)?;
    opened
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != ErrorKind::NotFound => Err(StoreError::Io {
            path: path.to_owned(),
            source,
        }),
        _ => Ok(()),
    }
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
    remove(&partial)?;
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
        .and_then(|()| file.compact(compacted, &[]))
        .map_err(|error| file.unreadable(&error))
}
