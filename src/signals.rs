//! The wish to stop: Ctrl-C, `kill`, or a terminal that went away.

use crate::exit::{Failure, Status};
use crate::ui::stderr;
use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use trimtab_remote::Interruption;

/// How many there are that heed signals in their own way. Signals belong to the process, and so does this.
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

/// How soon work ends that hears that it is to.
const HEARING: Duration = Duration::from_secs(1);

/// Resolves once somebody wants to stop, by Ctrl-C or `kill`; at once if that was since the first call, so that
/// nothing is missed between two waits. The first call heeds these signals for the rest of the process; whoever
/// sends a second one ends it where it stands, unless there is a [`Stop`]. Needs the runtime.
pub(crate) async fn interrupted() {
    static WANTED: OnceLock<watch::Receiver<bool>> = OnceLock::new();
    let mut wanted = WANTED.get_or_init(heed_ends).clone();
    if wanted.wait_for(|is_wanted| *is_wanted).await.is_err() {
        // Nobody can listen: signals end the process as they always do.
        std::future::pending::<()>().await;
    }
}

fn heed_ends() -> watch::Receiver<bool> {
    let (wanted, receiver) = watch::channel(false);
    let Ok(mut ends) = Ends::listen() else {
        return receiver;
    };
    HEEDED.fetch_add(1, Ordering::SeqCst);
    tokio::spawn(async move {
        ends.next().await;
        let _ = wanted.send(true);
        if HEEDED.load(Ordering::SeqCst) > 1 {
            return;
        }
        let again = ends.next();
        tokio::pin!(again);
        if tokio::time::timeout(HEARING, &mut again).await.is_err() {
            stderr::line(
                "Stopping after the request that is on its way. Ctrl-C again ends at once.",
            );
            again.await;
        }
        end();
    });
    receiver
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

/// What asks for an end of which something can still be told: Ctrl-C and `kill`.
struct Ends {
    interrupt: system::Interrupt,
    terminate: system::Terminate,
}

impl Ends {
    fn listen() -> Result<Self, Failure> {
        Ok(Self {
            interrupt: system::interrupt().map_err(|error| not_heard(&error))?,
            terminate: system::terminate().map_err(|error| not_heard(&error))?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            biased;
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// What asks for a clean end: that, and a terminal that went away.
struct Signals {
    ends: Ends,
    hang_up: system::HangUp,
}

impl Signals {
    fn listen() -> Result<Self, Failure> {
        Ok(Self {
            ends: Ends::listen()?,
            hang_up: system::hang_up().map_err(|error| not_heard(&error))?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            biased;
            () = self.ends.next() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}

#[cfg(unix)]
mod system {
    use std::io;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    pub(super) type Interrupt = Signal;
    pub(super) type Terminate = Signal;
    pub(super) type HangUp = Signal;

    pub(super) fn interrupt() -> io::Result<Interrupt> {
        signal(SignalKind::interrupt())
    }

    pub(super) fn terminate() -> io::Result<Terminate> {
        signal(SignalKind::terminate())
    }

    pub(super) fn hang_up() -> io::Result<HangUp> {
        signal(SignalKind::hangup())
    }
}

/// Two keys, and a window that is closed.
#[cfg(not(unix))]
mod system {
    pub(super) use tokio::signal::windows::{
        CtrlBreak as Terminate, CtrlC as Interrupt, CtrlClose as HangUp, ctrl_break as terminate,
        ctrl_c as interrupt, ctrl_close as hang_up,
    };
}
