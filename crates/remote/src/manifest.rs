//! What a fetched directory holds, so that later reading it can be checked file by file.
//!
//! A manifest is text, one line a file in the order of their paths: digest, kind, path. Its own
//! digest stands for the whole directory, and depends on nothing but names, content, and which
//! files are links or programs. Windows knows no programs by their mode and makes files of links, so
//! there the digest of a directory that has some differs.

use crate::Digest;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// The files of a directory and their digests.
#[derive(Debug)]
pub(crate) struct Manifest {
    text: Vec<u8>,
}

/// What does not count: git's own files, and those that tie a submodule to its repository.
const GIT: &str = ".git";

/// The digits of a digest, a space, a letter, a space.
const BEFORE_PATH: usize = 64 + 3;

impl Manifest {
    /// Reads all files below a directory. What is neither a file, a link nor a directory is passed
    /// over; git makes none.
    pub(crate) fn of(root: &Path) -> io::Result<Self> {
        let mut lines = Vec::new();
        let mut directories = vec![root.to_owned()];
        while let Some(directory) = directories.pop() {
            for entry in fs::read_dir(directory)? {
                let entry = entry?;
                let path = entry.path();
                let kind = entry.file_type()?;
                if entry.file_name() == GIT {
                    continue;
                }
                let (digest, letter) = if kind.is_dir() {
                    directories.push(path);
                    continue;
                } else if kind.is_symlink() {
                    let target = fs::read_link(&path)?;
                    (Digest::of(target.as_os_str().as_encoded_bytes()), 'l')
                } else if kind.is_file() {
                    let letter = if is_program(&entry.metadata()?) {
                        'x'
                    } else {
                        'f'
                    };
                    (digest_of_file(&path)?, letter)
                } else {
                    continue;
                };
                let below = path.strip_prefix(root).unwrap_or(&path);
                lines.push((escape(below.as_os_str()), digest, letter));
            }
        }
        lines.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut text = Vec::new();
        for (path, digest, letter) in lines {
            text.extend_from_slice(digest.hex().as_bytes());
            text.extend_from_slice(format!(" {letter} ").as_bytes());
            text.extend(path);
            text.push(b'\n');
        }
        Ok(Self { text })
    }

    /// A manifest that was written before.
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        fs::read(path).map(|text| Self { text })
    }

    /// Its text.
    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    /// What stands for the whole directory.
    pub(crate) fn digest(&self) -> Digest {
        Digest::of(&self.text)
    }

    /// The digest of a file, by its path below the directory. Looks at a few lines only.
    pub(crate) fn find(&self, path: &Path) -> Option<Digest> {
        let wanted = escape(path.as_os_str());
        let (mut low, mut high) = (0, self.text.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let before = self.text[low..middle]
                .iter()
                .rposition(|&byte| byte == b'\n');
            let start = before.map_or(low, |at| low + at + 1);
            let length = self.text[start..].iter().position(|&byte| byte == b'\n')?;
            let line = &self.text[start..start + length];
            match line.get(BEFORE_PATH..)?.cmp(&*wanted) {
                std::cmp::Ordering::Less => low = start + length + 1,
                std::cmp::Ordering::Greater => high = start,
                std::cmp::Ordering::Equal => {
                    return Digest::parse_hex(str::from_utf8(line.get(..64)?).ok()?);
                }
            }
        }
        None
    }
}

#[cfg(unix)]
fn is_program(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_program(_: &fs::Metadata) -> bool {
    false
}

/// A path on one line, its parts between slashes on every system.
fn escape(path: &OsStr) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(path.len());
    for &byte in path.as_encoded_bytes() {
        match byte {
            b'\\' if cfg!(windows) => escaped.push(b'/'),
            b'\n' => escaped.extend(b"\\n"),
            b'\\' => escaped.extend(b"\\\\"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn digest_of_file(path: &Path) -> io::Result<Digest> {
    use sha2::Digest as _;
    let mut hasher = sha2::Sha256::new();
    io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok(Digest::from_array(hasher.finalize().into()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn each_file_is_found_with_its_digest() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        let names = [
            "a",
            "a-b",
            "a.d/x",
            "b/.git/config",
            "b/c",
            "new\nline",
            "z\\n",
        ];
        for name in names {
            fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
            fs::write(root.join(name), name).unwrap();
        }
        std::os::unix::fs::symlink("../nowhere", root.join("b/link")).unwrap();
        let manifest = Manifest::of(root).unwrap();
        for name in names {
            let expected = (!name.contains(".git")).then(|| Digest::of(name.as_bytes()));
            assert_eq!(manifest.find(Path::new(name)), expected, "{name}");
        }
        assert_eq!(
            manifest.find(Path::new("b/link")),
            Some(Digest::of(b"../nowhere"))
        );
        for absent in ["", "0", "a.", "b", "zz"] {
            assert_eq!(manifest.find(Path::new(absent)), None, "{absent}");
        }
        let lines = String::from_utf8_lossy(manifest.text()).lines().count();
        assert_eq!(lines, 7);
        let digest = manifest.digest();
        fs::set_permissions(root.join("a"), fs::Permissions::from_mode(0o755)).unwrap();
        assert_ne!(Manifest::of(root).unwrap().digest(), digest);
    }
}
