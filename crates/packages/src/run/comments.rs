//! What functions lose on the way: comments, and the order of fields.
//!
//! kyaml's `comments` and `order`: a comment is put back where the same field is there and has none;
//! fields that were there come first, in the order they had.

use trimtab_tree::{Comments, Node, Value};

/// Gives `after` the comments and the order of `before`.
pub(super) fn restore(before: &Value, after: &mut Value) {
    copy_comments(before, after);
    copy_order(before, after);
}

fn copy_comments(before: &Value, after: &mut Value) {
    if let Some(extra) = &before.extra {
        let none = Comments::default();
        if extra.comments != none || extra.key_comments != none {
            let into = after.extra.get_or_insert_default();
            fill(&mut into.comments, &extra.comments);
            fill(&mut into.key_comments, &extra.key_comments);
        }
    }
    match (&before.node, &mut after.node) {
        (Node::Mapping(before), Node::Mapping(after)) => {
            for (key, before) in before.iter() {
                if let Some(after) = after.get_mut(key) {
                    copy_comments(before, after);
                }
            }
        }
        (Node::Sequence(before), Node::Sequence(after)) => {
            if let (Some(names), Some(_)) = (names(before), names(after)) {
                for after in after {
                    let name = name(after);
                    let same = names.iter().position(|&other| Some(other) == name);
                    if let Some(at) = same {
                        copy_comments(&before[at], after);
                    }
                }
            } else {
                for (before, after) in before.iter().zip(after) {
                    if text(before) == text(after) {
                        copy_comments(before, after);
                    }
                }
            }
        }
        _ => {}
    }
}

fn fill(into: &mut Comments, from: &Comments) {
    for (into, from) in [
        (&mut into.head, &from.head),
        (&mut into.line, &from.line),
        (&mut into.foot, &from.foot),
    ] {
        if into.is_empty() {
            into.clone_from(from);
        }
    }
}

/// The text of a scalar; all other values are alike.
fn text(value: &Value) -> &str {
    value.as_scalar().map_or("", |scalar| scalar.text())
}

fn name(value: &Value) -> Option<&str> {
    value.get("name").and_then(Value::text)
}

/// The names of all items, if each has one of its own.
fn names(items: &[Value]) -> Option<Vec<&str>> {
    let names: Vec<&str> = items.iter().map(name).collect::<Option<_>>()?;
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    (sorted.len() == names.len()).then_some(names)
}

fn copy_order(before: &Value, after: &mut Value) {
    match (&before.node, &mut after.node) {
        (Node::Mapping(before), Node::Mapping(after)) => {
            // New fields stay in their order, behind the others.
            after.sort_by(|a, b| {
                let rank = |key: &str| before.position_of(key).unwrap_or(usize::MAX);
                rank(a.key.text()).cmp(&rank(b.key.text()))
            });
            for (key, after) in after.iter_mut() {
                if let Some(before) = before.get(key) {
                    copy_order(before, after);
                }
            }
        }
        (Node::Sequence(before), Node::Sequence(after)) => {
            for (before, after) in before.iter().zip(after) {
                copy_order(before, after);
            }
        }
        _ => {}
    }
}
