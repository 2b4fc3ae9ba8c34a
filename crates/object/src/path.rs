//! Paths to fields: kustomize's dotted paths and JSON pointers.
//!
//! A dotted path is a row of steps. kustomize reads it in two ways, and so do we:
//! [`FieldPath::get`] follows it to one node, as the source of a replacement is found, and
//! [`FieldPath::visit_mut`] to every node that it fits, as the targets are.

mod pointer;
mod split;
mod visit;

pub use pointer::JsonPointer;
pub use split::split_escaped;
pub use visit::{NodeKind, Visited};

use regex::Regex;
use std::fmt;
use trimtab_tree::{Diagnostic, MAX_DEPTH, Node, Position, Result, Text, Value, too_deep};

/// A path such as `spec.template.spec.containers.[name=web].image`.
#[derive(Clone, Debug)]
pub struct FieldPath {
    steps: Vec<Step>,
}

/// One step of a [`FieldPath`].
#[derive(Clone, Debug)]
struct Step {
    text: Text,
    way: Way,
}

/// Where a step leads.
#[derive(Clone, Debug)]
enum Way {
    /// To the field of that name.
    Field,
    /// To the item at this place of a list. (To the field of that name where it is negative and
    /// all matches are looked for.)
    Item(i64),
    /// `-`: to the last item where one node is looked for, else to the field of that name.
    Last,
    /// `*`: to every item.
    Every,
    /// `[field=value]`, or `[=value]`, where `field` is empty: to the items that have it. For one
    /// node the text must be equal, for all matches it is a regular expression to be found in it.
    Match {
        field: Text,
        value: Text,
        pattern: Option<Pattern>,
    },
}

#[derive(Clone, Debug)]
enum Pattern {
    /// A text without special characters.
    Text(Text),
    Regex(Regex),
}

impl Pattern {
    /// `None` if it is no regular expression.
    fn new(text: &str) -> Option<Self> {
        if regex::escape(text) == text {
            return Some(Self::Text(text.into()));
        }
        Regex::new(text).ok().map(Self::Regex)
    }

    fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Text(part) => text.contains(part.as_str()),
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

impl FieldPath {
    /// Parses a path: steps divided by dots; a dot behind a `\` or in brackets does not divide.
    ///
    /// # Errors
    /// When a step in brackets has no `=`, and when there are more than [`MAX_DEPTH`] steps.
    pub fn parse(path: &str) -> Result<Self> {
        let steps = split::split_dotted(path);
        // Each step may make a level.
        if steps.len() > MAX_DEPTH {
            return Err(too_deep(Position::NONE));
        }
        let steps = steps
            .into_iter()
            .map(|text| Step::parse(text, path))
            .collect::<Result<_>>()?;
        Ok(Self { steps })
    }

    /// How many steps it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether it has no steps, and so leads to where it starts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The path of the first `count` steps and that of the others.
    #[must_use]
    pub fn split_at(&self, count: usize) -> (Self, Self) {
        let (first, rest) = self.steps.split_at(count.min(self.steps.len()));
        let path = |steps: &[Step]| Self {
            steps: steps.to_vec(),
        };
        (path(first), path(rest))
    }

    /// The node that the path leads to, the first where an item is described; `None` where there
    /// is none. Spaces around steps do not count.
    ///
    /// # Errors
    /// When a step does not fit: a field of something that is no mapping, an item of something that
    /// is no list, a negative place, or `*`, which leads to more than one node.
    pub fn get<'v>(&self, root: &'v Value) -> Result<Option<&'v Value>> {
        let mut node = root;
        for step in &self.steps {
            if step.text.trim().is_empty() {
                continue;
            }
            match step.get(node)? {
                Some(next) => node = next,
                None => return Ok(None),
            }
        }
        Ok(Some(node))
    }

    /// [`FieldPath::get`], to change what is there.
    ///
    /// # Errors
    /// The same.
    pub fn get_mut<'v>(&self, root: &'v mut Value) -> Result<Option<&'v mut Value>> {
        let mut node = root;
        for step in &self.steps {
            if step.text.trim().is_empty() {
                continue;
            }
            match step.get_mut(node)? {
                Some(next) => node = next,
                None => return Ok(None),
            }
        }
        Ok(Some(node))
    }

    /// How many steps lead to the first scalar on the way, when there are steps behind it: that
    /// scalar may hold a document in which the others go on.
    #[must_use]
    pub fn steps_to_scalar(&self, root: &Value) -> Option<usize> {
        let mut node = root;
        for (at, step) in self.steps.iter().enumerate() {
            if !step.text.trim().is_empty() {
                node = step.get(node).ok()??;
            }
            if matches!(node.node, Node::Scalar(_)) {
                return (at + 1 < self.steps.len()).then_some(at + 1);
            }
        }
        None
    }
}

