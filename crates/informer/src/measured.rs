//! What the queues of a process have done, as client-go's `util/workqueue` measures it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use tokio::time::Instant;
use trimtab_metrics::Kind::{Counter, Gauge, Histogram};
use trimtab_metrics::{Distribution, Family, Page};

/// From a hundred millionth of a second to ten seconds, each ten times the one before.
const TIMES: &[f64] = &[1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0];

trimtab_metrics::families! {
    ADDS = "workqueue_adds_total", Counter, Beta, ["name"],
        "Keys that came into a queue.";
    DEPTH = "workqueue_depth", Gauge, Beta, ["name"],
        "Keys that wait in a queue to be looked at now.";
    LONGEST = "workqueue_longest_running_processor_seconds", Gauge, Beta, ["name"],
        "How long the key has been worked on that has been for longest.";
    WAITS = "workqueue_queue_duration_seconds", Histogram(TIMES), Beta, ["name"],
        "How long keys waited to be looked at.";
    RETRIES = "workqueue_retries_total", Counter, Beta, ["name"],
        "Keys that were put off because the work on them failed.";
    UNFINISHED = "workqueue_unfinished_work_seconds", Gauge, Beta, ["name"],
        "How long the keys that are worked on have been, together.";
    WORK = "workqueue_work_duration_seconds", Histogram(TIMES), Beta, ["name"],
        "How long the work on a key took.";
}

/// What one queue has done.
#[derive(Debug)]
pub(crate) struct QueueStatistics {
    adds: AtomicU64,
    retries: AtomicU64,
    waits: Distribution,
    work: Distribution,
}

impl Default for QueueStatistics {
    fn default() -> Self {
        Self {
            adds: AtomicU64::default(),
            retries: AtomicU64::default(),
            waits: Distribution::of(&WAITS),
            work: Distribution::of(&WORK),
        }
    }
}

impl QueueStatistics {
    /// A key came in that was not there.
    pub(crate) fn added(&self) {
        self.adds.fetch_add(1, Ordering::Relaxed);
    }

    /// A key was put off because the work on it failed.
    pub(crate) fn put_off(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    /// A key is looked at that came in then.
    pub(crate) fn taken(&self, added: Instant) {
        self.waits.add_time(added.elapsed());
    }

    /// The work on a key has ended that began then.
    pub(crate) fn done(&self, taken: Instant) {
        self.work.add_time(taken.elapsed());
    }
}

/// A queue as the metrics see it.
pub(crate) trait Measured: Send + Sync {
    /// What it has done.
    fn statistics(&self) -> &QueueStatistics;
    /// How many keys wait.
    fn depth(&self) -> usize;
    /// Since when each key is worked on that is.
    fn begun(&self) -> Vec<Instant>;
}

/// The queues of a process by their names, for the metrics; clones know the same ones. A queue is
/// known for as long as somebody holds it.
#[derive(Clone, Default)]
pub struct Queues(Arc<Mutex<ByName>>);

type ByName = BTreeMap<&'static str, Weak<dyn Measured>>;

impl std::fmt::Debug for Queues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.known().keys()).finish()
    }
}

impl Queues {
    /// Makes a queue known. Of two of one name the later is.
    pub(crate) fn know(&self, name: &'static str, queue: Weak<dyn Measured>) {
        self.known().insert(name, queue);
    }

    /// Tells what they have done.
    pub fn tell(&self, page: &mut Page) {
        let queues: Vec<(&str, Arc<dyn Measured>)> = self
            .known()
            .iter()
            .filter_map(|(name, queue)| Some((*name, queue.upgrade()?)))
            .collect();
        let mut number = |family: &Family, of: &dyn Fn(&dyn Measured) -> f64| {
            page.family(family);
            for (name, queue) in &queues {
                page.sample(family, &[name], of(&**queue));
            }
        };
        #[expect(
            clippy::cast_precision_loss,
            reason = "counts are told as Prometheus has them, in floating point"
        )]
        let count = |count: u64| count as f64;
        number(&ADDS, &|it| {
            count(it.statistics().adds.load(Ordering::Relaxed))
        });
        number(&DEPTH, &|it| count(it.depth() as u64));
        let ages = |it: &dyn Measured| {
            let begun = it.begun().into_iter();
            begun.map(|begun| begun.elapsed().as_secs_f64())
        };
        number(&LONGEST, &|it| ages(it).fold(0.0, f64::max));
        number(&RETRIES, &|it| {
            count(it.statistics().retries.load(Ordering::Relaxed))
        });
        // The sum of nothing is a negative zero, which is no number of seconds.
        number(&UNFINISHED, &|it| ages(it).sum::<f64>() + 0.0);
        let mut times = |family: &Family, of: &dyn Fn(&QueueStatistics) -> &Distribution| {
            page.family(family);
            for (name, queue) in &queues {
                page.distribution(family, &[name], of(queue.statistics()));
            }
        };
        times(&WAITS, &|it| &it.waits);
        times(&WORK, &|it| &it.work);
    }

    fn known(&self) -> MutexGuard<'_, ByName> {
        // A panic leaves no half of an insertion behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::WorkQueue;
    use std::time::Duration;

    fn told(queues: &Queues) -> String {
        let mut page = Page::default();
        queues.tell(&mut page);
        page.into_text()
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_queue_does_is_told_by_its_name() {
        let queues = Queues::default();
        let queue = WorkQueue::new();
        queue.is_told_by(&queues, "deployment");
        for key in ["a", "b", "a"] {
            queue.add(key);
        }
        tokio::time::advance(Duration::from_millis(500)).await;
        let key = queue.next().await.unwrap();
        tokio::time::advance(Duration::from_secs(3)).await;
        let now = told(&queues);
        let has =
            |text: &str, line: &str| assert!(text.lines().any(|it| it == line), "{line}: {text}");
        has(&now, "workqueue_adds_total{name=\"deployment\"} 2");
        has(&now, "workqueue_depth{name=\"deployment\"} 1");
        has(
            &now,
            "workqueue_unfinished_work_seconds{name=\"deployment\"} 3",
        );
        has(
            &now,
            "workqueue_longest_running_processor_seconds{name=\"deployment\"} 3",
        );
        has(
            &now,
            "workqueue_queue_duration_seconds_bucket{name=\"deployment\",le=\"0.1\"} 0",
        );
        has(
            &now,
            "workqueue_queue_duration_seconds_bucket{name=\"deployment\",le=\"1\"} 1",
        );
        has(
            &now,
            "workqueue_work_duration_seconds_count{name=\"deployment\"} 0",
        );
        queue.add_rate_limited(key);
        queue.done(&key);
        let then = told(&queues);
        has(&then, "workqueue_retries_total{name=\"deployment\"} 1");
        has(
            &then,
            "workqueue_unfinished_work_seconds{name=\"deployment\"} 0",
        );
        has(
            &then,
            "workqueue_work_duration_seconds_sum{name=\"deployment\"} 3",
        );
        drop(queue);
        assert!(!told(&queues).contains("deployment"));
    }
}
