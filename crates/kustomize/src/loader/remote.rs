//! References that lead off this machine: what they lead to, and what may be read there.
//!
//! A repository is read where the cache of `trimtab-remote` has it. Nothing in it may lead out of
//! it, whatever the build may read elsewhere.

use super::directories::{Located, is_inside, join, leads_out};
use super::{Entry, LoadRestrictions, Loader, Source, Sources, missing, not_a_directory};
use crate::kustomization::{At, Kustomization};
use std::io;
use std::path::Path;
use std::sync::Arc;
use trimtab_remote::{
    Checkout, LOCK_FILE, Lock, Locking, NotARepository, Pins, Reached, Remote, Remotes, RepoSpec,
    WebFile, is_web_address, mask,
};
use trimtab_tree::{Diagnostic, ParseOptions, Position, Result, Text, decode, parse_documents};

impl<'a> Loader<'a> {
    /// The loader of a build that starts in a repository.
    pub(super) fn open_repository(
        sources: &'a Sources,
        spec: &RepoSpec,
        reference: &str,
    ) -> Result<Self> {
        for warning in passed_over(reference) {
            sources.warn(*warning.1);
        }
        let pins = Pins {
            lock: None,
            // There is no place for a lock file beside such a target.
            required: sources.remote_options().locking == Locking::Require && !spec.is_fixed(),
        };
        let checkout = sources.remotes().checkout(spec, pins)?;
        let root = enter(sources, &checkout, spec)?;
        Ok(Self {
            restrictions: LoadRestrictions::RootOnly,
            checkout: Some(checkout),
            is_entrance: true,
            ..Self::at(sources, root)
        })
    }

    /// The repository that the directory lies in, if it was fetched.
    #[must_use]
    pub(crate) fn repository(&self) -> Option<&Checkout> {
        self.checkout.as_deref()
    }

    /// Whether a path leads out of the repository, by its text or by a link on the way. What there is outside is
    /// not for a kustomization from elsewhere to find out.
    pub(super) fn leaves_repository(&self, path: &Path) -> bool {
        let top = self.repository().map(Checkout::root);
        top.is_some_and(|top| leads_out(path, top))
    }

    /// Refuses such a path, for those who do not read what is there themselves.
    ///
    /// # Errors
    /// When it leads out.
    pub(crate) fn stay_in_repository(&self, path: &Path) -> Result<()> {
        if self.leaves_repository(path) {
            return Err(self.outside_of_repository(path));
        }
        Ok(())
    }

    /// The error about such a path, whether anything is there or not.
    pub(super) fn outside_of_repository(&self, path: &Path) -> Box<Diagnostic> {
        let repository = self.repository().map_or(&*self.root, Checkout::root);
        outside(self.sources, path, repository)
    }

    /// Fetches what a kustomization names on other machines, all at once, when that is more than
    /// one. Errors are told where each is used.
    pub(crate) fn prefetch(&self, file: &Kustomization) {
        let entries = [
            &file.resources,
            &file.generators,
            &file.transformers,
            &file.validators,
        ];
        let files = [&file.crds, &file.configurations];
        let entries = entries.into_iter().flatten().map(|path| (&**path, true));
        let files = files.into_iter().flatten().map(|path| (&**path, false));
        let components = file.components.iter().map(|path| (&**path, true));
        let all = entries.chain(files).chain(components);
        let is_remote = |path: &str, entry: bool| {
            is_web_address(path) || entry && RepoSpec::parse(path).is_ok()
        };
        let mut remote = all
            .filter(|(path, entry)| is_remote(path, *entry))
            .peekable();
        let Some(first) = remote.next().filter(|_| remote.peek().is_some()) else {
            return;
        };
        let Ok(lock) = self.lock() else { return };
        let pins = self.pins(lock.as_deref());
        let remotes = self.sources.remotes();
        let fetch = |path: &str, entry: bool| match (is_web_address(path), entry) {
            (true, true) => drop(remotes.reach(path, pins, is_resources)),
            (true, false) => drop(remotes.file(path, pins)),
            (false, _) => {
                let spec = RepoSpec::parse(path);
                drop(spec.map(|spec| remotes.checkout(&spec, pins)));
            }
        };
        let fetch = &fetch;
        let work: Vec<_> = std::iter::once(first)
            .chain(remote)
            .map(|(path, entry)| move || fetch(path, entry))
            .collect();
        let work: Vec<&(dyn Fn() + Sync)> = work.iter().map(|work| work as _).collect();
        remotes.prefetch(&work);
    }

