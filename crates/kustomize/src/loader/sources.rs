//! What all loaders of one build share: the texts that were read, where paths lead, and warnings.

use super::directories::{Directories, Located};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use trimtab_tree::{Diagnostic, Location, Position, Result, SourceId, SourceMap, decode};

/// A text and what is needed to give its nodes positions.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its number.
    pub id: SourceId,
    /// The text, decoded.
    pub text: Arc<str>,
    /// The offset of its first byte, for [`Position::new`].
    pub base: u32,
}

/// The files of one build. Each is read once, however many bases name it. Loaders fill it in as
/// they go, through shared references; it is not for several threads.
#[derive(Debug)]
pub struct Sources {
    /// Free of symbolic links. Paths below it are shown relative to it.
    working_directory: PathBuf,
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    map: SourceMap,
    /// By real path.
    files: FxHashMap<OsString, SourceId>,
    directories: Directories,
    warnings: Vec<Diagnostic>,
}

/// More than this is not read from one file: positions have 32 bits.
const LARGEST: u64 = u32::MAX as u64;

impl Sources {
    /// No files yet. Relative targets are taken from `working_directory`, and paths in messages
    /// are relative to it where they lie below it.
    #[must_use]
    pub fn new(working_directory: &Path) -> Self {
        let real = working_directory.canonicalize();
        Self {
            working_directory: real.unwrap_or_else(|_| working_directory.to_owned()),
            state: RefCell::default(),
        }
    }

    /// Adds a finding that does not stop the build.
    pub fn warn(&self, warning: Diagnostic) {
        self.state.borrow_mut().warnings.push(warning);
    }

    /// The warnings so far, in order; they are kept no longer.
    #[must_use]
    pub fn take_warnings(&self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.state.borrow_mut().warnings)
    }

    /// The texts, for those who show positions.
    #[must_use]
    pub fn into_map(self) -> SourceMap {
        self.state.into_inner().map
    }

    /// Calls `use_it` with file, line and column of a position.
    pub fn with_location<T>(
        &self,
        position: Position,
        use_it: impl FnOnce(Option<Location<'_>>) -> T,
    ) -> T {
        use_it(self.state.borrow().map.locate(position))
    }

    /// Adds a text that stands at `position` in a file, such as an inline patch.
    ///
    /// # Errors
    /// When all texts together are too much for positions.
    pub fn add_inline(&self, position: Position, text: Arc<str>) -> Result<Source> {
        let map = &mut self.state.borrow_mut().map;
        let id = map.add_inline(position, Arc::clone(&text));
        let id = id.ok_or_else(|| too_much("an inline text").at(position))?;
        let base = map.base(id);
        Ok(Source { id, text, base })
    }

    /// A path as people are shown it.
    #[must_use]
    pub fn shown(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.working_directory);
        let shown = match below {
            Ok(same) if same.as_os_str().is_empty() => Path::new("."),
            Ok(below) => below,
            Err(_) => path,
        };
        shown.to_string_lossy().into_owned()
    }

    pub(super) fn working_directory(&self) -> &Path {
        &self.working_directory
    }

    /// Where an absolute, cleaned path leads.
    pub(super) fn locate(&self, path: &Path) -> io::Result<Located> {
        self.state.borrow_mut().directories.locate(path)
    }

    /// The text of a file, given by its real path.
    pub(super) fn text(&self, path: PathBuf, size: u64) -> Result<Source> {
        let state = &mut *self.state.borrow_mut();
        let id = if let Some(&id) = state.files.get(path.as_os_str()) {
            id
        } else {
            let name = self.shown(&path);
            let bytes = read(&path, size).map_err(|error| unreadable(&name, &error))?;
            let text = decode(bytes).map_err(|error| error.in_file(&*name))?;
            let text = Arc::from(text);
            let id = state.map.add(&*name, text).ok_or_else(|| too_much(&name))?;
            state.files.insert(path.into(), id);
            id
        };
        Ok(Source {
            id,
            text: state.map.text(id),
            base: state.map.base(id),
        })
    }

    /// The bytes of a file, given by its real path.
    pub(super) fn bytes(&self, path: &Path, size: u64) -> Result<Vec<u8>> {
        read(path, size).map_err(|error| unreadable(&self.shown(path), &error))
    }
}

/// Reads a file of `size` bytes. Spares the questions that the standard library's own function asks:
/// for the size, and whether the end is reached. Only what has no size is read to its end.
fn read(path: &Path, size: u64) -> io::Result<Vec<u8>> {
    let limit = if size == 0 { LARGEST + 1 } else { size };
    if size > LARGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut bytes = Vec::with_capacity(size as usize);
    File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

fn unreadable(name: &str, error: &io::Error) -> Box<Diagnostic> {
    Diagnostic::error(
        "unreadable-file",
        format!("`{name}` cannot be read: {error}"),
    )
    .in_file(name)
}

fn too_much(name: &str) -> Box<Diagnostic> {
    Diagnostic::error("too-much-text", "all files together have more than 4 GiB").in_file(name)
}
