//! Running on without a terminal, where that is not possible: without `unsafe` code, a program on Windows
//! cannot let go of what it inherited, and whoever waits for the end of its output would wait for ever.

use crate::exit::Failure;
use std::path::Path;

/// Refuses.
pub(crate) fn start(flag: &str, _instead: &str, _log: &Path) -> Result<String, Failure> {
    Err(refused(&format!("`{flag}` is not known on this system")))
}

/// Refuses: nobody started this process so.
pub(crate) fn leave_session() -> Result<(), Failure> {
    Err(refused(
        "a control plane cannot leave its terminal on this system",
    ))
}

/// Refuses: nobody started this process so.
pub(crate) fn report(_line: &str) -> Result<(), Failure> {
    leave_session()
}

fn refused(what: &str) -> Failure {
    Failure::new("detach", what)
        .hint("leave it out, and let the control plane run in a terminal of its own")
}
