//! How remotes are fetched, and who is told.

use crate::{Interruption, Uses};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use trimtab_tree::Result;

/// Options for bases and files on other machines. Cloning costs next to nothing.
#[derive(Clone, Debug, Default)]
pub struct RemoteOptions {
    /// Where fetched things are kept; without it, for one build only.
    pub cache_directory: Option<Arc<Path>>,
    /// Whether a directory that cannot be made is like none, rather than an error.
    pub cache_is_optional: bool,
    /// Whether the network stays untouched.
    pub offline: bool,
    /// What the lock file beside the target is for.
    pub locking: Locking,
    /// Remotes that are looked up anew, whatever the lock says: by their address, or the end of it.
    pub renewed: Arc<[String]>,
    /// Who is told of fetches that take long.
    pub observer: Option<Observer>,
    /// Who may end fetches before their time.
    pub interruption: Option<Interruption>,
    /// Where everything that is used is noted.
    pub uses: Option<Arc<Uses>>,
}

/// What a lock file is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locking {
    /// What it names is as it says; what it does not name gives a warning.
    #[default]
    Honour,
    /// What it does not name is an error.
    Require,
    /// It is not read.
    Ignore,
}

/// What an [`Observer`] is told. Addresses are without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A fetch takes longer than a second.
    Slow {
        /// What is fetched.
        remote: String,
    },
    /// A fetch of which [`Progress::Slow`] was said has ended well.
    Fetched {
        /// What was fetched.
        remote: String,
        /// How long it took.
        took: Duration,
    },
}

/// Is told of fetches that take long, from any thread.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(Progress) + Send + Sync>);

impl Observer {
    /// One that is called.
    pub fn new(tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// Does something, and tells when it takes longer than a second.
    pub(crate) fn watch<T>(
        observer: Option<&Self>,
        remote: &str,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        const LONG: Duration = Duration::from_secs(1);
        let Some(Self(tell)) = observer else {
            return work();
        };
        std::thread::scope(|scope| {
            let (sender, receiver) = channel();
            scope.spawn(move || {
                let started = Instant::now();
                if receiver.recv_timeout(LONG) == Err(RecvTimeoutError::Timeout) {
                    let remote = remote.to_owned();
                    tell(Progress::Slow {
                        remote: remote.clone(),
                    });
                    if receiver.recv() == Ok(true) {
                        let took = started.elapsed();
                        tell(Progress::Fetched { remote, took });
                    }
                }
            });
            let result = work();
            // Nobody listens when it was quick.
            let _ = sender.send(result.is_ok());
            result
        })
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

impl PartialEq for RemoteOptions {
    /// Whether both fetch alike, whoever is told.
    fn eq(&self, other: &Self) -> bool {
        self.cache_directory == other.cache_directory
            && self.cache_is_optional == other.cache_is_optional
            && self.offline == other.offline
            && self.locking == other.locking
            && self.renewed == other.renewed
    }
}

impl Eq for RemoteOptions {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use trimtab_tree::Diagnostic;

    #[test]
    fn only_what_takes_long_is_told() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let observer = Observer::new({
            let told = Arc::clone(&told);
            move |progress| told.lock().unwrap().push(progress)
        });
        let wait = |milliseconds| {
            std::thread::sleep(Duration::from_millis(milliseconds));
            Ok(milliseconds)
        };
        assert_eq!(Observer::watch(Some(&observer), "soon", || wait(1)), Ok(1));
        let late = Observer::watch(Some(&observer), "late", || wait(1200));
        assert_eq!(late, Ok(1200));
        let failed = Observer::watch(Some(&observer), "failed", || {
            wait(1200)?;
            Err::<(), _>(Diagnostic::error("git-failed", "no"))
        });
        assert!(failed.is_err());
        let told = told.lock().unwrap();
        let slow = Progress::Slow {
            remote: "late".to_owned(),
        };
        assert_eq!(told[0], slow);
        assert!(matches!(&told[1], Progress::Fetched { took, .. } if took.as_millis() >= 1000));
        let failed = Progress::Slow {
            remote: "failed".to_owned(),
        };
        assert_eq!(told[2..], [failed]);
    }
}