    /// A web address among resources.
    pub(super) fn reach(&'a self, path: &At<Text>) -> Result<Entry<'a>> {
        if let Err(why @ NotARepository::LeavesRepository) = RepoSpec::parse(path) {
            return Err(no_repository(path, why).at(path.position));
        }
        let lock = self.lock()?;
        let pins = self.pins(lock.as_deref());
        let reached = self.sources.remotes().reach(path, pins, is_resources);
        match reached.map_err(|error| error.at(path.position))? {
            Reached::File(file) => self
                .web_source(&file, path, lock.as_deref())
                .map(Entry::File),
            Reached::Checkout(checkout) => {
                self.warn_unlocked(checkout.remote(), lock.as_deref(), path.position);
                self.warn_passed_over(path);
                let spec = RepoSpec::parse(path).map_err(|why| no_repository(path, why))?;
                self.enter(checkout, &spec, path).map(Entry::Directory)
            }
        }
    }

    /// The loader of a directory in a repository.
    pub(super) fn child_repository(
        &'a self,
        spec: &RepoSpec,
        path: &At<Text>,
    ) -> Result<Loader<'a>> {
        let lock = self.lock()?;
        let checkout = self
            .sources
            .remotes()
            .checkout(spec, self.pins(lock.as_deref()));
        let checkout = checkout.map_err(|error| error.at(path.position))?;
        self.warn_unlocked(checkout.remote(), lock.as_deref(), path.position);
        self.warn_passed_over(path);
        self.enter(checkout, spec, path)
    }

    fn enter(
        &'a self,
        checkout: Arc<Checkout>,
        spec: &RepoSpec,
        path: &At<Text>,
    ) -> Result<Loader<'a>> {
        let root = enter(self.sources, &checkout, spec);
        let root = root.map_err(|error| error.at(path.position))?;
        self.check_cycle(&root, true)
            .map_err(|error| error.at(path.position))?;
        Ok(Loader {
            restrictions: LoadRestrictions::RootOnly,
            checkout: Some(checkout),
            is_entrance: true,
            referrer: Some(self),
            named_at: path.position,
            ..Self::at(self.sources, root)
        })
    }

    /// The text of a file on a web server.
    pub(super) fn load_web(&self, path: &At<Text>) -> Result<Source> {
        let lock = self.lock()?;
        let file = self.web_file(path, lock.as_deref())?;
        self.web_source(&file, path, lock.as_deref())
    }

    /// The bytes of a file on a web server.
    pub(super) fn load_web_bytes(&self, path: &At<Text>) -> Result<Vec<u8>> {
        let lock = self.lock()?;
        let file = self.web_file(path, lock.as_deref())?;
        self.warn_unlocked(&file.remote, lock.as_deref(), path.position);
        Ok(file.bytes.clone())
    }

    fn web_file(&self, path: &At<Text>, lock: Option<&Lock>) -> Result<Arc<WebFile>> {
        let file = self.sources.remotes().file(path, self.pins(lock));
        file.map_err(|error| error.at(path.position))
    }

    fn web_source(&self, file: &WebFile, path: &At<Text>, lock: Option<&Lock>) -> Result<Source> {
        self.warn_unlocked(&file.remote, lock, path.position);
        let source = self.sources.web_text(file, path.position);
        source.map_err(|error| error.at(path.position))
    }

    fn pins<'l>(&self, lock: Option<&'l Lock>) -> Pins<'l> {
        Pins {
            lock,
            required: self.sources.remote_options().locking == Locking::Require,
        }
    }

    /// What the lock file beside the target says.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn lock(&self) -> Result<Option<Arc<Lock>>> {
        let target = self.target();
        // What a repository locks for itself is not asked for.
        let is_ours = target.checkout.is_none();
        if !is_ours || self.sources.remote_options().locking == Locking::Ignore {
            return Ok(None);
        }
        self.sources.lock_of(&target.root)
    }

    fn warn_unlocked(&self, remote: &Remote, lock: Option<&Lock>, position: Position) {
        let options = self.sources.remote_options();
        if lock.is_none_or(|lock| lock.get(remote).is_some()) || options.uses.is_some() {
            return;
        }
        let shown = remote.shown();
        let message = format!("`{shown}` is not in `{LOCK_FILE}`, unlike others");
        let warning = Diagnostic::warning("remote-not-locked", message)
            .at(position)
            .hint("add it with `trimtab lock`");
        self.sources.warn(*warning);
    }

    fn warn_passed_over(&self, path: &At<Text>) {
        for (offset, warning) in passed_over(path) {
            let position = self.sources.position_in(path, offset);
            self.sources.warn(*warning.at(position));
        }
    }
}

