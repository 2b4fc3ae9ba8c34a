//! Keys to look at.
//!
//! The rules are those of client-go's `util/workqueue`: a key is in the queue at most once, is
//! never worked on twice at the same time, and one that comes back while it is worked on is worked
//! on again afterwards.

use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::hash::Hash;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::measured::{Measured, QueueStatistics, Queues};

/// The wait after a first failure; it doubles with each further one.
const FIRST_RETRY: Duration = Duration::from_millis(5);
/// The longest wait after a failure.
const LONGEST_RETRY: Duration = Duration::from_secs(1000);

/// A first-in-first-out queue of keys without duplicates, with delays; clones are the same queue.
///
/// Delays pass on tokio's clock and are driven by whoever waits in [`WorkQueue::next`], so a queue
/// needs no task of its own. Keys due at the same moment come in the order they were put off.
pub struct WorkQueue<T>(Arc<Shared<T>>);

struct Shared<T> {
    state: Mutex<State<T>>,
    /// One permit for each key that came into the queue, and for each delay that became the first.
    changed: Notify,
    statistics: QueueStatistics,
}

struct State<T> {
    /// With the time at which each came in.
    queue: VecDeque<(T, Instant)>,
    /// In the queue, or to be put there once done.
    dirty: FxHashSet<T>,
    /// With the time at which the work on each began.
    processing: FxHashMap<T, Instant>,
    /// By when they are due, then by the order they came in.
    delayed: BTreeMap<(Instant, u64), T>,
    due: FxHashMap<T, (Instant, u64)>,
    failures: FxHashMap<T, u32>,
    /// First and longest wait after a failure.
    retry: (Duration, Duration),
    sequence: u64,
    closed: bool,
}

impl<T> Clone for WorkQueue<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for WorkQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("WorkQueue")
            .field("queued", &state.queue.len())
            .field("processing", &state.processing.len())
            .field("delayed", &state.delayed.len())
            .finish_non_exhaustive()
    }
}

