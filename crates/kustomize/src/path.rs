//! Slash-separated paths as text, and the names that a directory has.

use std::path::Path;

/// The names in a directory that are text, in no order; none when it cannot be read, as with Go's
/// `filepath.Glob`.
pub(crate) fn names_in(directory: &Path) -> impl Iterator<Item = String> + use<> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok())
}

/// A path as people and machines are shown it, with slashes on every system.
pub(crate) fn shown(path: &Path) -> String {
    with_slashes(&path.to_string_lossy())
}

/// A path as somebody typed it, as kustomizations have it on every system. A backslash is a character of
/// names elsewhere than on Windows.
pub(crate) fn with_slashes(path: &str) -> String {
    if cfg!(windows) {
        path.replace('\\', "/")
    } else {
        path.to_owned()
    }
}

/// `path` seen from `base`, with `.` and `..` worked out. An absolute `path` stands for itself.
#[must_use]
pub(crate) fn join(base: &str, path: &str) -> String {
    if path.starts_with('/') || base.is_empty() {
        return clean(path);
    }
    clean(&format!("{base}/{path}"))
}

/// The shortest path that means the same: no `.`, no empty parts, `..` only in front. An empty
/// path becomes `.`.
#[must_use]
pub(crate) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&"..") | None if !rooted => parts.push(".."),
                _ => {
                    parts.pop();
                }
            },
            part => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned() {
        for (path, cleaned) in [
            ("", "."),
            ("./a//b/", "a/b"),
            ("a/../..", ".."),
            ("../../a/..", "../.."),
            ("/../a", "/a"),
            ("/..", "/"),
        ] {
            assert_eq!(clean(path), cleaned, "{path}");
        }
        assert_eq!(join("overlays/dev", "../../base"), "base");
        assert_eq!(join("", "../base"), "../base");
        assert_eq!(join("a", "/b"), "/b");
    }
}
