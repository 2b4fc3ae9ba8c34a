//! What a scheduler has done, as kube-scheduler's `pkg/scheduler/metrics` measures it.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use trimtab_metrics::Kind::{Counter, Gauge, Histogram};
use trimtab_metrics::{Distribution, Page};

use crate::name::SCHEDULER_NAME;
use crate::queue::Waiting;

/// From a thousandth of a second on, each twice the one before.
const ATTEMPTS: &[f64] = &[
    0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096,
    8.192, 16.384,
];
const TRIES: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0];
const VICTIMS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];

trimtab_metrics::families! {
    PENDING = "scheduler_pending_pods", Gauge, Stable, ["queue"],
        "Pods that wait: to be tried now, at a time, or when something has changed.";
    RESULTS = "scheduler_schedule_attempts_total", Counter, Stable, ["profile", "result"],
        "Tries to find a node for a pod, by what came of them.";
    DURATIONS = "scheduler_scheduling_attempt_duration_seconds", Histogram(ATTEMPTS), Stable, ["profile", "result"],
        "How long a try took, with the binding.";
    TRIES_OF_PODS = "scheduler_pod_scheduling_attempts", Histogram(TRIES), Stable, [],
        "How often a pod was tried until it had a node.";
    PREEMPTIONS = "scheduler_preemption_attempts_total", Counter, Stable, [],
        "Tries to make room by letting less important pods go.";
    PREEMPTED = "scheduler_preemption_victims", Histogram(VICTIMS), Stable, [],
        "How many pods were let go for one.";
}

/// What came of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The pod has a node.
    Scheduled,
    /// It fits nowhere.
    Unschedulable,
    /// Something failed.
    Error,
}

impl Outcome {
    const ALL: [Self; 3] = [Self::Error, Self::Scheduled, Self::Unschedulable];

    fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Unschedulable => "unschedulable",
            Self::Error => "error",
        }
    }
}

/// What a scheduler has done.
#[derive(Debug)]
pub struct Statistics {
    /// In the order of [`Outcome::ALL`].
    attempts: [Distribution; 3],
    tries: Distribution,
    preemptions: AtomicU64,
    victims: Distribution,
    active: AtomicUsize,
    backing_off: AtomicUsize,
    parked: AtomicUsize,
}

impl Default for Statistics {
    fn default() -> Self {
        Self {
            attempts: Outcome::ALL.map(|_| Distribution::of(&DURATIONS)),
            tries: Distribution::of(&TRIES_OF_PODS),
            preemptions: AtomicU64::default(),
            victims: Distribution::of(&PREEMPTED),
            active: AtomicUsize::default(),
            backing_off: AtomicUsize::default(),
            parked: AtomicUsize::default(),
        }
    }
}

impl Statistics {
    /// A try has ended.
    pub(crate) fn tried(&self, outcome: Outcome, took: Duration) {
        let known = Outcome::ALL.iter().zip(&self.attempts);
        for (_, attempts) in known.filter(|(known, _)| **known == outcome) {
            attempts.add_time(took);
        }
    }

    /// A pod has its node, at this try.
    pub(crate) fn placed(&self, tries: u32) {
        self.tries.add(f64::from(tries));
    }

    /// It was looked for room by letting pods go; so many go, if that helps.
    pub(crate) fn preempted(&self, victims: Option<usize>) {
        self.preemptions.fetch_add(1, Ordering::Relaxed);
        if let Some(victims) = victims {
            let victims = u32::try_from(victims).unwrap_or(u32::MAX);
            self.victims.add(f64::from(victims));
        }
    }

    /// So many pods wait now.
    pub(crate) fn wait(&self, waiting: Waiting) {
        self.active.store(waiting.active, Ordering::Relaxed);
        self.backing_off
            .store(waiting.backing_off, Ordering::Relaxed);
        self.parked.store(waiting.parked, Ordering::Relaxed);
    }

    /// Tells what it has done.
    pub fn tell(&self, page: &mut Page) {
        page.family(&PENDING);
        for (queue, count) in [
            ("active", &self.active),
            ("backoff", &self.backing_off),
            ("unschedulable", &self.parked),
        ] {
            page.sample(&PENDING, &[queue], count.load(Ordering::Relaxed));
        }
        let attempts = || {
            let all = Outcome::ALL.iter().zip(&self.attempts);
            all.filter(|(_, attempts)| attempts.count() > 0)
        };
        page.family(&RESULTS);
        for (outcome, attempts) in attempts() {
            let labels = [SCHEDULER_NAME, outcome.name()];
            page.sample(&RESULTS, &labels, attempts.count());
        }
        page.family(&DURATIONS);
        for (outcome, attempts) in attempts() {
            page.distribution(&DURATIONS, &[SCHEDULER_NAME, outcome.name()], attempts);
        }
        page.family(&TRIES_OF_PODS);
        page.distribution(&TRIES_OF_PODS, &[], &self.tries);
        page.single(&PREEMPTIONS, self.preemptions.load(Ordering::Relaxed));
        page.family(&PREEMPTED);
        page.distribution(&PREEMPTED, &[], &self.victims);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_tries_is_told() {
        let statistics = Statistics::default();
        statistics.tried(Outcome::Scheduled, Duration::from_millis(3));
        statistics.tried(Outcome::Unschedulable, Duration::from_millis(1));
        statistics.tried(Outcome::Scheduled, Duration::from_millis(5));
        statistics.placed(2);
        statistics.preempted(None);
        statistics.preempted(Some(3));
        statistics.wait(Waiting {
            active: 1,
            backing_off: 2,
            parked: 3,
        });
        let mut page = Page::default();
        statistics.tell(&mut page);
        let told = page.text();
        for line in [
            r#"scheduler_schedule_attempts_total{profile="default-scheduler",result="scheduled"} 2"#,
            r#"scheduler_schedule_attempts_total{profile="default-scheduler",result="unschedulable"} 1"#,
            r#"scheduler_scheduling_attempt_duration_seconds_bucket{profile="default-scheduler",result="scheduled",le="0.004"} 1"#,
            r#"scheduler_pod_scheduling_attempts_bucket{le="2"} 1"#,
            "scheduler_preemption_attempts_total 2",
            "scheduler_preemption_victims_count 1",
            r#"scheduler_pending_pods{queue="active"} 1"#,
            r#"scheduler_pending_pods{queue="backoff"} 2"#,
            r#"scheduler_pending_pods{queue="unschedulable"} 3"#,
        ] {
            assert!(told.lines().any(|it| it == line), "{line}: {told}");
        }
        assert!(!told.contains("result=\"error\""));
    }
}
