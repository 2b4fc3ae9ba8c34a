//! What questions that every request asks end in, and how long that takes.

use super::family::Family;
use super::{Distribution, Page};
use std::time::Duration;

/// How often each result came, and after how long.
pub(crate) struct Outcomes<const N: usize> {
    counts: &'static Family,
    times: &'static Family,
    results: [&'static str; N],
    spent: [Distribution; N],
}

impl<const N: usize> Outcomes<N> {
    /// None yet; both families have the label `result` alone.
    pub(super) fn new(
        counts: &'static Family,
        times: &'static Family,
        results: [&'static str; N],
    ) -> Self {
        Self {
            counts,
            times,
            results,
            spent: results.map(|_| Distribution::of(times)),
        }
    }

    /// Counts the result of that number.
    pub(crate) fn add(&self, result: usize, took: Duration) {
        self.spent[result].add_time(took);
    }

    pub(super) fn tell(&self, page: &mut Page) {
        let known = || {
            let all = self.results.iter().zip(&self.spent);
            all.filter(|(_, spent)| spent.count() > 0)
        };
        page.family(self.counts);
        for (result, spent) in known() {
            page.sample(self.counts, &[result], spent.count());
        }
        page.family(self.times);
        for (result, spent) in known() {
            page.distribution(self.times, &[result], spent);
        }
    }
}
