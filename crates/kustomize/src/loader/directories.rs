//! Where paths really lead, with as few questions to the file system as exactness allows.
//!
//! Each directory is looked at once in a build: its real path is then known, and a path below it is
//! real too as long as no part of it is a symbolic link, which one `lstat` for each part tells.

use rustc_hash::FxHashMap;
use std::ffi::OsString;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// Paths of more bytes are tried as a whole first: most systems refuse them, and taking a hostile
/// one apart would cost the square of its length.
const LONG: usize = 4096;

/// No more symbolic links are followed one after the other, as on Linux.
const MOST_LINKS: usize = 40;

/// What a path leads to.
#[derive(Debug)]
pub(super) enum Located {
    /// A regular file: its path free of symbolic links, and its size in bytes.
    File(PathBuf, u64),
    /// A directory: its path free of symbolic links.
    Directory(Arc<Path>),
    /// A device, a pipe or a socket.
    Special,
}

/// The directories that were looked at: paths as asked for, and what they really are. Keys are
/// plain text, which hashes and compares much faster than paths do; cleaned paths that are equal
/// have equal texts. Any thread may ask, and none waits while the file system answers another.
#[derive(Debug, Default)]
pub(super) struct Directories {
    real: RwLock<FxHashMap<OsString, Arc<Path>>>,
}

impl Directories {
    /// Where an absolute, cleaned path leads.
    pub(super) fn locate(&self, path: &Path) -> io::Result<Located> {
        if path.as_os_str().len() > LONG {
            path.symlink_metadata()?;
        }
        if let Some(real) = self.known(path) {
            return Ok(Located::Directory(real));
        }
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Ok(Located::Directory(Arc::from(path)));
        };
        let mut real = self.directory(parent)?.join(name);
        let mut metadata = real.symlink_metadata()?;
        if metadata.is_symlink() {
            real = dunce::canonicalize(real)?;
            metadata = real.symlink_metadata()?;
        }
        Ok(if metadata.is_file() {
            Located::File(real, metadata.len())
        } else if metadata.is_dir() {
            let real: Arc<Path> = Arc::from(real);
            self.note(path, &real);
            Located::Directory(real)
        } else {
            Located::Special
        })
    }

    /// The real path of a directory that was looked at.
    fn known(&self, path: &Path) -> Option<Arc<Path>> {
        // A map is whole after every change.
        let real = self.real.read().unwrap_or_else(PoisonError::into_inner);
        real.get(path.as_os_str()).cloned()
    }

    fn note(&self, path: &Path, real: &Arc<Path>) {
        let mut known = self.real.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(path.into(), Arc::clone(real));
    }

    /// The real path of a directory, given by an absolute, cleaned path.
    fn directory(&self, path: &Path) -> io::Result<Arc<Path>> {
        let mut unknown = Vec::new();
        let mut known = None;
        for ancestor in path.ancestors() {
            known = self.known(ancestor);
            if known.is_some() {
                break;
            }
            unknown.push(ancestor);
        }
        let top = || Arc::from(path.ancestors().last().unwrap_or(path));
        let mut real: Arc<Path> = known.unwrap_or_else(top);
        while let Some(prefix) = unknown.pop() {
            let Some(name) = prefix.file_name() else {
                continue;
            };
            let mut next = real.join(name);
            let mut metadata = next.symlink_metadata()?;
            if metadata.is_symlink() {
                next = dunce::canonicalize(next)?;
                metadata = next.symlink_metadata()?;
            }
            if !metadata.is_dir() {
                return Err(io::ErrorKind::NotADirectory.into());
            }
            real = Arc::from(next);
            self.note(prefix, &real);
        }
        Ok(real)
    }
}

/// Whether a real path is that of `root` or below it.
pub(super) fn is_inside(path: &Path, root: &Path) -> bool {
    // The texts decide nearly always, and sooner than the parts of the paths.
    let below = |rest: &[u8]| rest.first() == Some(&b'/');
    let (path_text, root_text) = (path.as_os_str(), root.as_os_str());
    let rest = path_text
        .as_encoded_bytes()
        .strip_prefix(root_text.as_encoded_bytes());
    rest.is_some_and(below) || path.starts_with(root)
}

/// Whether a cleaned path leads out of the directory `top`, which is free of symbolic links: by its text,
/// or by a link on the way, wherever that leads and whether there is anything or not. Nothing outside
/// of `top` is asked for.
pub(super) fn leads_out(path: &Path, top: &Path) -> bool {
    let mut left = Vec::new();
    let push = |left: &mut Vec<OsString>, path: &Path| {
        let parts = path.components().rev();
        left.extend(parts.map(|part| part.as_os_str().to_owned()));
    };
    let Ok(below) = path.strip_prefix(top) else {
        return true;
    };
    push(&mut left, below);
    let mut real = top.to_owned();
    let mut links = 0;
    while let Some(part) = left.pop() {
        match Path::new(&part).components().next() {
            Some(Component::ParentDir) => drop(real.pop()),
            Some(Component::Normal(name)) => {
                let next = real.join(name);
                let Ok(target) = next.read_link() else {
                    real = next;
                    continue;
                };
                links += 1;
                if links > MOST_LINKS {
                    // They lead in a circle, which the system tells.
                    return false;
                }
                if target.has_root() {
                    let Ok(below) = target.strip_prefix(top) else {
                        return true;
                    };
                    top.clone_into(&mut real);
                    push(&mut left, below);
                } else {
                    push(&mut left, &target);
                }
            }
            _ => {}
        }
        if !is_inside(&real, top) {
            return true;
        }
    }
    false
}

/// `path` seen from `root`, with `.` and `..` worked out by name only, which is how kustomize reads
/// paths before it follows symbolic links.
pub(crate) fn join(root: &Path, path: &str) -> PathBuf {
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
