//! Where a field is in an object, as people write it: `spec.template.spec.containers[0].image`,
//! `containers[name=app]`, `metadata.annotations["example.com/team"]`.
//!
//! A dot behind a backslash belongs to the name, as in the field paths of replacements, and
//! `containers.[name=app]` and `containers.0` are understood too. A name with dots may also be
//! written as it is, where the object has such a field: `metadata.annotations.example.com/team`; in
//! brackets it needs no quotes, as findings have it.

use std::fmt;
use trimtab_tree::{Diagnostic, MAX_DEPTH, Position, Result, Text, Value, too_deep};

/// The way to a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Address {
    parts: Vec<Part>,
}

/// One step of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// The field of that name.
    Field(Text),
    /// The item at that place.
    Index(usize),
    /// The first item with that text in that field; with an empty field, of that text itself.
    Match(Text, Text),
}

impl Address {
    /// That of the object itself.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Reads a path.
    ///
    /// # Errors
    /// When a bracket is not closed or holds nothing that leads to a field.
    pub fn parse(path: &str) -> Result<Self> {
        let mut parts = Vec::new();
        let mut rest = path.trim();
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('[') {
                let (part, behind) = bracket(inner).ok_or_else(|| unreadable(path, rest))?;
                parts.push(part);
                rest = behind.strip_prefix('.').unwrap_or(behind);
            } else {
                let (name, behind) = name(rest);
                if name.is_empty() {
                    return Err(unreadable(path, rest));
                }
                parts.push(Part::Field(name));
                rest = behind.strip_prefix('.').unwrap_or(behind);
            }
            if parts.len() > MAX_DEPTH {
                return Err(too_deep(Position::NONE));
            }
        }
        Ok(Self { parts })
    }

    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub(super) fn push(&mut self, part: Part) {
        self.parts.push(part);
    }

    pub(super) fn pop(&mut self) {
        self.parts.pop();
    }

    /// The address of a field of what is here.
    #[must_use]
    pub fn field(mut self, name: &str) -> Self {
        self.push(Part::Field(name.into()));
        self
    }

    /// The address of an item of what is here.
    #[must_use]
    pub fn item(mut self, place: usize) -> Self {
        self.push(Part::Index(place));
        self
    }

    /// Whether it is that of the object itself.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.parts.is_empty()
    }

    /// The same address in the terms of an object: names that were split at their dots are put
    /// together again, and numbers behind a list are places. What the object does not have stays as
    /// it is.
    #[must_use]
    pub fn within(&self, object: &Value) -> Self {
        let mut here = Some(object);
        let mut found = Vec::new();
        let mut rest = &self.parts[..];
        while let Some((first, behind)) = rest.split_first() {
            let (part, used) = match (first, here) {
                (Part::Field(name), Some(value)) if value.as_sequence().is_some() => {
                    let place = name.parse().ok().map(Part::Index);
                    (place.unwrap_or_else(|| first.clone()), 1)
                }
                // A key that is a number, where there is no list.
                (Part::Index(place), Some(value)) if value.as_mapping().is_some() => {
                    (Part::Field(place.to_string().into()), 1)
                }
                (Part::Field(name), Some(value)) => {
                    let (name, used) = longest_name(name, behind, value);
                    (Part::Field(name), used)
                }
                _ => (first.clone(), 1),
            };
            here = here.and_then(|value| part.get(value));
            found.push(part);
            rest = &rest[used..];
        }
        Self { parts: found }
    }

    /// What an object has there.
    #[must_use]
    pub fn get<'v>(&self, object: &'v Value) -> Option<&'v Value> {
        self.parts
            .iter()
            .try_fold(object, |value, part| part.get(value))
    }
}

/// The name that `value` has a field of: `first`, or that with the next parts behind it.
fn longest_name(first: &Text, behind: &[Part], value: &Value) -> (Text, usize) {
    if value.get(first).is_some() {
        return (first.clone(), 1);
    }
    let mut name = first.clone();
    for (at, part) in behind.iter().enumerate() {
        let Part::Field(next) = part else { break };
        name.push('.');
        name.push_str(next);
        if value.get(&name).is_some() {
            return (name, at + 2);
        }
    }
    (first.clone(), 1)
}

impl Part {
    /// What a value has there.
    pub(super) fn get<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        if let Self::Field(name) = self {
            return value.get(name);
        }
        let items = value.as_sequence()?;
        items.get(self.place_in(items)?)
    }

    /// The place of the item that is meant.
    pub(super) fn place_in(&self, items: &[Value]) -> Option<usize> {
        match self {
            Self::Field(_) => None,
            Self::Index(place) => (*place < items.len()).then_some(*place),
            Self::Match(..) => items.iter().position(|item| self.is_item(item)),
        }
    }

    /// Whether it describes an item.
    pub(super) fn is_item(&self, item: &Value) -> bool {
        let Self::Match(field, text) = self else {
            return false;
        };
        let value = if field.is_empty() {
            Some(item)
        } else {
            item.get(field)
        };
        value.and_then(Value::text) == Some(text)
    }
}

