//! Fetched things on disk, found by what they are.
//!
//! ```text
//! git/REPOSITORY/COMMIT/tree/        the files of a commit, without git's own
//! git/REPOSITORY/COMMIT/manifest     what is in it; see `manifest.rs`
//! git/REPOSITORY/COMMIT/digest       the digest of the manifest
//! git/REPOSITORY/objects, roots      what git fetched; see `objects.rs`
//! git/REPOSITORY/refs/REFERENCE      the commit that a branch or tag was last seen at
//! http/files/DIGEST                  a file
//! http/addresses/ADDRESS             the digest of what an address last gave, and its entity tag
//! tmp/                               what is being fetched
//! ```
//!
//! Everything is made in `tmp` and then renamed, so other processes see all of it or nothing, and
//! nothing that has its place is ever changed.

use crate::Digest;
use crate::manifest::Manifest;
use crate::objects::Objects;
use std::fs::{self, DirBuilder};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The form of the files; a change of it gets a new number, and a new directory.
const FORMAT: &str = "v1";

/// What a process that died left in `tmp` is removed when it is so old.
const OLD: Duration = Duration::from_secs(24 * 3600);

/// The directory of all that was fetched.
#[derive(Debug)]
pub(crate) struct Cache {
    root: PathBuf,
    /// Whether it is only for this process.
    is_temporary: bool,
}

/// The files of one commit.
#[derive(Debug)]
pub(crate) struct Stored {
    /// Free of symbolic links.
    pub tree: PathBuf,
    pub manifest: Manifest,
    pub digest: Digest,
}

/// What a web address last gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub digest: Digest,
    pub entity_tag: Option<String>,
}

impl Cache {
    /// The cache in a directory; without one, a cache that ends with this value.
    pub(crate) fn open(directory: Option<&Path>) -> io::Result<Self> {
        let (root, is_temporary) = match directory {
            Some(directory) => (directory.join(FORMAT), false),
            None => (make_unique(&std::env::temp_dir())?, true),
        };
        make_all(&root)?;
        Ok(Self {
            // So that paths in it are real ones.
            root: dunce::canonicalize(root)?,
            is_temporary,
        })
    }

    /// A commit that was fetched before. One that is damaged counts as absent.
    pub(crate) fn commit(&self, url: &str, name: &str) -> Option<Stored> {
        let directory = self.repository(url).join(name);
        let manifest = Manifest::read(&directory.join("manifest")).ok()?;
        let digest = manifest.digest();
        let written = fs::read_to_string(directory.join("digest")).ok()?;
        let tree = directory.join("tree");
        (Digest::parse(written.trim_end()) == Some(digest) && tree.is_dir()).then_some(Stored {
            tree,
            manifest,
            digest,
        })
    }

    /// Keeps the files of a commit, which `fetched` holds in `tree`.
    pub(crate) fn keep_commit(&self, url: &str, name: &str, fetched: &Path) -> io::Result<Stored> {
        let manifest = Manifest::of(&fetched.join("tree"))?;
        fs::write(fetched.join("manifest"), manifest.text())?;
        fs::write(fetched.join("digest"), format!("{}\n", manifest.digest()))?;
        let place = self.repository(url).join(name);
        make_all(&self.repository(url))?;
        if fs::rename(fetched, &place).is_err() {
            // Another process was sooner, unless what is there is damaged.
            if let Some(stored) = self.commit(url, name) {
                fs::remove_dir_all(fetched)?;
                return Ok(stored);
            }
            let damaged = self.temporary()?;
            fs::rename(&place, damaged.join("damaged"))?;
            fs::rename(fetched, &place)?;
            fs::remove_dir_all(damaged)?;
        }
        Ok(Stored {
            tree: place.join("tree"),
            digest: manifest.digest(),
            manifest,
        })
    }

    /// The commit that a branch or tag was last seen at.
    pub(crate) fn reference(&self, url: &str, reference: &str) -> Option<String> {
        let commit = fs::read_to_string(self.reference_path(url, reference)).ok()?;
        Some(commit.trim_end().to_owned()).filter(|commit| !commit.is_empty())
    }

    /// Remembers where a branch or tag is.
    pub(crate) fn keep_reference(
        &self,
        url: &str,
        reference: &str,
        commit: &str,
    ) -> io::Result<()> {
        let text = format!("{commit}\n");
        self.write(&self.reference_path(url, reference), text.as_bytes())
    }

    /// A file from the web, if it is whole.
    pub(crate) fn file(&self, digest: Digest) -> Option<Vec<u8>> {
        let bytes = fs::read(self.file_path(digest)).ok()?;
        (Digest::of(&bytes) == digest).then_some(bytes)
    }

    /// What an address last gave.
    pub(crate) fn seen(&self, address: &str) -> Option<Seen> {
        let text = fs::read_to_string(self.address_path(address)).ok()?;
        let mut lines = text.lines();
        Some(Seen {
            digest: Digest::parse(lines.next()?)?,
            entity_tag: lines.next().map(str::to_owned),
        })
    }

    /// Keeps a file from the web.
    pub(crate) fn keep_file(&self, address: &str, bytes: &[u8], seen: &Seen) -> io::Result<()> {
        self.write(&self.file_path(seen.digest), bytes)?;
        let mut text = format!("{}\n", seen.digest);
        if let Some(tag) = &seen.entity_tag {
            text.push_str(tag);
            text.push('\n');
        }
        self.write(&self.address_path(address), text.as_bytes())
    }

    /// A new empty directory to fetch into.
    pub(crate) fn temporary(&self) -> io::Result<PathBuf> {
        let parent = self.root.join("tmp");
        make_all(&parent)?;
        remove_old(&parent);
        make_unique(&parent)
    }

