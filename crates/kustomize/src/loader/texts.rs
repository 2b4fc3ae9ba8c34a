//! The files that were read, for one build or for several at a time: each is read once.

use super::directories::{Directories, Located};
use super::glob::Fitting;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use trimtab_remote::{Checkout, RemoteOptions, Remotes, WebFile};
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

/// More than this is not read from one file, and a larger one is refused before anything of it is.
const LARGEST: u64 = trimtab_tree::MAX_LENGTH as u64;

/// What was read. Every method may be called from any thread; none holds a lock while it reads, or asks
/// the file system.
#[derive(Debug, Default)]
pub(super) struct Texts {
    state: Mutex<State>,
    directories: Directories,
    /// What was looked at, where somebody watches.
    looked_at: OnceLock<Mutex<LookedAt>>,
    /// Told whenever a file that was being read has been.
    progress: Condvar,
    /// Held while a chart is pulled.
    charts: Mutex<()>,
    /// Everything that was fetched; nothing before something is.
    remotes: OnceLock<Box<Remotes>>,
    /// Where the repositories are that were fetched.
    checkouts: RwLock<Vec<Arc<Checkout>>>,
}

#[derive(Debug, Default)]
struct State {
    map: SourceMap,
    /// By real path; nothing while somebody reads it.
    files: FxHashMap<OsString, Option<SourceId>>,
    /// Threads that wait for a file which another one reads.
    waiting: usize,
    /// Files that were read as bytes.
    raw: FxHashSet<OsString>,
    /// Texts that stand in a file, by their place there.
    inline: FxHashMap<Position, SourceId>,
    /// How often a file was read.
    reads: usize,
}

/// What a build depends on in the file system.
#[derive(Clone, Debug, Default)]
pub struct LookedAt {
    /// Absolute paths, also of what is not there.
    pub paths: BTreeSet<PathBuf>,
    /// Directories whose names patterns were compared with, and which of them count.
    pub directories: BTreeMap<PathBuf, Fitting>,
}

impl Texts {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change leaves the state whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the texts and their positions.
    pub(super) fn with_map<T>(&self, look: impl FnOnce(&SourceMap) -> T) -> T {
        look(&self.lock().map)
    }

    /// The texts, taken out when nobody else has them.
    pub(super) fn into_map(self: Arc<Self>) -> SourceMap {
        match Arc::try_unwrap(self) {
            Ok(texts) => {
                let state = texts.state.into_inner();
                state.unwrap_or_else(PoisonError::into_inner).map
            }
            Err(shared) => shared.lock().map.clone(),
        }
    }

