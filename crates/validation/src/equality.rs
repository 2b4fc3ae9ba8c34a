//! When two values mean the same.

use trimtab_tree::{Mapping, Value};

/// Whether two values are the same, whatever the order of their fields. Null, no field and an empty
/// list or map are one.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a.as_mapping(), b.as_mapping()) {
        (Some(a), Some(b)) => {
            let holds = |a: &Mapping, b: &Mapping| {
                a.iter().all(|(field, value)| match b.get(field) {
                    Some(other) => same(value, other),
                    None => value.is_null(),
                })
            };
            holds(a, b) && holds(b, a)
        }
        _ => match (a.as_sequence(), b.as_sequence()) {
            (Some(a), Some(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
            _ => a == b,
        },
    }
}

/// Whether two values are the same, whatever the order of their fields. What is there and says nothing
/// is not what is not there.
pub(crate) fn same_strictly(a: &Value, b: &Value) -> bool {
    match (a.as_mapping(), b.as_mapping()) {
        (Some(a), Some(b)) => {
            let mut fields = a.iter();
            a.len() == b.len()
                && fields.all(|(field, value)| {
                    b.get(field)
                        .is_some_and(|other| same_strictly(value, other))
                })
        }
        _ => match (a.as_sequence(), b.as_sequence()) {
            (Some(a), Some(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_strictly(a, b))
            }
            _ => a == b,
        },
    }
}
