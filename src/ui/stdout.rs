//! Standard output: data, whole.

use crate::exit::Failure;
use std::io::{ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the command goes on when nobody reads any more.
static GOES_ON: AtomicBool = AtomicBool::new(false);

/// From now on a reader that leaves stops nothing: what is to be changed must not be left half-way, and told as
/// done.
pub(crate) fn outlive_readers() {
    GOES_ON.store(true, Ordering::Relaxed);
}

/// Writes all of it. A reader that has left, as in `trimtab build | head`, ends the command quietly, unless that
/// [goes on](outlive_readers).
pub(crate) fn write(data: &[u8]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let Err(error) = out.write_all(data).and_then(|()| out.flush()) else {
        return Ok(());
    };
    match error.kind() {
        ErrorKind::BrokenPipe if GOES_ON.load(Ordering::Relaxed) => Ok(()),
        ErrorKind::BrokenPipe => Err(Failure::ClosedPipe),
        _ => Err(Failure::Stdout(error)),
    }
}

/// Writes a line.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    write(format!("{text}\n").as_bytes())
}
