//! Counting what is asked of the API server.

use std::sync::atomic::{AtomicU64, Ordering};

/// How often the watches of one [`Informers`](crate::Informers) asked and were told something.
#[derive(Debug, Default)]
pub struct Statistics {
    lists: AtomicU64,
    watches: AtomicU64,
    objects: AtomicU64,
}

impl Statistics {
    /// Pages of lists asked for.
    pub fn lists(&self) -> u64 {
        self.lists.load(Ordering::Relaxed)
    }

    /// Watch streams opened.
    pub fn watches(&self) -> u64 {
        self.watches.load(Ordering::Relaxed)
    }

    /// Objects decoded, from lists and watch events alike.
    pub fn objects(&self) -> u64 {
        self.objects.load(Ordering::Relaxed)
    }

    pub(crate) fn listed(&self, objects: usize) {
        self.lists.fetch_add(1, Ordering::Relaxed);
        self.objects.fetch_add(objects as u64, Ordering::Relaxed);
    }

    pub(crate) fn watching(&self) {
        self.watches.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn decoded(&self) {
        self.objects.fetch_add(1, Ordering::Relaxed);
    }
}
