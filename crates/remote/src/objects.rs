//! What git fetched before from a repository, so that another commit of it costs only what is new.
//!
//! ```text
//! git/REPOSITORY/objects/            packs and loose objects, as in a repository
//! git/REPOSITORY/roots/COMMIT        says that all files of the commit are among them
//! ```
//!
//! A fetch goes into a repository of its own, which borrows these objects (`objects/info/alternates`)
//! and tells the server which commits it has, as shallow ones: what lies behind them is not here. In
//! the end its own objects are added. Files are named after what they hold, and are moved here whole,
//! so processes need not wait for each other. Git checks every object that it reads.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The server is told of this many commits at most, the newest.
const MOST_ROOTS: usize = 16;

/// The objects of one repository.
#[derive(Clone, Debug)]
pub(crate) struct Objects {
    directory: PathBuf,
    roots: PathBuf,
}

impl Objects {
    /// Those below the directory that the cache keeps for a repository.
    pub(crate) fn new(repository: &Path) -> Self {
        Self {
            directory: repository.join("objects"),
            roots: repository.join("roots"),
        }
    }

    /// Lends what is here to the new repository whose `.git` is given. Says whether there is any.
    pub(crate) fn lend(&self, git: &Path) -> io::Result<bool> {
        let roots = self.newest_roots();
        if roots.is_empty() {
            return Ok(false);
        }
        let mut path = self.directory.clone().into_os_string();
        path.push("\n");
        fs::create_dir_all(git.join("objects/info"))?;
        fs::write(git.join("objects/info/alternates"), path.as_encoded_bytes())?;
        let lines = |end: &dyn Fn(&str) -> String| -> String {
            roots.iter().map(|root| end(root)).collect()
        };
        fs::write(git.join("shallow"), lines(&|root| format!("{root}\n")))?;
        let refs = lines(&|root| format!("{root} refs/cache/{root}\n"));
        fs::write(git.join("packed-refs"), refs)?;
        Ok(true)
    }

    /// Adds the objects of a repository in which all files of `commit` were fetched.
    pub(crate) fn add(&self, git: &Path, commit: &str) -> io::Result<()> {
        let from = git.join("objects");
        for entry in fs::read_dir(&from)?.flatten() {
            let name = entry.file_name();
            if name != "info" && entry.path().is_dir() {
                take_all(&entry.path(), &self.directory.join(&name))?;
            }
        }
        fs::create_dir_all(&self.roots)?;
        fs::write(self.roots.join(commit), "")
    }

    /// Forgets everything: something is wrong with it.
    pub(crate) fn clear(&self) {
        // The roots first: without them nobody looks at the objects. What cannot be removed is
        // found wrong again.
        let _ = fs::remove_dir_all(&self.roots);
        let _ = fs::remove_dir_all(&self.directory);
    }

    fn newest_roots(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.roots).into_iter().flatten().flatten();
        let mut roots: Vec<(SystemTime, String)> = entries
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                let since = entry.metadata().and_then(|it| it.modified()).ok()?;
                crate::commit::is_commit(&name).then_some((since, name))
            })
            .collect();
        roots.sort_unstable_by(|a, b| b.cmp(a));
        roots.truncate(MOST_ROOTS);
        roots.into_iter().map(|(_, name)| name).collect()
    }
}

/// Moves the files of one directory into another. A pack's index comes last: git knows a pack by it.
fn take_all(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    let mut files: Vec<PathBuf> = fs::read_dir(from)?.flatten().map(|it| it.path()).collect();
    files.sort_by_key(|file| file.extension() == Some(OsStr::new("idx")));
    for file in files {
        if let Some(name) = file.file_name() {
            fs::rename(&file, to.join(name))?;
        }
    }
    Ok(())
}
