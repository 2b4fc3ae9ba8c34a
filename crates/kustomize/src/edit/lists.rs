//! Lists of files and directories: what is added must be there, what is removed must be listed.

use super::fields::{items_mut, retain, texts};
use super::{KustomizationFile, at_nowhere, bad_argument};
use crate::go_glob::{self, BadPattern, Glob};
use crate::loader::Loader;
use crate::path::with_slashes;
use trimtab_tree::{Diagnostic, Result, Value};

/// A field whose entries `add` looks for on the disk; what is not there is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternList {
    /// `configurations`
    Configurations,
    /// `generators`
    Generators,
    /// `transformers`
    Transformers,
}

/// A field whose entries may be directories, or on other machines; what is not there is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileList {
    /// `resources`
    Resources,
    /// `components`
    Components,
}

impl PatternList {
    fn field(self) -> &'static str {
        match self {
            Self::Configurations => "configurations",
            Self::Generators => "generators",
            Self::Transformers => "transformers",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Configurations => "configuration",
            Self::Generators => "generator",
            Self::Transformers => "transformer",
        }
    }
}

impl FileList {
    fn field(self) -> &'static str {
        match self {
            Self::Resources => "resources",
            Self::Components => "components",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Resources => "resource",
            Self::Components => "component",
        }
    }
}

/// Paths and patterns as kustomizations have them.
fn typed(patterns: &[String]) -> Vec<String> {
    patterns.iter().map(|it| with_slashes(it)).collect()
}

/// Fields that mean the same as another, in an older form.
fn older_names(field: &str) -> &'static [&'static str] {
    match field {
        "resources" => &["bases"],
        _ => &[],
    }
}

