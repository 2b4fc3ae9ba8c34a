//! Writing a file so that it is there whole, the old one or the new one, whatever happens.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use trimtab_tree::{Diagnostic, Result};

/// A new content that waits beside its file.
#[derive(Debug)]
pub(super) struct Pending {
    new: PathBuf,
    /// The file, free of symbolic links.
    file: PathBuf,
}

impl Pending {
    /// Writes `bytes` beside `file`, with the permissions that the file has.
    ///
    /// # Errors
    /// When the directory or the new file cannot be written.
    pub(super) fn write(file: &Path, bytes: &[u8]) -> Result<Self> {
        let file = dunce::canonicalize(file).unwrap_or_else(|_| file.to_owned());
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let new = file.with_file_name(format!(".{name}.{}.new", std::process::id()));
        let pending = Self { new, file };
        match pending.fill(bytes) {
            Ok(()) => Ok(pending),
            Err(error) => Err(unwritable(&pending.file, &error)),
        }
    }

    fn fill(&self, bytes: &[u8]) -> io::Result<()> {
        let mut new = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&self.new)?;
        new.write_all(bytes)?;
        if let Ok(metadata) = self.file.metadata() {
            new.set_permissions(metadata.permissions())?;
        }
        new.sync_all()
    }

    /// Puts the new content in the place of the old.
    ///
    /// # Errors
    /// When the system refuses to.
    pub(super) fn take_place(self) -> Result<()> {
        fs::rename(&self.new, &self.file).map_err(|error| unwritable(&self.file, &error))
    }
}

/// What does not take its place goes.
impl Drop for Pending {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.new);
    }
}

fn unwritable(file: &Path, error: &io::Error) -> Box<Diagnostic> {
    let shown = file.display().to_string();
    Diagnostic::error(
        "unwritable-file",
        format!("`{shown}` cannot be written: {error}"),
    )
    .in_file(shown)
}
