//! Which overlays a command works on: the directories that it is given, or those below them that no
//! other one there uses.

use crate::exit::Failure;
use crate::ui::path::with_slashes;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use trimtab_tree::{ParseOptions, Value, parse_document};

/// The names that a kustomization file may have.
pub(super) const FILES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The fields that name other kustomizations.
const USES: [&str; 6] = [
    "resources",
    "bases",
    "components",
    "generators",
    "transformers",
    "validators",
];

/// The overlays that `arguments` name, each once, with tidy paths. `recursive` looks below them.
///
/// # Errors
/// When a directory cannot be read, or none is left.
pub(crate) fn targets(arguments: &[String], recursive: bool) -> Result<Vec<String>, Failure> {
    let mut targets = Vec::new();
    let mut seen = BTreeSet::new();
    for argument in arguments {
        let found = if recursive {
            let found = below(Path::new(argument))?;
            if found.is_empty() {
                let message = format!("there is no kustomization in or below {argument}");
                return Err(Failure::new("no-kustomization", message));
            }
            found
        } else {
            vec![argument.clone()]
        };
        for target in found {
            let target = tidy(&target);
            if seen.insert(target.clone()) {
                targets.push(target);
            }
        }
    }
    Ok(targets)
}

/// The kustomization file of a directory, if it has one.
pub(crate) fn kustomization_file(directory: &Path) -> Option<PathBuf> {
    let mut files = FILES.iter().map(|name| directory.join(name));
    files.find(|file| file.is_file())
}

/// A path without `./` and without slashes at its end. What is no path on this machine stays.
fn tidy(target: &str) -> String {
    if target.contains("://") || target == "-" {
        return target.to_owned();
    }
    let path: PathBuf = Path::new(target)
        .components()
        .filter(|component| !matches!(component, Component::CurDir))
        .collect();
    match path.to_str() {
        Some("") | None => ".".to_owned(),
        Some(path) => with_slashes(path),
    }
}

/// The kustomizations in and below a directory that no other one there uses; not the components,
/// which are built with what uses them only.
fn below(root: &Path) -> Result<Vec<String>, Failure> {
    let mut found: Vec<(PathBuf, Value)> = Vec::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        let listing = std::fs::read_dir(&directory)
            .map_err(|error| Failure::io("read", &directory, &error))?;
        for entry in listing {
            let entry = entry.map_err(|error| Failure::io("read", &directory, &error))?;
            let name = entry.file_name();
            let is_hidden = name.to_string_lossy().starts_with('.');
            let is_directory = entry.file_type().is_ok_and(|it| it.is_dir());
            if is_directory && !is_hidden {
                directories.push(entry.path());
            }
        }
        if let Some(file) = kustomization_file(&directory) {
            // What is no kustomization is told when it is built.
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            let document = parse_document(&text, ParseOptions::default());
            found.push((directory, document.unwrap_or_else(|_| Value::null())));
        }
    }
    let mut used = BTreeSet::new();
    for (directory, kustomization) in &found {
        for field in USES {
            let entries = kustomization.get(field).and_then(Value::as_sequence);
            for entry in entries.unwrap_or_default().iter().filter_map(Value::text) {
                used.extend(dunce::canonicalize(directory.join(entry)).ok());
            }
        }
    }
    let is_overlay = |(directory, kustomization): &(PathBuf, Value)| {
        let is_component = kustomization.get("kind").and_then(Value::text) == Some("Component");
        let real = dunce::canonicalize(directory);
        !is_component && real.is_ok_and(|real| !used.contains(&real))
    };
    let overlays = found.iter().filter(|it| is_overlay(it));
    let mut overlays: Vec<String> = overlays
        .map(|(directory, _)| directory.to_string_lossy().into_owned())
        .collect();
    overlays.sort();
    Ok(overlays)
}

#[cfg(test)]
mod tests {
    use super::{targets, tidy};

    #[test]
    fn paths_are_tidy() {
        for (given, tidied) in [
            (".", "."),
            ("./", "."),
            ("./a/", "a"),
            ("a/./b//", "a/b"),
            ("../a", "../a"),
            ("/a/b/", "/a/b"),
            ("https://example.com/a//b", "https://example.com/a//b"),
        ] {
            assert_eq!(tidy(given), tidied);
        }
    }

    #[test]
    fn what_others_use_is_no_overlay() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        for (place, text) in [
            ("base", "resources: []"),
            (
                "overlays/a",
                "resources: [../../base]\ncomponents: [../../part]",
            ),
            ("overlays/b", "bases: [../../base/]"),
            ("part", "kind: Component"),
            ("lone/part", "kind: Component"),
            (".git/x", "resources: []"),
        ] {
            let place = root.join(place);
            std::fs::create_dir_all(&place).unwrap();
            std::fs::write(place.join("kustomization.yaml"), text).unwrap();
        }
        let found = targets(&[root.display().to_string()], true).unwrap();
        let names: Vec<&str> = found
            .iter()
            .map(|target| target.rsplit('/').next().unwrap())
            .collect();
        assert_eq!(names, ["a", "b"]);
        let twice = targets(&["a".to_owned(), "./a/".to_owned()], false).unwrap();
        assert_eq!(twice, ["a"]);
    }
}