impl<T> WorkQueue<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock()
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Each critical section is a few map operations: a panic in one would be memory exhaustion.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone + Eq + Hash> Default for WorkQueue<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Clone + Eq + Hash> WorkQueue<T> {
    /// An empty queue.
    pub fn new() -> Self {
        Self::with_retries(FIRST_RETRY, LONGEST_RETRY)
    }

    /// An empty queue whose keys wait `first` after a failure, and twice as long for each further
    /// one, up to `longest`.
    pub fn with_retries(first: Duration, longest: Duration) -> Self {
        Self(Arc::new(Shared {
            state: Mutex::new(State {
                queue: VecDeque::new(),
                dirty: FxHashSet::default(),
                processing: FxHashMap::default(),
                delayed: BTreeMap::new(),
                due: FxHashMap::default(),
                failures: FxHashMap::default(),
                retry: (first, longest),
                sequence: 0,
                closed: false,
            }),
            changed: Notify::new(),
            statistics: QueueStatistics::default(),
        }))
    }

    /// Lets `queues` tell what this one does, by that name.
    pub fn is_told_by(&self, queues: &Queues, name: &'static str)
    where
        T: Send + Sync + 'static,
    {
        let shared: Arc<dyn Measured> = Arc::clone(&self.0) as Arc<dyn Measured>;
        queues.know(name, Arc::downgrade(&shared));
    }

    /// Asks for `key` to be looked at.
    pub fn add(&self, key: T) {
        if self.lock().add(key, &self.0.statistics) {
            self.0.changed.notify_one();
        }
    }

    /// Asks for `key` to be looked at in `delay`, or sooner if that was asked for before.
    pub fn add_after(&self, key: T, delay: Duration) {
        if delay.is_zero() {
            return self.add(key);
        }
        if self.lock().put_off(key, Instant::now() + delay) {
            self.0.changed.notify_one();
        }
    }

    /// Asks for `key`, which failed, to be looked at again: after 5 ms, and twice as long for each
    /// time since the last [`WorkQueue::forget`], up to 1000 s (see [`WorkQueue::with_retries`]).
    pub fn add_rate_limited(&self, key: T) {
        self.0.statistics.put_off();
        let mut state = self.lock();
        let (first, longest) = state.retry;
        let failures = state.failures.entry(key.clone()).or_default();
        let delay = first.saturating_mul(1 << (*failures).min(31)).min(longest);
        *failures += 1;
        drop(state);
        self.add_after(key, delay);
    }

    /// Takes it that `key` did not fail: the next wait is the shortest again.
    pub fn forget(&self, key: &T) {
        self.lock().failures.remove(key);
    }

    /// How often `key` failed since it was last forgotten.
    pub fn failures(&self, key: &T) -> u32 {
        self.lock().failures.get(key).copied().unwrap_or_default()
    }

    /// The next key to look at, which nobody else is given until [`WorkQueue::done`]. `None` once
    /// the queue is closed and empty.
    pub async fn next(&self) -> Option<T> {
        loop {
            let mut changed = pin!(self.0.changed.notified());
            // From here on no notification is missed, whatever happens before the await.
            changed.as_mut().enable();
            let first_due = {
                let mut state = self.lock();
                let now = Instant::now();
                state.take_due(now, &self.0.statistics);
                if let Some((key, added)) = state.queue.pop_front() {
                    self.0.statistics.taken(added);
                    state.dirty.remove(&key);
                    state.processing.insert(key.clone(), now);
                    if !state.queue.is_empty() {
                        // Several came due at once: the next is for somebody else who waits.
                        self.0.changed.notify_one();
                    }
                    return Some(key);
                }
                if state.closed {
                    return None;
                }
                state.delayed.keys().next().map(|(due, _)| *due)
            };
            match first_due {
                None => changed.await,
                Some(due) => tokio::select! {
                    biased;
                    () = changed => {}
                    () = sleep_until(due) => {}
                },
            }
        }
    }

    /// Says that the work on `key` has ended, well or not.
    pub fn done(&self, key: &T) {
        let mut state = self.lock();
        if let Some(taken) = state.processing.remove(key) {
            self.0.statistics.done(taken);
        }
        if state.dirty.contains(key) {
            state.queue.push_back((key.clone(), Instant::now()));
            drop(state);
            self.0.changed.notify_one();
        }
    }

    /// Takes no more keys, drops what is put off, and lets [`WorkQueue::next`] end once the queue is
    /// empty.
    pub fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.delayed.clear();
        state.due.clear();
        drop(state);
        self.0.changed.notify_waiters();
    }

    /// How many keys wait to be looked at now.
    pub fn len(&self) -> usize {
        self.lock().queue.len()
    }

    /// Whether no key waits to be looked at now.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T: Send + Sync> Measured for Shared<T> {
    fn statistics(&self) -> &QueueStatistics {
        &self.statistics
    }

    fn depth(&self) -> usize {
        self.lock().queue.len()
    }

    fn begun(&self) -> Vec<Instant> {
        self.lock().processing.values().copied().collect()
    }
}

impl<T: Clone + Eq + Hash> State<T> {
    /// Whether a key came into the queue.
    fn add(&mut self, key: T, statistics: &QueueStatistics) -> bool {
        if self.closed || !self.dirty.insert(key.clone()) {
            return false;
        }
        statistics.added();
        if self.processing.contains_key(&key) {
            return false;
        }
        self.queue.push_back((key, Instant::now()));
        true
    }

    /// Whether the first delay to end is another one now.
    fn put_off(&mut self, key: T, until: Instant) -> bool {
        if self.closed {
            return false;
        }
        match self.due.get(&key) {
            Some((sooner, _)) if *sooner <= until => return false,
            Some(later) => {
                self.delayed.remove(later);
            }
            None => {}
        }
        let slot = (until, self.sequence);
        self.sequence += 1;
        self.due.insert(key.clone(), slot);
        self.delayed.insert(slot, key);
        self.delayed.keys().next() == Some(&slot)
    }

