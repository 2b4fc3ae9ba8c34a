//! One queue of everything that is due at some time, on tokio's clock.

use std::collections::BTreeMap;
use tokio::time::Instant;

/// What names an entry, to take it out again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimerKey(Instant, u64);

/// Values by the time at which they are due; of the same time, in the order they were put in.
#[derive(Debug)]
pub(crate) struct Timers<T> {
    due: BTreeMap<TimerKey, T>,
    count: u64,
}

impl<T> Timers<T> {
    pub(crate) fn new() -> Self {
        Self {
            due: BTreeMap::new(),
            count: 0,
        }
    }

    pub(crate) fn set(&mut self, at: Instant, value: T) -> TimerKey {
        self.count += 1;
        let key = TimerKey(at, self.count);
        self.due.insert(key, value);
        key
    }

    pub(crate) fn cancel(&mut self, key: TimerKey) {
        self.due.remove(&key);
    }

    /// When the first is due.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.due.keys().next().map(|key| key.0)
    }

    /// Takes out the first, if it is due.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<T> {
        let first = self.due.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn they_come_in_order_of_time_then_of_setting_and_not_when_cancelled() {
        let now = Instant::now();
        let soon = now + Duration::from_secs(1);
        let mut timers = Timers::new();
        timers.set(soon, 'b');
        timers.set(soon, 'c');
        let cancelled = timers.set(now, 'x');
        timers.set(now, 'a');
        timers.cancel(cancelled);
        assert_eq!(timers.next(), Some(now));
        assert_eq!(timers.pop(now), Some('a'));
        assert_eq!(timers.pop(now), None);
        assert_eq!((timers.pop(soon), timers.pop(soon)), (Some('b'), Some('c')));
    }
}