impl KustomizationFile<'_> {
    /// Adds files, directories or references to other machines; patterns stand for all that match.
    /// What is listed already is passed over with a warning, and the kustomization file without one.
    /// With `verify` each must be there.
    ///
    /// # Errors
    /// When there is no argument, when one is no pattern, when one leads nowhere, and when the file
    /// cannot be changed.
    pub fn add_files(&mut self, list: FileList, patterns: &[String], verify: bool) -> Result<()> {
        require(patterns, list.noun())?;
        let patterns = typed(patterns);
        let found = if verify {
            expand(&self.loader, &patterns)?
        } else {
            patterns
        };
        self.add_entries(list.field(), list.noun(), &found)
    }

    /// Adds files; patterns stand for all that match. What is not there is passed over with a warning,
    /// as is what is listed already.
    ///
    /// # Errors
    /// When there is no argument, when one is no pattern, and when the file cannot be changed.
    pub fn add_matches(&mut self, list: PatternList, patterns: &[String]) -> Result<()> {
        require(patterns, list.noun())?;
        let mut found = Vec::new();
        for pattern in &typed(patterns) {
            let matches = files(&self.loader, pattern)?;
            if matches.is_empty() {
                self.note(format!("{pattern} has no match"));
            }
            found.extend(matches);
        }
        self.add_entries(list.field(), list.noun(), &found)
    }

    /// Adds directories, given as one argument with commas, to `resources`.
    ///
    /// # Errors
    /// When there is not exactly one argument, when a directory is not there or is listed already,
    /// and when the file cannot be changed.
    pub fn add_bases(&mut self, arguments: &[String]) -> Result<()> {
        let paths = super::only(arguments, "base directory")?;
        let mut found: Vec<String> = Vec::new();
        let listed = self.listed("resources");
        for path in with_slashes(paths).split(',') {
            if !self.loader.root().join(path).exists() {
                return Err(bad_argument(format!("{path} does not exist")));
            }
            if listed.iter().any(|other| other == path) || found.iter().any(|it| it == path) {
                return Err(already(&format!("base {path}")));
            }
            found.push(path.to_owned());
        }
        self.add_entries("resources", "base", &found)
    }

    fn add_entries(&mut self, field: &str, noun: &str, entries: &[String]) -> Result<()> {
        let mut listed = self.listed(field);
        let mut new = Vec::new();
        for entry in entries.iter().filter(|entry| **entry != self.name) {
            if listed.contains(entry) {
                self.note(format!("{noun} {entry} already in kustomization file"));
            } else {
                listed.push(entry.clone());
                new.push(Value::string(entry.as_str()));
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        self.change(|tree| {
            if let Some(items) = items_mut(tree, field) {
                items.extend(new);
            }
            Ok(())
        })
    }

    /// The entries of a field, those in its older forms too.
    fn listed(&self, field: &str) -> Vec<String> {
        let names = std::iter::once(field).chain(older_names(field).iter().copied());
        names
            .flat_map(|name| texts(self.tree(), name))
            .map(str::to_owned)
            .collect()
    }

    /// Removes the entries that match a pattern; a pattern that matches none does nothing.
    ///
    /// # Errors
    /// When there is no argument, when one is no pattern, and when the file cannot be changed.
    pub fn remove_files(&mut self, list: FileList, patterns: &[String]) -> Result<()> {
        self.remove_matching(list.field(), list.noun(), patterns)
    }

    /// Removes the transformers that match a pattern; a pattern that matches none does nothing.
    ///
    /// # Errors
    /// When there is no argument, when one is no pattern, and when the file cannot be changed.
    pub fn remove_transformers(&mut self, patterns: &[String]) -> Result<()> {
        self.remove_matching("transformers", "transformer", patterns)
    }

    fn remove_matching(&mut self, field: &str, noun: &str, patterns: &[String]) -> Result<()> {
        require(patterns, noun)?;
        let mut globs = Vec::new();
        let patterns = typed(patterns);
        for pattern in &patterns {
            globs.push(Glob::new(pattern).map_err(|bad| bad_pattern(pattern, bad))?);
        }
        let listed = self.listed(field);
        for (pattern, glob) in patterns.iter().zip(&globs) {
            if !listed
                .iter()
                .any(|entry| glob.matches(&with_slashes(entry)))
            {
                self.note(format!("{noun} {pattern} is not in the kustomization file"));
            }
        }
        let stays = |value: &Value| {
            let text = value.text().unwrap_or_default();
            let text = with_slashes(text);
            !globs.iter().any(|glob| glob.matches(&text))
        };
        self.change(|tree| {
            for name in std::iter::once(field).chain(older_names(field).iter().copied()) {
                retain(tree, name, stays);
            }
            Ok(())
        })
    }
}

fn require(arguments: &[String], noun: &str) -> Result<()> {
    if arguments.is_empty() {
        let message = format!("must specify a {noun} file");
        return Err(bad_argument(message).expecting("paths or patterns"));
    }
    Ok(())
}

/// What patterns stand for; an entry that matches no file must be a reference that can be followed.
pub(super) fn expand(loader: &Loader<'_>, patterns: &[String]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for pattern in patterns {
        let matches = files(loader, pattern)?;
        if matches.is_empty() {
            let followed = loader.entry(&at_nowhere(pattern));
            followed.map_err(|mut error| {
                error.notes.push(format!("{pattern} has no match"));
                error
            })?;
            found.push(pattern.clone());
        }
        found.extend(matches);
    }
    Ok(found)
}

/// The files that a pattern stands for, seen from the kustomization.
pub(super) fn files(loader: &Loader<'_>, pattern: &str) -> Result<Vec<String>> {
    go_glob::files(loader.root(), pattern).map_err(|bad| bad_pattern(pattern, bad))
}

fn bad_pattern(pattern: &str, BadPattern: BadPattern) -> Box<Diagnostic> {
    bad_argument(format!("`{pattern}` is not a pattern"))
        .expecting("brackets that end, and something behind each `\\`")
}

/// The error that something is there already.
pub(super) fn already(what: &str) -> Box<Diagnostic> {
    Diagnostic::error(
        "already-there",
        format!("{what} already in kustomization file"),
    )
}
