//! How a command ends when it fails.
//!
//! | status | meaning                                   |
//! |--------|-------------------------------------------|
//! | 0      | done, or the reader of standard output left |
//! | 1      | the input is wrong, something could not be read or written, or the cluster refused; for `diff`: there are differences |
//! | 2      | the command line is wrong (clap's own; 1 for `apply` and `run`); for `diff`: it failed; for `apply --exit-code`: something changed |
//! | 3      | the objects are in the cluster, but what was waited for failed or took too long |
//! | 130    | a signal ended a fetch, or the second one an apply |

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use trimtab_tree::{Diagnostic, SourceMap};

/// An exit status; the table above says what each means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// 1: nothing more can be said by a number.
    Failed,
    /// 2, `diff` only: no answer could be found.
    NoAnswer,
    /// 2, `apply --exit-code` only: something changed.
    Changed,
    /// 3: applied, but not ready.
    NotReady,
    /// 130: what shells give when Ctrl-C ends a program.
    Interrupted,
}

impl Status {
    /// The number.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::NoAnswer | Self::Changed => 2,
            Self::NotReady => 3,
            Self::Interrupted => 130,
        }
    }

    /// The same, as a program ends with it.
    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(self.number())
    }
}

/// Why a command ends early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input is wrong, or what was asked for could not be done.
    Finding {
        finding: Box<Diagnostic>,
        sources: SourceMap,
        status: Status,
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
    /// All has been said; only the status is left.
    Said(Status),
}

impl Failure {
    /// A failure that no file's text is the cause of. `code` is a stable name in kebab-case, as a
    /// [`Diagnostic`] has it; `message` a sentence fragment in lower case.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self::of(Diagnostic::error(code, message))
    }

    /// A finding that is in no text.
    pub(crate) fn of(finding: Box<Diagnostic>) -> Self {
        Self::Finding {
            finding,
            sources: SourceMap::default(),
            status: Status::Failed,
        }
    }

    /// A finding in `text`, the content of the file at `path`.
    pub(crate) fn from_finding(finding: Box<Diagnostic>, text: &str, path: &Path) -> Self {
        let mut sources = SourceMap::default();
        sources.add(path.display().to_string(), text.into());
        Self::Finding {
            finding,
            sources,
            status: Status::Failed,
        }
    }

    /// The same, with what to do next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Self::Finding { finding, .. } = &mut self {
            finding.hints.push(hint.into());
        }
        self
    }

    /// The same, with a cause.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        if let Self::Finding { finding, .. } = &mut self {
            finding.notes.push(note.into());
        }
        self
    }

    /// The same, with another exit status.
    pub(crate) fn with_status(mut self, new: Status) -> Self {
        if let Self::Finding { status, .. } | Self::Said(status) = &mut self {
            *status = new;
        }
        self
    }

    /// The exit status.
    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Finding { status, .. } | Self::Said(status) => *status,
            Self::Write { .. } | Self::ClosedPipe | Self::Stdout(_) => Status::Failed,
        }
    }

    /// What went wrong, in a line, if anything is left to be said.
    pub(crate) fn message(&self) -> Option<String> {
        match self {
            Self::Finding { finding, .. } => Some(finding.message.clone()),
            Self::Write { error, .. } | Self::Stdout(error) => Some(error.to_string()),
            Self::ClosedPipe | Self::Said(_) => None,
        }
    }

    /// A file or directory that could not be read or made, with what was to be done to it, such as
    /// `read`.
    pub(crate) fn io(verb: &str, path: &Path, error: &std::io::Error) -> Self {
        let path = path.to_string_lossy();
        let message = format!("cannot {verb} {path}: {error}");
        Self::of(Diagnostic::error("io", message).in_file(path))
    }

    /// The finding that it is, with the sources it points into; the failure itself where there is
    /// nothing more to say.
    pub(crate) fn into_finding(self) -> Result<(Box<Diagnostic>, SourceMap, Status), Self> {
        let (finding, sources) = match self {
            Self::Finding {
                finding,
                sources,
                status,
            } => return Ok((finding, sources, status)),
            Self::Write { path, error } => {
                let message = format!("cannot write {}: {error}", path.display());
                let finding = Diagnostic::error("io", message);
                (
                    finding.in_file(path.to_string_lossy()),
                    SourceMap::default(),
                )
            }
            Self::Stdout(error) => {
                let message = format!("cannot write standard output: {error}");
                (Diagnostic::error("io", message), SourceMap::default())
            }
            said @ (Self::ClosedPipe | Self::Said(_)) => return Err(said),
        };
        Ok((finding, sources, Status::Failed))
    }
}

/// An error and its causes, each once, as one sentence: `cannot connect: tcp connect error:
/// connection refused`.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        append_cause(&mut text, error);
        cause = error.source();
    }
    text
}

/// Many errors print their cause already.
fn append_cause(text: &mut String, cause: impl Display) {
    let cause = cause.to_string();
    if !text.contains(&cause) {
        text.push_str(": ");
        text.push_str(&cause);
    }
}