    /// The real paths of all files that were read, in no order.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let state = self.lock();
        let files = state.files.keys().chain(&state.raw).map(PathBuf::from);
        // The others are web addresses.
        files.filter(|file| file.is_absolute()).collect()
    }

    /// What fetches, for all builds as the first one says.
    pub(super) fn remotes(&self, options: &RemoteOptions) -> &Remotes {
        self.remotes.get_or_init(|| Box::new(Remotes::new(options)))
    }

    /// See `Sources::add_checkout`.
    pub(super) fn add_checkout(&self, checkout: &Arc<Checkout>) {
        let checkouts = self.checkouts.write();
        let mut checkouts = checkouts.unwrap_or_else(PoisonError::into_inner);
        if !checkouts.iter().any(|known| Arc::ptr_eq(known, checkout)) {
            checkouts.push(Arc::clone(checkout));
        }
    }

    /// How a path in a repository that was fetched is shown.
    pub(super) fn shown_in_checkout(&self, path: &Path) -> Option<String> {
        let checkouts = self.checkouts.read();
        let checkouts = checkouts.unwrap_or_else(PoisonError::into_inner);
        checkouts.iter().find_map(|checkout| checkout.shown(path))
    }

    /// How often a file was read.
    pub(super) fn reads(&self) -> usize {
        self.lock().reads
    }

    /// Where an absolute, cleaned path leads.
    pub(super) fn locate(&self, path: &Path) -> io::Result<Located> {
        self.look_for(path);
        self.directories.locate(path)
    }

    /// Notes from now on what is looked at.
    pub(super) fn watch(&self) {
        self.looked_at.get_or_init(Mutex::default);
    }

    fn lock_looked_at(&self) -> Option<MutexGuard<'_, LookedAt>> {
        let looked_at = self.looked_at.get()?;
        // A set is whole after every change.
        Some(looked_at.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes that something was looked for.
    pub(super) fn look_for(&self, path: &Path) {
        if let Some(mut looked_at) = self.lock_looked_at() {
            looked_at.paths.insert(path.to_owned());
        }
    }

    /// Notes that names in a directory are looked at.
    pub(super) fn look_into(&self, directory: &Path, fitting: impl FnOnce() -> Fitting) {
        if let Some(mut looked_at) = self.lock_looked_at() {
            let directories = &mut looked_at.directories;
            let known = directories.entry(directory.to_owned()).or_default();
            known.extend(fitting());
        }
    }

    /// What was looked at since [`Self::watch`].
    pub(super) fn looked_at(&self) -> LookedAt {
        let looked_at = self.lock_looked_at();
        looked_at.map(|it| it.clone()).unwrap_or_default()
    }

    /// Adds a text that no file holds, once under each name.
    pub(super) fn add_text(&self, name: &str, text: Arc<str>) -> Result<Source> {
        let State { map, files, .. } = &mut *self.lock();
        let known = files.get(OsStr::new(name)).copied().flatten();
        let id = match known.filter(|&id| map.text(id) == text) {
            Some(id) => id,
            None => map.add(name, text).ok_or_else(|| too_much(name))?,
        };
        files.insert(name.into(), Some(id));
        Ok(source(map, id))
    }

    /// See `Sources::lock_charts`.
    pub(super) fn lock_charts(&self) -> MutexGuard<'_, ()> {
        self.charts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// See `Sources::add_output`.
    pub(super) fn add_output(&self, name: &str, text: Arc<str>) -> Result<(SourceId, Source)> {
        let map = &mut self.lock().map;
        let id = map.add(name, text).ok_or_else(|| too_much(name))?;
        let source = source(map, id);
        Ok((id, source))
    }

    /// See `Sources::add_inline`.
    pub(super) fn add_inline(&self, position: Position, text: Arc<str>) -> Result<Source> {
        let State { map, inline, .. } = &mut *self.lock();
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

    /// The text of a file, given by its real path; `name` is what people are shown. In a
    /// repository it must be what was fetched.
    ///
    /// # Errors
    /// When it cannot be read, or is not text; with the position of the first byte that is not.
    pub(super) fn text(
        &self,
        path: PathBuf,
        size: u64,
        checkout: Option<&Checkout>,
        name: impl FnOnce(&Path) -> String,
    ) -> Result<(SourceId, Source)> {
        let mut state = self.lock();
        loop {
            match state.files.get(path.as_os_str()) {
                Some(&Some(id)) => return Ok((id, source(&state.map, id))),
                Some(None) => {
                    state.waiting += 1;
                    let woken = self.progress.wait(state);
                    state = woken.unwrap_or_else(PoisonError::into_inner);
                    state.waiting -= 1;
                }
                None => break,
            }
        }
        state.files.insert(path.clone().into(), None);
        drop(state);
        let name = name(&path);
        let read = read_text(&path, size, &name, checkout);
        let mut state = self.lock();
        state.reads += 1;
        let added = add(&mut state.map, &name, read);
        match &added {
            Ok(id) => state.files.insert(path.into(), Some(*id)),
            Err(_) => state.files.remove(path.as_os_str()),
        };
        // To tell nobody takes the system as long as to tell somebody.
        if state.waiting > 0 {
            self.progress.notify_all();
        }
        let id = added.map_err(|error| error.in_file(name))?;
        let source = source(&state.map, id);
        Ok((id, source))
    }

    /// The text of a file from a web server.
    ///
    /// # Errors
    /// When it is not text; with the position of the first byte that is not.
    pub(super) fn web_text(&self, file: &WebFile) -> Result<(SourceId, Source)> {
        let name = file.remote.shown();
        // An address may give different files to targets that lock it differently.
        let key = OsString::from(format!("{name}#{}", file.digest));
        let mut state = self.lock();
        let id = if let Some(&Some(id)) = state.files.get(&key) {
            id
        } else {
            let id = add(&mut state.map, &name, to_text(&file.bytes))?;
            state.files.insert(key, Some(id));
            id
        };
        Ok((id, source(&state.map, id)))
    }

    /// The bytes of a file, given by its real path; `name` is what people are shown.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn bytes(&self, path: &Path, size: u64, name: &str) -> Result<Vec<u8>> {
        let mut state = self.lock();
        state.raw.insert(path.into());
        state.reads += 1;
        drop(state);
        read(path, size).map_err(|error| unreadable(name, &error))
    }

    /// See `Sources::conceal`.
    pub(super) fn conceal(&self, position: Position) {
        self.lock().map.conceal(position);
    }

    /// Adds bytes as a text that can be shown, and gives the position of the byte at `offset`. All
    /// bytes before it are text.
    pub(super) fn add_lossy(
        &self,
        name: &str,
        bytes: &[u8],
        offset: usize,
    ) -> Option<(SourceId, Position)> {
        add_lossy(&mut self.lock().map, name, bytes, offset)
    }
}

