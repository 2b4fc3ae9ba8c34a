//! The files of a kustomization's directory: which may be read, and their texts.

use super::directories::{Located, is_inside, join};
use super::{LoadRestrictions, Loader, Source, is_remote, missing};
use crate::kustomization::At;
use std::io;
use std::path::{Path, PathBuf};
use trimtab_remote::{is_web_address, mask};
use trimtab_tree::{Diagnostic, Position, Result, Text};

/// The names a kustomization file can have.
pub(crate) const FILE_NAMES: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

impl Loader<'_> {
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
            let is_missing =
                matches!(&located, Err(error) if error.kind() == io::ErrorKind::NotFound);
            if is_missing && !self.leaves_repository(&path) {
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

    /// The text of a file that may be read.
    pub(super) fn text(&self, path: PathBuf, size: u64, named_at: Position) -> Result<Source> {
        self.sources.text(path, size, named_at, self.repository())
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
    pub(super) fn admit(
        &self,
        path: &Path,
        given: &str,
        located: io::Result<Located>,
    ) -> Result<(PathBuf, u64)> {
        self.stay_in_repository(path)?;
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
}

fn not_a_file(path: &str, what: &str) -> Box<Diagnostic> {
    let message = if path.is_empty() {
        "an empty path names no file".to_owned()
    } else {
        format!("`{path}` is {what}")
    };
    Diagnostic::error("not-a-file", message).expecting("a file")
}
