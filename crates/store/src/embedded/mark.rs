//! How far a store had come: a note beside its file.
//!
//! The file says everything but whether its last writes are there: damage to the place that names
//! the newest state makes an older one of it, or an empty one, which is in order by itself. The note is
//! made when the store is opened, when its history is cut and when it is closed, of what has been
//! flushed by then; so it is a lower bound, after a crash too.

use std::fs;
use std::path::{Path, PathBuf};

use super::lock::with_suffix;
use crate::{Revision, StoreError};

fn note(path: &Path) -> PathBuf {
    with_suffix(path, ".closed")
}

/// Notes that the store at `path` has come to `revision`.
pub(super) fn set(path: &Path, revision: Revision) {
    // Without the note less damage is found, and nothing else is lost.
    let _ = fs::write(note(path), format!("{revision}\n"));
}

/// Forgets it: there is another store now.
pub(super) fn clear(path: &Path) {
    let _ = fs::remove_file(note(path));
}

/// Holds a store that ends at `revision` against the note.
///
/// # Errors
/// [`StoreError::Unreadable`] when writes are missing.
pub(super) fn check(path: &Path, revision: Revision) -> Result<(), StoreError> {
    let noted: Option<Revision> = fs::read_to_string(note(path))
        .ok()
        .and_then(|text| text.trim().parse().ok());
    match noted {
        Some(noted) if noted > revision => Err(StoreError::Unreadable {
            path: path.to_owned(),
            reason: format!(
                "it ends at revision {revision}, and had come to {noted}: its last writes are \
                 missing; if this is another store on purpose, remove {}",
                note(path).display()
            ),
        }),
        _ => Ok(()),
    }
}
