//! What all loaders of one build share: the texts that were read, where paths lead, and warnings.

use super::directories::Located;
use super::glob::Fitting;
use super::remote::read_lock;
use super::texts::{LookedAt, Source, Texts};
use super::trails::Trails;
use crate::kustomization::At;
use crate::provenance::Effect;
use rustc_hash::FxHashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use trimtab_remote::{Checkout, Lock, RemoteOptions, WebFile};
use trimtab_tree::{Diagnostic, Position, Result, SourceId, SourceMap, Text};

/// The files of one build. Each is read once, however many bases name it. Loaders fill it in as
/// they go, through shared references.
#[derive(Debug)]
pub struct Sources {
    /// Free of symbolic links. Paths below it are shown relative to it.
    working_directory: PathBuf,
    pub(super) texts: Arc<Texts>,
    notes: Mutex<Notes>,
    remote_options: OnceLock<RemoteOptions>,
    standard_input: OnceLock<Source>,
}

/// What a build notes beside the texts.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Whether these are the notes of a part, and what leads to it is not among them.
    is_part: bool,
    trails: Trails,
    warnings: Vec<Diagnostic>,
    /// Whether lines of environment files get positions.
    keeps_lines: bool,
    /// What programs told, a line each.
    told: Vec<String>,
    /// What entries did, in builds that record.
    effects: Vec<Effect>,
    /// What tells apart the warnings that have a place.
    warned: FxHashSet<(&'static str, Position, String)>,
    /// The target whose lock file was last looked for, and what it says.
    lock: Option<(PathBuf, Option<Arc<Lock>>)>,
}

/// More warnings of one build are not kept: a hostile file could hold millions.
const MOST_WARNINGS: usize = 10_000;

impl Sources {
    /// No files yet. Relative targets are taken from `working_directory`, and paths in messages
    /// are relative to it where they lie below it.
    #[must_use]
    pub fn new(working_directory: &Path) -> Self {
        let real = dunce::canonicalize(working_directory);
        Self {
            working_directory: real.unwrap_or_else(|_| working_directory.to_owned()),
            texts: Arc::default(),
            notes: Mutex::default(),
            remote_options: OnceLock::new(),
            standard_input: OnceLock::new(),
        }
    }

    /// For another build that reads what this one reads: no file is read twice, and positions of
    /// one have the same meaning in the other. It has warnings of its own.
    #[must_use]
    pub fn for_another_build(&self) -> Self {
        Self {
            working_directory: self.working_directory.clone(),
            texts: Arc::clone(&self.texts),
            notes: Mutex::default(),
            remote_options: OnceLock::new(),
            standard_input: self.standard_input.clone(),
        }
    }

    /// Says how this build fetches. The first to say so decides.
    pub(crate) fn use_remote_options(&self, options: &RemoteOptions) {
        self.remote_options.get_or_init(|| options.clone());
    }

    pub(super) fn remote_options(&self) -> &RemoteOptions {
        self.remote_options.get_or_init(RemoteOptions::default)
    }

    /// What the lock file beside a target says.
    pub(super) fn lock_of(&self, target: &Path) -> Result<Option<Arc<Lock>>> {
        if let Some((known, lock)) = &self.notes().lock
            && known == target
        {
            return Ok(lock.clone());
        }
        let lock = read_lock(self, target)?.map(Arc::new);
        self.notes().lock = Some((target.to_owned(), lock.clone()));
        Ok(lock)
    }

    /// Remembers where the files of a repository are, for showing their paths.
    pub(super) fn add_checkout(&self, checkout: &Arc<Checkout>) {
        self.texts.add_checkout(checkout);
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        // Every change leaves the notes whole.
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a finding that does not stop the build, unless it is known: a base that several
    /// kustomizations name gives each of its warnings once.
    pub fn warn(&self, warning: Diagnostic) {
        if self.notes().warnings.len() >= MOST_WARNINGS {
            return;
        }
        let key = (warning.code, warning.position, warning.message.clone());
        if warning.position.is_some() && !self.notes().warned.insert(key) {
            return;
        }
        let warning = if self.notes().is_part {
            warning
        } else {
            *self.with_trail(Box::new(warning))
        };
        self.notes().warnings.push(warning);
    }

    /// Begins notes of their own for a part of the build. Gives back those so far, for
    /// [`Self::end_notes`].
    pub(crate) fn start_notes(&self) -> Notes {
        let part = Notes {
            is_part: true,
            ..Notes::default()
        };
        std::mem::replace(&mut self.notes(), part)
    }

    /// Goes on with the notes from before. Gives back those of the part.
    pub(crate) fn end_notes(&self, before: Notes) -> Notes {
        let mut notes = self.notes();
        let mut part = std::mem::replace(&mut *notes, before);
        // Programs run once, so they tell once.
        notes.told.append(&mut part.told);
        part
    }

    /// Takes over the notes of a part.
    pub(crate) fn add_notes(&self, part: &Notes) {
        let mut notes = self.notes();
        notes.trails.add(&part.trails);
        if notes.lock.is_none() {
            notes.lock.clone_from(&part.lock);
        }
        drop(notes);
        for warning in &part.warnings {
            self.warn(warning.clone());
        }
    }

    /// Whether what was noted of a part is so for a build of this target, too: remotes are those that
    /// its lock file names.
    pub(crate) fn has_remotes_of(&self, part: &Notes, target: &Path) -> bool {
        match &part.lock {
            None => true,
            Some((other, None)) => other == target || matches!(self.lock_of(target), Ok(None)),
            Some((other, Some(_))) => other == target,
        }
    }

    /// Notes where the file that holds a position is named.
    pub(crate) fn note(&self, position: Position, named_at: Position) {
        let file = self.texts.with_map(|map| map.file(position));
        if let Some(file) = file {
            self.notes().trails.note(file, named_at);
        }
    }

    /// The warnings so far, in order; they are kept no longer.
    #[must_use]
    pub fn take_warnings(&self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.notes().warnings)
    }

