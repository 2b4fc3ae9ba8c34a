//! Paths as people read them.

use std::path::Path;

/// A path that somebody typed, with slashes on every system. A backslash is a character of names elsewhere
/// than on Windows.
pub(crate) fn with_slashes(path: &str) -> String {
    if cfg!(windows) {
        path.replace('\\', "/")
    } else {
        path.to_owned()
    }
}

/// The path, with the home directory as `~`.
pub(crate) fn short(path: &Path) -> String {
    let home = std::env::home_dir().filter(|home| home.is_absolute());
    match home.as_deref().map(|home| path.strip_prefix(home)) {
        Some(Ok(below)) => Path::new("~").join(below).display().to_string(),
        _ => path.display().to_string(),
    }
}
