//! Paths to fields, through lists by what their items are like.
//!
//! As in kyaml's path matcher a path is a list of names; behind the name of a list stands an index,
//! `*` for all items, `[FIELD=REGEX]` for those whose field matches, or `[=REGEX]` for those that
//! match themselves. A text on the way is read as YAML, and the path followed into it.

use crate::output::compact;
use regex::Regex;
use std::borrow::Cow;
use trimtab_tree::{Diagnostic, ParseOptions, Result, Value, parse_documents};

/// A path to a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath {
    parts: Vec<String>,
}

/// A value that a path led to.
#[derive(Clone, Debug)]
pub(crate) struct Found<'v> {
    /// The value.
    pub(crate) value: Cow<'v, Value>,
    /// What the items of the lists on the way matched by, innermost first.
    pub(crate) matched: Vec<String>,
}

impl FieldPath {
    /// Reads a path: names joined by dots, a dot inside of a name behind a backslash.
    ///
    /// # Errors
    /// When a part has more than one `[`.
    pub fn parse(text: &str) -> Result<Self> {
        let mut parts = Vec::new();
        for part in split(text) {
            match part.match_indices('[').collect::<Vec<_>>()[..] {
                [] => parts.push(part),
                [(at, _)] => {
                    let (list, item) = part.split_at(at);
                    parts.extend([list.to_owned(), item.to_owned()]);
                }
                _ => {
                    let message = format!("`{part}` has more than one `[`");
                    return Err(Diagnostic::error("bad-field-path", message)
                        .expecting("parts such as `name`, or `list[field=value]`"));
                }
            }
        }
        Ok(Self { parts })
    }

    /// A path of the program's own.
    #[must_use]
    pub fn of(parts: &[&str]) -> Self {
        let parts = parts.iter().map(|&part| part.to_owned()).collect();
        Self { parts }
    }

    /// The parts, joined by dots.
    #[must_use]
    pub(crate) fn joined(&self) -> String {
        self.parts.join(".")
    }

    pub(crate) fn last_mut(&mut self) -> Option<&mut String> {
        self.parts.last_mut()
    }

    pub(crate) fn parts(&self) -> &[String] {
        &self.parts
    }

    /// The values that the path leads to from `value`.
    ///
    /// # Errors
    /// When a step cannot be made: a name into a list, a list's item out of something else, an item
    /// behind the last, or an expression that is none.
    pub(crate) fn find<'v>(&self, value: &'v Value) -> Result<Vec<Found<'v>>> {
        follow(&self.parts, value)
    }
}

/// The parts between dots that have no backslash in front and are not in brackets.
fn split(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut in_brackets = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '.' if !in_brackets => parts.push(std::mem::take(&mut part)),
            '\\' if characters.peek() == Some(&'.') => part.extend(characters.next()),
            other => {
                in_brackets = other == '[' || in_brackets && other != ']';
                part.push(other);
            }
        }
    }
    parts.push(part);
    parts
}

fn follow<'v>(path: &[String], value: &'v Value) -> Result<Vec<Found<'v>>> {
    let Some((part, rest)) = path.split_first() else {
        let value = Cow::Borrowed(value);
        return Ok(vec![Found {
            value,
            matched: Vec::new(),
        }]);
    };
    if value.is_null() {
        return Ok(Vec::new());
    }
    if let Ok(index) = part.parse::<usize>() {
        let items = items(value, part)?;
        let item = items.get(index).ok_or_else(|| {
            let message = format!("there is no item {index}: the list has {}", items.len());
            Diagnostic::error("bad-field-path", message).at(value.position)
        })?;
        return follow(rest, item);
    }
    if let Some(condition) = part.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        return matching(condition, rest, value);
    }
    if part == "*" {
        let mut all = Vec::new();
        for item in items(value, part)? {
            all.extend(follow(rest, item)?);
        }
        return Ok(all);
    }
    let Some(fields) = value.as_mapping() else {
        return Err(cannot_step(value, part));
    };
    match fields.get(part) {
        None => Ok(Vec::new()),
        Some(field) if !rest.is_empty() && !field.is_null() => match field.text() {
            Some(text) => inside(text, rest, field),
            None => follow(rest, field),
        },
        Some(field) => follow(rest, field),
    }
}

