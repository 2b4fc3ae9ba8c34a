//! Reads the files of a kustomization, and only those it may read.
//!
//! A [`Loader`] belongs to one directory, the root of a kustomization, and knows the loaders that
//! led to it. The rules are those of kustomize's file loader: paths are relative to the root and
//! cleaned by name before symbolic links are followed; files must lie in or below the root unless
//! that restriction is lifted; a base may lie anywhere but at or above a directory that is being
//! built. References to other machines are fetched in `remote`.

mod directories;
mod glob;
mod missing;
mod remote;
mod sources;
mod texts;
mod trails;

pub(crate) use directories::join;
pub(crate) use glob::{Wanted, is_pattern};
pub(crate) use sources::Notes;
pub use sources::Sources;
pub use texts::LookedAt;
pub(crate) use texts::Source;

use crate::kustomization::At;
use directories::{Located, is_inside};
use remote::{check_inside, no_repository};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use trimtab_remote::{Checkout, NotARepository, RepoSpec, is_web_address, mask};
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

/// How many kustomizations may lead to each other. Each takes some of the thread's stack; people
/// have a handful.
const DEEPEST: usize = 128;

/// The names a kustomization file can have.
pub(crate) const FILE_NAMES: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

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
            return Self::open_repository(sources, &spec);
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

    /// The kustomization file of the directory, with its name.
    ///
    /// # Errors
    /// When there is none, or several.
    pub(crate) fn kustomization(&self) -> Result<(&'static str, Source)> {
        if let Some(source) = &self.given {
            return Ok((FILE_NAMES[0], source.clone()));
        }
        let mut found = None;
        let mut refused = None;
        for name in FILE_NAMES {
            let path = self.root.join(name);
            let located = self.sources.locate(&path);
            // Explaining what is missing reads the directory, which is for errors only.
            if matches!(&located, Err(error) if error.kind() == io::ErrorKind::NotFound) {
                continue;
            }
            let file = match self.admit(&path, name, located) {
                Ok(file) => file,
                Err(error) => {
                    let error = error.in_file(self.sources.shown(&path));
                    refused = refused.or(Some(error));
                    continue;
                }
            };
            if let Some((other, _)) = found.replace((name, file)) {
                let message = format!("`{}` has two kustomization files", self.shown_root());
                return Err(Diagnostic::error("several-kustomization-files", message)
                    .in_file(self.shown_root())
                    .at(self.named_at)
                    .expecting("one of them")
                    .hint(format!("remove `{other}` or `{name}`")));
            }
        }
        let Some((name, (path, size))) = found else {
            let is_target = self.referrer.is_none();
            let none = || missing::no_kustomization(self.sources, &self.root, is_target);
            return Err(refused.unwrap_or_else(none).at(self.named_at));
        };
        let source = self.text(path, size, self.named_at);
        Ok((name, source.map_err(|error| error.at(self.named_at))?))
    }

    /// The text of a file.
    ///
    /// # Errors
    /// When there is no such file, or it may not be read, or is not text.
    pub(crate) fn load(&self, path: &At<Text>) -> Result<Source> {
        if is_web_address(path) {
            return self.load_web(path);
        }
        let (real, size) = self.find(path)?;
        let source = self.text(real, size, path.position);
        source.map_err(|error| error.at(path.position))
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// When there is no such file, or it may not be read.
    pub(crate) fn load_bytes(&self, path: &At<Text>) -> Result<Vec<u8>> {
        if is_web_address(path) {
            return self.load_web_bytes(path);
        }
        let (real, size) = self.find(path)?;
        let bytes = self.sources.bytes(&real, size, self.repository());
        bytes.map_err(|error| error.at(path.position))
    }

    /// The path of a file of this machine, free of symbolic links.
    ///
    /// # Errors
    /// When there is no such file, or it may not be read.
    pub(crate) fn real_path(&self, path: &At<Text>) -> Result<PathBuf> {
        self.find(path).map(|(real, _)| real)
    }

    /// The position of a byte in a file that [`Loader::load_bytes`] read, for an error about it. All
    /// bytes before `offset` are text.
    #[must_use]
    pub(crate) fn position_in(&self, path: &At<Text>, bytes: &[u8], offset: usize) -> Position {
        let full = if is_web_address(path) {
            PathBuf::from(mask(path))
        } else {
            join(&self.root, path)
        };
        self.sources
            .position_in_bytes(&full, bytes, offset, path.position)
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

    /// The text of a file on this machine, for those who look ahead: nothing is fetched, and nothing is
    /// noted or said.
    #[must_use]
    pub(crate) fn look_ahead(&self, path: &At<Text>) -> Option<Source> {
        if is_remote(path) {
            return None;
        }
        let full = join(&self.root, path);
        let located = self.sources.locate(&full);
        if !matches!(located, Ok(Located::File(..))) {
            return None;
        }
        let (real, size) = self.admit(&full, path, located).ok()?;
        self.sources.text_ahead(real, size, self.repository())
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
        let root = match self.locate(path) {
            Ok(Located::Directory(root)) => root,
            Ok(_) => {
                let error = not_a_directory(path).at(path.position);
                return Err(error.hint("name a file under `resources`"));
            }
            Err(error) => return Err(self.missing(path, &error)),
        };
        let contained = match self.repository() {
            Some(checkout) => check_inside(self.sources, checkout, &root),
            None => Ok(()),
        };
        contained
            .and_then(|()| self.check_cycle(&root, false))
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
    fn check_cycle(&self, root: &Path, mut is_outside: bool) -> Result<()> {
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

    /// The text of a file that may be read.
    fn text(&self, path: PathBuf, size: u64, named_at: Position) -> Result<Source> {
        self.sources.text(path, size, named_at, self.repository())
    }

    fn locate(&self, path: &str) -> io::Result<Located> {
        self.sources.locate(&join(&self.root, path))
    }

    fn find(&self, path: &At<Text>) -> Result<(PathBuf, u64)> {
        let found = self.locate_file(&join(&self.root, path), path);
        found.map_err(|error| error.at(path.position))
    }

    /// The real path and the size of a file that may be read. `given` is what the user calls it.
    fn locate_file(&self, path: &Path, given: &str) -> Result<(PathBuf, u64)> {
        self.admit(path, given, self.sources.locate(path))
    }

    /// What was located at `path`, if it is a file that may be read.
    fn admit(
        &self,
        path: &Path,
        given: &str,
        located: io::Result<Located>,
    ) -> Result<(PathBuf, u64)> {
        let (real, size) = match located {
            Ok(Located::File(real, size)) => (real, size),
            Ok(Located::Directory(_)) => return Err(not_a_file(given, "a directory")),
            Ok(Located::Special) => return Err(not_a_file(given, "a device, pipe or socket")),
            Err(error) => return Err(missing::explain(self.sources, path, given, &error)),
        };
        let inside = is_inside(&real, &self.root);
        if inside || self.restrictions == LoadRestrictions::None {
            return Ok((real, size));
        }
        let shown = self.sources.shown(&real);
        let message = format!("`{shown}` is outside of `{}`", self.shown_root());
        let error = Diagnostic::error("file-outside-root", message)
            .expecting("a file in or below the directory of the kustomization");
        Err(match self.repository() {
            // Whose kustomizations may not read what is ours, whatever we say.
            Some(_) => error,
            None => error.hint("to allow it use `--load-restrictor LoadRestrictionsNone`"),
        })
    }

    fn missing(&self, path: &At<Text>, error: &io::Error) -> Box<Diagnostic> {
        missing::explain(self.sources, &join(&self.root, path), path, error).at(path.position)
    }
}

/// Whether an entry leads off this machine.
fn is_remote(entry: &str) -> bool {
    is_web_address(entry) || RepoSpec::parse(entry).is_ok()
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

fn not_a_directory(path: &str) -> Box<Diagnostic> {
    Diagnostic::error("not-a-directory", format!("`{path}` is a file"))
        .expecting("a directory with a kustomization")
}

fn not_a_file(path: &str, what: &str) -> Box<Diagnostic> {
    let message = if path.is_empty() {
        "an empty path names no file".to_owned()
    } else {
        format!("`{path}` is {what}")
    };
    Diagnostic::error("not-a-file", message).expecting("a file")
}

#[cfg(test)]
pub(crate) mod tests;
