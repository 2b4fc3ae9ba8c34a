//! The wish to stop: Ctrl-C, `kill`, or a terminal that went away.

use crate::exit::Failure;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that ask for a clean end. While a value lives they do not end the process.
pub(crate) struct Stop {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Stop {
    /// Begins to listen. Needs the runtime.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let listen = |kind| {
            signal(kind).map_err(|error| {
                Failure::new("signals", format!("cannot listen for signals: {error}"))
            })
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    /// Does `work`, unless there is a signal before it is done: then it is dropped where it stands.
    pub(crate) async fn unless_wanted<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.wanted() => None,
            done = work => Some(done),
        }
    }

    /// Waits for the next one. Nothing is lost when the future is dropped half-way.
    pub(crate) async fn wanted(&mut self) {
        tokio::select! {
            biased;
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}
