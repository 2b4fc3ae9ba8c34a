//! The directory of the user's control plane, and the lock on it.

use crate::exit::Failure;
use crate::instance::Record;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// `trimtab` below the user's XDG data directory.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    directory: PathBuf,
}

/// What is known of the user's control plane.
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

/// How long a `status` that looks at the lock may be in the way of an `up`.
const GLANCE: Duration = Duration::from_millis(300);

impl Home {
    /// Finds the directory by the XDG base directory specification; it need not exist.
    pub(crate) fn locate() -> Result<Self, Failure> {
        let data = std::env::var_os("XDG_DATA_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute());
        let data = data.or_else(|| Some(std::env::home_dir()?.join(".local").join("share")));
        match data {
            Some(data) => Ok(Self {
                directory: data.join("trimtab"),
            }),
            None => Err(Failure::new(
                "no-home",
                "there is no place for the control plane's files: neither HOME nor XDG_DATA_HOME is set",
            )
            .hint("set XDG_DATA_HOME to a directory")),
        }
    }

    /// Makes the directory if it is not there; only its owner may enter.
    pub(crate) fn make(&self) -> Result<(), Failure> {
        make_private(&self.directory)
    }

    /// Where the store is kept between runs.
    pub(crate) fn store(&self) -> PathBuf {
        self.directory.join("store")
    }

    /// Where certificates and keys are kept between runs.
    pub(crate) fn certificates(&self) -> PathBuf {
        self.directory.join("pki")
    }

    /// Where a detached control plane logs to.
    pub(crate) fn log(&self) -> PathBuf {
        self.directory.join("up.log")
    }

    /// A kubeconfig of its own, there while it runs.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.directory.join("kubeconfig")
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

    /// Takes the right to run, unless another process has it.
    pub(crate) fn claim(&self) -> Result<Claim, Failure> {
        self.make()?;
        let path = self.lock();
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
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
        // What an earlier one that was killed says of itself is no longer true.
        self.forget()?;
        Ok(Claim {
            home: self.clone(),
            _lock: lock,
        })
    }

    /// The failure of a second control plane.
    fn taken(&self) -> Failure {
        let what = match self.state() {
            Ok(State::Running(record)) => format!(
                "a control plane is running already: {} (process {})",
                record.server, record.pid
            ),
            _ => "a control plane is starting already".to_owned(),
        };
        Failure::new("already-running", what)
            .hint("`trimtab status` shows it; `trimtab down` stops it")
    }

    /// Removes what a control plane says of itself while it runs.
    pub(crate) fn forget(&self) -> Result<(), Failure> {
        remove_if_there(&self.record())?;
        remove_if_there(&self.kubeconfig())
    }

    /// Removes all: store, certificates and log. Nothing may run.
    pub(crate) fn purge(&self) -> Result<(), Failure> {
        match fs::remove_dir_all(&self.directory) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(Failure::io("remove", &self.directory, &error))
            }
            _ => Ok(()),
        }
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

/// Makes a directory, and those above it, that only the owner may enter.
pub(crate) fn make_private(directory: &Path) -> Result<(), Failure> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(|error| Failure::io("make", directory, &error))
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
        let home = Home {
            directory: directory.path().join("trimtab"),
        };
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
    fn purging_leaves_nothing() {
        let (directory, home) = home();
        home.make().unwrap();
        fs::write(home.store(), "").unwrap();
        home.purge().unwrap();
        home.purge().unwrap();
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
