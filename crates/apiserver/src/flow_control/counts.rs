//! What became of the requests of a flow schema.

use crate::metrics::{Distribution, Page, family};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// Why a request is sent away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rejection {
    /// Too many wait already.
    QueueFull,
    /// It has waited too long.
    TimeOut,
}

const REJECTIONS: [&str; 2] = ["queue-full", "time-out"];

/// Counts of the requests of one flow schema.
#[derive(Debug)]
pub(super) struct Counts {
    pub(super) executing: AtomicI64,
    pub(super) waiting: AtomicI64,
    rejected: [AtomicU64; REJECTIONS.len()],
    /// How long those waited that were sent away, and those that were let in.
    waits: [Distribution; 2],
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            executing: AtomicI64::default(),
            waiting: AtomicI64::default(),
            rejected: Default::default(),
            waits: [(); 2].map(|()| Distribution::of(&family::FLOW_WAITS)),
        }
    }
}

impl Counts {
    /// Counts a request that was let in after that wait, or sent away.
    pub(super) fn decided(&self, rejected: Option<Rejection>, waited: std::time::Duration) {
        self.waits[usize::from(rejected.is_none())].add_time(waited);
        if let Some(rejection) = rejected {
            self.rejected[rejection as usize].fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Tells the counts of schemas, each with its name and that of its level.
pub(super) fn tell(schemas: &[(&str, &str, &Counts)], page: &mut Page) {
    let number = |count: &AtomicI64| count.load(Ordering::Relaxed);
    page.family(&family::FLOW_EXECUTING);
    for (schema, level, counts) in schemas {
        let labels = [*schema, *level];
        page.sample(&family::FLOW_EXECUTING, &labels, number(&counts.executing));
    }
    // Every request takes one place.
    page.family(&family::FLOW_SEATS);
    for (schema, level, counts) in schemas {
        let labels = [*schema, *level];
        page.sample(&family::FLOW_SEATS, &labels, number(&counts.executing));
    }
    page.family(&family::FLOW_WAITING);
    for (schema, level, counts) in schemas {
        let labels = [*schema, *level];
        page.sample(&family::FLOW_WAITING, &labels, number(&counts.waiting));
    }
    page.family(&family::FLOW_DISPATCHED);
    for (schema, level, counts) in schemas {
        let labels = [*schema, *level];
        page.sample(&family::FLOW_DISPATCHED, &labels, counts.waits[1].count());
    }
    page.family(&family::FLOW_REJECTED);
    for (schema, level, counts) in schemas {
        for (reason, count) in REJECTIONS.iter().zip(&counts.rejected) {
            let count = count.load(Ordering::Relaxed);
            if count > 0 {
                page.sample(&family::FLOW_REJECTED, &[schema, level, reason], count);
            }
        }
    }
    page.family(&family::FLOW_WAITS);
    for (schema, level, counts) in schemas {
        for (execute, waits) in ["false", "true"].iter().zip(&counts.waits) {
            if waits.count() > 0 {
                page.distribution(&family::FLOW_WAITS, &[execute, schema, level], waits);
            }
        }
    }
}
