//! Questions to the user's git about the repository that a directory is in.

use crate::exit::Failure;
use std::process::Command;

/// What git answers, without the line break at its end.
///
/// # Errors
/// When git is missing, or has no answer.
pub(crate) fn git(directory: &str, arguments: &[&str]) -> Result<String, Failure> {
    let mut command = Command::new("git");
    let output = command.arg("-C").arg(directory).args(arguments).output();
    let output =
        output.map_err(|error| Failure::new("no-git", format!("cannot run git: {error}")))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.trim().trim_start_matches("fatal: ");
    Err(Failure::new("git-failed", format!("{directory}: {said}")))
}
