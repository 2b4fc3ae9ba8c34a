//! The files of a long list of resources, read and parsed on two threads while others wait for what
//! they come to.
//!
//! A second thread begins with the last file and goes backwards until it meets the first one. It
//! says nothing: what it cannot read or parse is read again by the first thread, which tells what is
//! wrong, in order.

use crate::kustomization::At;
use crate::lint;
use crate::loader::Loader;
use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use trimtab_tree::{Parsed, Text, make_room};

/// Fewer files are read sooner than a thread is started.
const FEWEST: usize = 32;

/// Files and the second thread that reads some of them.
pub(super) struct ReadAhead<'p> {
    paths: &'p [At<Text>],
    /// The places of those that nobody has begun with.
    left: Mutex<Range<usize>>,
}

/// What came from the second thread, as seen by the first.
pub(super) struct Delivery<'r> {
    ahead: Option<&'r ReadAhead<'r>>,
    receiver: Receiver<(usize, Option<Parsed>)>,
    /// What was received, the next one last.
    received: Vec<(usize, Option<Parsed>)>,
}

impl<'p> ReadAhead<'p> {
    /// For the entries at `paths`.
    pub(super) fn new(paths: &'p [At<Text>]) -> Self {
        Self {
            paths,
            left: Mutex::new(0..paths.len()),
        }
    }

    /// Does `work` while a second thread reads what `loader` finds at the other end of the paths, if
    /// they are many and `is_wanted` says so.
    pub(super) fn during<T>(
        &self,
        is_wanted: bool,
        loader: &Loader<'_>,
        work: impl FnOnce(Delivery<'_>) -> T,
    ) -> T {
        let (sender, receiver) = channel();
        let delivery = |ahead| Delivery {
            ahead,
            receiver,
            received: Vec::new(),
        };
        if !is_wanted || self.paths.len() < FEWEST {
            return work(delivery(None));
        }
        thread::scope(|scope| {
            let read = move || self.read(loader, &sender);
            let is_started = thread::Builder::new().spawn_scoped(scope, read).is_ok();
            let done = work(delivery(is_started.then_some(self)));
            // After an error nobody wants the rest.
            self.claim(|left| left.end = left.start);
            done
        })
    }

    /// Reads and parses from the back whatever is left.
    fn read(&self, loader: &Loader<'_>, sender: &Sender<(usize, Option<Parsed>)>) {
        make_room();
        while let Some(place) = self.claim(Range::next_back) {
            let source = loader.look_ahead(&self.paths[place]);
            let parsed = source.and_then(|source| lint::parse_ahead(&source));
            if sender.send((place, parsed)).is_err() {
                break;
            }
        }
    }

    fn claim<T>(&self, claim: impl FnOnce(&mut Range<usize>) -> T) -> T {
        // A range is whole after every change.
        claim(&mut self.left.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Delivery<'_> {
    /// What the file at `place` was parsed to on the other thread; `None` if this one has to do it.
    /// Places must be asked for in order, each once.
    pub(super) fn take(&mut self, place: usize) -> Option<Parsed> {
        let ahead = self.ahead?;
        if ahead.claim(Range::next).is_some() {
            return None;
        }
        // The other thread has begun with all that is left, so it is soon through.
        self.received.extend(self.receiver.iter());
        let (_, parsed) = self.received.pop_if(|(its, _)| *its == place)?;
        parsed
    }
}
