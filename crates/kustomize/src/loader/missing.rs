//! Errors about files that are not there, and what is there instead.

use super::{FILE_NAMES, Sources};
use std::io;
use std::path::Path;
use trimtab_tree::{Diagnostic, sort_by_nearness};

/// The code of the error that a file or directory does not exist.
const MISSING: &str = "missing-file";

/// How many names a hint lists.
const LISTED: usize = 8;

/// More entries of a directory are not looked at for a hint.
const LOOKED_AT: usize = 10_000;

/// Why `path`, called `given` by the user, could not be looked at.
pub(super) fn explain(
    sources: &Sources,
    path: &Path,
    given: &str,
    error: &io::Error,
) -> Box<Diagnostic> {
    match error.kind() {
        io::ErrorKind::NotFound => not_found(sources, path, given),
        io::ErrorKind::NotADirectory => {
            Diagnostic::error(MISSING, format!("`{given}` leads through a file"))
                .expecting("directories up to the last part")
        }
        _ => Diagnostic::error(
            "unreadable-file",
            format!("`{given}` cannot be read: {error}"),
        ),
    }
}

fn not_found(sources: &Sources, path: &Path, given: &str) -> Box<Diagnostic> {
    if path.symlink_metadata().is_ok() {
        let message = format!("`{given}` is a symbolic link that leads nowhere");
        return Diagnostic::error(MISSING, message);
    }
    // The first part that is not there, and the directory where it should be.
    let mut absent = path;
    while let Some(parent) = absent.parent().filter(|parent| !parent.exists()) {
        absent = parent;
    }
    let (Some(parent), Some(name)) = (absent.parent(), absent.file_name()) else {
        return Diagnostic::error(MISSING, format!("`{given}` does not exist"));
    };
    let shown = sources.shown(parent);
    let message = if absent == path {
        format!("`{given}` does not exist")
    } else {
        format!(
            "`{given}` does not exist: there is no `{}`",
            sources.shown(absent)
        )
    };
    let mut names = names_in(parent);
    names.retain(|name| !FILE_NAMES.contains(&&**name) && !name.starts_with('.'));
    let near = sort_by_nearness(&name.to_string_lossy(), &mut names);
    let error = Diagnostic::error(MISSING, message);
    match (names.first(), list(&names)) {
        (Some(first), _) if near => {
            let before = match given.trim_end_matches('/').rsplit_once('/') {
                Some((before, _)) if absent == path => format!("{before}/"),
                _ => String::new(),
            };
            let error = error.hint(format!("did you mean `{before}{first}`?"));
            match list(&names[1..]) {
                Some(others) => error.hint(format!("`{shown}` also has {others}")),
                None => error,
            }
        }
        (_, Some(list)) => error.hint(format!("`{shown}` has {list}")),
        _ => error.hint(format!("`{shown}` has no other files")),
    }
}

/// The error that a directory has no kustomization file.
pub(super) fn no_kustomization(
    sources: &Sources,
    directory: &Path,
    is_target: bool,
) -> Box<Diagnostic> {
    let shown = sources.shown(directory);
    let message = format!("there is no kustomization file in `{shown}`");
    let error = Diagnostic::error("no-kustomization-file", message)
        .in_file(&*shown)
        .expecting(format!("one of {}", FILE_NAMES.join(", ")));
    let mut names = names_in(directory);
    let near = sort_by_nearness(FILE_NAMES[0], &mut names);
    if let (true, Some(first)) = (near, names.first()) {
        return error.hint(format!("rename `{first}`"));
    }
    names.retain(|name| {
        let extension = Path::new(name).extension();
        extension.is_some_and(|extension| extension == "yaml" || extension == "yml")
    });
    match list(&names) {
        Some(list) if is_target => error.hint(format!(
            "add a kustomization.yaml that names them under `resources`: {list}"
        )),
        Some(list) => error.hint(format!(
            "it has {list}: name these one by one, or add a kustomization that does"
        )),
        None => error,
    }
}

/// The names in a directory, sorted.
fn names_in(directory: &Path) -> Vec<String> {
    let entries = directory.read_dir().into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .take(LOOKED_AT)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort_unstable();
    names
}

/// The first names in a sentence.
fn list(names: &[String]) -> Option<String> {
    if names.is_empty() {
        return None;
    }
    let first: Vec<&str> = names.iter().take(LISTED).map(String::as_str).collect();
    let list = first.join(", ");
    Some(match names.len().saturating_sub(LISTED) {
        0 => list,
        more => format!("{list} and {more} more"),
    })
}
