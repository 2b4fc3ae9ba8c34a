//! Shell patterns as Go's `path/filepath` has them, and the files of a directory they stand for.
//!
//! `*` stands for any characters but `/`, `?` for one, `[a-z]` for one of some and `[^a-z]` for one of
//! the others; `\` takes a special meaning away. There is no `**`.

use crate::wildcard::{Step, matches};
use std::path::Path;

/// One step of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    One(char),
    Any,
    Many,
    /// Ranges of characters, and whether it is those or the others.
    Class(Vec<(char, char)>, bool),
}

/// A pattern for a whole path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob {
    parts: Vec<Part>,
}

/// A pattern that is none: a bracket that does not end, or a `\` at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadPattern;

impl Glob {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When it is not well formed.
    pub(crate) fn new(pattern: &str) -> Result<Self, BadPattern> {
        let mut parts = Vec::new();
        let mut rest = pattern.chars();
        while let Some(character) = rest.next() {
            parts.push(match character {
                '*' => Part::Many,
                '?' => Part::Any,
                '\\' => Part::One(rest.next().ok_or(BadPattern)?),
                '[' => class(&mut rest)?,
                other => Part::One(other),
            });
        }
        Ok(Self { parts })
    }

    /// Whether it stands for the whole of `path`.
    pub(crate) fn matches(&self, path: &str) -> bool {
        matches(&self.parts, path)
    }
}

impl Step for Part {
    fn is_many(&self) -> bool {
        matches!(self, Self::Many)
    }

    fn fits(&self, found: char) -> bool {
        match self {
            Self::One(character) => *character == found,
            Self::Any | Self::Many => found != '/',
            Self::Class(ranges, among) => {
                let inside = ranges
                    .iter()
                    .any(|&(low, high)| low <= found && found <= high);
                inside == *among
            }
        }
    }
}

/// The rest of a bracket.
fn class(rest: &mut std::str::Chars<'_>) -> Result<Part, BadPattern> {
    let mut ranges = Vec::new();
    let mut among = true;
    if let Some(after) = rest.as_str().strip_prefix('^') {
        among = false;
        *rest = after.chars();
    }
    loop {
        if !ranges.is_empty()
            && let Some(after) = rest.as_str().strip_prefix(']')
        {
            *rest = after.chars();
            return Ok(Part::Class(ranges, among));
        }
        let low = class_character(rest)?;
        let mut high = low;
        if let Some(after) = rest.as_str().strip_prefix('-') {
            *rest = after.chars();
            high = class_character(rest)?;
        }
        ranges.push((low, high));
    }
}

fn class_character(rest: &mut std::str::Chars<'_>) -> Result<char, BadPattern> {
    match rest.next().ok_or(BadPattern)? {
        '-' | ']' => Err(BadPattern),
        '\\' => rest.next().ok_or(BadPattern),
        other => Ok(other),
    }
}

/// The files and directories below `inside` that a pattern stands for, sorted, as paths relative to
/// it; a pattern without special characters stands for itself, if it exists. As in kustomize, names
/// that begin with a dot are left out unless the pattern's last part does too.
///
/// # Errors
/// When the pattern is not well formed.
pub(crate) fn files(inside: &Path, pattern: &str) -> Result<Vec<String>, BadPattern> {
    Glob::new(pattern)?;
    let mut found = expand(inside, pattern)?;
    if !is_hidden(pattern) {
        found.retain(|path| !is_hidden(path));
    }
    Ok(found)
}

fn expand(inside: &Path, pattern: &str) -> Result<Vec<String>, BadPattern> {
    if !pattern.contains(['*', '?', '[', '\\']) {
        let exists = !pattern.is_empty() && inside.join(pattern).symlink_metadata().is_ok();
        return Ok(if exists {
            vec![pattern.to_owned()]
        } else {
            Vec::new()
        });
    }
    let (directory, name) = match pattern.rfind('/') {
        Some(slash) => (&pattern[..=slash], &pattern[slash + 1..]),
        None => ("", pattern),
    };
    let directory = match directory {
        "" => ".",
        "/" => "/",
        other => other.strip_suffix('/').unwrap_or(other),
    };
    let glob = Glob::new(name)?;
    let mut found = Vec::new();
    for directory in expand(inside, directory)? {
        let mut names: Vec<String> = crate::path::names_in(&inside.join(&directory)).collect();
        names.sort_unstable();
        for name in names {
            if glob.matches(&name) {
                found.push(crate::path::join(&directory, &name));
            }
        }
    }
    Ok(found)
}

/// Whether the last part of a path begins with a dot.
fn is_hidden(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    path.rsplit('/')
        .next()
        .is_some_and(|name| name.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_go() {
        for (pattern, matching, others) in [
            ("abc", &["abc"][..], &["abcd", "ab"][..]),
            ("*", &["abc", ""], &["a/b"]),
            ("*c", &["abc", "c"], &["ab", "a/c"]),
            ("a*/b", &["a/b", "abc/b"], &["a/c/b"]),
            (
                "a*b*c*d*e*/f",
                &["axbxcxdxe/f", "axbxcxdxexxx/f"],
                &["axbxcxdxe/xxx/f"],
            ),
            ("a?c", &["abc", "aéc"], &["a/c", "ac"]),
            ("ab[b-d]", &["abc"], &["abe"]),
            ("ab[^b-d]", &["abe"], &["abc"]),
            ("[\\]a]", &["]", "a"], &["\\"]),
            ("a\\*b", &["a*b"], &["ab"]),
            (
                "resources/*.yml",
                &["resources/a.yml"],
                &["resources/x/a.yml"],
            ),
        ] {
            let glob = Glob::new(pattern).unwrap();
            assert!(matching.iter().all(|it| glob.matches(it)), "{pattern}");
            assert!(!others.iter().any(|it| glob.matches(it)), "{pattern}");
        }
        for pattern in ["[", "[a", "[]a]", "[a-", "a\\", "[-x]", "[^"] {
            assert_eq!(Glob::new(pattern), Err(BadPattern), "{pattern}");
        }
    }

    #[test]
    fn files_are_found_in_order() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let found = |pattern| files(here, pattern).unwrap();
        assert_eq!(found("Cargo.toml"), ["Cargo.toml"]);
        assert_eq!(found("./C*.toml"), ["Cargo.toml"]);
        assert_eq!(
            found("sr?/go_[f-g]*.rs"),
            ["src/go_float.rs", "src/go_glob.rs"]
        );
        assert_eq!(found("../*ustomize/Cargo.*"), ["../kustomize/Cargo.toml"]);
        assert!(found("none*").is_empty() && found("none").is_empty());
        assert_eq!(files(here, "src/["), Err(BadPattern));
    }
}