    /// The texts so far, for those who show positions while the build's memory is still needed.
    #[must_use]
    pub fn map(&self) -> SourceMap {
        self.texts.with_map(SourceMap::clone)
    }

    /// From now on lines of environment files get positions of their own, which costs a copy of the
    /// file each time: for builds that record.
    pub(crate) fn keep_lines(&self) {
        self.notes().keeps_lines = true;
    }

    /// Whether they get them.
    pub(crate) fn keeps_lines(&self) -> bool {
        self.notes().keeps_lines
    }

    /// Adds what the program called `who` told on its standard error, though it did its work.
    pub(crate) fn tell(&self, who: &str, messages: &str) {
        let lines = messages.lines().filter(|line| !line.trim().is_empty());
        let told = lines.map(|line| format!("{who}: {line}"));
        self.notes().told.extend(told);
    }

    /// Takes over what programs told elsewhere.
    pub(crate) fn pass_on(&self, told: Vec<String>) {
        self.notes().told.extend(told);
    }

    /// What programs told so far, a line each, in order; it is kept no longer.
    #[must_use]
    pub fn take_told(&self) -> Vec<String> {
        std::mem::take(&mut self.notes().told)
    }

    /// Notes what entries did.
    pub(crate) fn note_effects(&self, effects: Vec<Effect>) {
        self.notes().effects.extend(effects);
    }

    /// What entries did, in builds that record, for [`without_effect`](crate::without_effect); it is kept
    /// no longer.
    #[must_use]
    pub fn take_effects(&self) -> Vec<Effect> {
        std::mem::take(&mut self.notes().effects)
    }

    /// The texts, for those who show positions.
    #[must_use]
    pub fn into_map(self) -> SourceMap {
        self.texts.into_map()
    }

