//! Standard error: everything that is not data.

use std::io::Write;

/// Writes a line. There is nowhere to report a failure to, so it is ignored.
pub(crate) fn line(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
