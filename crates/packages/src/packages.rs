//! Packages, and the files in them.

use crate::ignore::Ignored;
use crate::unreadable::unreadable;
use std::path::{Component, Path, PathBuf};
use trimtab_tree::{Diagnostic, Result};

/// The name of the file that makes a directory a package of its own.
pub const MARKER: &str = "Krmfile";

/// Whether the packages below a package are part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Boundary {
    /// They are not.
    Package,
    /// They are.
    None,
}

/// The package in `root` and, if `recurse`, those below it, in the order in which their `Krmfile`s
/// come when names are sorted.
///
/// # Errors
/// When a directory cannot be read.
pub fn packages(root: &Path, recurse: bool) -> Result<Vec<PathBuf>> {
    let root = cleaned(root);
    let mut found = Vec::new();
    if recurse && root.is_dir() {
        let mut left = vec![root.clone()];
        while let Some(path) = left.pop() {
            if path.file_name().is_some_and(|name| name == MARKER) {
                let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
                found.push(parent.unwrap_or(Path::new(".")).to_owned());
            }
            if path == root || is_directory(&path) {
                left.extend(entries(&path)?.into_iter().rev());
            }
        }
    }
    if !found.contains(&root) {
        found.insert(0, root);
    }
    Ok(found)
}

/// A file of a package.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PackageFile {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// The same seen from the package.
    pub(crate) relative: PathBuf,
}

/// The YAML files of a package, and the JSON files `with_json`, in the order of their names, or the one
/// file at `root`. Symbolic links to directories are not followed.
pub(crate) fn files(root: &Path, boundary: Boundary, with_json: bool) -> Result<Vec<PackageFile>> {
    let is_read = |path: &Path| is_yaml(path) || (with_json && is_json(path));
    let real = dunce::canonicalize(root).map_err(|error| unreadable(root, &error))?;
    if !real.is_dir() {
        let relative = real.file_name().map(PathBuf::from).unwrap_or_default();
        let is_read = is_read(&real);
        let file = PackageFile {
            path: cleaned(root),
            relative,
        };
        return Ok(Some(file).into_iter().filter(|_| is_read).collect());
    }
    let ignored = Ignored::read(&real)?;
    let mut files = Vec::new();
    let mut left = entries(&real)?;
    left.reverse();
    while let Some(path) = left.pop() {
        let relative = path.strip_prefix(&real).unwrap_or(&path).to_owned();
        if is_directory(&path) {
            let is_apart = boundary == Boundary::Package && path.join(MARKER).exists();
            if !is_apart && !ignored.matches(&relative, true) {
                left.extend(entries(&path)?.into_iter().rev());
            }
        } else if is_read(&path) && !ignored.matches(&relative, false) {
            // A pipe that nobody writes to would never end.
            if path.metadata().is_ok_and(|it| !it.is_file()) {
                return Err(not_a_file(&joined(root, &relative)));
            }
            let path = joined(root, &relative);
            files.push(PackageFile { path, relative });
        }
    }
    Ok(files)
}

fn not_a_file(path: &Path) -> Box<Diagnostic> {
    let shown = path.display();
    Diagnostic::error("not-a-file", format!("`{shown}` is not a file"))
        .in_file(path.to_string_lossy())
        .expecting("YAML files, or names in `.krmignore`")
}

fn is_yaml(path: &Path) -> bool {
    let extension = path.extension();
    extension.is_some_and(|extension| extension == "yaml" || extension == "yml")
        // A name that is an extension only has none to Rust.
        || path.file_name().is_some_and(|name| name == ".yaml" || name == ".yml")
}

fn is_json(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "json")
        || path.file_name().is_some_and(|name| name == ".json")
}

fn is_directory(path: &Path) -> bool {
    path.symlink_metadata()
        .is_ok_and(|metadata| metadata.is_dir())
}

/// The entries of a directory, sorted by name.
fn entries(path: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error| unreadable(path, &error);
    let mut names = path
        .read_dir()
        .map_err(unreadable)?
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<std::io::Result<Vec<_>>>()
        .map_err(unreadable)?;
    names.sort_unstable();
    Ok(names
        .iter()
        .map(|name| joined(path, Path::new(name)))
        .collect())
}

/// `below` seen from where `path` is seen, without a `./` in front.
fn joined(path: &Path, below: &Path) -> PathBuf {
    if path == Path::new(".") {
        below.to_owned()
    } else {
        path.join(below)
    }
}

/// The shortest path that means the same, by name only.
pub(crate) fn cleaned(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match (part, clean.components().next_back()) {
            (Component::CurDir, _) | (Component::ParentDir, Some(Component::RootDir)) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                clean.pop();
            }
            (part, _) => clean.push(part),
        }
    }
    if clean.as_os_str().is_empty() {
        clean.push(".");
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned() {
        for (path, clean) in [
            ("", "."),
            ("./a//b/", "a/b"),
            ("a/../..", ".."),
            ("/../a", "/a"),
            ("../../a/..", "../.."),
        ] {
            assert_eq!(cleaned(Path::new(path)), Path::new(clean), "{path}");
        }
    }

    #[test]
    fn what_is_no_file_is_not_waited_for() {
        let package = tempfile::tempdir().unwrap();
        let pipe = package.path().join("a.yaml");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let found = crate::Reader::default().package(package.path(), Boundary::None, true);
        assert_eq!(found.unwrap_err().code, "not-a-file");
        std::fs::write(package.path().join(".krmignore"), "a.yaml\n").unwrap();
        let found = crate::Reader::default().package(package.path(), Boundary::None, true);
        assert_eq!(found.unwrap(), []);
    }

    #[test]
    fn yaml_files_are_known_by_their_names() {
        let names = ["a.yaml", "b.yml", ".yaml", "c.json", "yaml", "d.YAML"];
        let found: Vec<_> = names
            .iter()
            .filter(|name| is_yaml(Path::new(name)))
            .collect();
        assert_eq!(found, [&"a.yaml", &"b.yml", &".yaml"]);
    }
}
