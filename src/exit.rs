//! How a command ends when it fails.
//!
//! | status | meaning                                   |
//! |--------|-------------------------------------------|
//! | 0      | done, or the reader of standard output left |
//! | 1      | the input is wrong or something could not be read or written |
//! | 2      | the command line is wrong (clap's own)    |

use crate::ui::{diagnostic, stderr};
use std::path::PathBuf;
use std::process::ExitCode;
use trimtab_tree::{Diagnostic, SourceMap};

/// Why a command ends early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input is wrong.
    Finding {
        finding: Box<Diagnostic>,
        sources: SourceMap,
    },
    /// A file could not be written.
    Write {
        path: PathBuf,
        error: std::io::Error,
    },
    /// Nobody reads standard output any more: not a failure.
    ClosedPipe,
    /// Standard output could not be written for another reason.
    Stdout(std::io::Error),
}

impl Failure {
    /// Says so on standard error and gives the exit status.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::Finding { finding, sources } => {
                stderr::line(&diagnostic::render(&finding, &sources));
            }
            Self::Write { path, error } => {
                stderr::line(&format!("error: cannot write {}: {error}", path.display()));
            }
            Self::Stdout(error) => {
                stderr::line(&format!("error: cannot write standard output: {error}"));
            }
            Self::ClosedPipe => return ExitCode::SUCCESS,
        }
        ExitCode::FAILURE
    }
}
