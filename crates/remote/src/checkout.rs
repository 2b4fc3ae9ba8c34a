//! A commit's files on disk, each checked when it is read.

use crate::manifest::Manifest;
use crate::url::mask;
use crate::{Digest, Pin, Remote};
use std::path::{Path, PathBuf};
use trimtab_tree::{Diagnostic, Result};

/// The files of one commit of a repository.
#[derive(Debug)]
pub struct Checkout {
    pub(crate) root: PathBuf,
    pub(crate) manifest: Manifest,
    pub(crate) digest: Digest,
    pub(crate) remote: Remote,
    pub(crate) commit: String,
    /// Whether it was fetched by a name that may move.
    pub(crate) label: String,
}

impl Checkout {
    /// Where the files are, free of symbolic links.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The commit.
    #[must_use]
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// What it is fetched by.
    #[must_use]
    pub fn remote(&self) -> &Remote {
        &self.remote
    }

    /// What a lock says of it.
    #[must_use]
    pub fn pin(&self) -> Pin {
        Pin {
            commit: Some(self.commit.clone()),
            digest: self.digest,
        }
    }

    /// A path in it as people are shown it: `https://github.com/org/repo@v1/base/pod.yaml`.
    #[must_use]
    pub fn shown(&self, path: &Path) -> Option<String> {
        let below = path.strip_prefix(&self.root).ok()?;
        if below.as_os_str().is_empty() {
            return Some(self.label.clone());
        }
        Some(format!("{}/{}", self.label, below.display()))
    }

    /// Makes sure that what was read from a file in it, by its real path, is what was fetched.
    ///
    /// # Errors
    /// When somebody changed it since.
    pub fn verify(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        if self.manifest.find(below) == Some(Digest::of(bytes)) {
            return Ok(());
        }
        let shown = self.shown(path).unwrap_or_default();
        let directory = self.root.parent().unwrap_or(&self.root);
        Err(Diagnostic::error(
            "damaged-cache",
            format!("`{shown}` is not what was fetched: the cache was changed"),
        )
        .hint(format!(
            "remove `{}`, so that it is fetched anew",
            directory.display()
        )))
    }
}

/// A repository at a reference, as people are shown it.
pub(crate) fn label(url: &str, reference: &str) -> String {
    let url = mask(url);
    match reference {
        "" => url,
        reference => format!("{url}@{reference}"),
    }
}
