//! Reads the files of a kustomization, and only those it may read.
//!
//! A [`Loader`] belongs to one directory, the root of a kustomization, and knows the loaders that
//! led to it. The rules are those of kustomize's file loader: paths are relative to the root and
//! cleaned by name before symbolic links are followed; files must lie in or below the root unless
//! that restriction is lifted; a base may lie anywhere but at or above a directory that is being
//! built. References to other machines are fetched in `remote`.

mod bases;
mod directories;
mod files;
mod glob;
mod missing;
mod remote;
mod sources;
mod texts;
mod trails;

pub(crate) use directories::join;
pub(crate) use files::FILE_NAMES;
pub use glob::Fitting;
pub(crate) use glob::{Wanted, is_pattern};
pub(crate) use sources::Notes;
pub use sources::Sources;
pub use texts::LookedAt;
pub(crate) use texts::Source;

use crate::kustomization::At;
use directories::Located;
use std::io;
use std::path::Path;
use std::sync::Arc;
use trimtab_remote::{Checkout, RepoSpec, is_web_address};
use trimtab_tree::{Diagnostic, Position, Result, Text};

/// Which files a kustomization may read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoadRestrictions {
    /// Those in or below its own directory, after symbolic links are followed.
    #[default]
    RootOnly,
    /// All.
    None,
}

/// Reads for the kustomization in one directory.
#[derive(Clone, Debug)]
pub(crate) struct Loader<'a> {
    sources: &'a Sources,
    /// Free of symbolic links.
    root: Arc<Path>,
    restrictions: LoadRestrictions,
    /// The loader of the kustomization that named this one.
    referrer: Option<&'a Loader<'a>>,
    /// Where that one names it.
    named_at: Position,
    /// The repository that the root lies in, if it was fetched.
    checkout: Option<Arc<Checkout>>,
    /// Whether that was named to come here.
    is_entrance: bool,
    /// The kustomization, where it came on standard input.
    given: Option<Source>,
}

/// What an entry of `resources` leads to.
#[derive(Debug)]
pub(crate) enum Entry<'a> {
    /// A file of resources.
    File(Source),
    /// The directory of another kustomization.
    Directory(Loader<'a>),
}

impl<'a> Loader<'a> {
    /// The loader of the directory a build starts at, relative to the working directory of
    /// `sources`.
    ///
    /// # Errors
    /// When there is no such directory.
    pub(crate) fn open(
        sources: &'a Sources,
        directory: &str,
        restrictions: LoadRestrictions,
    ) -> Result<Self> {
        if let Ok(spec) = RepoSpec::parse(directory) {
            return Self::open_repository(sources, &spec, directory);
        }
        let given = sources.standard_input().filter(|_| directory == "-");
        if let Some(source) = given {
            let path = sources.working_directory();
            let Ok(Located::Directory(root)) = sources.locate(path) else {
                return Err(not_a_directory(directory));
            };
            return Ok(Self {
                restrictions,
                given: Some(source),
                ..Self::at(sources, root)
            });
        }
        let given = if directory.is_empty() { "." } else { directory };
        let path = join(sources.working_directory(), given);
        let root = match sources.locate(&path) {
            Ok(Located::Directory(root)) => root,
            Ok(_) => {
                let parent = path.parent().unwrap_or(&path);
                let shown = sources.shown(parent);
                return Err(not_a_directory(given).hint(format!("name its directory: `{shown}`")));
            }
            Err(error) => return Err(missing::explain(sources, &path, given, &error)),
        };
        Ok(Self {
            restrictions,
            ..Self::at(sources, root)
        })
    }

    fn at(sources: &'a Sources, root: Arc<Path>) -> Self {
        Self {
            sources,
            root,
            restrictions: LoadRestrictions::RootOnly,
            referrer: None,
            named_at: Position::NONE,
            checkout: None,
            is_entrance: false,
            given: None,
        }
    }

    /// What the loaders of this build share.
    #[must_use]
    pub(crate) fn sources(&self) -> &'a Sources {
        self.sources
    }

    /// The same, noting in other sources what it finds.
    #[must_use]
    pub(crate) fn noting_in<'b>(&self, sources: &'b Sources) -> Loader<'b>
    where
        'a: 'b,
    {
        Loader {
            sources,
            ..self.clone()
        }
    }

    /// The directory, free of symbolic links.
    #[must_use]
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The directory, to be kept.
    #[must_use]
    pub(crate) fn shared_root(&self) -> Arc<Path> {
        Arc::clone(&self.root)
    }

    /// The loader of a target on this machine, for those who look ahead.
    #[must_use]
    pub(crate) fn open_local(
        sources: &'a Sources,
        directory: &str,
        restrictions: LoadRestrictions,
    ) -> Option<Self> {
        if is_remote(directory) {
            return None;
        }
        Self::open(sources, directory, restrictions).ok()
    }

    /// The loader of the target.
    fn target(&self) -> &Loader<'a> {
        let mut target = self;
        while let Some(referrer) = target.referrer {
            target = referrer;
        }
        target
    }

    /// The directory of the target.
    #[must_use]
    pub(crate) fn target_root(&self) -> &Path {
        &self.target().root
    }

    /// Whether the kustomization came on standard input, and none of the directory is meant.
    #[must_use]
    pub(crate) fn is_given(&self) -> bool {
        self.given.is_some()
    }

    /// The directory as people are shown it.
    #[must_use]
    pub(crate) fn shown_root(&self) -> String {
        self.sources.shown(&self.root)
    }

    /// Where the kustomization that led here names this one.
    #[must_use]
    pub(crate) fn named_at(&self) -> Position {
        self.named_at
    }

    /// A file, or the loader of a directory.
    ///
    /// # Errors
    /// As [`Loader::load`] and [`Loader::child`].
    pub(crate) fn entry(&'a self, path: &At<Text>) -> Result<Entry<'a>> {
        if is_web_address(path) {
            return self.reach(path);
        }
        let full = join(&self.root, path);
        if RepoSpec::parse(path).is_err() {
            (self.stay_in_repository(&full)).map_err(|error| error.at(path.position))?;
        }
        match self.sources.locate(&full) {
            Ok(Located::Directory(_)) => self.child(path).map(Entry::Directory),
            Ok(Located::Special) | Err(_) if RepoSpec::parse(path).is_ok() => {
                self.child(path).map(Entry::Directory)
            }
            located => {
                let file = self.admit(&full, path, located);
                let source = file.and_then(|(real, size)| self.text(real, size, path.position));
                source
                    .map(Entry::File)
                    .map_err(|error| error.at(path.position))
            }
        }
    }

    fn locate(&self, path: &str) -> io::Result<Located> {
        self.sources.locate(&join(&self.root, path))
    }

    fn missing(&self, path: &At<Text>, error: &io::Error) -> Box<Diagnostic> {
        missing::explain(self.sources, &join(&self.root, path), path, error).at(path.position)
    }
}

/// Whether an entry leads off this machine.
fn is_remote(entry: &str) -> bool {
    is_web_address(entry) || RepoSpec::parse(entry).is_ok()
}

fn not_a_directory(path: &str) -> Box<Diagnostic> {
    Diagnostic::error("not-a-directory", format!("`{path}` is a file"))
        .expecting("a directory with a kustomization")
}

#[cfg(test)]
pub(crate) mod tests;
