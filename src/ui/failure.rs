//! How a command that fails ends.

use super::{diagnostic, stderr};
use crate::exit::{Failure, Status};
use std::process::ExitCode;

/// Says on standard error why, and gives the exit status.
pub(crate) fn report(failure: Failure) -> ExitCode {
    match failure {
        // Whoever pressed Ctrl-C knows.
        Failure::Finding { finding, .. } if finding.code == "interrupted" => {
            return Status::Interrupted.code();
        }
        Failure::Finding {
            finding,
            sources,
            status,
        } => {
            stderr::line(&diagnostic::render(&finding, &sources));
            return status.code();
        }
        Failure::Write { path, error } => {
            stderr::line(&format!("error: cannot write {}: {error}", path.display()));
        }
        Failure::Stdout(error) => {
            stderr::line(&format!("error: cannot write standard output: {error}"));
        }
        Failure::ClosedPipe => return ExitCode::SUCCESS,
        Failure::Said(status) => return status.code(),
    }
    Status::Failed.code()
}
