//! Where paths really lead, with as few questions to the file system as exactness allows.
//!
//! Each directory is looked at once in a build: its real path is then known, and a path below it is
//! real too as long as no part of it is a symbolic link, which one `lstat` for each part tells.

use rustc_hash::FxHashMap;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

/// What a path leads to.
#[derive(Debug)]
pub(super) enum Located {
    /// A regular file: its path free of symbolic links, and its size in bytes.
    File(PathBuf, u64),
    /// A directory: its path free of symbolic links.
    Directory(Rc<Path>),
    /// A device, a pipe or a socket.
    Special,
}

/// The directories that were looked at: paths as asked for, and what they really are.
#[derive(Debug, Default)]
pub(super) struct Directories {
    real: FxHashMap<PathBuf, Rc<Path>>,
}

impl Directories {
    /// Where an absolute, cleaned path leads.
    pub(super) fn locate(&mut self, path: &Path) -> io::Result<Located> {
        if let Some(real) = self.real.get(path) {
            return Ok(Located::Directory(Rc::clone(real)));
        }
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Ok(Located::Directory(Rc::from(path)));
        };
        let mut real = self.directory(parent)?.join(name);
        let mut metadata = real.symlink_metadata()?;
        if metadata.is_symlink() {
            real = real.canonicalize()?;
            metadata = real.symlink_metadata()?;
        }
        Ok(if metadata.is_file() {
            Located::File(real, metadata.len())
        } else if metadata.is_dir() {
            let real: Rc<Path> = Rc::from(real);
            self.real.insert(path.to_owned(), Rc::clone(&real));
            Located::Directory(real)
        } else {
            Located::Special
        })
    }

    /// The real path of a directory, given by an absolute, cleaned path.
    fn directory(&mut self, path: &Path) -> io::Result<Rc<Path>> {
        let known = |ancestor: &&Path| self.real.contains_key(*ancestor);
        let start = path.ancestors().find(known);
        let mut real: Rc<Path> = match start.and_then(|start| self.real.get(start)) {
            Some(real) => Rc::clone(real),
            None => Rc::from(path.ancestors().last().unwrap_or(path)),
        };
        let depth = |path: &Path| path.components().count();
        let steps = depth(path) - start.map_or(1, depth);
        let mut prefixes: Vec<&Path> = path.ancestors().take(steps).collect();
        while let Some(prefix) = prefixes.pop() {
            let Some(name) = prefix.file_name() else {
                continue;
            };
            let mut next = real.join(name);
            let mut metadata = next.symlink_metadata()?;
            if metadata.is_symlink() {
                next = next.canonicalize()?;
                metadata = next.symlink_metadata()?;
            }
            if !metadata.is_dir() {
                return Err(io::ErrorKind::NotADirectory.into());
            }
            real = Rc::from(next);
            self.real.insert(prefix.to_owned(), Rc::clone(&real));
        }
        Ok(real)
    }
}

/// `path` seen from `root`, with `.` and `..` worked out by name only, which is how kustomize reads
/// paths before it follows symbolic links.
pub(super) fn join(root: &Path, path: &str) -> PathBuf {
    let mut joined = root.to_owned();
    for part in Path::new(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                joined.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => joined.push(part),
        }
    }
    joined
}