    /// The real paths of all files that were read so far, in order.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = self.texts.files();
        files.sort();
        files
    }

    /// Gives the kustomization that the target `-` stands for; its paths are relative to the working
    /// directory. Only the first one counts.
    ///
    /// # Errors
    /// When it is too large.
    pub fn give_standard_input(&self, text: &str) -> Result<()> {
        let source = self.texts.add_text("standard input", text.into())?;
        self.standard_input.get_or_init(|| source);
        Ok(())
    }

    pub(super) fn standard_input(&self) -> Option<Source> {
        self.standard_input.get().cloned()
    }

    /// Adds a text that no file holds, once under each name.
    ///
    /// # Errors
    /// When all texts together are too much for positions.
    pub(crate) fn add_text(&self, name: &str, text: Arc<str>) -> Result<Source> {
        self.texts.add_text(name, text)
    }

    /// Where a byte of a text stands, if the text is written on one line as it is, with or without
    /// quotes; else where the text does.
    pub(super) fn position_in(&self, text: &At<Text>, offset: usize) -> Position {
        let start = self.texts.with_map(|map| {
            let place = map.locate(text.position)?;
            let written = &place.text[place.offset..];
            let begins = |start: &usize| {
                written
                    .get(*start..)
                    .is_some_and(|it| it.starts_with(text.as_str()))
            };
            [0, 1].into_iter().find(begins)
        });
        start.map_or(text.position, |start| text.position.plus(start + offset))
    }

    /// Notes from now on what the builds that share the files look at, for [`Self::looked_at`].
    pub fn watch(&self) {
        self.texts.watch();
    }

    /// What was looked at since [`Self::watch`]: when none of it changes, a build gives the same.
    #[must_use]
    pub fn looked_at(&self) -> LookedAt {
        let mut looked_at = self.texts.looked_at();
        looked_at.paths.extend(self.texts.files());
        looked_at
    }

    /// Notes that something was looked for.
    pub(super) fn look_for(&self, path: &Path) {
        self.texts.look_for(path);
    }

    /// Notes which names in a directory count.
    pub(super) fn look_into(&self, directory: &Path, fitting: impl FnOnce() -> Fitting) {
        self.texts.look_into(directory, fitting);
    }

    /// How often a file was read, by all builds that share the files.
    #[must_use]
    pub fn reads(&self) -> usize {
        self.texts.reads()
    }

    /// Adds a text that stands at `position` in a file, such as an inline patch. It takes no more
    /// room when it comes again, from a base that several kustomizations name.
    ///
    /// # Errors
    /// When all texts together are too much for positions.
    pub(crate) fn add_inline(&self, position: Position, text: Arc<str>) -> Result<Source> {
        self.texts.add_inline(position, text)
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
        let (id, source) = self.texts.add_output(name, text)?;
        self.notes().trails.note(id, named_at);
        Ok(source)
    }

    /// Held by whoever puts a chart where other builds look for it.
    pub(crate) fn lock_charts(&self) -> MutexGuard<'_, ()> {
        self.texts.lock_charts()
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
        match self.texts.add_lossy(&self.shown(path), bytes, offset) {
            None => named_at,
            Some((id, position)) => {
                self.notes().trails.note(id, named_at);
                position
            }
        }
    }

    /// Notes that the text that holds a position has secrets only.
    pub(crate) fn conceal(&self, position: Position) {
        self.texts.conceal(position);
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
        let Notes { trails, .. } = &*self.notes();
        self.texts.with_map(|map| {
            if finding.trail.is_empty() {
                let below = trails.to(map, finding.position);
                let below = below.take_while(|&step| !map.same_file(step, position));
                let below = below.map(|step| shown_place(map, step));
                finding.trail.extend(below);
            }
            if position.is_some() {
                finding.trail.push(shown_place(map, position));
            }
        });
        finding
    }

    /// Gives a finding that has no trail the places that led to its file.
    #[must_use]
    pub(crate) fn with_trail(&self, mut finding: Box<Diagnostic>) -> Box<Diagnostic> {
        if finding.trail.is_empty() {
            let Notes { trails, .. } = &*self.notes();
            self.texts.with_map(|map| {
                let steps = trails.to(map, finding.position);
                let steps = steps.map(|step| shown_place(map, step));
                finding.trail.extend(steps);
            });
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
        let Notes { trails, .. } = &*self.notes();
        self.texts
            .with_map(|map| trails.first_place(map, found, position))
    }

    /// A path as people are shown it.
    #[must_use]
    pub(crate) fn shown(&self, path: &Path) -> String {
        if let Some(shown) = self.texts.shown_in_checkout(path) {
            return shown;
        }
        let below = path.strip_prefix(&self.working_directory);
        let shown = match below {
            Ok(same) if same.as_os_str().is_empty() => Path::new("."),
            Ok(below) => below,
            Err(_) => path,
        };
        crate::path::shown(shown)
    }

    /// What relative paths of the command line are relative to, free of symbolic links.
    pub(crate) fn working_directory(&self) -> &Path {
        &self.working_directory
    }

    /// Where an absolute, cleaned path leads.
    pub(super) fn locate(&self, path: &Path) -> io::Result<Located> {
        self.texts.locate(path)
    }

    /// The text of a file, given by its real path and the place that names it. In a repository it
    /// must be what was fetched.
    pub(super) fn text(
        &self,
        path: PathBuf,
        size: u64,
        named_at: Position,
        checkout: Option<&Checkout>,
    ) -> Result<Source> {
        let read = self
            .texts
            .text(path, size, checkout, |path| self.shown(path));
        self.note_way(read, named_at)
    }

    /// The same before anybody asks for it: it is not noted what led there.
    pub(super) fn text_ahead(
        &self,
        path: PathBuf,
        size: u64,
        checkout: Option<&Checkout>,
    ) -> Option<Source> {
        let shown = |path: &Path| self.shown(path);
        let read = self.texts.text(path, size, checkout, shown);
        read.ok().map(|(_, source)| source)
    }

    /// The text of a file from a web server.
    pub(super) fn web_text(&self, file: &WebFile, named_at: Position) -> Result<Source> {
        self.note_way(self.texts.web_text(file), named_at)
    }

    /// Remembers what led to a text, or to the text that shows what is wrong with a file.
    fn note_way(&self, read: Result<(SourceId, Source)>, named_at: Position) -> Result<Source> {
        let id = match &read {
            Ok((id, _)) => Some(*id),
            Err(error) => self.texts.with_map(|map| map.file(error.position)),
        };
        if let Some(id) = id {
            self.notes().trails.note(id, named_at);
        }
        read.map(|(_, source)| source)
    }

    /// The bytes of a file, given by its real path. In a repository they must be what was fetched.
    pub(super) fn bytes(
        &self,
        path: &Path,
        size: u64,
        checkout: Option<&Checkout>,
    ) -> Result<Vec<u8>> {
        let bytes = self.texts.bytes(path, size, &self.shown(path))?;
        if let Some(checkout) = checkout {
            checkout.verify(path, &bytes)?;
        }
        Ok(bytes)
    }
}

fn shown_place(map: &SourceMap, position: Position) -> String {
    map.locate(position)
        .map(|at| format!("{}:{}:{}", at.name, at.line, at.column))
        .unwrap_or_default()
}