/// Warnings of what in a reference to a repository has no effect, and where in it that is.
fn passed_over(reference: &str) -> impl Iterator<Item = (usize, Box<Diagnostic>)> {
    RepoSpec::passed_over(reference).into_iter().map(|part| {
        let message = format!("{}, and is passed over", part.what);
        let warning = Diagnostic::warning("address-part-unused", message);
        (part.offset, warning.expecting(part.expected))
    })
}

/// Reads the lock file of a target, if there is one.
pub(super) fn read_lock(sources: &Sources, target: &Path) -> Result<Option<Lock>> {
    let path = target.join(LOCK_FILE);
    let (real, size) = match sources.locate(&path) {
        Ok(Located::File(real, size)) => (real, size),
        Ok(_) => {
            let shown = sources.shown(&path);
            return Err(Diagnostic::error(
                "bad-lock",
                format!("`{shown}` is not a file"),
            ));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(missing::explain(sources, &path, LOCK_FILE, &error)),
    };
    let source = sources.text(real, size, Position::NONE, None)?;
    let options = ParseOptions {
        base: source.base,
        ..ParseOptions::default()
    };
    let document = trimtab_tree::parse_document(&source.text, options)?;
    let renewed = &sources.remote_options().renewed;
    Lock::parse(&document).map(|lock| Some(lock.without(renewed)))
}

/// The directory of a repository that a reference names, free of symbolic links.
fn enter(sources: &Sources, checkout: &Arc<Checkout>, spec: &RepoSpec) -> Result<Arc<Path>> {
    sources.add_checkout(checkout);
    let top = checkout.root();
    let path = join(top, &spec.directory);
    if leads_out(&path, top) {
        return Err(outside(sources, &path, top));
    }
    let root = match sources.locate(&path) {
        Ok(Located::Directory(root)) => root,
        Ok(_) => return Err(not_a_directory(&sources.shown(&path))),
        Err(error) => {
            return Err(missing::explain(
                sources,
                &path,
                &sources.shown(&path),
                &error,
            ));
        }
    };
    check_inside(sources, checkout, &root)?;
    Ok(root)
}

/// Refuses a directory that a link leads to outside of its repository.
fn check_inside(sources: &Sources, checkout: &Checkout, root: &Path) -> Result<()> {
    if is_inside(root, checkout.root()) {
        return Ok(());
    }
    Err(outside(sources, root, checkout.root()))
}

fn outside(sources: &Sources, path: &Path, repository: &Path) -> Box<Diagnostic> {
    let (shown, repository) = (sources.shown(path), sources.shown(repository));
    let message = format!("`{shown}` is outside of the repository `{repository}`");
    Diagnostic::error("outside-repository", message)
        .expecting("files and bases in the repository that names them")
}

/// The error of a reference that nearly names a repository.
pub(super) fn no_repository(path: &str, why: NotARepository) -> Box<Diagnostic> {
    let shown = mask(path);
    let error = |message: String| Diagnostic::error("no-repository", message);
    match why {
        NotARepository::LeavesRepository => {
            error(format!("the path in `{shown}` leads out of the repository"))
        }
        _ => error(format!("`{shown}` names no repository"))
            .expecting("a host and two more parts, or a `//` where the repository ends"),
    }
}

/// Whether text holds what `resources` takes: documents that are objects.
fn is_resources(bytes: &[u8]) -> bool {
    let documents =
        decode(bytes.to_vec()).and_then(|text| parse_documents(&text, ParseOptions::default()));
    documents.is_ok_and(|documents| {
        let mut documents = documents.iter().filter(|document| !document.is_null());
        documents.all(|document| document.as_mapping().is_some())
    })
}

impl Sources {
    /// What fetches for this build.
    fn remotes(&self) -> &Remotes {
        self.texts.remotes(self.remote_options())
    }
}