/// Follows a path into a text that is YAML itself.
fn inside<'v>(text: &str, path: &[String], field: &Value) -> Result<Vec<Found<'v>>> {
    let documents = parse_documents(text, ParseOptions::default());
    let documents = documents.map_err(|error| {
        let message = format!("this text is not YAML: {}", error.message);
        Diagnostic::error("bad-field-path", message)
            .at(field.position)
            .expecting("a mapping or a list")
    })?;
    let Some(document) = documents.first() else {
        return Ok(Vec::new());
    };
    if document.as_scalar().is_some_and(|_| !document.is_null()) {
        return Err(cannot_step(field, &path[0]));
    }
    let found = follow(path, document)?;
    let owned = found.into_iter().map(|found| Found {
        value: Cow::Owned(found.value.into_owned()),
        matched: found.matched,
    });
    Ok(owned.collect())
}

/// The items of a list that match `FIELD=REGEX`.
fn matching<'v>(condition: &str, rest: &[String], value: &'v Value) -> Result<Vec<Found<'v>>> {
    let Some((field, pattern)) = condition.split_once('=') else {
        let message = format!("`[{condition}]` does not say what the items of the list are like");
        return Err(
            Diagnostic::error("bad-field-path", message).expecting("`[field=value]` or `[=value]`")
        );
    };
    let regex = compile(pattern)?;
    let mut all = Vec::new();
    for item in items(value, condition)? {
        if field.is_empty() {
            if regex.is_match(compact(item)?.trim()) {
                all.extend(follow(&[], item)?);
            }
            continue;
        }
        let Some(key) = item.get(field) else {
            continue;
        };
        let text = compact(key)?;
        let text = text.trim();
        if regex.is_match(text) {
            for mut found in follow(rest, item)? {
                found.matched.push(text.to_owned());
                all.push(found);
            }
        }
    }
    Ok(all)
}

fn items<'v>(value: &'v Value, part: &str) -> Result<&'v [Value]> {
    value.as_sequence().ok_or_else(|| cannot_step(value, part))
}

fn cannot_step(value: &Value, part: &str) -> Box<Diagnostic> {
    let message = format!("`{part}` cannot be looked for in {}", value.describe());
    Diagnostic::error("bad-field-path", message).at(value.position)
}

/// A regular expression.
pub(crate) fn compile(pattern: &str) -> Result<Regex> {
    Regex::new(pattern).map_err(|error| {
        let reason = error.to_string();
        let reason = reason.lines().last().unwrap_or_default();
        let reason = reason.strip_prefix("error: ").unwrap_or(reason);
        let message = format!("`{pattern}` is not a regular expression: {reason}");
        Diagnostic::error("invalid-regex", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_document;

    fn find(path: &str, text: &str) -> Result<Vec<String>> {
        let value = parse_document(text, ParseOptions::default()).unwrap();
        let found = FieldPath::parse(path)?.find(&value)?;
        found
            .iter()
            .map(|found| Ok(compact(&found.value)?.trim().to_owned()))
            .collect()
    }

    #[test]
    fn paths_lead_through_lists() {
        let text =
            "a: [{name: x, b: 1}, {name: xy, b: 2}, {b: 3}]\nc: [p, q]\nd.e: 5\nf: '{g: 7}'\nh:\n";
        for (path, found) in [
            ("a[name=x].b", vec!["1", "2"]),
            ("a[name=^x$].b", vec!["1"]),
            ("a[name=x.*].b", vec!["1", "2"]),
            ("a.*.b", vec!["1", "2", "3"]),
            ("a.2.b", vec!["3"]),
            ("c[=q]", vec!["q"]),
            ("d\\.e", vec!["5"]),
            ("f.g", vec!["7"]),
            ("h.i", vec![]),
            ("x.y", vec![]),
        ] {
            assert_eq!(find(path, text).unwrap(), found, "{path}");
        }
        for path in [
            "a.b",
            "a.9.b",
            "d\\.e.f",
            "a[name].b",
            "a[b[c].d",
            "a[name=(].b",
        ] {
            assert!(find(path, text).is_err(), "{path}");
        }
    }
}
