//! How values are spread.

use crate::{Family, Kind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How many values were how large. Whoever counts, counts without a lock.
#[derive(Debug)]
pub struct Distribution {
    bounds: &'static [f64],
    /// How many were no larger than each of the bounds but larger than the one before; at last
    /// those beyond all.
    counts: Box<[AtomicU64]>,
    /// The bits of a number.
    sum: AtomicU64,
}

impl Distribution {
    /// Without any value yet, by the bounds of a family; one of another type has none.
    pub fn of(family: &Family) -> Self {
        let bounds = match family.kind {
            Kind::Histogram(bounds) => bounds,
            Kind::Counter | Kind::Gauge => &[],
        };
        Self {
            bounds,
            counts: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(),
            sum: AtomicU64::new(0_f64.to_bits()),
        }
    }

    /// Counts a value.
    pub fn add(&self, value: f64) {
        let at = self.bounds.partition_point(|bound| *bound < value);
        self.counts[at].fetch_add(1, Ordering::Relaxed);
        let add = |bits: u64| Some((f64::from_bits(bits) + value).to_bits());
        // It never gives up.
        let _ = self
            .sum
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }

    /// Counts a time, in seconds.
    pub fn add_time(&self, time: Duration) {
        self.add(time.as_secs_f64());
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        let counts = self.counts.iter();
        counts.map(|count| count.load(Ordering::Relaxed)).sum()
    }

    /// Their sum.
    pub fn sum(&self) -> f64 {
        f64::from_bits(self.sum.load(Ordering::Relaxed))
    }

    /// Each bound with how many were no larger.
    pub fn cumulated(&self) -> impl Iterator<Item = (f64, u64)> {
        let mut so_far = 0;
        self.bounds
            .iter()
            .zip(&self.counts)
            .map(move |(bound, count)| {
                so_far += count.load(Ordering::Relaxed);
                (*bound, so_far)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stability;

    static SIZES: Family = Family {
        name: "sizes",
        kind: Kind::Histogram(&[1024.0, 2048.0]),
        stability: Stability::Alpha,
        help: "Sizes.",
        labels: &[],
    };

    #[test]
    fn values_are_counted_by_the_smallest_bound_that_holds_them() {
        let sizes = Distribution::of(&SIZES);
        for size in [0.0, 1024.0, 1025.0, 1e9] {
            sizes.add(size);
        }
        let counts: Vec<u64> = sizes.cumulated().map(|(_, count)| count).collect();
        assert_eq!(counts, [2, 3]);
        assert_eq!(sizes.count(), 4);
        assert!((sizes.sum() - 1_000_002_049.0).abs() < 0.5);
    }
}
