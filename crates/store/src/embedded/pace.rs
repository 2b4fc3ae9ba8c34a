//! When the writer begins a flush.
//!
//! Whoever writes one thing after another is back shortly after it was answered. A flush that began
//! with the first of them would make all others wait for the next, so that half of them are always
//! in the one and half in the other, and each flush carries half of what it could. So the writer
//! waits for those that it just answered, but never longer than their flush took, and not at all for
//! one who writes alone.

use std::time::{Duration, Instant};

/// However slow a flush is.
const LONGEST: Duration = Duration::from_millis(4);
/// The queue is looked at so many times while it is waited for: being woken for each request would
/// cost more than the flush that is saved.
const LOOKS: u32 = 4;

/// What the last flush says about the next.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// How many writers there were: those in the flush, and those that waited for its end.
    writers: usize,
    patience: Duration,
    ended: Option<Instant>,
}

impl Pace {
    /// A flush of `answered` writes has taken so long, and `waiting` others came meanwhile.
    pub(super) fn flushed(&mut self, took: Duration, answered: usize, waiting: usize) {
        self.writers = answered + waiting;
        self.patience = took.min(LONGEST);
        self.ended = Some(Instant::now());
    }

    /// Waits until as many requests as there were writers are queued, as far as `look`, which takes
    /// in what has come and says how many there are, is told of; or until they have had their time.
    pub(super) fn gather(&self, mut look: impl FnMut() -> usize) {
        let Some(ended) = self.ended else { return };
        while look() < self.writers {
            let left = self.patience.saturating_sub(ended.elapsed());
            if left.is_zero() {
                return;
            }
            std::thread::sleep(left.min(self.patience / LOOKS));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_writes_alone_waits_for_nobody() {
        let mut pace = Pace::default();
        let mut looks = 0;
        let mut look = |queued: usize| {
            looks += 1;
            queued
        };
        pace.gather(|| look(1));
        pace.flushed(Duration::from_secs(60), 1, 0);
        let began = Instant::now();
        pace.gather(|| look(1));
        assert_eq!(looks, 1);
        assert!(began.elapsed() < LONGEST);
    }

    #[test]
    fn those_that_were_answered_are_waited_for_and_no_longer_than_they_waited() {
        let mut pace = Pace::default();
        pace.flushed(Duration::from_secs(60), 2, 1);
        let mut queued = 1;
        pace.gather(|| {
            queued += 1;
            queued
        });
        assert_eq!(queued, 3);
        // One does not come back.
        let began = Instant::now();
        pace.flushed(Duration::from_millis(2), 3, 0);
        let mut looks = 0;
        pace.gather(|| {
            looks += 1;
            2
        });
        assert!(looks <= LOOKS + 1, "{looks}");
        assert!(began.elapsed() >= Duration::from_millis(2));
    }
}
