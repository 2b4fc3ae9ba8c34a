//! The forms in which findings are printed.

use super::findings::{Counts, Findings, Found};
use super::junit;
use crate::exit::Failure;
use crate::ui::report::{Checked, ErrorFormat, Finding, Report};
use crate::ui::{diagnostic, stdout};
use clap::ValueEnum;
use std::fmt::Write as _;
use trimtab_tree::{Diagnostic, Severity, SourceMap};

/// The form of the findings on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Output {
    /// For people: the line, a caret, and what to do
    Text,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions, which annotate the lines
    Github,
    /// `JUnit` XML: a suite for each overlay, a case for each object
    Junit,
    /// Nothing on standard output: the findings go where `--error-format` sends all others
    #[value(skip)]
    Report,
}

/// More overlays are only counted, in texts.
const MOST_OVERLAYS: usize = 3;

impl Output {
    /// The form where none is asked for.
    pub(super) fn of(report: &Report) -> Self {
        if report.is_for_machines() {
            Self::Report
        } else {
            Self::Text
        }
    }

    /// Prints the findings.
    pub(super) fn print(self, findings: &Findings, report: &Report) -> Result<(), Failure> {
        let sources = &findings.sources;
        let document = |format: ErrorFormat| {
            let found: Vec<Finding> = findings
                .found
                .iter()
                .map(|it| it.resolved(sources))
                .collect();
            format.document(&found)
        };
        let text = match self {
            Self::Text => text(findings),
            Self::Json => document(ErrorFormat::Json),
            Self::Sarif => document(ErrorFormat::Sarif),
            Self::Github => document(ErrorFormat::Github),
            Self::Junit => junit::document(findings),
            Self::Report => {
                for found in &findings.found {
                    report.add_resolved(found.resolved(sources));
                }
                return Ok(());
            }
        };
        stdout::write(text.as_bytes())
    }
}

fn text(findings: &Findings) -> String {
    let mut text = String::new();
    for found in &findings.found {
        let told = found.with_overlays();
        text.push_str(&diagnostic::render_for_stdout(&told, &findings.sources));
        text.push_str("\n\n");
    }
    text
}

impl Found {
    /// The finding with its places resolved.
    pub(super) fn resolved(&self, sources: &SourceMap) -> Finding {
        let mut finding = Finding::new(&self.with_overlays(), sources);
        finding.checked = Some(Checked {
            object: self.subject.clone(),
            overlays: self.overlays.clone(),
            fingerprint: self.entries.first().map(trimtab_check::Entry::fingerprint),
        });
        finding
    }

    /// The finding with a note on the overlays that have it.
    fn with_overlays(&self) -> Diagnostic {
        let mut told = self.diagnostic.clone();
        if self.is_of_the_only {
            return told;
        }
        let mut shown: Vec<String> = self
            .overlays
            .iter()
            .take(MOST_OVERLAYS)
            .map(|overlay| format!("`{overlay}`"))
            .collect();
        if let Some(more @ 1..) = self.overlays.len().checked_sub(MOST_OVERLAYS) {
            shown.push(format!("{more} more"));
        }
        let listed = match shown.split_last() {
            Some((last, others @ [_, ..])) => format!("{} and {last}", others.join(", ")),
            _ => shown.concat(),
        };
        told.notes.push(format!("in {listed}"));
        told
    }
}

impl Findings {
    /// How many there are; one in several overlays counts once.
    pub(super) fn counts(&self) -> Counts {
        let errors = self.found.iter();
        let errors = errors.filter(|found| found.diagnostic.severity == Severity::Error);
        let errors = errors.count();
        Counts {
            errors,
            warnings: self.found.len() - errors,
        }
    }
}

impl Counts {
    /// `checked 3 overlays: 1 error, 2 warnings`
    pub(super) fn summary(self, overlays: usize) -> String {
        let many = |number: usize, what: &str| {
            let ending = if number == 1 { "" } else { "s" };
            format!("{number} {what}{ending}")
        };
        let mut text = format!("checked {}: ", many(overlays, "overlay"));
        let _ = match (self.errors, self.warnings) {
            (0, 0) => write!(text, "no findings"),
            (errors, 0) => write!(text, "{}", many(errors, "error")),
            (0, warnings) => write!(text, "{}", many(warnings, "warning")),
            (errors, warnings) => write!(
                text,
                "{}, {}",
                many(errors, "error"),
                many(warnings, "warning")
            ),
        };
        text
    }
}
