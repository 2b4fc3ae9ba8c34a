//! How long the steps of a pod's life take.

use std::time::Duration;
use trimtab_clock::Chance;

/// How soon pods get ready.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReadyAfter {
    /// As on a small real cluster: sandbox, pull of a new image, start and probes take their time,
    /// each pod's a little different.
    #[default]
    Believable,
    /// So long after the pod came to its node; with nothing, at once.
    Fixed(Duration),
}

/// The durations of one pod, drawn from its own chance as they are needed.
#[derive(Clone, Debug)]
pub(crate) struct Pace {
    ready_after: ReadyAfter,
    chance: Chance,
}

impl Pace {
    pub(crate) fn new(ready_after: ReadyAfter, chance: Chance) -> Self {
        Self {
            ready_after,
            chance,
        }
    }

    /// Whether everything that is not asked to last takes no time.
    pub(crate) fn is_instant(&self) -> bool {
        self.ready_after == ReadyAfter::Fixed(Duration::ZERO)
    }

    /// Whether steps take their time.
    pub(crate) fn is_believable(&self) -> bool {
        self.ready_after == ReadyAfter::Believable
    }

    /// Until the pod's network and volumes are there.
    pub(crate) fn sandbox(&self, has_readiness_probe: bool) -> Duration {
        match self.ready_after {
            ReadyAfter::Believable => self.between(200, 700),
            // Without a probe a container is ready as soon as it runs, so it has to start late.
            ReadyAfter::Fixed(after) if !has_readiness_probe => after,
            ReadyAfter::Fixed(_) => Duration::ZERO,
        }
    }

    /// To pull an image that the node does not have.
    pub(crate) fn pull(&self) -> Duration {
        self.believable(800, 3_000)
    }

    /// To make and start a container.
    pub(crate) fn create(&self) -> Duration {
        self.believable(40, 200)
    }

    /// From the start of a container to the end of what it does before it can serve.
    pub(crate) fn warm_up(&self) -> Duration {
        match self.ready_after {
            ReadyAfter::Believable => self.between(500, 2_500),
            ReadyAfter::Fixed(after) => after,
        }
    }

    /// The run of a container that has an end: an init container's or a job's.
    pub(crate) fn run(&self) -> Duration {
        self.believable(800, 3_000)
    }

    /// From the signal to stop to the end of a container.
    pub(crate) fn stop(&self) -> Duration {
        self.believable(150, 900)
    }

    /// From what a container does to when the kubelet has noticed: its relist period.
    pub(crate) fn notice(&self) -> Duration {
        self.believable(400, 1_200)
    }

    fn believable(&self, from: u64, to: u64) -> Duration {
        match self.ready_after {
            ReadyAfter::Believable => self.between(from, to),
            ReadyAfter::Fixed(_) => Duration::ZERO,
        }
    }

    /// Milliseconds.
    fn between(&self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.chance.below(to - from))
    }
}
