//! The wish to stop: Ctrl-C, `kill`, or a terminal that went away.

use crate::exit::{Failure, Status};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use trimtab_remote::Interruption;
#[cfg(unix)]
use unix::Signals;
#[cfg(not(unix))]
use windows::Signals;

/// How many [`Stop`]s there are. Signals belong to the process, and so does this.
static HEEDED: AtomicUsize = AtomicUsize::new(0);

/// Heeds the signals that ask for a clean end: while a value lives they do not end the process.
pub(crate) struct Stop(Signals);

impl Stop {
    /// Begins to listen. Needs the runtime.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let signals = Signals::listen()?;
        HEEDED.fetch_add(1, Ordering::SeqCst);
        Ok(Self(signals))
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
        self.0.next().await;
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        HEEDED.fetch_sub(1, Ordering::SeqCst);
    }
}

/// How long is waited for programs to end and half-fetched things to be removed.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Ends fetches when the process is to end: nothing that they started is left running, and nothing
/// half fetched is left in the cache. Listens only once something is fetched; until then signals end
/// the process by themselves.
pub(crate) fn interruption() -> Interruption {
    Interruption::new(|interruption| {
        let thread = std::thread::Builder::new().name("signals".to_owned());
        // Without the thread, a signal ends the process as it always does.
        let _ = thread.spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let Ok(runtime) = runtime else { return };
            let wanted = runtime.block_on(async {
                let mut signals = Signals::listen()?;
                signals.next().await;
                Ok::<_, Failure>(())
            });
            if wanted.is_err() {
                return;
            }
            interruption.want();
            interruption.wait_until_idle(LAST_WORDS);
            // Whoever else heeds signals ends the process in its own way.
            if HEEDED.load(Ordering::SeqCst) == 0 {
                end();
            }
        });
    })
}

/// As the signal itself would have done.
#[expect(
    clippy::exit,
    reason = "other threads may be anywhere, as at any signal"
)]
fn end() -> ! {
    std::process::exit(Status::Interrupted.number().into())
}

fn not_heard(error: &io::Error) -> Failure {
    Failure::new("signals", format!("cannot listen for signals: {error}"))
}

#[cfg(unix)]
mod unix {
    use super::{Failure, not_heard};
    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// The signals that ask for a clean end.
    pub(super) struct Signals {
        interrupt: Signal,
        terminate: Signal,
        hang_up: Signal,
    }

    impl Signals {
        pub(super) fn listen() -> Result<Self, Failure> {
            let listen = |kind| signal(kind).map_err(|error| not_heard(&error));
            Ok(Self {
                interrupt: listen(SignalKind::interrupt())?,
                terminate: listen(SignalKind::terminate())?,
                hang_up: listen(SignalKind::hangup())?,
            })
        }

        pub(super) async fn next(&mut self) {
            tokio::select! {
                biased;
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
                _ = self.hang_up.recv() => {}
            }
        }
    }
}

#[cfg(not(unix))]
mod windows {
    use super::{Failure, not_heard};
    use tokio::signal::windows::{CtrlBreak, CtrlC, CtrlClose, ctrl_break, ctrl_c, ctrl_close};

    /// What asks for a clean end: two keys, and a window that is closed.
    pub(super) struct Signals {
        interrupt: CtrlC,
        terminate: CtrlBreak,
        hang_up: CtrlClose,
    }

    impl Signals {
        pub(super) fn listen() -> Result<Self, Failure> {
            Ok(Self {
                interrupt: ctrl_c().map_err(|error| not_heard(&error))?,
                terminate: ctrl_break().map_err(|error| not_heard(&error))?,
                hang_up: ctrl_close().map_err(|error| not_heard(&error))?,
            })
        }

        pub(super) async fn next(&mut self) {
            tokio::select! {
                biased;
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
                _ = self.hang_up.recv() => {}
            }
        }
    }
}
