//! Files beside those that a build read which nothing in it names.

use crate::loader::{FILE_NAMES, Sources};
use rustc_hash::FxHashSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use trimtab_tree::{Diagnostic, read_file};

/// More files are not looked at; so large a tree holds something else than manifests.
const MOST_FILES: usize = 200_000;

/// Files with these endings are manifests, patches or what generators read, wherever they are.
const INPUTS: [&str; 5] = ["env", "json", "properties", "yaml", "yml"];

/// Directories and files that belong to other tools: what they hold is not for a kustomization to
/// name.
const OTHERS: [&str; 5] = [
    "Chart.yaml",
    "node_modules",
    "skaffold.yaml",
    "charts",
    "templates",
];

/// Files in the directories of all kustomizations that were read with `sources` that nothing
/// names: what is meant for one by its ending, and what lies beside a file that a generator reads and is of its kind. A
/// directory below with a kustomization of its own counts only if it was read, or if it is a
/// component. Directories below one of `excluded` are left alone, as are hidden files. Each
/// directory is visited once.
#[must_use]
pub fn unreferenced_files(sources: &Sources, excluded: &[PathBuf]) -> Vec<Diagnostic> {
    let read: FxHashSet<PathBuf> = sources.files().into_iter().collect();
    let mut roots: Vec<PathBuf> = read
        .iter()
        .filter(|path| path.file_name().is_some_and(is_kustomization))
        .filter(|path| !excluded.iter().any(|other| path.starts_with(other)))
        .filter_map(|path| path.parent().map(Path::to_owned))
        .collect();
    roots.sort();
    let mut walk = Walk {
        beside: kinds_beside(&read),
        read,
        visited: FxHashSet::default(),
        left: MOST_FILES,
        found: Vec::new(),
    };
    for root in &roots {
        walk.directory(root);
    }
    walk.found.sort();
    let warning = |(path, is_component): (PathBuf, bool)| {
        let (code, message, hint) = if is_component {
            (
                "unreferenced-component",
                "nothing in this build uses this component",
                "name it under `components`, or remove it",
            )
        } else {
            (
                "unreferenced-file",
                "nothing in this build names this file",
                "name it in the kustomization, or remove it",
            )
        };
        let warning = Diagnostic::warning(code, message).in_file(sources.shown(&path));
        *warning.hint(hint)
    };
    walk.found.into_iter().map(warning).collect()
}

struct Walk {
    read: FxHashSet<PathBuf>,
    /// Directory and ending of the files that were read.
    beside: FxHashSet<(PathBuf, Box<OsStr>)>,
    visited: FxHashSet<PathBuf>,
    left: usize,
    /// Files, and whether they are components.
    found: Vec<(PathBuf, bool)>,
}

impl Walk {
    fn directory(&mut self, directory: &Path) {
        if !self.visited.insert(directory.to_owned()) {
            return;
        }
        // What cannot be read is not told: the build has read all that it needs.
        let Ok(entries) = fs::read_dir(directory) else {
            return;
        };
        let mut below = Vec::new();
        for entry in entries.flatten() {
            let Some(left) = self.left.checked_sub(1) else {
                return;
            };
            self.left = left;
            let (name, path) = (entry.file_name(), entry.path());
            let is_hidden = name.as_encoded_bytes().starts_with(b".");
            // Links lead to what has another place of its own.
            let Some(kind) = entry.file_type().ok().filter(|_| !is_hidden) else {
                continue;
            };
            let is_other = OTHERS.iter().any(|other| *name == **other);
            if kind.is_dir() && !is_other {
                below.push(path);
            } else if kind.is_file() && !is_other && self.is_unnamed(&path, &name) {
                self.found.push((path, false));
            }
        }
        below.sort();
        for directory in below {
            self.descend(&directory);
        }
    }

    /// A directory with a kustomization of its own is no part of the one above.
    fn descend(&mut self, directory: &Path) {
        let own = FILE_NAMES.iter().map(|name| directory.join(name));
        let Some(own) = own.into_iter().find(|path| path.is_file()) else {
            if !directory.join("Chart.yaml").is_file() {
                self.directory(directory);
            }
            return;
        };
        if !self.read.contains(&own) && is_component(&own) {
            self.found.push((own, true));
        }
    }

    fn is_unnamed(&self, path: &Path, name: &OsStr) -> bool {
        if self.read.contains(path) || is_kustomization(name) {
            return false;
        }
        let Some(ending) = path.extension() else {
            return false;
        };
        INPUTS.iter().any(|it| *ending == **it)
            || path.parent().is_some_and(|parent| {
                let place = (parent.to_owned(), Box::from(ending));
                self.beside.contains(&place)
            })
    }
}

fn is_kustomization(name: &OsStr) -> bool {
    FILE_NAMES.iter().any(|other| *name == **other)
}

fn kinds_beside(read: &FxHashSet<PathBuf>) -> FxHashSet<(PathBuf, Box<OsStr>)> {
    let kind = |path: &PathBuf| Some((path.parent()?.to_owned(), Box::from(path.extension()?)));
    read.iter().filter_map(kind).collect()
}

/// Whether a kustomization file says that it is a component, as far as one line tells.
fn is_component(path: &Path) -> bool {
    let text = read_file(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.lines().any(|line| {
        let kind = line.strip_prefix("kind:").map(str::trim);
        kind.is_some_and(|kind| kind.trim_matches(['"', '\'']) == "Component")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BuildOptions;
    use crate::loader::tests::Tree;

    #[test]
    fn what_nothing_names_is_told_and_what_is_not_for_the_build_is_not() {
        let tree = Tree::new(&[
            (
                "overlay/kustomization.yaml",
                b"resources: [../base]\nconfigMapGenerator: [{name: a, files: [a.conf]}]\n",
            ),
            ("overlay/a.conf", b"1"),
            ("overlay/b.conf", b"2"),
            ("overlay/notes.txt", b"3"),
            ("overlay/README.md", b"4"),
            ("overlay/.hidden.yaml", b"a: b"),
            ("overlay/patches/old.yaml", b"a: b"),
            ("overlay/below/kustomization.yaml", b"namePrefix: x-\n"),
            ("overlay/below/other.yaml", b"a: b"),
            ("overlay/part/kustomization.yaml", b"kind: Component\n"),
            ("overlay/chart/Chart.yaml", b"name: x"),
            ("overlay/chart/values.yaml", b"a: b"),
            ("base/kustomization.yaml", b"resources: [used.yaml]\n"),
            (
                "base/used.yaml",
                b"{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}",
            ),
            ("base/unused.json", b"{}"),
            ("base/old.env", b"a=b"),
            ("base/setup.cfg", b"a=b"),
            ("elsewhere/unused.yaml", b"a: b"),
        ]);
        let sources = tree.sources();
        crate::build("overlay", &BuildOptions::default(), &sources).unwrap();
        let found = |excluded: &[PathBuf]| -> Vec<String> {
            let found = unreferenced_files(&sources, excluded);
            let shown = |it: Diagnostic| format!("{} {}", it.code, it.file.unwrap_or_default());
            found.into_iter().map(shown).collect()
        };
        let in_overlay = [
            "unreferenced-file overlay/b.conf",
            "unreferenced-component overlay/part/kustomization.yaml",
            "unreferenced-file overlay/patches/old.yaml",
        ];
        let in_base = [
            "unreferenced-file base/old.env",
            "unreferenced-file base/unused.json",
        ];
        let all = [&in_base[..], &in_overlay].concat();
        assert_eq!(found(&[]), all);
        let base = tree.path().join("base");
        assert_eq!(found(&[base]), in_overlay);
    }
}
