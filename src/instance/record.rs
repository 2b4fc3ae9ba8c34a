//! What a running control plane says of itself, in a file that only the holder of the lock writes.

use crate::exit::Failure;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A running control plane.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Its process.
    pub(crate) pid: u32,
    /// `https://ADDRESS:PORT`
    pub(crate) server: String,
    /// When it was ready, RFC 3339.
    pub(crate) started: String,
    /// The store's file; none if it is in memory.
    pub(crate) store: Option<PathBuf>,
    /// The kubeconfig that its context was written to.
    pub(crate) kubeconfig: PathBuf,
    /// Where it logs to, if that is a file.
    pub(crate) log: Option<PathBuf>,
}

impl Record {
    /// Reads the file at `path`; `None` if there is none.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, Failure> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::io("read", path, &error)),
        };
        // What another version wrote, or half a file after a crash, says nothing.
        Ok(serde_json::from_str(&text).ok())
    }

    /// Writes it to the file at `path`, all at once.
    pub(super) fn write(&self, path: &Path) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| Failure::io("write", path, &error.into()))?;
        let new = path.with_extension("json.new");
        fs::write(&new, text)
            .and_then(|()| fs::rename(&new, path))
            .map_err(|error| Failure::io("write", path, &error))
    }
}
