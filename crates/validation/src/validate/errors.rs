//! Collects errors at paths.

use super::error::{CauseReason, FieldError};
use std::fmt;
use trimtab_tree::{JsonStyle, Value, write_json};

/// The path of a field: steps back to the root, so that paths cost nothing until something is wrong.
#[derive(Clone, Copy)]
pub(crate) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Field(&'a str),
    Item(usize),
    Key(&'a str),
    /// Several steps, written out.
    Raw(&'a str),
}

impl<'a> Path<'a> {
    pub(crate) const ROOT: Path<'static> = Path {
        parent: None,
        step: Step::Root,
    };

    pub(crate) fn field(&'a self, name: &'a str) -> Self {
        self.then(Step::Field(name))
    }

    pub(crate) fn item(&'a self, at: usize) -> Self {
        self.then(Step::Item(at))
    }

    pub(crate) fn key(&'a self, key: &'a str) -> Self {
        self.then(Step::Key(key))
    }

    /// Several steps at once, written as they are shown.
    pub(crate) fn raw(&'a self, steps: &'a str) -> Self {
        self.then(Step::Raw(steps))
    }

    /// Whether it is the path of the object itself.
    pub(crate) fn is_root(&self) -> bool {
        self.parent.is_none()
    }

    fn then(&'a self, step: Step<'a>) -> Self {
        Self {
            parent: Some(self),
            step,
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        let is_first = matches!(
            self.parent,
            None | Some(Path {
                step: Step::Root,
                ..
            })
        );
        match self.step {
            Step::Root => Ok(()),
            Step::Field(name) | Step::Raw(name) if is_first => f.write_str(name),
            Step::Raw(steps) if steps.starts_with('[') => f.write_str(steps),
            Step::Field(name) | Step::Raw(name) => write!(f, ".{name}"),
            Step::Item(at) => write!(f, "[{at}]"),
            Step::Key(key) => write!(f, "[{key}]"),
        }
    }
}

/// What was found wrong so far.
#[derive(Default)]
pub(crate) struct Errors {
    found: Vec<FieldError>,
}

impl Errors {
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Adds what else is wrong.
    pub(crate) fn take_over(&mut self, others: Self) {
        self.found.extend(others.found);
    }

    /// How much is wrong.
    pub(crate) fn len(&self) -> usize {
        self.found.len()
    }

    /// Puts errors in the order of their texts.
    pub(crate) fn sort(&mut self) {
        self.found.sort_by_key(ToString::to_string);
    }

    /// Takes over an error of a value, whose path stands below this one.
    pub(crate) fn add_below(&mut self, path: &str, error: FieldError) {
        let separator = if error.field.is_empty() || error.field.starts_with('[') {
            ""
        } else {
            "."
        };
        self.found.push(FieldError {
            field: format!("{path}{separator}{}", error.field),
            ..error
        });
    }

    /// Takes over what others found.
    pub(crate) fn append(&mut self, other: Self) {
        self.found.extend(other.found);
    }

    pub(crate) fn into_found(self) -> Vec<FieldError> {
        self.found
    }

    /// A value is not of its type; `found` is the name of the type that it is of.
    pub(crate) fn wrong_type(&mut self, path: &Path<'_>, found: &str, why: &str) {
        let message = format!("Invalid value: {found:?}: {why}");
        self.add(CauseReason::FieldValueTypeInvalid, path, message);
    }

    /// There are too many items or fields.
    pub(crate) fn too_many(&mut self, path: &Path<'_>, found: usize, limit: u64) {
        let message = format!("Too many: {found}: must have at most {limit} items");
        self.add(CauseReason::FieldValueTooMany, path, message);
    }

    /// A text has more characters than it may have.
    pub(crate) fn too_many_characters(&mut self, path: &Path<'_>, limit: u64) {
        let message = format!("Too long: may not be more than {limit} characters");
        self.add(CauseReason::FieldValueTooLong, path, message);
    }

    fn add(&mut self, reason: CauseReason, path: &Path<'_>, message: String) {
        self.found.push(FieldError {
            reason,
            field: path.to_string(),
            message,
        });
    }

    /// A value is needed; `why` may be empty.
    pub(crate) fn required(&mut self, path: &Path<'_>, why: &str) {
        let message = with_detail("Required value", why);
        self.add(CauseReason::FieldValueRequired, path, message);
    }

    pub(crate) fn invalid(&mut self, path: &Path<'_>, value: &Value, why: &str) {
        self.invalid_text(path, &show(Some(value)), why);
    }

    /// The same, of an object that is not shown.
    pub(crate) fn invalid_whole(&mut self, path: &Path<'_>, why: &str) {
        let message = with_detail("Invalid value", why);
        self.add(CauseReason::FieldValueInvalid, path, message);
    }

    /// The same, of a string.
    pub(crate) fn invalid_string(&mut self, path: &Path<'_>, value: &str, why: &str) {
        self.invalid_text(path, &show(Some(&Value::string(value))), why);
    }

    /// The same, of what may not be there.
    pub(crate) fn invalid_or_none(&mut self, path: &Path<'_>, value: Option<&Value>, why: &str) {
        self.invalid_text(path, &show(value), why);
    }

    /// The same, of a value that is written as `shown`.
    pub(crate) fn invalid_text(&mut self, path: &Path<'_>, shown: &str, why: &str) {
        let message = with_detail(&format!("Invalid value: {shown}"), why);
        self.add(CauseReason::FieldValueInvalid, path, message);
    }

    /// Several things are wrong with one string.
    pub(crate) fn invalid_each(
        &mut self,
        path: &Path<'_>,
        value: &str,
        problems: impl IntoIterator<Item = String>,
    ) {
        for problem in problems {
            self.invalid_string(path, value, &problem);
        }
    }

    /// A rule does not hold of a value, which is not shown if it is not given.
    pub(crate) fn failed_rule(
        &mut self,
        path: &Path<'_>,
        value: Option<&Value>,
        why: &str,
        reason: Option<&str>,
    ) {
        let shown = value.map(|value| show(Some(value)));
        match (reason, shown) {
            (Some("FieldValueForbidden"), _) => self.forbidden(path, why),
            (Some("FieldValueRequired"), _) => self.required(path, why),
            (Some("FieldValueDuplicate"), Some(shown)) => self.duplicate_text(path, &shown),
            (Some("FieldValueDuplicate"), None) => {
                let what = "Duplicate value".to_owned();
                self.add(CauseReason::FieldValueDuplicate, path, what);
            }
            (_, Some(shown)) => self.invalid_text(path, &shown, why),
            (_, None) => {
                let message = with_detail("Invalid value", why);
                self.add(CauseReason::FieldValueInvalid, path, message);
            }
        }
    }

    pub(crate) fn unsupported(&mut self, path: &Path<'_>, value: &Value, supported: &[&str]) {
        self.unsupported_text(path, &show(Some(value)), supported);
    }

    /// The same, of a value that is written as `shown`.
    pub(crate) fn unsupported_text(&mut self, path: &Path<'_>, shown: &str, supported: &[&str]) {
        let supported: Vec<String> = supported.iter().map(|text| format!("{text:?}")).collect();
        let message = format!(
            "Unsupported value: {shown}: supported values: {}",
            supported.join(", ")
        );
        self.add(CauseReason::FieldValueNotSupported, path, message);
    }

    /// Forbids the whole, whatever else is wrong.
    pub(crate) fn replace_by_forbidden(&mut self, why: &str) {
        self.found.clear();
        self.forbidden(&Path::ROOT, why);
    }

    pub(crate) fn forbidden(&mut self, path: &Path<'_>, why: &str) {
        let message = with_detail("Forbidden", why);
        self.add(CauseReason::FieldValueForbidden, path, message);
    }

    pub(crate) fn duplicate(&mut self, path: &Path<'_>, value: &str) {
        self.duplicate_text(path, &format!("{value:?}"));
    }

    /// The same, of a value that is written as `shown`.
    pub(crate) fn duplicate_text(&mut self, path: &Path<'_>, shown: &str) {
        let message = format!("Duplicate value: {shown}");
        self.add(CauseReason::FieldValueDuplicate, path, message);
    }

    pub(crate) fn not_found(&mut self, path: &Path<'_>, value: &str, why: &str) {
        let message = with_detail(&format!("Not found: {value:?}"), why);
        self.add(CauseReason::FieldValueNotFound, path, message);
    }

    pub(crate) fn too_long(&mut self, path: &Path<'_>, limit: usize) {
        let message = format!("Too long: may not be more than {limit} bytes");
        self.add(CauseReason::FieldValueTooLong, path, message);
    }
}

fn with_detail(what: &str, why: &str) -> String {
    if why.is_empty() {
        what.to_owned()
    } else {
        format!("{what}: {why}")
    }
}

/// A value as messages show it: as JSON.
pub(crate) fn show(value: Option<&Value>) -> String {
    let mut text = String::new();
    match value {
        Some(value) if write_json(value, &mut text, JsonStyle::Ordered).is_ok() => text,
        _ => "null".to_owned(),
    }
}
