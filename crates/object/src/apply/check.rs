//! Whether a value has the form that its type asks for: `AsTyped` of structured-merge-diff.

use super::go_text::{go_syntax, go_text, go_type};
use super::items::{element_of, fields_of};
use super::path_element::PathElement;
use super::shape::{Leaf, ListShape, MapShape, Place, Shape};
use std::collections::BTreeSet;
use std::fmt;
use trimtab_tree::{Node, ScalarKind, Value};

/// Something in an object that its type does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeProblem {
    /// Where, such as `.spec.ports[port=80,protocol="TCP"].name`; empty for the object itself.
    pub path: String,
    /// What was found and what was expected.
    pub message: String,
}

impl fmt::Display for TypeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            return f.write_str(&self.message);
        }
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// Everything in `value` that its place does not allow; items that are there twice are allowed if
/// `duplicates` says so.
pub(super) fn check(value: &Value, place: Place<'_>, duplicates: bool) -> Vec<TypeProblem> {
    let mut checker = Checker {
        duplicates,
        path: String::new(),
        problems: Vec::new(),
    };
    checker.value(value, place);
    checker.problems
}

/// So many problems are reported of one object.
const MOST_PROBLEMS: usize = 64;

struct Checker {
    duplicates: bool,
    path: String,
    problems: Vec<TypeProblem>,
}

impl Checker {
    fn report(&mut self, message: String) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(TypeProblem {
                path: self.path.clone(),
                message,
            });
        }
    }

    fn at(&mut self, element: &PathElement, check: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push_str(&element.to_string());
        check(self);
        self.path.truncate(length);
    }

    fn value(&mut self, value: &Value, place: Place<'_>) {
        match place.shape(value) {
            // Null is nothing, and nothing fits everywhere.
            _ if value.is_null() => {}
            Shape::Leaf(leaf) => self.leaf(value, leaf),
            Shape::List(list) => match value.as_sequence() {
                Some(items) => self.list(items, &list),
                None => self.unexpected("list", value),
            },
            Shape::Map(map) => match &value.node {
                Node::Mapping(_) => self.map(value, map),
                _ => self.unexpected("map", value),
            },
        }
    }

    fn leaf(&mut self, value: &Value, leaf: Leaf) {
        let kind = value.as_scalar().map(|scalar| scalar.kind);
        let is_number = matches!(kind, Some(ScalarKind::Int | ScalarKind::Float));
        let is_boolean = kind == Some(ScalarKind::Bool);
        let fits = match leaf {
            Leaf::String => kind.is_some() && !is_number && !is_boolean,
            Leaf::Number => is_number,
            Leaf::Boolean => is_boolean,
            Leaf::Scalar => kind.is_some(),
            Leaf::Any => true,
        };
        if fits {
            return;
        }
        match leaf {
            Leaf::String => {
                let shown = go_syntax(value);
                self.report(format!(
                    "expected string, got &value.valueUnstructured{{Value:{shown}}}"
                ));
            }
            Leaf::Number => {
                let ty = go_type(value);
                self.report(format!("expected numeric (int or float), got {ty}"));
            }
            Leaf::Boolean => self.unexpected("boolean", value),
            Leaf::Scalar | Leaf::Any => self.unexpected("any scalar", value),
        }
    }

    /// Clients have seen values as structured-merge-diff holds them.
    fn unexpected(&mut self, expected: &str, value: &Value) {
        let shown = go_text(value);
        self.report(format!("expected {expected}, got &{{{shown}}}"));
    }

    fn list(&mut self, items: &[Value], list: &ListShape<'_>) {
        let mut seen = BTreeSet::new();
        for (at, item) in items.iter().enumerate() {
            let element = if list.is_atomic() {
                PathElement::Index(i64::try_from(at).unwrap_or(i64::MAX))
            } else {
                match element_of(list, item) {
                    Ok(element) => element,
                    Err(bad) => {
                        self.report(format!("element {at}: {bad}"));
                        return;
                    }
                }
            };
            self.at(&element, |checker| checker.value(item, list.items));
            if list.is_atomic() || self.duplicates {
                continue;
            }
            if seen.contains(&element) {
                self.report(format!("duplicate entries for key {element}"));
            } else {
                seen.insert(element);
            }
        }
    }

    fn map(&mut self, value: &Value, map: MapShape<'_>) {
        for (name, value) in fields_of(Some(value)) {
            self.at(&PathElement::field(name), |checker| match map.field(name) {
                Some(place) => checker.value(value, place),
                None => checker.report("field not declared in schema".into()),
            });
        }
    }
}
