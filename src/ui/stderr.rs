//! Standard error: everything that is not data.

use std::io::Write;

/// Writes a line. There is nowhere to report a failure to, so it is ignored.
pub(crate) fn line(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Writes text as it is, likewise.
pub(crate) fn text(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
