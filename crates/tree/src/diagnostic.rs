//! What is wrong, where, what was expected and what to do next.
//!
//! Every layer reports through [`Diagnostic`]; only the command line renders it, for people or for
//! machines.

use crate::Position;
use std::fmt;

/// A result whose error is a [`Diagnostic`]; boxed so that the good path stays small.
pub type Result<T> = std::result::Result<T, Box<Diagnostic>>;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth a look, and maybe meant so; `--strict` leaves it alone.
    Note,
    /// The work goes on; `--strict` makes it an error.
    Warning,
    /// The work stops.
    Error,
}

/// A further place that belongs to a finding, such as the first of two equal keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub position: Position,
    /// What is there, as a sentence fragment.
    pub text: String,
}

/// One finding. Build it with [`Diagnostic::error`] or [`Diagnostic::warning`] and the methods that
/// add what is known; each layer a finding passes on its way up may add its part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name for machines in kebab-case, such as `duplicate-key`.
    pub code: &'static str,
    /// What was found, as a sentence fragment in lower case.
    pub message: String,
    /// Where, when a file holds the cause.
    pub position: Position,
    /// A file or directory that the finding is about when no position in a text is.
    pub file: Option<String>,
    /// The field path inside the document, such as `spec.replicas`.
    pub field: Option<String>,
    /// What was expected there instead.
    pub expected: Option<String>,
    /// Further places.
    pub labels: Vec<Label>,
    /// Causes that no place in a text has, each a sentence fragment.
    pub notes: Vec<String>,
    /// Next steps, each a sentence fragment.
    pub hints: Vec<String>,
    /// The kustomizations that led there, innermost first.
    pub trail: Vec<String>,
}

impl Diagnostic {
    fn new(severity: Severity, code: &'static str, message: String) -> Box<Self> {
        Box::new(Self {
            severity,
            code,
            message,
            position: Position::NONE,
            file: None,
            field: None,
            expected: None,
            labels: Vec::new(),
            notes: Vec::new(),
            hints: Vec::new(),
            trail: Vec::new(),
        })
    }

    /// A finding that stops the work.
    pub fn error(code: &'static str, message: impl Into<String>) -> Box<Self> {
        Self::new(Severity::Error, code, message.into())
    }

    /// A finding that does not.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Box<Self> {
        Self::new(Severity::Warning, code, message.into())
    }

    /// What is worth a look, and maybe meant so.
    pub fn note(code: &'static str, message: impl Into<String>) -> Box<Self> {
        Self::new(Severity::Note, code, message.into())
    }

    /// Says where, unless a layer below already did.
    #[must_use]
    pub fn at(mut self: Box<Self>, position: Position) -> Box<Self> {
        self.position = self.position.or(position);
        self
    }

    /// Says which file, unless a layer below already did.
    #[must_use]
    pub fn in_file(mut self: Box<Self>, file: impl Into<String>) -> Box<Self> {
        self.file.get_or_insert_with(|| file.into());
        self
    }

    /// Says which field, unless a layer below already did.
    #[must_use]
    pub fn in_field(mut self: Box<Self>, field: impl Into<String>) -> Box<Self> {
        self.field.get_or_insert_with(|| field.into());
        self
    }

    /// Says what was expected.
    #[must_use]
    pub fn expecting(mut self: Box<Self>, expected: impl Into<String>) -> Box<Self> {
        self.expected = Some(expected.into());
        self
    }

    /// Adds a next step.
    #[must_use]
    pub fn hint(mut self: Box<Self>, hint: impl Into<String>) -> Box<Self> {
        self.hints.push(hint.into());
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn label(mut self: Box<Self>, position: Position, text: impl Into<String>) -> Box<Self> {
        self.labels.push(Label {
            position,
            text: text.into(),
        });
        self
    }

    /// Adds the kustomization that led here; call it from the innermost outwards.
    #[must_use]
    pub fn reached_from(mut self: Box<Self>, kustomization: impl Into<String>) -> Box<Self> {
        self.trail.push(kustomization.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}
