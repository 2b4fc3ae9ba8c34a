//! The fields of a scenario file, each read with its place.

use super::Pattern;
use jiff::SignedDuration;
use std::collections::BTreeMap;
use std::time::Duration;
use trimtab_tree::{Diagnostic, Mapping, Result, Value, nearest};

/// A mapping that may have some fields and no others, and where it stands.
pub(super) struct Fields<'v> {
    mapping: &'v Mapping,
    path: String,
}

impl<'v> Fields<'v> {
    pub(super) fn of(value: &'v Value, path: &str, known: &[&str]) -> Result<Self> {
        Ok(Self {
            mapping: mapping(value, path, known)?,
            path: path.to_owned(),
        })
    }

    /// The path of a field.
    pub(super) fn at(&self, field: &str) -> String {
        if self.path.is_empty() {
            field.to_owned()
        } else {
            format!("{}.{field}", self.path)
        }
    }

    /// A field that is there and not null.
    pub(super) fn given(&self, field: &str) -> Option<&'v Value> {
        self.mapping.get(field).filter(|value| !value.is_null())
    }

    /// A field read by `read`, if it is there.
    pub(super) fn read<T>(
        &self,
        field: &str,
        read: impl FnOnce(&'v Value, &str) -> Result<T>,
    ) -> Result<Option<T>> {
        let value = self.given(field);
        value.map(|value| read(value, &self.at(field))).transpose()
    }

    pub(super) fn pattern(&self, field: &str) -> Result<Option<Pattern>> {
        self.read(field, |value, path| text(value, path).map(Pattern::new))
    }

    pub(super) fn duration(&self, field: &str) -> Result<Option<Duration>> {
        self.read(field, duration)
    }

    /// The items of a list, each with its path; none where there is no list.
    pub(super) fn items(
        &self,
        field: &str,
        expected: &str,
    ) -> Result<impl Iterator<Item = (&'v Value, String)> + use<'v>> {
        let path = self.at(field);
        let items = match self.given(field) {
            None => &[],
            Some(value) => value
                .as_sequence()
                .ok_or_else(|| wrong_type(value, &path, expected))?,
        };
        let items = items.iter().enumerate();
        Ok(items.map(move |(at, item)| (item, format!("{path}[{at}]"))))
    }
}

/// A mapping of texts.
pub(super) fn texts(value: &Value, path: &str, expected: &str) -> Result<BTreeMap<String, String>> {
    let mapping = value
        .as_mapping()
        .ok_or_else(|| wrong_type(value, path, expected))?;
    let texts = mapping.iter().map(|(key, value)| {
        let text = text(value, &format!("{path}.{key}"))?;
        Ok((key.to_owned(), text.to_owned()))
    });
    texts.collect()
}

/// A percentage, as a number from 0 to 1.
pub(super) fn share(value: &Value, path: &str) -> Result<f64> {
    const EXPECTED: &str = "a percentage from 0% to 100%";
    let text = value.text().unwrap_or_default();
    let percent = text.strip_suffix('%').and_then(|it| it.parse::<f64>().ok());
    let percent = percent.filter(|percent| (0.0..=100.0).contains(percent));
    let percent = percent.ok_or_else(|| {
        Diagnostic::error("wrong-share", format!("`{text}` is no share"))
            .at(value.position)
            .in_field(path)
            .expecting(EXPECTED)
    })?;
    Ok(percent / 100.0)
}

/// A whole number from `least` on.
pub(super) fn number(value: &Value, path: &str, least: u64) -> Result<u64> {
    let number = value.text().and_then(|text| text.parse().ok());
    number
        .filter(|number| *number >= least)
        .ok_or_else(|| wrong_type(value, path, &format!("a whole number from {least} on")))
}

/// One of some names.
pub(super) fn one_of<'n>(
    value: &Value,
    path: &str,
    what: &'static str,
    code: &'static str,
    names: &[&'n str],
) -> Result<&'n str> {
    let name = text(value, path)?;
    let found = names.iter().find(|known| **known == name);
    found.copied().ok_or_else(|| {
        let error = Diagnostic::error(code, format!("unknown {what} `{name}`"))
            .at(value.position)
            .in_field(path);
        with_candidates(error, name, names)
    })
}

/// A part of a rule that does nothing.
pub(super) fn no_effect(value: &Value, path: &str, message: &str) -> Box<Diagnostic> {
    Diagnostic::error("no-effect", message)
        .at(value.position)
        .in_field(path)
}

pub(super) fn duration(value: &Value, path: &str) -> Result<Duration> {
    const EXPECTED: &str = "a length of time such as 500ms, 90s or 1m30s";
    let text = value
        .text()
        .ok_or_else(|| wrong_type(value, path, EXPECTED))?;
    let parsed = if text == "0" {
        Some(Duration::ZERO)
    } else {
        let signed = text.parse::<SignedDuration>().ok();
        signed.and_then(|it| Duration::try_from(it).ok())
    };
    parsed.ok_or_else(|| {
        let message = format!("`{text}` is no length of time");
        Diagnostic::error("wrong-duration", message)
            .at(value.position)
            .in_field(path)
            .expecting(EXPECTED)
    })
}

/// The fields of a mapping that may have these and no others.
fn mapping<'v>(value: &'v Value, path: &str, known: &[&str]) -> Result<&'v Mapping> {
    let fields = value
        .as_mapping()
        .ok_or_else(|| wrong_type(value, path, "a mapping"))?;
    for entry in fields.entries() {
        let name = entry.key.text();
        if !known.contains(&name) {
            let error = Diagnostic::error("unknown-field", format!("unknown field `{name}`"))
                .at(entry.key_position)
                .in_field(if path.is_empty() {
                    name.to_owned()
                } else {
                    format!("{path}.{name}")
                });
            return Err(with_candidates(error, name, known));
        }
    }
    Ok(fields)
}

fn with_candidates(error: Box<Diagnostic>, word: &str, known: &[&str]) -> Box<Diagnostic> {
    match nearest(word, known.iter().copied()) {
        Some(meant) => error.hint(format!("did you mean `{meant}`?")),
        None => error.expecting(format!("one of: {}", known.join(", "))),
    }
}

/// Checks a field that has to hold one text.
pub(super) fn constant(
    document: &Value,
    fields: &Fields<'_>,
    field: &str,
    expected: &str,
) -> Result<()> {
    let found = fields.mapping.get(field);
    if found.and_then(Value::text_if_not_null) == Some(expected) {
        return Ok(());
    }
    let message = match found.and_then(Value::text) {
        Some(text) => format!("`{text}` is not the {field} of a scenario"),
        None => format!("a scenario without {field}"),
    };
    Err(Diagnostic::error("not-a-scenario", message)
        .at(found.unwrap_or(document).position)
        .in_field(field)
        .expecting(format!("`{field}: {expected}`")))
}

pub(super) fn text<'v>(value: &'v Value, path: &str) -> Result<&'v str> {
    value
        .as_str()
        .ok_or_else(|| wrong_type(value, path, "a string"))
}

pub(super) fn wrong_type(value: &Value, path: &str, expected: &str) -> Box<Diagnostic> {
    let message = format!("{} cannot stand here", value.describe());
    let error = Diagnostic::error("wrong-type", message)
        .at(value.position)
        .expecting(expected);
    if path.is_empty() {
        error
    } else {
        error.in_field(path)
    }
}
