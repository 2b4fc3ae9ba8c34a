//! How findings are told: as text for people, or in one of the forms that machines read.
//!
//! Every command that reads kustomizations flattens [`Flags`] into its own, opens a [`Report`],
//! gives it all findings and closes it with the command's result. Text is printed as it comes; a
//! machine's form is one document on standard error, printed when the report is closed, complete
//! even when there is nothing to tell. `docs/findings.md` describes the forms for their readers.

mod finding;
mod github;
mod json;
mod policy;
pub(crate) mod rules;
mod sarif;

use super::{diagnostic, stderr};
use crate::exit::{Failure, Status};
use clap::ValueEnum;
pub(crate) use finding::Finding;
use policy::{Level, Policy};
use trimtab_tree::{Diagnostic, Severity, SourceMap};

/// Flags that say how findings are told and which of them count.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Findings")]
pub(crate) struct Flags {
    /// How errors and warnings are told, on standard error
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    error_format: ErrorFormat,

    /// Take warnings for errors: nothing is printed to standard output, and the status is 1
    #[arg(long)]
    strict: bool,

    /// Warnings not to tell, by their code, such as `unused-image`; can be given again
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    allow: Vec<String>,

    /// Warnings to take for errors, by their code; can be given again
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    deny: Vec<String>,
}

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
            Self::Sarif => sarif::document(findings),
            Self::Github => github::document(findings),
        }
    }
}

/// More warnings are only counted, in text.
const MOST_WARNINGS: usize = 100;

/// The findings of one run of a command.
#[derive(Debug)]
pub(crate) struct Report {
    format: ErrorFormat,
    policy: Policy,
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
        let policy = Policy::new(self.strict, &self.allow, &self.deny)?;
        Ok(Report {
            policy,
            ..Report::new(self.error_format)
        })
    }

    /// Whether standard error belongs to a machine, so that nothing else may be printed there.
    pub(crate) fn is_for_machines(&self) -> bool {
        self.error_format != ErrorFormat::Text
    }
}

impl Report {
    /// An empty report that tells everything and denies nothing.
    pub(crate) fn new(format: ErrorFormat) -> Self {
        Self {
            format,
            policy: Policy::default(),
            findings: Vec::new(),
            warnings: 0,
            denied: 0,
        }
    }

    /// Adds a finding; as text it is printed at once.
    pub(crate) fn add(&mut self, finding: &Diagnostic, sources: &SourceMap) {
        let mut changed;
        let mut finding = finding;
        if finding.severity == Severity::Warning {
            match self.policy.level(finding.code) {
                Level::Allow => return,
                Level::Warn => {}
                Level::Deny => {
                    self.denied += 1;
                    changed = finding.clone();
                    changed.severity = Severity::Error;
                    finding = &changed;
                }
            }
            self.warnings += 1;
        }
        if self.format != ErrorFormat::Text {
            self.findings.push(Finding::new(finding, sources));
        } else if self.warnings <= MOST_WARNINGS {
            stderr::line(&diagnostic::render(finding, sources));
            stderr::line("");
        }
    }

    /// Adds several findings.
    pub(crate) fn add_all(&mut self, findings: &[Diagnostic], sources: &SourceMap) {
        for finding in findings {
            self.add(finding, sources);
        }
    }

    /// Ends the command when warnings are there that count as errors; to be asked before anything
    /// is printed to standard output or changed.
    pub(crate) fn refuse_denied(&self) -> Result<(), Failure> {
        match self.denied {
            0 => Ok(()),
            _ => Err(Failure::Said(Status::Failed)),
        }
    }

    /// Tells what is left to tell, the reason of a failure included, and gives what the command
    /// ends with.
    pub(crate) fn close(mut self, result: Result<(), Failure>) -> Result<(), Failure> {
        if self.format == ErrorFormat::Text {
            self.count_untold();
            return result;
        }
        let result = match result {
            Err(failure) => match failure.into_finding() {
                Ok((finding, sources, status)) => {
                    self.findings.push(Finding::new(&finding, &sources));
                    Err(Failure::Said(status))
                }
                Err(other) => Err(other),
            },
            done => done,
        };
        stderr::text(&self.format.document(&self.findings));
        result
    }

    fn count_untold(&self) {
        if let Some(more @ 1..) = self.warnings.checked_sub(MOST_WARNINGS) {
            stderr::line(&format!("warning: {more} more warnings are not shown\n"));
        }
        if self.denied > 0 {
            let warnings = if self.denied == 1 {
                "warning counts"
            } else {
                "warnings count"
            };
            let denied = self.denied;
            stderr::line(&format!(
                "error: {denied} {warnings} as errors; nothing was printed"
            ));
        }
    }
}
