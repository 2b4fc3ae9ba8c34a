//! The wish to stop fetching, as a person's Ctrl-C says it.
//!
//! Programs that fetch lead process groups of their own, so that they can be ended with all that
//! they start; what ends this process does not reach them by itself. Who listens for signals says so
//! here: running programs are then killed, what was half fetched is removed, and the fetch fails.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, Once, PoisonError};
use std::time::Duration;

/// A wish that any thread may have and every fetch heeds. Cloning costs next to nothing.
#[derive(Clone)]
pub struct Interruption(Arc<State>);

struct State {
    is_wanted: AtomicBool,
    /// How many fetches have something that must be ended or removed.
    at_work: Mutex<usize>,
    idle: Condvar,
    /// Called when the first fetch begins.
    listen: Box<dyn Fn(Interruption) + Send + Sync>,
    listens: Once,
}

/// One fetch while it goes on.
#[derive(Debug)]
pub(crate) struct AtWork<'a>(&'a Interruption);

impl Interruption {
    /// One that `listen` is told of when first there is something to interrupt, and never before:
    /// it should see to it, without waiting, that somebody calls [`Self::want`].
    pub fn new(listen: impl Fn(Self) + Send + Sync + 'static) -> Self {
        Self(Arc::new(State {
            is_wanted: AtomicBool::new(false),
            at_work: Mutex::default(),
            idle: Condvar::new(),
            listen: Box::new(listen),
            listens: Once::new(),
        }))
    }

    /// Asks every fetch to end, those that have yet to begin included.
    pub fn want(&self) {
        self.0.is_wanted.store(true, Ordering::SeqCst);
    }

    /// Whether somebody asked.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.0.is_wanted.load(Ordering::SeqCst)
    }

    /// Waits until no program runs and nothing half fetched is left, for at most so long.
    pub fn wait_until_idle(&self, most: Duration) {
        let at_work = self
            .0
            .at_work
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        drop(
            self.0
                .idle
                .wait_timeout_while(at_work, most, |at_work| *at_work > 0),
        );
    }

    /// Begins a fetch.
    pub(crate) fn work(&self) -> AtWork<'_> {
        *self
            .0
            .at_work
            .lock()
            .unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.listens.call_once(|| (self.0.listen)(self.clone()));
        AtWork(self)
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        let State { at_work, idle, .. } = &*self.0.0;
        *at_work.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        idle.notify_all();
    }
}

impl fmt::Debug for Interruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Interruption")
            .field(&self.is_wanted())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use std::time::Instant;

    #[test]
    fn listening_begins_once_with_the_first_fetch() {
        let count = Arc::new(AtomicUsize::new(0));
        let interruption = Interruption::new({
            let count = Arc::clone(&count);
            move |it| {
                count.fetch_add(1, Ordering::SeqCst);
                it.want();
            }
        });
        assert_eq!(count.load(Ordering::SeqCst), 0);
        assert!(!interruption.is_wanted());
        let first = interruption.work();
        let second = interruption.work();
        assert_eq!(count.load(Ordering::SeqCst), 1);
        assert!(interruption.is_wanted());
        let started = Instant::now();
        interruption.wait_until_idle(Duration::from_millis(50));
        assert!(started.elapsed() >= Duration::from_millis(50));
        drop((first, second));
        interruption.wait_until_idle(Duration::from_secs(600));
    }
}
