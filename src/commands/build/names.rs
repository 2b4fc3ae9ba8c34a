//! The files that several targets are written to, one each.
//!
//! A file is called as its target is below the directory that all of them share: of
//! `overlays/dev` and `overlays/prod` the files are `dev.yaml` and `prod.yaml`; of
//! `a/overlays/dev` and `b/overlays/dev` they are `a/overlays/dev.yaml` and
//! `b/overlays/dev.yaml`. So two targets never share a name, and one that is added beside others
//! changes none of theirs.

use std::path::{Component, Path, PathBuf};

/// The files, relative to the directory of all, in the order of `targets`; targets that are one
/// directory have one file.
pub(super) fn files(targets: &[&str], extension: &str) -> Vec<PathBuf> {
    let paths: Vec<Vec<String>> = targets.iter().map(|target| parts(target)).collect();
    let shared = shared_parts(&paths);
    let file = |parts: &Vec<String>| {
        let mut path: PathBuf = parts[shared..].iter().collect();
        // Not `set_extension`: a name such as `v1.2` has a dot of its own.
        path.as_mut_os_string().push(format!(".{extension}"));
        path
    };
    paths.iter().map(file).collect()
}

/// How many names at the start all have in common; at least one is left to each.
fn shared_parts(paths: &[Vec<String>]) -> usize {
    let Some((first, others)) = paths.split_first() else {
        return 0;
    };
    let same = |other: &Vec<String>| first.iter().zip(other).take_while(|(a, b)| a == b).count();
    let shortest = paths.iter().map(Vec::len).min().unwrap_or_default();
    let shared = others.iter().map(same).min().unwrap_or(first.len());
    shared.min(shortest.saturating_sub(1))
}

/// The names that lead to a target: from the root of the file system, or from the host of an
/// address.
fn parts(target: &str) -> Vec<String> {
    if let Some((_, address)) = target.split_once("://") {
        return address_parts(address);
    }
    let path = Path::new(if target == "-" { "stdin" } else { target });
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut parts = Vec::new();
    for component in absolute.components() {
        match component {
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            Component::ParentDir => {
                parts.pop();
            }
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    if parts.is_empty() {
        parts.push("root".to_owned());
    }
    parts
}

fn address_parts(address: &str) -> Vec<String> {
    let is_name = |part: &&str| !matches!(*part, "" | "." | "..");
    let parts = address.split(['/', ':', '?', '&']).filter(is_name);
    parts.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(targets: &[&str]) -> Vec<String> {
        let files = files(targets, "yaml");
        let text = |file: &PathBuf| file.to_string_lossy().replace('\\', "/");
        files.iter().map(text).collect()
    }

    #[test]
    fn names_are_short_and_never_collide() {
        for (targets, expected) in [
            (
                &["overlays/dev", "overlays/prod/"][..],
                &["dev.yaml", "prod.yaml"][..],
            ),
            (
                &["./overlays/v1.2", "x/../overlays/prod"],
                &["v1.2.yaml", "prod.yaml"],
            ),
            (
                &["a/overlays/dev", "b/overlays/dev"],
                &["a/overlays/dev.yaml", "b/overlays/dev.yaml"],
            ),
            (&["a-b/c", "a/b-c"], &["a-b/c.yaml", "a/b-c.yaml"]),
            (&["a", "a/dev"], &["a.yaml", "a/dev.yaml"]),
            (&["a/dev", "a/./dev"], &["dev.yaml", "dev.yaml"]),
            (
                &["https://host/org/a?ref=v1", "https://host/org/b"],
                &["a/ref=v1.yaml", "b.yaml"],
            ),
        ] {
            assert_eq!(names(targets), expected, "{targets:?}");
        }
    }
}
