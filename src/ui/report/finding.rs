//! A finding whose places are resolved, so that it outlives the sources: what the machines' forms
//! are made from. Its serialised form is the object that `docs/findings.md` promises; fields may be
//! added, but none changes its name or meaning.

use crate::ui::excerpt::excerpt;
use crate::ui::secrets;
use serde::Serialize;
use trimtab_tree::{Diagnostic, Position, Severity, SourceMap};

/// One finding.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Finding {
    /// Its rule, in kebab-case.
    pub(crate) code: &'static str,
    /// `error`, `warning` or `note`.
    pub(crate) severity: &'static str,
    /// What was found, as a sentence fragment.
    pub(crate) message: String,
    /// Where.
    #[serde(flatten)]
    pub(crate) place: Place,
    /// The path of the field in its document.
    pub(crate) field: Option<String>,
    /// What was expected instead.
    pub(crate) expected: Option<String>,
    /// Causes that no place in a file has.
    pub(crate) notes: Vec<String>,
    /// What to do.
    pub(crate) hints: Vec<String>,
    /// The kustomizations that led there as `FILE:LINE:COLUMN`, innermost first.
    pub(crate) trail: Vec<String>,
    /// Further places.
    pub(crate) labels: Vec<Label>,
    /// What there is to say of it where overlays were checked.
    #[serde(flatten)]
    pub(crate) checked: Option<Checked>,
}

/// What a check says of a finding.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Checked {
    /// The rendered object that it is about, where it is about one: kind, namespace and name.
    pub(crate) object: Option<String>,
    /// The overlays whose builds have it.
    pub(crate) overlays: Vec<String>,
    /// What stays the same when lines move; nothing where it is not about an object.
    pub(crate) fingerprint: Option<String>,
}

/// A place in a file, as far as it is known. Lines and columns count from 1, columns in characters;
/// the end is behind the last character.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Place {
    /// As given or relative to the working directory.
    pub(crate) file: Option<String>,
    pub(crate) line: Option<usize>,
    pub(crate) column: Option<usize>,
    pub(crate) end_line: Option<usize>,
    pub(crate) end_column: Option<usize>,
}

/// A further place, and what is there.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Label {
    #[serde(flatten)]
    pub(crate) place: Place,
    pub(crate) text: String,
}

impl Finding {
    /// Resolves the places of a finding.
    pub(crate) fn new(finding: &Diagnostic, sources: &SourceMap) -> Self {
        let told = secrets::told(finding, sources);
        let finding = &*told;
        let mut place = Place::new(finding.position, sources);
        if place.file.is_none() {
            place.file.clone_from(&finding.file);
        }
        let label = |label: &trimtab_tree::Label| Label {
            place: Place::new(label.position, sources),
            text: label.text.clone(),
        };
        Self {
            code: finding.code,
            severity: match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            },
            message: finding.message.clone(),
            place,
            field: finding.field.clone(),
            expected: finding.expected.clone(),
            notes: finding.notes.clone(),
            hints: finding.hints.clone(),
            trail: finding.trail.clone(),
            labels: finding.labels.iter().map(label).collect(),
            checked: None,
        }
    }

    /// The message and all that belongs to it, a line each, for forms that have one text only.
    pub(crate) fn text(&self) -> String {
        let mut lines = vec![self.message.clone()];
        if let Some(field) = &self.field
            && !self.message.contains(&**field)
        {
            lines.push(format!("in field `{field}`"));
        }
        lines.extend(self.expected.iter().map(|it| format!("expected {it}")));
        lines.extend(self.notes.iter().cloned());
        lines.extend(self.hints.iter().map(|hint| format!("hint: {hint}")));
        lines.extend(self.trail.iter().map(|it| format!("while building {it}")));
        lines.join("\n")
    }
}

impl Place {
    fn new(position: Position, sources: &SourceMap) -> Self {
        let Some(location) = sources.locate_in_file(position) else {
            return Self::default();
        };
        let word = excerpt(&location, sources).word;
        let word = location.text[word].chars().count();
        Self {
            file: Some(location.name.clone().into_owned()),
            line: Some(location.line),
            column: Some(location.column),
            end_line: Some(location.line),
            end_column: Some(location.column + word),
        }
    }
}
