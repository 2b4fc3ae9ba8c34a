//! Files of stores, as commands name them and tell what is wrong with them.

use crate::exit::{Failure, chain};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use trimtab_store::StoreError;

/// Where a store, or a copy of one, should be.
pub(super) struct Place(PathBuf);

impl Place {
    pub(super) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// The file, if there is one: to open a store makes it where it is not.
    pub(super) fn exists(&self) -> Result<&Path, StoreError> {
        let found = match self.0.try_exists() {
            Ok(true) if self.0.is_file() => return Ok(&self.0),
            Ok(true) => Error::new(ErrorKind::InvalidInput, "it is no file"),
            Ok(false) => Error::new(ErrorKind::NotFound, "there is no such file"),
            Err(error) => error,
        };
        Err(StoreError::Io {
            path: self.0.clone(),
            source: found,
        })
    }
}

/// What could not be done with a store, and why.
pub(super) fn of_store(verb: &str, error: &StoreError) -> Failure {
    let failure = Failure::new("store", format!("cannot {verb}: {}", chain(error)));
    match error {
        StoreError::Unreadable { .. } => {
            failure.hint("only what `trimtab backup` wrote, whole, can be restored")
        }
        _ => failure,
    }
}
