//! All that one process fetches: each thing once, several at a time, out of the cache where it can.

use crate::cache::{Cache, Seen, Stored};
use crate::checkout::{Checkout, label};
use crate::commit::is_commit;
use crate::git::{self, HEAD, Repository};
use crate::http::{Answer, Client};
use crate::url::mask;
use crate::{Digest, Interruption, Lock, Observer, Pin, Remote, RemoteOptions, RepoSpec};
use rustc_hash::FxHashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use trimtab_tree::{Diagnostic, Result};

/// Fetches, and remembers for as long as it lives. For any number of threads.
#[derive(Debug)]
pub struct Remotes {
    options: RemoteOptions,
    cache: OnceLock<std::result::Result<Cache, Box<Diagnostic>>>,
    client: OnceLock<Client>,
    checkouts: Once<(Remote, Option<String>), Arc<Checkout>>,
    files: Once<(String, Option<Digest>), Arc<WebFile>>,
}

/// A file from a web server.
#[derive(Debug)]
pub struct WebFile {
    /// What it is fetched by.
    pub remote: Remote,
    /// Its content.
    pub bytes: Vec<u8>,
    /// The digest of that.
    pub digest: Digest,
}

impl WebFile {
    /// What a lock says of it.
    #[must_use]
    pub fn pin(&self) -> Pin {
        Pin {
            commit: None,
            digest: self.digest,
        }
    }
}

/// What a reference among resources leads to.
#[derive(Clone, Debug)]
pub enum Reached {
    /// A repository.
    Checkout(Arc<Checkout>),
    /// A file.
    File(Arc<WebFile>),
}

/// What one target's lock file says of what it may use.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pins<'a> {
    /// The file, if there is one and it is to be read.
    pub lock: Option<&'a Lock>,
    /// Whether nothing else may be used.
    pub required: bool,
}

/// Values by key, each worked out once, by the first thread that asks.
#[derive(Debug)]
struct Once<K, V>(Mutex<FxHashMap<K, Arc<OnceLock<Result<V>>>>>);

/// How many things are fetched at a time.
const AT_A_TIME: usize = 8;

impl Remotes {
    /// Nothing fetched yet. Does nothing until something is.
    #[must_use]
    pub fn new(options: &RemoteOptions) -> Self {
        Self {
            options: options.clone(),
            cache: OnceLock::new(),
            client: OnceLock::new(),
            checkouts: Once::default(),
            files: Once::default(),
        }
    }

    /// The commit that a reference leads to.
    ///
    /// # Errors
    /// When it cannot be fetched, or is not what the lock says.
    pub fn checkout(&self, spec: &RepoSpec, pins: Pins<'_>) -> Result<Arc<Checkout>> {
        let url = spec.clone_url();
        let remote = Remote::git(&url, &spec.reference, spec.submodules);
        let pin = pins.get(&remote)?;
        let wanted = pin.and_then(|pin| pin.commit.clone());
        let key = (remote.clone(), wanted.clone());
        let checkout = self.checkouts.get(key, || {
            self.fetch_checkout(&url, remote, wanted.as_deref(), spec)
        })?;
        if let Some(pin) = pin {
            check_digest(&checkout.remote, pin.digest, checkout.digest)?;
        }
        self.note(&checkout.remote, || checkout.pin());
        Ok(checkout)
    }

    /// The file at a web address.
    ///
    /// # Errors
    /// When it cannot be fetched, or is not what the lock says.
    pub fn file(&self, address: &str, pins: Pins<'_>) -> Result<Arc<WebFile>> {
        let file = self.look_at_file(address, pins)?;
        self.note(&file.remote, || file.pin());
        Ok(file)
    }