fn source(map: &SourceMap, id: SourceId) -> Source {
    Source {
        text: map.text(id),
        base: map.base(id),
    }
}

/// Why there is no text.
enum Unread {
    Error(Box<Diagnostic>),
    /// The bytes, and how many of them are UTF-8.
    NotText(Box<Diagnostic>, Vec<u8>, usize),
}

fn read_text(
    path: &Path,
    size: u64,
    name: &str,
    checkout: Option<&Checkout>,
) -> std::result::Result<Arc<str>, Unread> {
    let read = || read(path, size).map_err(|error| Unread::Error(unreadable(name, &error)));
    let bytes = read()?;
    if let Some(checkout) = checkout {
        checkout.verify(path, &bytes).map_err(Unread::Error)?;
    }
    decode(bytes).map(Arc::from).map_err(|error| match read() {
        Ok(bytes) => not_text(error, bytes),
        Err(_) => Unread::Error(error),
    })
}

fn to_text(bytes: &[u8]) -> std::result::Result<Arc<str>, Unread> {
    let text = decode(bytes.to_vec()).map(Arc::from);
    text.map_err(|error| not_text(error, bytes.to_vec()))
}

/// What is shown of a file that is not UTF-8 has replacement characters in such places.
fn not_text(mut error: Box<Diagnostic>, bytes: Vec<u8>) -> Unread {
    match std::str::from_utf8(&bytes) {
        Err(invalid) if !bytes.starts_with(b"\xFF\xFE") && !bytes.starts_with(b"\xFE\xFF") => {
            let valid = invalid.valid_up_to();
            error.message = format!("this is not UTF-8: byte 0x{:02x}", bytes[valid]);
            Unread::NotText(error, bytes, valid)
        }
        _ => Unread::Error(error),
    }
}

/// Adds a text, or what can be shown of it with the place where it is wrong.
fn add(
    map: &mut SourceMap,
    name: &str,
    read: std::result::Result<Arc<str>, Unread>,
) -> Result<SourceId> {
    match read {
        Ok(text) => map.add(name, text).ok_or_else(|| too_much(name)),
        Err(Unread::Error(error)) => Err(error),
        Err(Unread::NotText(error, bytes, valid)) => {
            Err(match add_lossy(map, name, &bytes, valid) {
                Some((_, position)) => error.at(position),
                None => error,
            })
        }
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

fn add_lossy(
    map: &mut SourceMap,
    name: &str,
    bytes: &[u8],
    offset: usize,
) -> Option<(SourceId, Position)> {
    let id = map.add(name, String::from_utf8_lossy(bytes).into())?;
    Some((id, Position::new(map.base(id), offset)))
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
