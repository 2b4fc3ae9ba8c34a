//! The user's kubeconfig: one context of ours goes in and out of it, and the rest stays as it is.
//!
//! `edit` changes the tree of such a file, with its comments and its order; `file` replaces the
//! file as a whole, under client-go's lock. What reads a kubeconfig to reach a cluster is
//! [`crate::client`].

mod edit;
mod file;

pub(crate) use edit::Entry;

use crate::client::kubeconfig_paths;
use crate::exit::Failure;
use std::path::{Path, PathBuf};

/// The name of the context, cluster and user of a control plane that has no name of its own.
pub(crate) const CONTEXT: &str = "trimtab";

/// The file that new entries go to: the first that exists of those that make up the kubeconfig, for
/// the first to name a current context decides; else the first.
pub(crate) fn default_path() -> Result<PathBuf, Failure> {
    let paths = kubeconfig_paths();
    let existing = paths.iter().find(|path| path.exists());
    existing.or(paths.first()).cloned().ok_or_else(|| {
        Failure::new(
            "kubeconfig",
            "there is no place for a kubeconfig: neither HOME nor KUBECONFIG is set",
        )
        .hint("set KUBECONFIG to the file to write")
    })
}

/// Writes `entry` into the file at `path`, which is made if there is none, as its current context.
pub(crate) fn merge(path: &Path, entry: &Entry) -> Result<(), Failure> {
    file::replace(path, |text| edit::add(text, entry).map(Some))
}

/// Writes a kubeconfig of `entry` alone to `path`, whatever was there.
pub(crate) fn write_alone(path: &Path, entry: &Entry) -> Result<(), Failure> {
    file::replace(path, |_| edit::add("", entry).map(Some))
}

/// Takes the entry called `name` out of the file at `path`, and makes the former context current
/// again if it is still there. A file without such an entry is not touched.
pub(crate) fn remove(path: &Path, name: &str) -> Result<(), Failure> {
    if !path.exists() {
        return Ok(());
    }
    file::replace(path, |text| edit::remove(text, name))
}
