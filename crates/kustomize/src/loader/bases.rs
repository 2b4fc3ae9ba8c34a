//! Bases and components: which directories may build on which others.

use super::directories::{Located, join};
use super::remote::no_repository;
use super::{Loader, is_remote, not_a_directory};
use crate::kustomization::At;
use std::path::Path;
use std::sync::Arc;
use trimtab_remote::{NotARepository, RepoSpec, is_web_address};
use trimtab_tree::{Diagnostic, Result, Text};

/// How many kustomizations may lead to each other. Each takes some of the thread's stack; people
/// have a handful.
const DEEPEST: usize = 128;

impl<'a> Loader<'a> {
    /// How many kustomizations lead here from the target, both included.
    #[must_use]
    pub(crate) fn depth(&self) -> usize {
        let referrers = std::iter::successors(Some(self), |loader| loader.referrer);
        referrers.count()
    }

    /// The loader of a base or component on this machine, for those who look ahead: nothing is
    /// fetched, and nothing is said of what is wrong.
    #[must_use]
    pub(crate) fn local_child(&'a self, path: &At<Text>) -> Option<Loader<'a>> {
        if is_remote(path) {
            return None;
        }
        match self.locate(path) {
            Ok(Located::Directory(_)) => self.child(path).ok(),
            _ => None,
        }
    }

    /// The loader of a base or component.
    ///
    /// # Errors
    /// When there is no such directory, or when it is this one, one above it or one on the way here.
    pub(crate) fn child(&'a self, path: &At<Text>) -> Result<Loader<'a>> {
        match RepoSpec::parse(path) {
            Ok(spec) => return self.child_repository(&spec, path),
            Err(why) if why == NotARepository::LeavesRepository || is_web_address(path) => {
                return Err(no_repository(path, why).at(path.position));
            }
            Err(_) => {}
        }
        check_base_path(path).map_err(|error| error.at(path.position))?;
        let full = join(&self.root, path);
        (self.stay_in_repository(&full)).map_err(|error| error.at(path.position))?;
        let root = match self.sources.locate(&full) {
            Ok(Located::Directory(root)) => root,
            Ok(_) => {
                let error = not_a_directory(path).at(path.position);
                return Err(error.hint("name a file under `resources`"));
            }
            Err(error) => return Err(self.missing(path, &error)),
        };
        self.check_cycle(&root, false)
            .map_err(|error| error.at(path.position))?;
        Ok(Loader {
            restrictions: self.restrictions,
            checkout: self.checkout.clone(),
            referrer: Some(self),
            named_at: path.position,
            ..Self::at(self.sources, root)
        })
    }

    /// A base must not contain a directory that is being built, which would name it again, nor lie
    /// deeper than [`DEEPEST`]. Behind the entrance of a repository (`is_outside`: `root` is one)
    /// only the very same directory is a cycle.
    pub(super) fn check_cycle(&self, root: &Path, mut is_outside: bool) -> Result<()> {
        let mut visited = Some(self);
        let mut depth = 0;
        while let Some(loader) = visited {
            depth += 1;
            if depth > DEEPEST {
                let message = format!(
                    "`{}` is the base of a base, {DEEPEST} times over",
                    self.sources.shown(root)
                );
                return Err(Diagnostic::error("bases-too-deep", message)
                    .expecting("fewer kustomizations that lead to each other"));
            }
            let contains = *loader.root == *root || !is_outside && loader.root.starts_with(root);
            if contains && !loader.is_given() {
                let shown = self.sources.shown(root);
                if *loader.root == *root {
                    let message = format!("`{shown}` is a base of itself");
                    return Err(Diagnostic::error("base-cycle", message)
                        .expecting("a base that does not lead back to where it is named"));
                }
                let message = format!(
                    "the base `{shown}` contains `{}`, which is being built",
                    loader.shown_root()
                );
                return Err(Diagnostic::error("base-cycle", message)
                    .expecting("a directory beside or below the kustomization"));
            }
            is_outside |= loader.is_entrance;
            visited = loader.referrer;
        }
        Ok(())
    }

    /// Whether a base that leads to kustomizations in these directories, the deepest `depth` from
    /// it on, may be built here: see [`Loader::child`]. The first is this one's own.
    #[must_use]
    pub(crate) fn admits(&self, roots: &[Arc<Path>], depth: usize) -> bool {
        let below = roots.get(1..).unwrap_or_default();
        self.depth() + depth <= DEEPEST + 2
            && below
                .iter()
                .all(|root| self.check_cycle(root, false).is_ok())
    }
}

fn check_base_path(path: &str) -> Result<()> {
    let error = |what: &str| Diagnostic::error("bad-base", format!("`{path}` {what}"));
    if path.is_empty() {
        return Err(Diagnostic::error("bad-base", "a base needs a path")
            .expecting("the path of a directory"));
    }
    if Path::new(path).is_absolute() {
        return Err(
            error("is absolute, so the kustomization would work in one place only")
                .expecting("a path relative to the kustomization"),
        );
    }
    let ambiguous = |part: &str| part != ".." && part.contains("..");
    if path.split(std::path::is_separator).any(ambiguous) {
        return Err(error("has `..` inside a name")
            .expecting("`..` alone between slashes")
            .hint("two list items run together when the second is indented deeper"));
    }
    Ok(())
}
