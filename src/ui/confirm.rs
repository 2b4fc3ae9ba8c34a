//! Questions, where a person is there to answer.

use super::stderr;
use crate::exit::Failure;
use std::io::IsTerminal;
use std::path::Path;

/// Whether somebody can be asked: both what is typed and what is shown are a terminal.
pub(crate) fn is_possible() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks; only a clear yes is one.
pub(crate) fn ask(question: &str) -> Result<bool, Failure> {
    stderr::text(&format!("{question} [y/N] "));
    let mut answer = String::new();
    std::io::stdin()
        .read_line(&mut answer)
        .map_err(|error| Failure::io("read", Path::new("standard input"), &error))?;
    Ok(matches!(&*answer.trim().to_lowercase(), "y" | "yes"))
}
