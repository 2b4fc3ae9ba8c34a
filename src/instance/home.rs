//! The directory of one of the user's control planes, and the lock on it.

use crate::exit::Failure;
use crate::instance::{ClusterName, Record};
use crate::kubeconfig;
use crate::private;
use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// `trimtab` below the user's XDG data directory, or `trimtab/clusters/NAME` for a control plane with a
/// name of its own.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    directory: PathBuf,
    name: ClusterName,
}

/// What is known of one of the user's control planes.
#[derive(Debug)]
pub(crate) enum State {
    /// None runs. A record is left when the last one did not end cleanly.
    Stopped(Option<Record>),
    /// One runs but is not ready yet.
    Starting,
    /// One runs.
    Running(Record),
}

/// The right to run: held as long as the value lives.
#[derive(Debug)]
pub(crate) struct Claim {
    home: Home,
    _lock: File,
}

/// The directory below the root in which those with names of their own live.
const CLUSTERS: &str = "clusters";

/// How long a `status` that looks at the lock may be in the way of an `up`.
const GLANCE: Duration = Duration::from_millis(300);

impl Home {
    /// Finds the directory by the XDG base directory specification; it need not exist.
    pub(crate) fn locate(name: &ClusterName) -> Result<Self, Failure> {
        Ok(Self::below(&root()?, name))
    }

    fn below(root: &Path, name: &ClusterName) -> Self {
        let directory = match name.own() {
            None => root.to_owned(),
            Some(own) => root.join(CLUSTERS).join(own),
        };
        Self {
            directory,
            name: name.clone(),
        }
    }

    /// The directories of all control planes that run, were killed or have a store, the one without a
    /// name of its own first.
    pub(crate) fn all() -> Result<Vec<Self>, Failure> {
        let root = root()?;
        let clusters = root.join(CLUSTERS);
        let mut names = vec![ClusterName::default()];
        match fs::read_dir(&clusters) {
            Ok(entries) => names.extend(entries.filter_map(|entry| {
                let name = entry.ok()?.file_name().into_string().ok()?;
                ClusterName::parse(&name).ok()
            })),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(Failure::io("read", &clusters, &error)),
        }
        names.sort();
        let mut all = Vec::new();
        for name in names {
            let home = Self::below(&root, &name);
            if home.store().exists() || !matches!(home.state()?, State::Stopped(None)) {
                all.push(home);
            }
        }
        Ok(all)
    }

    /// Whose directory it is.
    pub(crate) fn name(&self) -> &ClusterName {
        &self.name
    }

    /// Makes the directory if it is not there; only its owner may enter.
    pub(crate) fn make(&self) -> Result<(), Failure> {
        private::directory()
            .create(&self.directory)
            .map_err(|error| Failure::io("make", &self.directory, &error))
    }

    /// The directory: store, certificates and all else.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where the store is kept between runs.
    pub(crate) fn store(&self) -> PathBuf {
        self.directory.join("store")
    }

    /// Where a detached control plane logs to.
    pub(crate) fn log(&self) -> PathBuf {
        self.directory.join("up.log")
    }

