//! Paths and files of the copy.

use std::io;
use std::path::{Component, Path, PathBuf};
use trimtab_tree::{Diagnostic, Result, read_file};

/// The way from the directory `from` to `to`, both absolute and clean, as a kustomization has it;
/// `.` when they are one.
#[must_use]
pub(super) fn relative(from: &Path, to: &Path) -> String {
    let shared = from
        .components()
        .zip(to.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    let way: PathBuf = up.chain(to.components().skip(shared)).collect();
    match way.to_string_lossy() {
        here if here.is_empty() => ".".to_owned(),
        way => way.into_owned(),
    }
}

/// Makes a directory and those above it.
pub(super) fn make_directory(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).map_err(|error| unwritable(&path.display().to_string(), &error))
}

/// Writes a file, and makes the directories above it.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<()> {
    if let Some(parent) = path.parent() {
        make_directory(parent)?;
    }
    std::fs::write(path, content).map_err(|error| unwritable(&path.display().to_string(), &error))
}

/// Copies what is in the directory `from`, symbolic links left out, and nothing of the directory
/// `except`. What is read goes through `check`.
pub(super) fn copy_directory(
    from: &Path,
    to: &Path,
    except: &Path,
    check: &dyn Fn(&Path, &[u8]) -> Result<()>,
) -> Result<()> {
    let mut left = vec![(from.to_owned(), to.to_owned())];
    while let Some((from, to)) = left.pop() {
        let unreadable = |error: io::Error| {
            let message = format!("`{}` cannot be copied: {error}", from.display());
            Diagnostic::error("unreadable-file", message)
        };
        make_directory(&to)?;
        for entry in from.read_dir().map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let kind = entry.file_type().map_err(unreadable)?;
            let (source, copy) = (entry.path(), to.join(entry.file_name()));
            if kind.is_dir() && source != except {
                left.push((source, copy));
            } else if kind.is_file() {
                let content = read_file(&source).map_err(unreadable)?;
                check(&source, &content)?;
                write(&copy, &content)?;
            }
        }
    }
    Ok(())
}

/// The error of something that could not be written.
pub(super) fn unwritable(shown: &str, error: &io::Error) -> Box<Diagnostic> {
    Diagnostic::error(
        "unwritable-file",
        format!("`{shown}` cannot be written: {error}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loader::join;

    #[test]
    fn ways_lead_up_and_down_again() {
        for (from, to, way) in [
            ("/a", "/a", "."),
            ("/a", "/a/b/c", "b/c"),
            ("/a/b", "/a/c", "../c"),
            ("/a/b/c", "/a", "../.."),
            ("/", "/a", "a"),
        ] {
            let found = relative(Path::new(from), Path::new(to));
            assert_eq!(found, way, "{from} {to}");
            assert_eq!(join(Path::new(from), &found), Path::new(to));
        }
    }
}