    fn take_due(&mut self, now: Instant, statistics: &QueueStatistics) {
        while let Some(first) = self.delayed.first_entry()
            && first.key().0 <= now
        {
            let key = first.remove();
            self.due.remove(&key);
            self.add(key, statistics);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn keys_come_once_in_the_order_they_came_in() {
        let queue = WorkQueue::new();
        for key in ["c", "a", "c", "b", "a"] {
            queue.add(key);
        }
        for key in ["c", "a", "b"] {
            assert_eq!(queue.next().await, Some(key));
        }
        assert!(queue.next().now_or_never().is_none());
    }

    #[tokio::test]
    async fn a_key_is_not_worked_on_twice_at_once() {
        let queue = WorkQueue::new();
        queue.add("a");
        assert_eq!(queue.next().await, Some("a"));
        queue.add("a");
        queue.add("a");
        assert!(queue.next().now_or_never().is_none());
        queue.done(&"a");
        assert_eq!(queue.next().await, Some("a"));
        queue.done(&"a");
        assert!(queue.next().now_or_never().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn delays_end_in_order_and_the_sooner_counts() {
        let queue = WorkQueue::new();
        let begun = Instant::now();
        queue.add_after("late", Duration::from_secs(9));
        queue.add_after("early", Duration::from_secs(3));
        queue.add_after("late", Duration::from_secs(5));
        queue.add_after("late", Duration::from_secs(7));
        assert_eq!(queue.next().await, Some("early"));
        assert_eq!(begun.elapsed(), Duration::from_secs(3));
        assert_eq!(queue.next().await, Some("late"));
        assert_eq!(begun.elapsed(), Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn everybody_who_waits_gets_a_key_when_several_come_due() {
        let queue = WorkQueue::new();
        let (first, second) = (queue.clone(), queue.clone());
        let first = tokio::spawn(async move { first.next().await });
        let second = tokio::spawn(async move { second.next().await });
        tokio::task::yield_now().await;
        queue.add_after("a", Duration::from_secs(1));
        queue.add_after("b", Duration::from_secs(1));
        let got = (first.await.unwrap(), second.await.unwrap());
        assert!(
            got.0.is_some() && got.1.is_some() && got.0 != got.1,
            "{got:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn failures_wait_longer_each_time_until_forgotten() {
        let queue = WorkQueue::new();
        let mut waited = Vec::new();
        for _ in 0..20 {
            let begun = Instant::now();
            queue.add_rate_limited("a");
            queue.next().await;
            queue.done(&"a");
            waited.push(begun.elapsed());
        }
        assert_eq!(waited[..4], [5, 10, 20, 40].map(Duration::from_millis));
        assert_eq!(waited[19], LONGEST_RETRY);
        assert_eq!(queue.failures(&"a"), 20);
        queue.forget(&"a");
        let begun = Instant::now();
        queue.add_rate_limited("a");
        queue.next().await;
        assert_eq!(begun.elapsed(), FIRST_RETRY);
    }

    #[tokio::test(start_paused = true)]
    async fn a_closed_queue_is_emptied_and_ends() {
        let queue = WorkQueue::new();
        let waiting = queue.clone();
        queue.add("a");
        queue.add_after("never", Duration::from_secs(1));
        queue.close();
        queue.add("too late");
        assert_eq!(queue.next().await, Some("a"));
        assert_eq!(queue.next().await, None);
        assert_eq!(waiting.next().await, None);
    }

    #[tokio::test]
    async fn closing_wakes_whoever_waits() {
        let queue = WorkQueue::<u8>::new();
        let waiting = queue.clone();
        let waiter = tokio::spawn(async move { waiting.next().await });
        tokio::task::yield_now().await;
        queue.close();
        assert_eq!(waiter.await.unwrap(), None);
    }
}
