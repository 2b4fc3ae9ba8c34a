//! When two trees say the same, and when two items of a list are about the same thing.

use crate::{Mapping, Node, Value};

/// Whether two values mean the same: equal, but for the order of fields.
pub(super) fn alike(a: &Value, b: &Value) -> bool {
    match (&a.node, &b.node) {
        (Node::Scalar(a), Node::Scalar(b)) => a == b,
        (Node::Sequence(a), Node::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b))
        }
        (Node::Mapping(a), Node::Mapping(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| alike(a, b)))
        }
        _ => false,
    }
}

/// Whether an item of a list that is no longer there and a new one in its place are likely the same
/// thing, changed: lines with the same key, mappings of the same name, or one wrapped into the other.
pub(super) fn related(old: &Value, new: &Value) -> bool {
    match (&old.node, &new.node) {
        (Node::Sequence(_), Node::Sequence(_)) => true,
        (Node::Scalar(old), Node::Scalar(new)) => {
            let key = |text: &str| text.split_once('=').map(|(key, _)| key.to_owned());
            key(old.text()).is_some_and(|old| Some(old) == key(new.text()))
        }
        (Node::Mapping(old), Node::Mapping(new)) => related_fields(old, new),
        (Node::Scalar(_), Node::Mapping(new)) => new.iter().any(|(_, field)| alike(old, field)),
        _ => false,
    }
}

fn related_fields(old: &Mapping, new: &Mapping) -> bool {
    let equal = old
        .iter()
        .filter(|&(key, value)| new.get(key).is_some_and(|new| alike(value, new)))
        .count();
    let name = |fields: &Mapping| fields.get("name").and_then(Value::text).map(str::to_owned);
    match (name(old), name(new)) {
        (Some(old), Some(new)) if old == new => true,
        (Some(_), Some(_)) => equal > 0 && 2 * equal >= old.len().max(new.len()),
        _ => equal > 0 || old.iter().all(|(key, _)| new.contains_key(key)),
    }
}