/// The text up to the next dot or bracket, escapes undone.
fn name(text: &str) -> (Text, &str) {
    let mut name = Text::default();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some((_, escaped @ ('.' | '[' | '\\' | '/'))) => name.push(escaped),
                Some((_, other)) => {
                    name.push('\\');
                    name.push(other);
                }
                None => name.push('\\'),
            },
            '.' | '[' => return (name, &text[at..]),
            other => name.push(other),
        }
    }
    (name, "")
}

/// What stands in brackets, and what is behind them.
fn bracket(text: &str) -> Option<(Part, &str)> {
    if let Some(quote @ ('"' | '\'')) = text.chars().next() {
        let (name, behind) = text[1..].split_once(quote)?;
        return Some((Part::Field(name.into()), behind.strip_prefix(']')?));
    }
    let (inner, behind) = text.split_once(']')?;
    if let Ok(place) = inner.parse() {
        return Some((Part::Index(place), behind));
    }
    let Some((field, value)) = inner.split_once('=') else {
        // As Kubernetes writes the key of a label; none holds an equals sign.
        return (!inner.is_empty()).then(|| (Part::Field(inner.into()), behind));
    };
    let value = ['"', '\'']
        .iter()
        .find_map(|&quote| value.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(value);
    Some((Part::Match(field.into(), value.into()), behind))
}

fn unreadable(path: &str, rest: &str) -> Box<Diagnostic> {
    Diagnostic::error(
        "bad-field-path",
        format!("the field path `{path}` cannot be read from `{rest}` on"),
    )
    .expecting("names with dots between them, such as `spec.containers[0].image`")
    .hint("put a name that holds dots in brackets: metadata.annotations[\"example.com/team\"]")
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.parts.iter().enumerate() {
            match part {
                Part::Field(name) if is_plain(name) => {
                    let dot = if at == 0 { "" } else { "." };
                    write!(f, "{dot}{name}")?;
                }
                Part::Field(name) => write!(f, "[\"{name}\"]")?,
                Part::Index(place) => write!(f, "[{place}]")?,
                Part::Match(field, text) => write!(f, "[{field}={text}]")?,
            }
        }
        Ok(())
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.contains(['.', '[', ']', '/', '\\', '"', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::documents;

    #[test]
    fn paths_are_read_in_all_their_forms() {
        for (path, shown) in [
            ("spec.replicas", "spec.replicas"),
            ("spec.containers[0].image", "spec.containers[0].image"),
            (
                "spec.containers.[name=app].image",
                "spec.containers[name=app].image",
            ),
            ("spec.containers[name='app']", "spec.containers[name=app]"),
            (
                r"metadata.annotations.a\.b/c",
                "metadata.annotations[\"a.b/c\"]",
            ),
            (
                "metadata.annotations[\"a.b/c\"]",
                "metadata.annotations[\"a.b/c\"]",
            ),
            (
                "metadata.labels[app.kubernetes.io/name]",
                "metadata.labels[\"app.kubernetes.io/name\"]",
            ),
            ("spec.selector[app].x", "spec.selector.app.x"),
            ("spec.args[=--v]", "spec.args[=--v]"),
            ("", ""),
        ] {
            assert_eq!(Address::parse(path).unwrap().to_string(), shown, "{path}");
        }
        for path in ["spec..a", "spec[", "spec[]", "a[\"b\"", ".a"] {
            assert_eq!(
                Address::parse(path).unwrap_err().code,
                "bad-field-path",
                "{path}"
            );
        }
    }

    #[test]
    fn an_object_decides_what_dots_and_numbers_mean() {
        let object = &documents(
            "metadata: {annotations: {example.com/team: a, x.y.z: b, '7': e}}\nspec: {args: [c, d]}",
        )[0];
        for (path, shown, text) in [
            (
                "metadata.annotations.example.com/team",
                "metadata.annotations[\"example.com/team\"]",
                Some("a"),
            ),
            (
                "metadata.annotations.x.y.z",
                "metadata.annotations[\"x.y.z\"]",
                Some("b"),
            ),
            ("spec.args.1", "spec.args[1]", Some("d")),
            ("spec.args[=c]", "spec.args[=c]", Some("c")),
            ("spec.none.deep", "spec.none.deep", None),
            (
                "metadata.annotations[7]",
                "metadata.annotations.7",
                Some("e"),
            ),
            ("spec.args[7]", "spec.args[7]", None),
        ] {
            let address = Address::parse(path).unwrap().within(object);
            assert_eq!(address.to_string(), shown);
            assert_eq!(address.get(object).and_then(Value::text), text, "{path}");
        }
    }
}
