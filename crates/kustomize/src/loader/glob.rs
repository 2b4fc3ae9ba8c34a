//! Patterns among the entries of a kustomization, which stand for several files or directories.
//!
//! kustomize knows none: an entry is a name there. So what is there under the very name goes first.
//!
//! `*` and `?` stand for characters of one name, `[a-z]` for one of some, `{a,b}` for one of some
//! words, and a part `**` for any number of directories, none included. A pattern stands for files
//! that end in `.yaml`, `.yml` or `.json`, kustomization files aside, and for directories with a
//! kustomization, in the order of their names; for the files of a generator it stands for files of any
//! kind. What is below a directory with a kustomization belongs to that. Names that begin with a dot are
//! meant only by patterns that say so, and `**` follows no symbolic links.

use super::{FILE_NAMES, Loader, join};
use crate::kustomization::At;
use globset::{Glob, GlobMatcher};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;
use trimtab_tree::{Diagnostic, Result, Text};

/// More entries are not looked at for the patterns of one list, nor do these stand for more.
const MOST_ENTRIES: usize = 300_000;

/// What a pattern may stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Files of resources, and bases.
    Resources,
    /// Directories only.
    Directories,
    /// Files of objects only.
    Manifests,
    /// Files of any kind only.
    Files,
}

/// One part of a pattern, between slashes.
enum Part {
    /// `**`
    AnyDepth,
    Name(String),
    Pattern(GlobMatcher, bool),
}

/// Which names in a directory a part of a pattern looks for.
#[derive(Clone, Debug)]
enum Names {
    /// Those of directories, for `**`.
    OfDirectories,
    /// Those that fit; of what the pattern stands for, at its end.
    Fitting(GlobMatcher, bool, Option<Wanted>),
}

/// Whatever in a directory patterns may stand for, now or later.
#[derive(Clone, Debug, Default)]
pub struct Fitting(Vec<Names>);

impl Fitting {
    /// Whether it matters to a pattern that something comes to be at this path, in the directory.
    #[must_use]
    pub fn counts(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str());
        let Some(name) = name else {
            return false;
        };
        self.0.iter().any(|names| match names {
            Names::OfDirectories => !name.starts_with('.') && path.is_dir(),
            Names::Fitting(matcher, means_hidden, wanted) => {
                let is_meant = *means_hidden || !name.starts_with('.');
                let is_of_kind = match wanted {
                    None | Some(Wanted::Files) => true,
                    Some(Wanted::Manifests) => is_manifest(path),
                    Some(Wanted::Directories) => path.is_dir(),
                    Some(Wanted::Resources) => path.is_dir() || is_manifest(path),
                };
                is_meant && matcher.is_match(name) && is_of_kind
            }
        })
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

impl Loader<'_> {
    /// The entries of a list, patterns replaced by what they stand for. Most lists have none.
    ///
    /// # Errors
    /// When a pattern is not well formed, or stands for nothing.
    pub(crate) fn expand<'e>(
        &self,
        entries: &'e [At<Text>],
        wanted: Wanted,
    ) -> Result<Cow<'e, [At<Text>]>> {
        if !entries.iter().any(|entry| is_pattern(entry)) {
            return Ok(Cow::Borrowed(entries));
        }
        let mut expanded = Vec::with_capacity(entries.len());
        let mut left = MOST_ENTRIES;
        let mut known: FxHashMap<&str, BTreeSet<String>> = FxHashMap::default();
        for entry in entries {
            if !known.contains_key(entry.as_str()) {
                if !is_pattern(entry) || self.is_something_else(entry) {
                    expanded.push(entry.clone());
                    continue;
                }
                let found = self.matching(entry, wanted, &mut left);
                known.insert(entry, found.map_err(|error| error.at(entry.position))?);
            }
            let found = &known[entry.as_str()];
            left = left
                .checked_sub(found.len())
                .ok_or_else(|| too_wide(entry).at(entry.position))?;
            let found = found.iter();
            expanded.extend(found.map(|path| At::new(path.as_str().into(), entry.position)));
        }
        Ok(Cow::Owned(expanded))
    }

    /// The `files` of a generator, patterns replaced by the files they stand for. An entry with a key
    /// names one file.
    ///
    /// # Errors
    /// As [`Self::expand`].
    pub(crate) fn expand_file_sources<'e>(
        &self,
        entries: &'e [At<Text>],
    ) -> Result<Cow<'e, [At<Text>]>> {
        let stands_for_files = |entry: &At<Text>| !entry.contains('=') && is_pattern(entry);
        if !entries.iter().any(stands_for_files) {
            return Ok(Cow::Borrowed(entries));
        }
        let mut expanded = Vec::with_capacity(entries.len());
        for entry in entries {
            if stands_for_files(entry) {
                let files = self.expand(std::slice::from_ref(entry), Wanted::Files)?;
                expanded.extend(files.into_owned());
            } else {
                expanded.push(entry.clone());
            }
        }
        Ok(Cow::Owned(expanded))
    }

    /// Whether an entry that looks like a pattern is the name of something after all.
    fn is_something_else(&self, entry: &str) -> bool {
        entry.contains(['\n', '\0']) || super::is_remote(entry) || self.locate(entry).is_ok()
    }

    fn matching(
        &self,
        pattern: &str,
        wanted: Wanted,
        left: &mut usize,
    ) -> Result<BTreeSet<String>> {
        self.stay_in_repository(&join(&self.root, pattern))?;
        let mut walk = Walk {
            loader: self,
            pattern,
            wanted,
            found: BTreeSet::new(),
            left,
            passed_over: None,
        };
        let parts = parts(pattern)?;
        walk.enter("", &parts)?;
        if walk.found.is_empty() {
            return Err(walk.nothing());
        }
        Ok(walk.found)
    }
}

