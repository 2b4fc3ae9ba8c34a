//! Changes of the tree: files and directories that are not what they should be.

use super::harness::{Change, below, files_of, kustomization};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// All of them.
pub(crate) fn changes() -> Vec<Change> {
    let mut changes = vec![
        Change::new("the kustomization gone", true, |root, _| {
            remove_kustomizations(root).is_some()
        }),
        Change::new("the kustomization a directory", true, |root, _| {
            remove_kustomizations(root).is_some_and(|path| fs::create_dir(&path).is_ok())
        }),
        Change::new("two kustomizations", true, |root, _| {
            let second = ["kustomization.yml", "Kustomization"].map(|name| root.join(name));
            second
                .iter()
                .all(|path| fs::write(path, "namePrefix: a-\n").is_ok())
        }),
        Change::new("a file gone", false, |root, seed| {
            a_file(root, seed).is_some_and(|path| fs::remove_file(path).is_ok())
        }),
        Change::new("a file a directory", false, |root, seed| {
            a_file(root, seed)
                .is_some_and(|path| fs::remove_file(&path).is_ok() && fs::create_dir(&path).is_ok())
        }),
        Change::new("a file a link to nothing", false, |root, seed| {
            linked(root, seed, "nothing")
        }),
        Change::new("a file a link to itself", false, |root, seed| {
            a_file(root, seed)
                .is_some_and(|path| fs::remove_file(&path).is_ok() && symlink(&path, &path).is_ok())
        }),
        Change::new("a file a link to a device", false, |root, seed| {
            linked(root, seed, "/dev/zero")
        }),
        Change::new("a file a link to the root", false, |root, seed| {
            linked(root, seed, "/")
        }),
        Change::new(
            "a file a link to the directory above",
            false,
            |root, seed| linked(root, seed, ".."),
        ),
        Change::new("a file empty", false, |root, seed| {
            a_file(root, seed).is_some_and(|path| fs::write(path, "").is_ok())
        }),
        Change::new(
            "a file with the text of the kustomization",
            false,
            |root, seed| {
                let from = kustomization(root).zip(a_file(root, seed));
                from.is_some_and(|(from, to)| fs::copy(from, to).is_ok())
            },
        ),
        Change::new("a directory a file", false, |root, seed| {
            let mut directories: Vec<PathBuf> = files_of(root)
                .iter()
                .filter_map(|path| path.parent().map(Path::to_owned))
                .filter(|path| path != root)
                .collect();
            directories.dedup();
            if directories.is_empty() {
                return false;
            }
            let directory = directories.swap_remove(below(seed, directories.len()));
            fs::remove_dir_all(&directory).is_ok() && fs::write(directory, "a: b\n").is_ok()
        }),
        Change::new("all other files gone", false, |root, _| {
            let own = kustomization(root);
            let others = files_of(root)
                .into_iter()
                .filter(|path| Some(path) != own.as_ref());
            others
                .map(|path| fs::remove_file(path).is_ok())
                .filter(|&gone| gone)
                .count()
                > 0
        }),
    ];
    for (name, entry) in paths() {
        for field in [
            "resources",
            "components",
            "configurations",
            "transformers",
            "crds",
        ] {
            let entry = entry.clone();
            changes.push(Change::new(
                format!("{name} in {field}"),
                false,
                move |root, _| {
                    let Some(path) = kustomization(root) else {
                        return false;
                    };
                    let quoted = serde_json_text(&entry);
                    fs::write(path, format!("{field}: [{quoted}]\n")).is_ok()
                },
            ));
        }
    }
    changes
}

/// Paths that lead nowhere, or where none should lead.
fn paths() -> Vec<(&'static str, String)> {
    vec![
        ("an empty path", String::new()),
        ("the root", "/".to_owned()),
        ("itself", ".".to_owned()),
        ("itself by a detour", "./no/..".to_owned()),
        ("the directory above", "..".to_owned()),
        ("a home", "~".to_owned()),
        ("a device", "/dev/null".to_owned()),
        ("an endless device", "/dev/zero".to_owned()),
        ("a NUL", "a\0b".to_owned()),
        ("spaces", "   ".to_owned()),
        ("a line break", "a\nb".to_owned()),
        ("a backslash", "..\\base".to_owned()),
        ("a pattern", "**/[".to_owned()),
        ("a long name", "x".repeat(5000)),
        ("a long path", "x/".repeat(5000)),
        ("a way down and up", "../x/".repeat(2000)),
        ("a password file", "/etc/passwd".to_owned()),
        ("a variable", "$(HOME)/x".to_owned()),
    ]
}

/// A text in double quotes; YAML's escapes are those of JSON here.
fn serde_json_text(text: &str) -> String {
    let escaped = text.chars().map(|character| match character {
        '"' | '\\' => format!("\\{character}"),
        character if character.is_control() => format!("\\u{:04x}", u32::from(character)),
        character => character.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

/// Removes the kustomization, also where an input has two of them. Returns where the first was.
fn remove_kustomizations(root: &Path) -> Option<PathBuf> {
    let first = kustomization(root)?;
    while let Some(path) = kustomization(root) {
        fs::remove_file(path).ok()?;
    }
    Some(first)
}

/// A file that is not the kustomization.
fn a_file(root: &Path, seed: u64) -> Option<PathBuf> {
    let own = kustomization(root);
    let mut files = files_of(root);
    files.retain(|path| Some(path) != own.as_ref());
    (!files.is_empty()).then(|| files.swap_remove(below(seed, files.len())))
}

fn linked(root: &Path, seed: u64, to: &str) -> bool {
    a_file(root, seed)
        .is_some_and(|path| fs::remove_file(&path).is_ok() && symlink(to, &path).is_ok())
}
