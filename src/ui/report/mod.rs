//! How findings are told: as text for people, or in one of the forms that machines read.
//!
//! The command line opens one [`Report`] for the command it runs, hands it to those that read
//! kustomizations, and closes it with the command's result. Text is printed as it comes; a machine's
//! form is one document on standard error, printed when the report is closed, complete even when
//! there is nothing to tell. `docs/findings.md` describes the forms for their readers.

mod finding;
mod github;
mod json;
mod policy;
pub(crate) mod rules;
mod sarif;

use super::{diagnostic, stderr};
use crate::exit::{Failure, Status};
use clap::ValueEnum;
pub(crate) use finding::{Checked, Finding};
use policy::{Level, Policy};
use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard, PoisonError};
use trimtab_tree::{Diagnostic, Severity, SourceMap};

/// Flags of every command that say how findings are told and which of them count.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Flags {
    /// How errors and warnings are told, on standard error
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, global = true, help_heading = HEADING)]
    error_format: ErrorFormat,

    /// Take warnings about files for errors: nothing is printed to standard output, and the status is 1
    #[arg(long, global = true, help_heading = HEADING)]
    strict: bool,

    /// Warnings not to tell, by their code, such as `unused-image`; can be given again
    #[arg(long, value_name = "CODE", value_delimiter = ',', global = true, help_heading = HEADING)]
    allow: Vec<String>,

    /// Warnings to take for errors, by their code; can be given again
    #[arg(long, value_name = "CODE", value_delimiter = ',', global = true, help_heading = HEADING)]
    deny: Vec<String>,
}

const HEADING: &str = "Findings";

/// The form in which findings are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ErrorFormat {
    /// For people: the line, a caret, what was expected and what to do
    #[default]
    Text,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions, which annotate the lines
    Github,
}

impl ErrorFormat {
    /// All findings as one document that ends with a line break; nothing for text, which
    /// [`Finding`] does not hold.
    pub(crate) fn document(self, findings: &[Finding]) -> String {
        match self {
            Self::Text => String::new(),
            Self::Json => json::document(findings),
            Self::Sarif => json::without_controls(sarif::document(findings)),
            Self::Github => github::document(findings),
        }
    }
}

/// More warnings are only counted, in text.
const MOST_WARNINGS: usize = 100;

/// The findings of one run of a command. It is filled in through shared references, from several
/// threads where a command builds in several.
#[derive(Debug, Default)]
pub(crate) struct Report {
    format: ErrorFormat,
    policy: Policy,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// What was added, for a machine's form.
    findings: Vec<Finding>,
    /// How many warnings were added.
    warnings: usize,
    /// How many of them count as errors.
    denied: usize,
}

impl Flags {
    /// An empty report.
    ///
    /// # Errors
    /// When a code is none.
    pub(crate) fn open(&self) -> Result<Report, Failure> {
        let report = Report {
            format: self.error_format,
            ..Report::default()
        };
        match Policy::new(self.strict, &self.allow, &self.deny) {
            Ok(policy) => Ok(Report { policy, ..report }),
            // That is told in the form that was asked for, too.
            Err(failure) => report
                .close(Err(failure))
                .and(Err(Failure::Said(Status::Failed))),
        }
    }
}

impl Report {
    /// Whether standard error belongs to a machine, so that nothing else may be printed there.
    pub(crate) fn is_for_machines(&self) -> bool {
        self.format != ErrorFormat::Text
    }

    /// An empty report of the same form and policy, for a command that does its work again.
    pub(crate) fn again(&self) -> Self {
        Self {
            format: self.format,
            policy: self.policy.clone(),
            state: Mutex::default(),
        }
    }

    /// Adds a finding; as text it is printed at once.
    pub(crate) fn add(&self, finding: &Diagnostic, sources: &SourceMap) {
        let Some(finding) = self.judged(finding) else {
            return;
        };
        if self.is_for_machines() {
            let finding = Finding::new(&finding, sources);
            self.state().findings.push(finding);
        } else if self.state().warnings <= MOST_WARNINGS {
            stderr::line(&diagnostic::render(&finding, sources));
            stderr::line("");
        }
    }

    /// Adds several findings.
    pub(crate) fn add_all(&self, findings: &[Diagnostic], sources: &SourceMap) {
        for finding in findings {
            self.add(finding, sources);
        }
    }

    /// A finding as the policy has it: a warning may be an error, or nothing. It is not counted: who
    /// asks does what `--strict` demands.
    pub(crate) fn under_policy(&self, mut finding: Diagnostic) -> Option<Diagnostic> {
        if finding.severity < Severity::Error {
            match self.policy.level(finding.code, finding.severity) {
                Level::Allow => return None,
                Level::Warn => {}
                Level::Deny => finding.severity = Severity::Error,
            }
        }
        Some(finding)
    }

    /// Adds what ended a part of the work, while the rest goes on.
    ///
    /// # Errors
    /// When it is no finding.
    pub(crate) fn add_failure(&self, failure: Failure) -> Result<(), Failure> {
        match failure.into_finding() {
            Ok((finding, sources, _)) => self.add(&finding, &sources),
            Err(Failure::Said(_)) => {}
            Err(other) => return Err(other),
        }
        Ok(())
    }

    /// Adds a finding that went through [`Self::under_policy`] to a machine's form.
    pub(crate) fn add_resolved(&self, finding: Finding) {
        self.state().findings.push(finding);
    }

    /// Counts a finding, and says what it is under the policy: a warning may be an error, or nothing.
    fn judged<'f>(&self, finding: &'f Diagnostic) -> Option<Cow<'f, Diagnostic>> {
        if finding.severity == Severity::Error {
            return Some(Cow::Borrowed(finding));
        }
        let level = self.policy.level(finding.code, finding.severity);
        if level == Level::Allow {
            return None;
        }
        let mut state = self.state();
        state.warnings += 1;
        if level == Level::Warn {
            return Some(Cow::Borrowed(finding));
        }
        state.denied += 1;
        let severity = Severity::Error;
        Some(Cow::Owned(Diagnostic {
            severity,
            ..finding.clone()
        }))
    }

    /// Ends the command when there are warnings that count as errors; to be asked before anything is
    /// printed to standard output or changed.
    ///
    /// # Errors
    /// When there are.
    pub(crate) fn refuse_denied(&self) -> Result<(), Failure> {
        match self.state().denied {
            0 => Ok(()),
            _ => Err(Failure::Said(Status::Failed)),
        }
    }

    /// Tells what is left to tell, the reason of a failure included, and gives what the command
    /// ends with.
    pub(crate) fn close(self, result: Result<(), Failure>) -> Result<(), Failure> {
        if !self.is_for_machines() {
            self.count_untold();
            return result;
        }
        let result = match result.map_err(Failure::into_finding) {
            Ok(()) => Ok(()),
            Err(Ok((finding, sources, status))) => {
                let finding = Finding::new(&finding, &sources);
                self.state().findings.push(finding);
                Err(Failure::Said(status))
            }
            Err(Err(other)) => Err(other),
        };
        stderr::text(&self.format.document(&self.state().findings));
        result
    }

    fn count_untold(&self) {
        let State {
            warnings, denied, ..
        } = *self.state();
        if let Some(more @ 1..) = warnings.checked_sub(MOST_WARNINGS) {
            stderr::line(&format!("warning: {more} more warnings are not shown\n"));
        }
        match denied {
            0 => {}
            1 => stderr::line("error: 1 warning counts as an error"),
            many => stderr::line(&format!("error: {many} warnings count as errors")),
        }
    }

    /// A thread that panicked leaves nothing half done here.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