fn too_wide(pattern: &str) -> Box<Diagnostic> {
    let message = format!("`{pattern}` leads to more than {MOST_ENTRIES} files");
    Diagnostic::error("pattern-too-wide", message).expecting("a narrower pattern")
}

/// Whether an entry has a character that no ordinary name has.
pub(crate) fn is_pattern(entry: &str) -> bool {
    entry.contains(['*', '?', '[', '{'])
}

fn parts(pattern: &str) -> Result<Vec<Part>> {
    let bad = |part: &str, error: &globset::Error| {
        Diagnostic::error(
            "bad-pattern",
            format!("`{part}` is no pattern: {}", error.kind()),
        )
        .expecting("`*`, `?`, `[a-z]` or `{a,b}` inside one name, or `**` for directories")
    };
    let part = |part: &str| match part {
        "**" => Ok(Part::AnyDepth),
        name if !is_pattern(name) => Ok(Part::Name(name.to_owned())),
        part => Glob::new(part)
            .map(|glob| Part::Pattern(glob.compile_matcher(), part.starts_with('.')))
            .map_err(|error| bad(part, &error)),
    };
    pattern
        .split('/')
        .filter(|part| !part.is_empty())
        .map(part)
        .collect()
}

struct Walk<'w> {
    loader: &'w Loader<'w>,
    pattern: &'w str,
    wanted: Wanted,
    /// Relative to the directory of the loader.
    found: BTreeSet<String>,
    left: &'w mut usize,
    /// Something that has the right name but does not count.
    passed_over: Option<String>,
}