    /// The same, while it is open whether the file is what is wanted.
    fn look_at_file(&self, address: &str, pins: Pins<'_>) -> Result<Arc<WebFile>> {
        let remote = Remote::http(address);
        let pin = pins.get(&remote)?.map(|pin| pin.digest);
        let key = (address.to_owned(), pin);
        let file = self.files.get(key, || self.fetch_file(address, pin))?;
        if let Some(pin) = pin {
            check_digest(&file.remote, pin, file.digest)?;
        }
        Ok(file)
    }

    /// What a web address among resources leads to, which may be a file of them or a repository:
    /// whichever it is. kustomize asks for the file first. Here the likelier comes first, and what
    /// the lock or the cache knows before both. `is_resources` says whether a file will do.
    ///
    /// # Errors
    /// When it is neither.
    pub fn reach(
        &self,
        address: &str,
        pins: Pins<'_>,
        is_resources: impl Fn(&[u8]) -> bool,
    ) -> Result<Reached> {
        let Ok(spec) = RepoSpec::parse(address) else {
            return self.file(address, pins).map(Reached::File);
        };
        let repository = || self.checkout(&spec, pins).map(Reached::Checkout);
        let file = || self.look_at_file(address, pins);
        let used = |file: Arc<WebFile>| {
            self.note(&file.remote, || file.pin());
            Ok(Reached::File(file))
        };
        if self.is_repository_first(address, &spec, pins) {
            return repository().or_else(|error| {
                if !may_be_other(&error) {
                    return Err(error);
                }
                match file() {
                    Ok(file) if is_resources(&file.bytes) => used(file),
                    _ => Err(error),
                }
            });
        }
        match file() {
            Ok(file) if is_resources(&file.bytes) => used(file),
            Ok(file) if is_page(&file.bytes) => {
                let why = "as a file: a web page is there";
                repository().map_err(|error| noting(error, why))
            }
            // What is wrong with the file says more than that it is no repository.
            Ok(file) => repository().or_else(|_| used(file)),
            Err(error) if !may_be_other(&error) => Err(error),
            Err(error) => {
                let why = format!("as a file: {}", error.message);
                repository().map_err(|error| noting(error, &why))
            }
        }
    }

