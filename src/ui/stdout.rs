//! Standard output: data, whole.

use crate::exit::Failure;
use std::io::{ErrorKind, Write};

/// Writes all of it. A reader that has left, as in `trimtab build | head`, ends the command quietly.
pub(crate) fn write(data: &[u8]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(data)
        .and_then(|()| out.flush())
        .map_err(|error| match error.kind() {
            ErrorKind::BrokenPipe => Failure::ClosedPipe,
            _ => Failure::Stdout(error),
        })
}

/// Writes a line.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    write(format!("{text}\n").as_bytes())
}