impl Walk<'_> {
    /// Looks for the rest of the pattern in a directory.
    fn enter(&mut self, directory: &str, parts: &[Part]) -> Result<()> {
        let Some((part, rest)) = parts.split_first() else {
            return Ok(());
        };
        match part {
            Part::Name(name) => self.step(&below(directory, name), rest),
            Part::AnyDepth => {
                self.enter(directory, rest)?;
                for name in self.names(directory, || Names::OfDirectories)? {
                    let path = below(directory, &name);
                    let full = join(self.loader.root(), &path);
                    let is_directory = full.symlink_metadata().is_ok_and(|it| it.is_dir());
                    if is_directory && !name.starts_with('.') && !self.is_base(&full)? {
                        self.enter(&path, parts)?;
                    }
                }
                Ok(())
            }
            Part::Pattern(matcher, means_hidden) => {
                let last = rest.is_empty().then_some(self.wanted);
                let looked_for = || Names::Fitting(matcher.clone(), *means_hidden, last);
                for name in self.names(directory, looked_for)? {
                    let is_meant = *means_hidden || !name.starts_with('.');
                    if is_meant && matcher.is_match(&name) {
                        self.step(&below(directory, &name), rest)?;
                    }
                }
                Ok(())
            }
        }
    }

    /// Takes something that fits the pattern so far.
    fn step(&mut self, path: &str, rest: &[Part]) -> Result<()> {
        let full = join(self.loader.root(), path);
        self.loader.stay_in_repository(&full)?;
        if !rest.is_empty() {
            // `**` at the end stands for what is in the directory, however deep.
            return if full.is_dir() {
                self.enter(path, rest)
            } else {
                Ok(())
            };
        }
        let counts = match self.wanted {
            Wanted::Resources | Wanted::Directories if full.is_dir() => {
                full != self.loader.root() && self.is_base(&full)?
            }
            Wanted::Resources | Wanted::Manifests => is_manifest(&full),
            Wanted::Files => full.is_file(),
            Wanted::Directories => false,
        };
        if counts {
            self.found.insert(path.to_owned());
        } else if full.exists() {
            self.passed_over.get_or_insert_with(|| path.to_owned());
        }
        Ok(())
    }

    /// The names in a directory that are text; none when it cannot be read.
    fn names(
        &mut self,
        directory: &str,
        looked_for: impl FnOnce() -> Names,
    ) -> Result<Vec<String>> {
        let full = join(self.loader.root(), directory);
        let sources = self.loader.sources();
        sources.look_into(&full, || Fitting(vec![looked_for()]));
        let mut names = Vec::new();
        for name in crate::path::names_in(&full) {
            let left = self.left.checked_sub(1);
            *self.left = left.ok_or_else(|| too_wide(self.pattern))?;
            names.push(name);
        }
        Ok(names)
    }

    /// Whether a directory has a kustomization, which may come later.
    fn is_base(&self, directory: &Path) -> Result<bool> {
        for name in FILE_NAMES {
            let path = directory.join(name);
            self.loader.stay_in_repository(&path)?;
            self.loader.sources().look_for(&path);
        }
        Ok(has_kustomization(directory))
    }

    fn nothing(&self) -> Box<Diagnostic> {
        let error = Diagnostic::error(
            "pattern-without-match",
            format!("`{}` stands for nothing", self.pattern),
        );
        let error = match self.wanted {
            Wanted::Resources => error.expecting(
                "a pattern that some file ending in `.yaml`, `.yml` or `.json` fits, or some directory \
                 with a kustomization",
            ),
            Wanted::Directories => {
                error.expecting("a pattern that some directory with a kustomization fits")
            }
            Wanted::Manifests => error.expecting(
                "a pattern that some file ending in `.yaml`, `.yml` or `.json` fits",
            ),
            Wanted::Files => error.expecting("a pattern that some file fits"),
        };
        match &self.passed_over {
            Some(other) => error.hint(format!("`{other}` fits, but is none of these")),
            None => error,
        }
    }
}

fn below(directory: &str, name: &str) -> String {
    if directory.is_empty() {
        name.to_owned()
    } else {
        format!("{directory}/{name}")
    }
}

fn has_kustomization(directory: &Path) -> bool {
    FILE_NAMES.iter().any(|name| directory.join(name).is_file())
}

