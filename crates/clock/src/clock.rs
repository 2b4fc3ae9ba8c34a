//! What time it is.

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// A source of timestamps. Cheap to copy; waiting goes through `tokio::time`, which it agrees with.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Source);

#[derive(Clone, Copy, Debug)]
enum Source {
    /// The system's wall clock.
    System,
    /// A start, and as much later as tokio's clock has moved since.
    Virtual { start: Timestamp, origin: Instant },
}

impl Clock {
    /// The system's wall clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that shows `start` now and moves with tokio's, which a runtime can pause: then it
    /// only moves when everything waits.
    #[must_use]
    pub fn starting_at(start: Timestamp) -> Self {
        Self(Source::Virtual {
            start,
            origin: Instant::now(),
        })
    }

    /// The time, to the microsecond: Kubernetes keeps nothing finer.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = match self.0 {
            Source::System => Timestamp::now(),
            Source::Virtual { start, origin } => {
                let passed = SignedDuration::try_from(origin.elapsed()).unwrap_or_default();
                start.checked_add(passed).unwrap_or(Timestamp::MAX)
            }
        };
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// Whether tokio's clock drives it, which may be paused.
    #[must_use]
    pub fn is_virtual(&self) -> bool {
        matches!(self.0, Source::Virtual { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn a_virtual_clock_moves_with_the_runtime() {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let clock = Clock::starting_at(start);
        assert_eq!(clock.now(), start);
        tokio::time::sleep(Duration::from_secs(90)).await;
        assert_eq!(clock.now(), "2026-01-01T00:01:30Z".parse().unwrap());
    }
}
