//! What is said of a path that cannot be read.

use std::path::Path;
use trimtab_tree::Diagnostic;

/// The error of a file or directory that cannot be read.
pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> Box<Diagnostic> {
    let shown = path.display();
    if error.kind() == std::io::ErrorKind::NotFound {
        return Diagnostic::error("missing-file", format!("`{shown}` does not exist"))
            .expecting("a directory, or a file of objects");
    }
    Diagnostic::error(
        "unreadable-file",
        format!("`{shown}` cannot be read: {error}"),
    )
}
