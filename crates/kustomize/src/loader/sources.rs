//! What all loaders of one build share: the texts that were read, where paths lead, and warnings.

use super::directories::{Directories, Located};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use trimtab_tree::{
    Diagnostic, ParseOptions, Position, Result, SourceId, SourceMap, Value, decode,
};

/// A text and what is needed to give its nodes positions.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// The text, decoded.
    pub text: Arc<str>,
    /// The offset of its first byte, for [`Position::new`].
    pub base: u32,
}

impl Source {
    /// All its documents.
    ///
    /// # Errors
    /// When it is not YAML.
    pub(crate) fn documents(&self) -> Result<Vec<Value>> {
        trimtab_tree::parse_documents(&self.text, self.options())
    }

    /// Its only document.
    ///
    /// # Errors
    /// When it is not YAML, or holds several documents.
    pub(crate) fn document(&self) -> Result<Value> {
        trimtab_tree::parse_document(&self.text, self.options())
    }

    fn options(&self) -> ParseOptions {
        ParseOptions {
            base: self.base,
            ..ParseOptions::default()
        }
    }
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
    /// Texts that stand in a file, by their place there.
    inline: FxHashMap<Position, SourceId>,
    directories: Directories,
    warnings: Vec<Diagnostic>,
    /// What programs told, a line each.
    told: Vec<String>,
    /// What tells apart the warnings that have a place.
    warned: FxHashSet<(&'static str, Position, String)>,
}

/// More kustomizations than this are not told one by one.
const LONGEST_TRAIL: usize = 100;

/// More than this is not read from one file, and a larger one is refused before anything of it is.
const LARGEST: u64 = trimtab_tree::MAX_LENGTH as u64;

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

    /// Adds a finding that does not stop the build, unless it is known: a base that several
    /// kustomizations name gives each of its warnings once.
    pub(crate) fn warn(&self, warning: Diagnostic) {
        let key = (warning.code, warning.position, warning.message.clone());
        if warning.position.is_some() && !self.state.borrow_mut().warned.insert(key) {
            return;
        }
        let warning = *self.with_trail(Box::new(warning));
        self.state.borrow_mut().warnings.push(warning);
    }

    /// The warnings so far, in order; they are kept no longer.
    #[must_use]
    pub fn take_warnings(&self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.state.borrow_mut().warnings)
    }

    /// Adds what the program called `who` told on its standard error, though it did its work.
    pub(crate) fn tell(&self, who: &str, messages: &str) {
        let lines = messages.lines().filter(|line| !line.trim().is_empty());
        let told = lines.map(|line| format!("{who}: {line}"));
        self.state.borrow_mut().told.extend(told);
    }

    /// What programs told so far, a line each, in order; it is kept no longer.
    #[must_use]
    pub fn take_told(&self) -> Vec<String> {
        std::mem::take(&mut self.state.borrow_mut().told)
    }

    /// The texts, for those who show positions.
    #[must_use]
    pub fn into_map(self) -> SourceMap {
        self.state.into_inner().map
    }

    /// Adds a text that stands at `position` in a file, such as an inline patch. It takes no more
    /// room when it comes again, from a base that several kustomizations name.
    ///
    /// # Errors
    /// When all texts together are too much for positions.
    pub(crate) fn add_inline(&self, position: Position, text: Arc<str>) -> Result<Source> {
        let State { map, inline, .. } = &mut *self.state.borrow_mut();
        let known = inline.get(&position).copied();
        let id = if let Some(id) = known.filter(|&id| map.text(id) == text) {
            id
        } else {
            let id = map.add_inline(position, Arc::clone(&text));
            let id = id.ok_or_else(|| too_much("an inline text").at(position))?;
            inline.insert(position, id);
            id
        };
        let base = map.base(id);
        Ok(Source { text, base })
    }

    /// Adds a text that no file holds, such as what a program wrote. `name` is shown in the place of a
    /// file's; `named_at` is where the build was told to run the program.
    ///
    /// # Errors
    /// When all texts together are too much for positions.
    pub(crate) fn add_output(
        &self,
        name: &str,
        text: Arc<str>,
        named_at: Position,
    ) -> Result<Source> {
        let map = &mut self.state.borrow_mut().map;
        let id = map
            .add(name, Arc::clone(&text))
            .ok_or_else(|| too_much(name))?;
        map.set_named_at(id, named_at);
        let base = map.base(id);
        Ok(Source { text, base })
    }

    /// The position of a byte in a file that is not a text of the build, for an error about it. All
    /// bytes before `offset` are text.
    #[must_use]
    pub(crate) fn position_in_bytes(
        &self,
        path: &Path,
        bytes: &[u8],
        offset: usize,
        named_at: Position,
    ) -> Position {
        let name = self.shown(path);
        add_lossy(
            &mut self.state.borrow_mut().map,
            &name,
            bytes,
            offset,
            named_at,
        )
    }

    /// Adds the place of a reference to the trail of a finding, with the places between its file and
    /// that place, unless the finding is there itself.
    #[must_use]
    pub(crate) fn reached_from(
        &self,
        mut finding: Box<Diagnostic>,
        position: Position,
    ) -> Box<Diagnostic> {
        if finding.position == position {
            return finding;
        }
        let map = &self.state.borrow().map;
        if finding.trail.is_empty() {
            let below = trail(map, finding.position);
            let below = below.take_while(|&step| !map.same_file(step, position));
            finding
                .trail
                .extend(below.map(|step| shown_place(map, step)));
        }
        if position.is_some() {
            finding.trail.push(shown_place(map, position));
        }
        finding
    }

    /// Gives a finding that has no trail the places that led to its file.
    #[must_use]
    pub(crate) fn with_trail(&self, mut finding: Box<Diagnostic>) -> Box<Diagnostic> {
        if finding.trail.is_empty() {
            let map = &self.state.borrow().map;
            let steps = trail(map, finding.position);
            finding
                .trail
                .extend(steps.map(|step| shown_place(map, step)));
        }
        finding
    }

    /// The place in the file of `position` that first led to the file of `found`.
    #[must_use]
    pub(crate) fn first_reached_from(
        &self,
        found: Position,
        position: Position,
    ) -> Option<Position> {
        let map = &self.state.borrow().map;
        let mut step = map.named_at(found)[0];
        for _ in 0..LONGEST_TRAIL {
            if !step.is_some() || map.same_file(step, position) {
                break;
            }
            step = map.named_at(step)[0];
        }
        Some(step).filter(|&step| map.same_file(step, position))
    }

    /// A path as people are shown it.
    #[must_use]
    pub(crate) fn shown(&self, path: &Path) -> String {
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

    /// The text of a file, given by its real path and the place that names it.
    pub(super) fn text(&self, path: PathBuf, size: u64, named_at: Position) -> Result<Source> {
        let state = &mut *self.state.borrow_mut();
        let id = if let Some(&id) = state.files.get(path.as_os_str()) {
            id
        } else {
            let name = self.shown(&path);
            let bytes = read(&path, size).map_err(|error| unreadable(&name, &error))?;
            let text = match decode(bytes) {
                Ok(text) => Arc::from(text),
                Err(error) => {
                    let error = point_into(&mut state.map, error, &name, &path, size, named_at);
                    return Err(error.in_file(name));
                }
            };
            let id = state.map.add(&*name, text).ok_or_else(|| too_much(&name))?;
            state.files.insert(path.into(), id);
            id
        };
        state.map.set_named_at(id, named_at);
        Ok(Source {
            text: state.map.text(id),
            base: state.map.base(id),
        })
    }

    /// The bytes of a file, given by its real path.
    pub(super) fn bytes(&self, path: &Path, size: u64) -> Result<Vec<u8>> {
        read(path, size).map_err(|error| unreadable(&self.shown(path), &error))
    }
}