    /// A kubeconfig of its own, there while it runs.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.directory.join("kubeconfig")
    }

    /// The port that it was found at the last time, if it keeps anything between runs.
    pub(crate) fn port(&self) -> Option<u16> {
        let text = fs::read_to_string(self.port_file()).ok()?;
        text.trim().parse().ok()
    }

    fn port_file(&self) -> PathBuf {
        self.directory.join("port")
    }

    fn lock(&self) -> PathBuf {
        self.directory.join("up.lock")
    }

    fn record(&self) -> PathBuf {
        self.directory.join("up.json")
    }

    /// Looks whether one runs.
    pub(crate) fn state(&self) -> Result<State, Failure> {
        let is_running = match File::open(self.lock()) {
            Err(error) if error.kind() == ErrorKind::NotFound => false,
            Err(error) => return Err(Failure::io("read", &self.lock(), &error)),
            Ok(file) => match file.try_lock_shared() {
                Ok(()) => false,
                Err(TryLockError::WouldBlock) => true,
                Err(TryLockError::Error(error)) => {
                    return Err(Failure::io("lock", &self.lock(), &error));
                }
            },
        };
        let record = Record::read(&self.record())?;
        Ok(match (is_running, record) {
            (true, Some(record)) => State::Running(record),
            (true, None) => State::Starting,
            (false, record) => State::Stopped(record),
        })
    }

    /// Takes the right to run, unless another process has it. What one that was killed left behind is
    /// cleared away.
    pub(crate) fn claim(&self) -> Result<Claim, Failure> {
        self.make()?;
        let path = self.lock();
        let lock = private::file()
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| Failure::io("make", &path, &error))?;
        let started = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(Failure::io("lock", &path, &error)),
                Err(TryLockError::WouldBlock) if started.elapsed() > GLANCE => {
                    return Err(self.taken());
                }
                Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(10)),
            }
        }
        let claim = Claim {
            home: self.clone(),
            _lock: lock,
        };
        if let Some(record) = Record::read(&self.record())? {
            // Nobody is where its context leads to.
            kubeconfig::remove(&record.kubeconfig, &self.name.context())?;
        }
        self.forget()?;
        Ok(claim)
    }

    /// Takes out of the kubeconfig, and out of the directory, what one that was killed left behind;
    /// whether there was anything.
    pub(crate) fn repair(&self) -> Result<bool, Failure> {
        if !matches!(self.state()?, State::Stopped(Some(_))) {
            return Ok(false);
        }
        self.claim()?;
        Ok(true)
    }

    /// The failure of a second control plane.
    fn taken(&self) -> Failure {
        let what = match self.state() {
            Ok(State::Running(record)) => format!(
                "{} is running already: {} (process {})",
                self.name.description(),
                record.server,
                record.pid
            ),
            _ => format!("{} is starting already", self.name.description()),
        };
        let argument = self.name.argument();
        Failure::new("already-running", what).hint(format!(
            "`trimtab status{argument}` shows it, `trimtab down{argument}` stops it, and \
             `trimtab up NAME` starts another beside it"
        ))
    }

    /// Removes what a control plane says of itself while it runs.
    pub(crate) fn forget(&self) -> Result<(), Failure> {
        remove_if_there(&self.record())?;
        remove_if_there(&self.kubeconfig())
    }

    /// Removes all: store, certificates, backups and log. Nothing may run.
    pub(crate) fn purge(&self) -> Result<(), Failure> {
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Failure::io("read", &self.directory, &error)),
        };
        let mut is_shared = false;
        for entry in entries {
            let entry = entry.map_err(|error| Failure::io("read", &self.directory, &error))?;
            let path = entry.path();
            if self.name.own().is_none() && entry.file_name() == CLUSTERS {
                // Others live there.
                is_shared = true;
                continue;
            }
            let removed = match entry.file_type() {
                Ok(kind) if kind.is_dir() => fs::remove_dir_all(&path),
                _ => fs::remove_file(&path),
            };
            removed.map_err(|error| Failure::io("remove", &path, &error))?;
        }
        if is_shared {
            return Ok(());
        }
        fs::remove_dir(&self.directory)
            .map_err(|error| Failure::io("remove", &self.directory, &error))
    }

    /// Waits until the lock is free, at most for `patience`; whether it is.
    pub(crate) fn wait_until_stopped(&self, patience: Duration) -> Result<bool, Failure> {
        let started = Instant::now();
        loop {
            if matches!(self.state()?, State::Stopped(_)) {
                return Ok(true);
            }
            if started.elapsed() > patience {
                return Ok(false);
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Claim {
    /// What it is the right to.
    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// Keeps the port for the next run.
    pub(crate) fn keep_port(&self, port: u16) -> Result<(), Failure> {
        let path = self.home.port_file();
        fs::write(&path, format!("{port}\n")).map_err(|error| Failure::io("write", &path, &error))
    }

    /// Says to all who ask what runs here.
    pub(crate) fn publish(&self, record: &Record) -> Result<(), Failure> {
        record.write(&self.home.record())
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // The lock goes with the process, so what stays behind is known to be old.
        let _ = self.home.forget();
    }
}

/// `trimtab` in the user's data directory.
fn root() -> Result<PathBuf, Failure> {
    let data = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let data = data.or_else(|| Some(std::env::home_dir()?.join(".local").join("share")));
    match data {
        Some(data) => Ok(data.join("trimtab")),
        None => Err(Failure::new(
            "no-home",
            "there is no place for the control plane's files: neither HOME nor XDG_DATA_HOME is set",
        )
        .hint("set XDG_DATA_HOME to a directory")),
    }
}

fn remove_if_there(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(Failure::io("remove", path, &error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> (tempfile::TempDir, Home) {
        let directory = tempfile::tempdir().unwrap();
        let home = Home::below(&directory.path().join("trimtab"), &ClusterName::default());
        (directory, home)
    }

    fn record() -> Record {
        Record {
            pid: 4_000_000,
            server: "https://127.0.0.1:6443".to_owned(),
            started: jiff::Timestamp::UNIX_EPOCH.to_string(),
            store: None,
            kubeconfig: PathBuf::from("config"),
            log: None,
        }
    }

    #[test]
    fn one_runs_while_it_holds_the_claim() {
        let (_directory, home) = home();
        assert!(matches!(home.state().unwrap(), State::Stopped(None)));
        let claim = home.claim().unwrap();
        assert!(matches!(home.state().unwrap(), State::Starting));
        claim.publish(&record()).unwrap();
        let State::Running(found) = home.state().unwrap() else {
            panic!("it runs");
        };
        assert_eq!(found.server, record().server);
        let second = home.claim().unwrap_err();
        assert!(format!("{second:?}").contains("4000000"), "{second:?}");
        drop(claim);
        assert!(matches!(home.state().unwrap(), State::Stopped(None)));
    }

    #[test]
    fn what_a_killed_one_left_is_stale() {
        let (_directory, home) = home();
        let claim = home.claim().unwrap();
        claim.publish(&record()).unwrap();
        let left = fs::read(home.record()).unwrap();
        drop(claim);
        fs::write(home.record(), left).unwrap();
        assert!(matches!(home.state().unwrap(), State::Stopped(Some(_))));
        let _claim = home.claim().unwrap();
        assert!(matches!(home.state().unwrap(), State::Starting));
    }

    #[test]
    fn purging_leaves_nothing_but_the_others() {
        let (directory, home) = home();
        let root = directory.path().join("trimtab");
        let other = Home::below(&root, &ClusterName::parse("other").unwrap());
        for home in [&home, &other] {
            home.make().unwrap();
            fs::write(home.store(), "").unwrap();
            fs::create_dir(home.directory().join("pki")).unwrap();
        }
        home.purge().unwrap();
        assert!(!home.store().exists());
        assert!(other.store().exists());
        other.purge().unwrap();
        other.purge().unwrap();
        assert_eq!(fs::read_dir(root.join(CLUSTERS)).unwrap().count(), 0);
    }

    #[test]
    fn a_repair_takes_out_what_a_killed_one_left() {
        let (directory, home) = home();
        assert!(!home.repair().unwrap(), "nothing ever ran");
        let kubeconfig = directory.path().join("config");
        let entry = kubeconfig::Entry {
            name: home.name().context(),
            server: "https://127.0.0.1:6443".to_owned(),
            authority: String::new(),
            certificate: String::new(),
            key: String::new(),
        };
        kubeconfig::merge(&kubeconfig, &entry).unwrap();
        let record = Record {
            kubeconfig: kubeconfig.clone(),
            ..record()
        };
        home.make().unwrap();
        record.write(&home.record()).unwrap();
        assert!(home.repair().unwrap());
        let text = fs::read_to_string(&kubeconfig).unwrap();
        assert!(!text.contains("6443"), "{text}");
        assert!(matches!(home.state().unwrap(), State::Stopped(None)));
    }
}
