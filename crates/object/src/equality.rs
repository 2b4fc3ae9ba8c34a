//! Equality of what values mean, whatever they were written as.

use trimtab_tree::{Node, ScalarKind, Value, parse_float, parse_int};

/// Equality of JSON values: fields in any order, numbers by what they are worth.
pub(crate) fn same_json(a: &Value, b: &Value) -> bool {
    match (&a.node, &b.node) {
        (Node::Mapping(a), Node::Mapping(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same_json(a, b)))
        }
        (Node::Sequence(a), Node::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_json(a, b))
        }
        (Node::Scalar(a), Node::Scalar(b)) => {
            let number = |kind| matches!(kind, ScalarKind::Int | ScalarKind::Float);
            match (a.kind, b.kind) {
                (ScalarKind::Null, ScalarKind::Null) => true,
                (ScalarKind::Null, _) | (_, ScalarKind::Null) => false,
                (ScalarKind::Bool, ScalarKind::Bool) => a.text().eq_ignore_ascii_case(b.text()),
                (ScalarKind::Bool, _) | (_, ScalarKind::Bool) => false,
                (a_kind, b_kind) if number(a_kind) && number(b_kind) => {
                    same_number(a.text(), b.text())
                }
                (a_kind, b_kind) => !number(a_kind) && !number(b_kind) && a.text() == b.text(),
            }
        }
        _ => false,
    }
}

fn same_number(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    match (parse_int(a), parse_int(b)) {
        (Some(a), Some(b)) => a == b,
        _ => parse_float(a).is_some_and(|a| parse_float(b) == Some(a)),
    }
}

/// [`same_json`] of two mappings but for some of their fields. What is no mapping is compared whole.
pub(crate) fn same_json_without(a: &Value, b: &Value, ignored: &[&str]) -> bool {
    let (Some(a_fields), Some(b_fields)) = (a.as_mapping(), b.as_mapping()) else {
        return same_json(a, b);
    };
    let counted = |fields: &trimtab_tree::Mapping| {
        let ignored = ignored.iter().filter(|name| fields.contains_key(name));
        fields.len() - ignored.count()
    };
    counted(a_fields) == counted(b_fields)
        && (a_fields.iter().filter(|(key, _)| !ignored.contains(key)))
            .all(|(key, a)| b_fields.get(key).is_some_and(|b| same_json(a, b)))
}