/// The places that led to the file of a position, innermost first.
fn trail(map: &SourceMap, position: Position) -> impl Iterator<Item = Position> {
    let named = |position| Some(map.named_at(position)[1]).filter(|place| place.is_some());
    std::iter::successors(named(position), move |&place| named(place)).take(LONGEST_TRAIL)
}

fn shown_place(map: &SourceMap, position: Position) -> String {
    map.locate(position)
        .map(|at| format!("{}:{}:{}", at.name, at.line, at.column))
        .unwrap_or_default()
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

/// Points at the first byte of a file that is not UTF-8. What is shown of the file has replacement
/// characters in such places.
fn point_into(
    map: &mut SourceMap,
    error: Box<Diagnostic>,
    name: &str,
    path: &Path,
    size: u64,
    named_at: Position,
) -> Box<Diagnostic> {
    let Ok(bytes) = read(path, size) else {
        return error;
    };
    let valid = match std::str::from_utf8(&bytes) {
        Err(invalid) if !bytes.starts_with(b"\xFF\xFE") && !bytes.starts_with(b"\xFE\xFF") => {
            invalid.valid_up_to()
        }
        _ => return error,
    };
    let mut error = error.at(add_lossy(map, name, &bytes, valid, named_at));
    error.message = format!("this is not UTF-8: byte 0x{:02x}", bytes[valid]);
    error
}

/// Adds bytes as a text that can be shown, and gives the position of the byte at `offset`. All bytes
/// before it are text.
fn add_lossy(
    map: &mut SourceMap,
    name: &str,
    bytes: &[u8],
    offset: usize,
    named_at: Position,
) -> Position {
    let Some(id) = map.add(name, String::from_utf8_lossy(bytes).into()) else {
        return named_at;
    };
    map.set_named_at(id, named_at);
    Position::new(map.base(id), offset)
}

fn unreadable(name: &str, error: &io::Error) -> Box<Diagnostic> {
    let finding = Diagnostic::error(
        "unreadable-file",
        format!("`{name}` cannot be read: {error}"),
    )
    .in_file(name);
    match error.kind() {
        io::ErrorKind::FileTooLarge => {
            finding.expecting(format!("files of at most {} MiB", LARGEST >> 20))
        }
        _ => finding,
    }
}

fn too_much(name: &str) -> Box<Diagnostic> {
    Diagnostic::error("too-much-text", "all files together have more than 4 GiB").in_file(name)
}