    /// What git fetched from a repository.
    pub(crate) fn objects(&self, url: &str) -> Objects {
        Objects::new(&self.repository(url))
    }

    fn repository(&self, url: &str) -> PathBuf {
        self.root.join("git").join(name_of(url))
    }

    fn reference_path(&self, url: &str, reference: &str) -> PathBuf {
        self.repository(url).join("refs").join(name_of(reference))
    }

    fn file_path(&self, digest: Digest) -> PathBuf {
        self.root.join("http/files").join(digest.hex())
    }

    fn address_path(&self, address: &str) -> PathBuf {
        self.root.join("http/addresses").join(name_of(address))
    }

    /// Puts a small file in its place, whole.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if let Some(parent) = path.parent() {
            make_all(parent)?;
        }
        let directory = self.temporary()?;
        let temporary = directory.join("file");
        fs::write(&temporary, bytes)?;
        fs::rename(&temporary, path)?;
        fs::remove_dir(directory)
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        if self.is_temporary {
            // What cannot be removed is left to the system's own cleaning.
            let _ = fs::remove_dir_all(&self.root);
        }
    }
}

/// A file name for any text: what people recognise of it, then what tells it apart.
fn name_of(text: &str) -> String {
    const SHOWN: usize = 40;
    const DIGITS: usize = 32;
    let mut end = text.trim_end_matches('/');
    end = end.split('?').next().unwrap_or(end);
    let recognised: Vec<char> = end
        .chars()
        .rev()
        .take_while(|&c| c != '@')
        .take(SHOWN)
        .collect();
    let mut name: String = recognised
        .into_iter()
        .rev()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    name.push('-');
    name.push_str(&Digest::of(text.as_bytes()).hex()[..DIGITS]);
    name
}

/// Makes a directory and those above it, for this user alone: what is fetched may be secret.
fn make_all(path: &Path) -> io::Result<()> {
    private().recursive(true).create(path)
}

/// Makes directories that others may not enter. On Windows they are as private as what is above them,
/// which is the user's profile.
fn private() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "there is nothing to set"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

fn make_unique(parent: &Path) -> io::Result<PathBuf> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanoseconds = since.map_or(0, |since| since.as_nanos());
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("trimtab-{}-{nanoseconds}-{number}", std::process::id());
        let path = parent.join(name);
        match private().create(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            result => return result.map(|()| path),
        }
    }
}

/// Removes what processes left that died long ago. What cannot be removed stays.
fn remove_old(directory: &Path) {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    for entry in entries {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|time| time.elapsed().ok());
        if age.is_some_and(|age| age > OLD) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://host/a/b";

    fn fetched(cache: &Cache, content: &str) -> PathBuf {
        let directory = cache.temporary().unwrap();
        fs::create_dir_all(directory.join("tree/.git")).unwrap();
        fs::write(directory.join("tree/a"), content).unwrap();
        directory
    }

    #[test]
    fn the_first_to_fetch_a_commit_wins_and_damage_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::open(Some(directory.path())).unwrap();
        assert!(cache.commit(URL, "c1").is_none());
        let first = cache
            .keep_commit(URL, "c1", &fetched(&cache, "one"))
            .unwrap();
        let second = cache
            .keep_commit(URL, "c1", &fetched(&cache, "two"))
            .unwrap();
        assert_eq!((first.digest, &first.tree), (second.digest, &second.tree));
        assert_eq!(fs::read(first.tree.join("a")).unwrap(), b"one");
        assert_eq!(cache.commit(URL, "c1").unwrap().digest, first.digest);
        fs::write(first.tree.join("../manifest"), "").unwrap();
        assert!(cache.commit(URL, "c1").is_none());
        let third = cache
            .keep_commit(URL, "c1", &fetched(&cache, "two"))
            .unwrap();
        assert_eq!(fs::read(third.tree.join("a")).unwrap(), b"two");
        assert_eq!(fs::read_dir(cache.root.join("tmp")).unwrap().count(), 0);
    }

    #[test]
    fn references_and_files_are_remembered() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::open(Some(directory.path())).unwrap();
        assert_eq!(cache.reference(URL, "main"), None);
        cache.keep_reference(URL, "main", "c1").unwrap();
        cache.keep_reference(URL, "main", "c2").unwrap();
        assert_eq!(cache.reference(URL, "main").as_deref(), Some("c2"));
        assert_eq!(cache.reference(URL, "ma/in"), None);
        let seen = |tag: Option<&str>| Seen {
            digest: Digest::of(b"text"),
            entity_tag: tag.map(str::to_owned),
        };
        for tag in [None, Some("\"1\"")] {
            cache.keep_file(URL, b"text", &seen(tag)).unwrap();
            assert_eq!(cache.seen(URL), Some(seen(tag)));
        }
        let digest = Digest::of(b"text");
        assert_eq!(cache.file(digest).as_deref(), Some(&b"text"[..]));
        fs::write(cache.file_path(digest), "other").unwrap();
        assert_eq!(cache.file(digest), None);
    }

    #[test]
    fn without_a_directory_nothing_stays() {
        let cache = Cache::open(None).unwrap();
        let root = cache.root.clone();
        cache.keep_reference(URL, "main", "c1").unwrap();
        assert!(root.exists());
        drop(cache);
        assert!(!root.exists());
    }

    #[test]
    fn names_are_recognisable_and_distinct() {
        let name = name_of("https://user:secret@host/org/repo");
        assert!(name.starts_with("host-org-repo-"), "{name}");
        assert_ne!(name, name_of("https://user:secret@host/org-repo"));
        assert!(name_of("..").starts_with("---"));
    }
}