fn is_manifest(file: &Path) -> bool {
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let ending = file.extension().and_then(|ending| ending.to_str());
    matches!(ending, Some("yaml" | "yml" | "json")) && !FILE_NAMES.contains(&name) && file.is_file()
}

#[cfg(test)]
mod tests {
    use super::super::LoadRestrictions;
    use super::super::tests::Tree;
    use super::*;
    use trimtab_tree::Position;

    fn tree() -> Tree {
        Tree::new(&[
            ("app/kustomization.yaml", b""),
            ("app/b.yaml", b""),
            ("app/a.yml", b""),
            ("app/c.json", b""),
            ("app/notes.txt", b""),
            ("app/.hidden.yaml", b""),
            ("app/[x].yaml", b""),
            ("app/deep/er/d.yaml", b""),
            ("app/deep/base/kustomization.yml", b""),
            ("app/deep/base/inside.yaml", b""),
            ("bases/one/kustomization.yaml", b""),
            ("bases/two/Kustomization", b""),
            ("bases/three/readme.yaml", b""),
        ])
    }

    fn expand(
        tree: &Tree,
        entry: &str,
        wanted: Wanted,
    ) -> std::result::Result<String, &'static str> {
        let sources = tree.sources();
        let loader = Loader::open(&sources, "app", LoadRestrictions::RootOnly).unwrap();
        let entries = [At::new(entry.into(), Position::NONE)];
        let expanded = loader
            .expand(&entries, wanted)
            .map_err(|error| error.code)?;
        let names: Vec<&str> = expanded.iter().map(|entry| entry.as_str()).collect();
        Ok(names.join(" "))
    }

    #[test]
    fn patterns_stand_for_manifests_and_bases_in_order() {
        let tree = tree();
        for (entry, expected) in [
            ("plain.yaml", Ok("plain.yaml")),
            ("*.yaml", Ok("[x].yaml b.yaml")),
            ("*", Ok("[x].yaml a.yml b.yaml c.json")),
            ("?.y*ml", Ok("a.yml b.yaml")),
            ("[a-b].*", Ok("a.yml b.yaml")),
            ("{c,b}.*", Ok("b.yaml c.json")),
            (".h*", Ok(".hidden.yaml")),
            ("./*.json", Ok("./c.json")),
            ("deep/*", Ok("deep/base")),
            ("deep/**/*.yaml", Ok("deep/er/d.yaml")),
            ("**/*.yaml", Ok("[x].yaml b.yaml deep/er/d.yaml")),
            ("**/base", Ok("deep/base")),
            ("../bases/*", Ok("../bases/one ../bases/two")),
            // There is a file of that name, so the name it is.
            ("[x].yaml", Ok("[x].yaml")),
            ("*.txt", Err("pattern-without-match")),
            ("kustom*", Err("pattern-without-match")),
            ("none/*", Err("pattern-without-match")),
            ("[a", Err("bad-pattern")),
            ("{a", Err("bad-pattern")),
            (
                "https://example.com/*?x=[1]",
                Ok("https://example.com/*?x=[1]"),
            ),
        ] {
            let found = expand(&tree, entry, Wanted::Resources);
            assert_eq!(found.as_deref().map_err(|code| *code), expected, "{entry}");
        }
        let found = expand(&tree, "deep/*", Wanted::Directories);
        assert_eq!(found.as_deref(), Ok("deep/base"));
        assert_eq!(
            expand(&tree, "*", Wanted::Directories),
            Err("pattern-without-match")
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_back_come_to_an_end() {
        let tree = tree();
        for name in ["app/deep/up", "app/deep/er/again"] {
            std::os::unix::fs::symlink("..", tree.path().join(name)).unwrap();
        }
        let found = expand(&tree, "**/d.yaml", Wanted::Resources);
        assert_eq!(found.as_deref(), Ok("deep/er/d.yaml"));
    }
}