    /// Does all of these at once, for what they leave behind here.
    pub fn prefetch(&self, work: &[&(dyn Fn() + Sync)]) {
        let next = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..work.len().min(AT_A_TIME) {
                scope.spawn(|| {
                    loop {
                        let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        let Some(work) = work.get(index) else { return };
                        work();
                    }
                });
            }
        });
    }

    fn is_repository_first(&self, address: &str, spec: &RepoSpec, pins: Pins<'_>) -> bool {
        let git = Remote::git(&spec.clone_url(), &spec.reference, spec.submodules);
        let is_locked = |remote| pins.lock.is_some_and(|lock| lock.get(remote).is_some());
        if is_locked(&git) {
            return true;
        }
        if is_locked(&Remote::http(address)) {
            return false;
        }
        if self.options.offline {
            let cache = self.cache();
            return !cache.is_ok_and(|cache| cache.seen(address).is_some());
        }
        spec.is_likely(address)
    }

    fn fetch_checkout(
        &self,
        url: &str,
        remote: Remote,
        wanted: Option<&str>,
        spec: &RepoSpec,
    ) -> Result<Arc<Checkout>> {
        let cache = self.cache()?;
        let reference = if spec.reference.is_empty() {
            HEAD
        } else {
            &spec.reference
        };
        let repository = Repository {
            url,
            timeout: spec.timeout,
            interruption: self.options.interruption.as_ref(),
        };
        let shown = remote.shown();
        let fixed = wanted.or(Some(reference).filter(|reference| is_commit(reference)));
        let observer = self.options.observer.as_ref();
        let (commit, stored) = Observer::watch(observer, &shown, || {
            let commit = match fixed {
                Some(commit) => commit.to_owned(),
                None => self.resolve(cache, repository, reference)?,
            };
            if let Some(stored) = cache.commit(url, &stored_name(&commit, spec.submodules)) {
                return Ok((commit, stored));
            }
            self.fetch(
                cache,
                repository,
                reference,
                &commit,
                fixed.is_some(),
                spec.submodules,
            )
        })?;
        Ok(Arc::new(Checkout {
            root: stored.tree,
            manifest: stored.manifest,
            digest: stored.digest,
            remote,
            commit,
            label: label(url, &spec.reference),
        }))
    }

    fn resolve(
        &self,
        cache: &Cache,
        repository: Repository<'_>,
        reference: &str,
    ) -> Result<String> {
        if self.options.offline {
            let known = cache.reference(repository.url, reference);
            return known.ok_or_else(|| {
                let url = mask(repository.url);
                let what = match reference {
                    HEAD => format!("the commit of `{url}`"),
                    reference => format!("the commit of `{reference}` of `{url}`"),
                };
                offline(&what)
            });
        }
        let commit = repository.resolve(reference)?;
        if cache.reference(repository.url, reference).as_deref() != Some(&*commit) {
            let kept = cache.keep_reference(repository.url, reference, &commit);
            kept.map_err(|error| self.cache_failed(&error))?;
        }
        Ok(commit)
    }

    fn fetch(
        &self,
        cache: &Cache,
        repository: Repository<'_>,
        reference: &str,
        commit: &str,
        is_fixed: bool,
        submodules: bool,
    ) -> Result<(String, Stored)> {
        if self.options.offline {
            let url = mask(repository.url);
            return Err(offline(&format!("the commit {commit} of `{url}`")));
        }
        // Until nothing half fetched is left.
        let _at_work = repository.interruption.map(Interruption::work);
        let directory = cache
            .temporary()
            .map_err(|error| self.cache_failed(&error))?;
        let tree = directory.join("tree");
        let wanted = is_fixed.then_some(commit);
        let fetched = std::fs::create_dir(&tree)
            .map_err(|error| self.cache_failed(&error))
            .and_then(|()| {
                let objects = cache.objects(repository.url);
                repository.fetch(reference, wanted, submodules, &objects, &tree)
            })
            .and_then(|fetched| {
                // A branch may have moved since it was looked up. What was asked for by its name
                // keeps that, even when it is a tag's.
                let commit = if is_fixed { commit.to_owned() } else { fetched };
                let name = stored_name(&commit, submodules);
                let stored = cache.keep_commit(repository.url, &name, &directory);
                Ok((commit, stored.map_err(|error| self.cache_failed(&error))?))
            });
        if fetched.is_err() {
            // What cannot be removed now is removed when it is old.
            let _ = std::fs::remove_dir_all(&directory);
        }
        fetched
    }

    fn fetch_file(&self, address: &str, pin: Option<Digest>) -> Result<Arc<WebFile>> {
        let cache = self.cache()?;
        let remote = Remote::http(address);
        let known = pin.and_then(|pin| Some((pin, cache.file(pin)?)));
        if let Some((digest, bytes)) = known {
            return Ok(Arc::new(WebFile {
                remote,
                bytes,
                digest,
            }));
        }
        let seen = cache.seen(address);
        let kept = seen.and_then(|seen| Some((cache.file(seen.digest)?, seen)));
        let (bytes, seen) = match kept {
            Some(kept) if self.options.offline && pin.is_none() => kept,
            _ if self.options.offline => return Err(offline(&format!("`{}`", mask(address)))),
            kept => self.download(cache, address, kept)?,
        };
        Ok(Arc::new(WebFile {
            remote,
            bytes,
            digest: seen.digest,
        }))
    }

    fn download(
        &self,
        cache: &Cache,
        address: &str,
        kept: Option<(Vec<u8>, Seen)>,
    ) -> Result<(Vec<u8>, Seen)> {
        let client = self.client.get_or_init(Client::new);
        let tag = kept
            .as_ref()
            .and_then(|(_, seen)| seen.entity_tag.as_deref());
        let observer = self.options.observer.as_ref();
        let shown = mask(address);
        let answer = Observer::watch(observer, &shown, || client.get(address, tag))?;
        let (bytes, entity_tag) = match (answer, kept) {
            (Answer::Unchanged, Some(kept)) => return Ok(kept),
            (Answer::File { bytes, entity_tag }, _) => (bytes, entity_tag),
            (Answer::Unchanged, None) => (Vec::new(), None),
        };
        let digest = Digest::of(&bytes);
        let seen = Seen { digest, entity_tag };
        let result = cache.keep_file(address, &bytes, &seen);
        result.map_err(|error| self.cache_failed(&error))?;
        Ok((bytes, seen))
    }

    fn cache(&self) -> Result<&Cache> {
        let cache = self.cache.get_or_init(|| {
            let directory = self.options.cache_directory.as_deref();
            let cache = Cache::open(directory).or_else(|error| {
                if self.options.cache_is_optional {
                    Cache::open(None)
                } else {
                    Err(error)
                }
            });
            cache.map_err(|error| self.cache_failed(&error))
        });
        cache.as_ref().map_err(Clone::clone)
    }

    fn cache_failed(&self, error: &std::io::Error) -> Box<Diagnostic> {
        let temporary = std::env::temp_dir();
        let directory = self.options.cache_directory.as_deref();
        git::failed(
            error,
            "keep what was fetched in",
            directory.unwrap_or(&temporary),
        )
    }

    fn note(&self, remote: &Remote, pin: impl FnOnce() -> Pin) {
        if let Some(uses) = &self.options.uses {
            uses.add(remote.clone(), pin());
        }
    }
}

