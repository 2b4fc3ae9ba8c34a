//! Waiting longer after each failure.

use std::time::Duration;
use trimtab_clock::Chance;

/// Exponential waiting times with jitter: each between one and two times a base that doubles from
/// `first` to `most`.
#[derive(Debug)]
pub struct Backoff {
    first: Duration,
    most: Duration,
    failures: u32,
    chance: Chance,
}

impl Backoff {
    /// Waits of `first` and more, doubling up to `most`.
    pub fn new(first: Duration, most: Duration, chance: Chance) -> Self {
        Self {
            first,
            most,
            failures: 0,
            chance,
        }
    }

    /// How long to wait after one more failure.
    pub fn after_failure(&mut self) -> Duration {
        // 2^31 times any `first` worth the name is past any `most`.
        let base = self
            .first
            .saturating_mul(1 << self.failures.min(31))
            .min(self.most);
        self.failures = self.failures.saturating_add(1);
        base.mul_f64(1.0 + self.chance.fraction())
    }

    /// Begins anew after a success.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit_and_begin_anew() {
        let (first, most) = (Duration::from_millis(100), Duration::from_secs(1));
        let mut backoff = Backoff::new(first, most, Chance::seeded(1));
        for base in [100, 200, 400, 800, 1000, 1000].map(Duration::from_millis) {
            let wait = backoff.after_failure();
            assert!(base <= wait && wait < base * 2, "{wait:?} for {base:?}");
        }
        backoff.reset();
        assert!(backoff.after_failure() < first * 2);
    }
}
