//! How remotes are fetched, and who is told.

use crate::Uses;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Options for bases and files on other machines. Cloning costs next to nothing.
#[derive(Clone, Debug, Default)]
pub struct RemoteOptions {
    /// Where fetched things are kept; without it, for one build only.
    pub cache_directory: Option<Arc<Path>>,
    /// Whether the network stays untouched.
    pub offline: bool,
    /// What the lock file beside the target is for.
    pub locking: Locking,
    /// Who is told of fetches that take long.
    pub observer: Option<Observer>,
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
    /// A fetch of which [`Progress::Slow`] was said has ended, well or not.
    Ended {
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
    pub(crate) fn watch<T>(observer: Option<&Self>, remote: &str, work: impl FnOnce() -> T) -> T {
        use std::sync::mpsc::{RecvTimeoutError, channel};
        const LONG: Duration = Duration::from_secs(1);
        let Some(Self(tell)) = observer else {
            return work();
        };
        std::thread::scope(|scope| {
            let (sender, receiver) = channel::<()>();
            scope.spawn(move || {
                let started = std::time::Instant::now();
                if receiver.recv_timeout(LONG) == Err(RecvTimeoutError::Timeout) {
                    let remote = remote.to_owned();
                    tell(Progress::Slow {
                        remote: remote.clone(),
                    });
                    let _ = receiver.recv();
                    let took = started.elapsed();
                    tell(Progress::Ended { remote, took });
                }
            });
            let result = work();
            drop(sender);
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
            && self.offline == other.offline
            && self.locking == other.locking
    }
}

impl Eq for RemoteOptions {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn only_what_takes_long_is_told() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let observer = Observer::new({
            let told = Arc::clone(&told);
            move |progress| told.lock().unwrap().push(progress)
        });
        let wait = |milliseconds| std::thread::sleep(Duration::from_millis(milliseconds));
        Observer::watch(Some(&observer), "soon", || wait(1));
        assert_eq!(
            Observer::watch(Some(&observer), "late", || {
                wait(1200);
                7
            }),
            7
        );
        let told = told.lock().unwrap();
        let slow = Progress::Slow {
            remote: "late".to_owned(),
        };
        assert_eq!(told[0], slow);
        assert!(matches!(&told[1], Progress::Ended { took, .. } if took.as_millis() >= 1000));
        assert_eq!(told.len(), 2);
    }
}