impl Step {
    fn parse(text: Text, path: &str) -> Result<Self> {
        let way = if let Ok(at) = text.parse::<i64>() {
            Way::Item(at)
        } else if text == "-" {
            Way::Last
        } else if text == "*" {
            Way::Every
        } else if text.starts_with('[') && text.ends_with(']') {
            // Only `[` itself begins and ends with brackets and has no two.
            let inner = text.get(1..text.len() - 1).unwrap_or_default();
            let Some((field, value)) = inner.split_once('=') else {
                let message = format!("{text} in field path {path:?} does not describe an item");
                return Err(Diagnostic::error("bad-field-path", message)
                    .expecting("[field=value] or [=value]"));
            };
            Way::Match {
                field: field.into(),
                value: value.into(),
                pattern: Pattern::new(value),
            }
        } else {
            Way::Field
        };
        Ok(Self { text, way })
    }

    /// Whether what this step leads into is a list, as far as the step tells.
    fn needs_list(&self) -> bool {
        match self.way {
            Way::Item(at) => at >= 0,
            Way::Match { .. } => true,
            Way::Field | Way::Last | Way::Every => false,
        }
    }

    fn get<'v>(&self, node: &'v Value) -> Result<Option<&'v Value>> {
        match self.place(node)? {
            Some(Place::Item(at)) => Ok(node.as_sequence().and_then(|items| items.get(at))),
            Some(Place::Field) => Ok(node.get(self.text.trim())),
            None => Ok(None),
        }
    }

    fn get_mut<'v>(&self, node: &'v mut Value) -> Result<Option<&'v mut Value>> {
        match self.place(node)? {
            Some(Place::Item(at)) => Ok(node.as_sequence_mut().and_then(|items| items.get_mut(at))),
            Some(Place::Field) => Ok(node.get_mut(self.text.trim())),
            None => Ok(None),
        }
    }

    /// Where in `node` the step leads when one node is looked for.
    fn place(&self, node: &Value) -> Result<Option<Place>> {
        let items = || self.items(node);
        Ok(match &self.way {
            Way::Field => match &node.node {
                Node::Mapping(_) => Some(Place::Field),
                _ if node.is_null() => None,
                _ => return Err(self.misfit(node, "a mapping")),
            },
            Way::Item(at) => {
                let at = usize::try_from(*at).map_err(|_| {
                    let message = format!("list index {at} cannot be negative");
                    Diagnostic::error("bad-field-path", message)
                })?;
                items()?.get(at).map(|_| Place::Item(at))
            }
            Way::Last => items()?.len().checked_sub(1).map(Place::Item),
            Way::Every => {
                let message = "`*` leads to more than one field, where one is asked for";
                return Err(Diagnostic::error("bad-field-path", message));
            }
            Way::Match { field, value, .. } => {
                let fits = |item: &Value| {
                    if field.is_empty() {
                        return item.text().unwrap_or_default() == value;
                    }
                    let found = item.get(field);
                    found.is_some_and(|found| found.text().unwrap_or_default() == value)
                };
                items()?.iter().position(fits).map(Place::Item)
            }
        })
    }

    /// The items of a list; none of null.
    fn items<'v>(&self, node: &'v Value) -> Result<&'v [Value]> {
        match node.as_sequence() {
            Some(items) => Ok(items),
            None if node.is_null() => Ok(&[]),
            None => Err(self.misfit(node, "a list")),
        }
    }

    fn misfit(&self, node: &Value, expected: &str) -> Box<Diagnostic> {
        let message = format!("`{}` leads into {}", self.text, node.describe());
        Diagnostic::error("field-path-misfit", message)
            .at(node.position)
            .expecting(format!("{expected} here"))
    }
}

enum Place {
    Field,
    Item(usize),
}

/// With the steps as they were, divided by dots that no longer need brackets or backslashes where
/// none were needed.
impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            if at > 0 {
                f.write_str(".")?;
            }
            match step.way {
                Way::Field => f.write_str(&step.text.replace('.', "\\."))?,
                _ => f.write_str(&step.text)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
