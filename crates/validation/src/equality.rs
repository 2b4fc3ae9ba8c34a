//! When two values mean the same.

use trimtab_tree::Value;

/// Whether two values are the same, whatever the order of their fields. No field, null and an empty list
/// are one, as they are to the server. An empty map is not: decoding drops the maps that hold nothing, and
/// of the structures that it leaves, such as `emptyDir: {}`, it says something that they are there.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a.as_mapping(), b.as_mapping()) {
        (Some(a), Some(b)) => {
            // The other way round only what `a` lacks is asked: each pair is compared once, at any depth.
            let is_held = a.iter().all(|(field, value)| match b.get(field) {
                Some(other) => same(value, other),
                None => is_nothing(value),
            });
            let is_no_more =
                |(field, value): (&str, &Value)| a.get(field).is_some() || is_nothing(value);
            is_held && b.iter().all(is_no_more)
        }
        _ => match (a.as_sequence(), b.as_sequence()) {
            (Some(a), Some(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
            _ => a == b || is_nothing(a) && is_nothing(b),
        },
    }
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_sequence().is_some_and(<[Value]>::is_empty)
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

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    fn parse(text: &str) -> Value {
        parse_json(text, 1).unwrap()
    }

    #[test]
    fn what_says_nothing_is_what_is_not_there() {
        for (a, b, wanted) in [
            (r#"{"a": 1, "b": 2}"#, r#"{"b": 2, "a": 1}"#, true),
            (r#"{"a": null}"#, "{}", true),
            (r#"{"a": []}"#, "{}", true),
            (r#"{"a": []}"#, r#"{"a": null}"#, true),
            (r#"{"a": {"b": []}}"#, r#"{"a": {}}"#, true),
            (r#"{"a": {}}"#, "{}", false),
            (r#"{"a": {}}"#, r#"{"a": null}"#, false),
            (r#"{"a": 1}"#, "{}", false),
            (r#"{"a": [null]}"#, r#"{"a": []}"#, false),
            (r#"{"a": 1}"#, r#"{"a": 2}"#, false),
        ] {
            let (a, b) = (parse(a), parse(b));
            assert_eq!(same(&a, &b), wanted, "{a:?} and {b:?}");
            assert_eq!(same(&b, &a), wanted, "{b:?} and {a:?}");
        }
    }

    /// Twice the work at each level would never end.
    #[test]
    fn deep_values_are_walked_once() {
        let deep = |leaf: &str| {
            parse(&format!(
                "{}{leaf}{}",
                r#"{"a": "#.repeat(80),
                "}".repeat(80)
            ))
        };
        assert!(same(&deep("1"), &deep("1")));
        assert!(!same(&deep("1"), &deep("2")));
    }
}