impl<'a> Pins<'a> {
    /// What a remote is locked to.
    fn get(self, remote: &Remote) -> Result<Option<&'a Pin>> {
        let pin = self.lock.and_then(|lock| lock.get(remote));
        if pin.is_none() && self.required {
            let shown = remote.shown();
            return Err(
                Diagnostic::error("not-locked", format!("`{shown}` is not locked"))
                    .expecting("everything that is fetched in `trimtab.lock`")
                    .hint("add it with `trimtab lock`"),
            );
        }
        Ok(pin)
    }
}

impl<K: Eq + Hash, V: Clone> Once<K, V> {
    fn get(&self, key: K, work: impl FnOnce() -> Result<V>) -> Result<V> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let cell = Arc::clone(all.entry(key).or_default());
        drop(all);
        cell.get_or_init(work).clone()
    }
}

impl<K, V> Default for Once<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// How a commit is called in the cache.
fn stored_name(commit: &str, submodules: bool) -> String {
    if submodules {
        commit.to_owned()
    } else {
        format!("{commit}-without-submodules")
    }
}

fn check_digest(remote: &Remote, locked: Digest, found: Digest) -> Result<()> {
    if locked == found {
        return Ok(());
    }
    let shown = remote.shown();
    Err(Diagnostic::error(
        "lock-mismatch",
        format!("`{shown}` is not what `trimtab.lock` says: it has the digest {found}"),
    )
    .expecting(format!("the digest {locked}"))
    .hint("if the change is wanted, accept it with `trimtab lock --update`"))
}

fn offline(what: &str) -> Box<Diagnostic> {
    Diagnostic::error("offline", format!("{what} is not in the cache"))
        .expecting("everything in the cache, as `--offline` says")
        .hint("build once without `--offline`")
}

/// Whether what is not found as one kind of thing may be of the other.
fn may_be_other(error: &Diagnostic) -> bool {
    let last = [
        "interrupted",
        "offline",
        "not-locked",
        "lock-mismatch",
        "no-git",
        "cache-failed",
        "missing-commit",
    ];
    !last.contains(&error.code)
}

/// Whether a web server answered people.
fn is_page(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"<")
}

/// An error that also says why the same is not of the other kind.
fn noting(mut error: Box<Diagnostic>, why: &str) -> Box<Diagnostic> {
    error.notes.insert(0, why.to_owned());
    error
}
