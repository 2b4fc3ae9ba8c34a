//! One finding, and how findings are collected.

use crate::codes;
use crate::inventory::Object;
use crate::locate::locate;
use trimtab_tree::{Diagnostic, Severity, Value};

/// Something wrong with an object of a build.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The object's place in the build.
    pub object: usize,
    /// Its kind, namespace and name: `Deployment shop/web`.
    pub subject: String,
    /// What is wrong. `field` is the path in the object, `position` the place that set the value.
    pub diagnostic: Box<Diagnostic>,
}

impl Finding {
    /// An error of the object at a place in the build, at the field of this path; with an empty path
    /// it is the object's own. What the path names and the object does not hold is placed where it
    /// would stand.
    #[must_use]
    pub fn error(
        place: usize,
        object: &Value,
        code: &'static str,
        path: &str,
        message: &str,
    ) -> Self {
        let object = Object::new(place, object);
        let mut findings = Findings::default();
        let draft = findings.error(&object, code, path, message);
        draft.finding
    }
}

/// Findings so far.
#[derive(Default)]
pub(crate) struct Findings {
    found: Vec<Finding>,
}

/// One finding in the making: what it takes from its object is filled in.
pub(crate) struct Draft<'f> {
    findings: &'f mut Findings,
    finding: Finding,
}

impl Findings {
    /// Begins an error at the field of this path; an empty path is the object itself.
    pub(crate) fn error(
        &mut self,
        object: &Object<'_>,
        code: &'static str,
        path: &str,
        message: &str,
    ) -> Draft<'_> {
        self.draft(object, Severity::Error, code, path, message)
    }

    /// The same for a finding of any severity.
    pub(crate) fn draft(
        &mut self,
        object: &Object<'_>,
        severity: Severity,
        code: &'static str,
        path: &str,
        message: &str,
    ) -> Draft<'_> {
        let subject = object.subject();
        let message = format!("{subject}: {message}");
        let mut diagnostic = match severity {
            Severity::Error => Diagnostic::error(code, message),
            Severity::Warning => Diagnostic::warning(code, message),
            Severity::Note => Diagnostic::note(code, message),
        };
        if !path.is_empty() {
            diagnostic = diagnostic.in_field(path);
        }
        let located = locate(object.value, path);
        // Of a field that is not known, the name is what is wrong.
        let is_of_name = code == codes::UNKNOWN_FIELD && located.rest.is_empty();
        diagnostic.position = if is_of_name {
            located.key_position
        } else {
            located.position
        };
        let finding = Finding {
            object: object.index,
            subject,
            diagnostic,
        };
        Draft {
            findings: self,
            finding,
        }
    }

    pub(crate) fn as_found(&self) -> &[Finding] {
        &self.found
    }

    pub(crate) fn add_all(&mut self, found: impl IntoIterator<Item = Finding>) {
        self.found.extend(found);
    }

    pub(crate) fn into_found(self) -> Vec<Finding> {
        self.found
    }
}

impl Draft<'_> {
    /// Says that it is about the kind, so that the message does not name the object.
    pub(crate) fn about_kind(mut self, message: String) -> Self {
        self.finding.diagnostic.message = message;
        self
    }

    /// Adds a next step.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.finding.diagnostic.hints.push(hint.into());
        self
    }

    /// The same, if there is one.
    pub(crate) fn hint_if(self, hint: Option<String>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// Adds a further place.
    pub(crate) fn label(mut self, object: &Object<'_>, path: &str, text: &str) -> Self {
        let position = locate(object.value, path).position;
        self.finding.diagnostic = self.finding.diagnostic.label(position, text);
        self
    }

    /// Adds a cause.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.finding.diagnostic.notes.push(note.into());
        self
    }

    /// Keeps the finding.
    pub(crate) fn tell(self) {
        self.findings.found.push(self.finding);
    }
}
