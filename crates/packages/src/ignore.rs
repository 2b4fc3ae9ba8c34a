//! `.krmignore`: files and directories that are not part of a package.
//!
//! A subset of what `.gitignore` files can say, with the rules of kyaml's matcher: a pattern that
//! starts with `/` is about the first parts of a path, any other about as many last parts as it has
//! itself; `*` and `?` stay inside a part; a pattern that ends in `/` is about directories; what `!`
//! says goes before all else.

use crate::unreadable::unreadable;
use regex::Regex;
use std::path::Path;
use trimtab_tree::{Result, read_file};

/// The name of the file that says so.
pub(crate) const IGNORE_FILE: &str = ".krmignore";

/// What a package leaves out.
#[derive(Debug, Default)]
pub(crate) struct Ignored {
    ignored: Vec<Pattern>,
    accepted: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    /// Whether it is about the first parts of a path, not the last.
    is_absolute: bool,
    directories_only: bool,
    /// How many parts it has.
    depth: usize,
    /// `None` matches nothing: a pattern that is none.
    expression: Option<Regex>,
}

impl Ignored {
    /// Reads the file of a package, if it has one.
    pub(crate) fn read(package: &Path) -> Result<Self> {
        let path = package.join(IGNORE_FILE);
        match read_file(&path) {
            Ok(bytes) => Ok(Self::parse(&String::from_utf8_lossy(&bytes))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(unreadable(&path, &error)),
        }
    }

    fn parse(text: &str) -> Self {
        let mut ignored = Self::default();
        for line in text.lines() {
            let line = line.trim_matches(' ');
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match line.strip_prefix('!') {
                Some("") => {}
                Some(accepted) => ignored.accepted.push(Pattern::new(accepted)),
                None => {
                    let escaped = line.strip_prefix('\\').filter(|it| it.starts_with('#'));
                    ignored.ignored.push(Pattern::new(escaped.unwrap_or(line)));
                }
            }
        }
        ignored
    }

    /// Whether a path relative to the package is left out.
    pub(crate) fn matches(&self, path: &Path, is_directory: bool) -> bool {
        let path = path.to_string_lossy();
        let any = |patterns: &[Pattern]| patterns.iter().any(|it| it.matches(&path, is_directory));
        !any(&self.accepted) && any(&self.ignored)
    }
}

impl Pattern {
    fn new(pattern: &str) -> Self {
        let parts = pattern.trim_matches('/');
        Self {
            is_absolute: pattern.starts_with('/'),
            directories_only: pattern.ends_with('/'),
            depth: parts.matches('/').count() + 1,
            expression: expression(parts),
        }
    }

    fn matches(&self, path: &str, is_directory: bool) -> bool {
        let parts: Vec<&str> = path.split('/').collect();
        let is_whole = parts.len() <= self.depth;
        let count = parts.len().min(self.depth);
        let (part, is_directory) = if self.is_absolute {
            (parts[..count].join("/"), is_directory && is_whole)
        } else {
            (parts[parts.len() - count..].join("/"), is_directory)
        };
        let matches = |expression: &Regex| expression.is_match(&part);
        (is_directory || !self.directories_only) && self.expression.as_ref().is_some_and(matches)
    }
}

/// A shell pattern as a regular expression.
fn expression(pattern: &str) -> Option<Regex> {
    let mut expression = String::from("^");
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '*' => expression.push_str("[^/]*"),
            '?' => expression.push_str("[^/]"),
            '[' => {
                expression.push('[');
                for inner in characters.by_ref() {
                    if inner == '[' {
                        expression.push('\\');
                    }
                    expression.push(inner);
                    if inner == ']' {
                        break;
                    }
                }
            }
            '\\' => expression.push_str(&regex::escape(&characters.next()?.to_string())),
            other => expression.push_str(&regex::escape(&other.to_string())),
        }
    }
    expression.push('$');
    Regex::new(&expression).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_many_parts_as_they_have() {
        for (patterns, path, is_directory, ignored) in [
            ("a.yaml", "a.yaml", false, true),
            ("a.yaml", "b/a.yaml", false, true),
            ("/a.yaml", "b/a.yaml", false, false),
            ("/a.yaml", "a.yaml", false, true),
            ("*.yml", "b/c.yml", false, true),
            ("b/*.yml", "a/b/c.yml", false, true),
            ("b/", "b", true, true),
            ("b/", "b", false, false),
            ("b?[c-d]", "bxd", false, true),
            ("*.yaml\n!keep.yaml", "keep.yaml", false, false),
            ("# a\n\\#b", "#b", false, true),
            ("[", "[", false, false),
            ("/b", "b/c", false, true),
        ] {
            let found = Ignored::parse(patterns).matches(Path::new(path), is_directory);
            assert_eq!(found, ignored, "{patterns:?} {path}");
        }
    }
}
