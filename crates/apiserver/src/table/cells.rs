//! Looking things up for cells.

pub(super) use crate::fields::items_at as items;

use super::age::since;
use crate::fields::text_at;
use jiff::Timestamp;
use trimtab_tree::{Mapping, Value};

/// What stands where there is nothing.
pub(super) const NONE: &str = "<none>";
/// What stands where nothing was chosen.
pub(super) const UNSET: &str = "<unset>";

/// The object's name.
pub(super) fn name(object: &Value) -> Value {
    Value::string(text(object, &["metadata", "name"]))
}

/// How long the object has been there.
pub(super) fn age(object: &Value, now: Timestamp) -> Value {
    Value::string(since(
        object.get_path(&["metadata", "creationTimestamp"]),
        now,
    ))
}

/// The text of a scalar at `path`; empty if there is none.
pub(super) fn text<'a>(value: &'a Value, path: &[&str]) -> &'a str {
    text_at(value, path).unwrap_or_default()
}

/// The text of a scalar at `path`, or `other` if it is missing or empty.
pub(super) fn text_or<'a>(value: &'a Value, path: &[&str], other: &'a str) -> &'a str {
    match text(value, path) {
        "" => other,
        text => text,
    }
}

/// [`text`] as a cell.
pub(super) fn string(value: &Value, path: &[&str]) -> Value {
    Value::string(text(value, path))
}

/// [`text_or`] as a cell.
pub(super) fn string_or(value: &Value, path: &[&str], other: &str) -> Value {
    Value::string(text_or(value, path, other))
}

/// The number at `path`; 0 if there is none.
pub(super) fn number(value: &Value, path: &[&str]) -> i64 {
    text(value, path).parse().unwrap_or_default()
}

/// [`number`] as a cell.
pub(super) fn integer(value: &Value, path: &[&str]) -> Value {
    Value::int(number(value, path))
}

/// Whether `true` stands at `path`.
pub(super) fn is_true(value: &Value, path: &[&str]) -> bool {
    text(value, path) == "true"
}

/// [`is_true`] as a cell.
pub(super) fn boolean(value: &Value, path: &[&str]) -> Value {
    Value::bool(is_true(value, path))
}

/// How many fields the objects at the two paths have.
pub(super) fn field_count(value: &Value, path: &[&str]) -> usize {
    let found = value.get_path(path).and_then(Value::as_mapping);
    found.map_or(0, Mapping::len)
}

/// A count as a cell.
pub(super) fn count(count: usize) -> Value {
    Value::int(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The texts joined by commas.
pub(super) fn joined<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().collect::<Vec<_>>().join(",")
}

/// [`joined`], or `other` if there are none.
pub(super) fn joined_or<'a>(texts: impl IntoIterator<Item = &'a str>, other: &str) -> String {
    match joined(texts) {
        text if text.is_empty() => other.to_owned(),
        text => text,
    }
}

/// Labels in the order of their keys, as a selector: `a=b,c=d`; `<none>` if there are none.
pub(super) fn labels(value: Option<&Value>) -> String {
    let terms = label_terms(value);
    joined_or(terms.iter().map(String::as_str), NONE)
}

fn label_terms(value: Option<&Value>) -> Vec<String> {
    let labels = value.and_then(Value::as_mapping);
    let labels = labels.into_iter().flat_map(Mapping::iter);
    let mut terms: Vec<String> = labels
        .map(|(key, value)| format!("{key}={}", value.text().unwrap_or_default()))
        .collect();
    terms.sort_unstable();
    terms
}

/// A label selector in the text form: its terms in the order of their keys; `<none>` if it selects
/// everything or is missing.
pub(super) fn selector(value: Option<&Value>) -> String {
    let Some(value) = value else {
        return NONE.to_owned();
    };
    let mut terms = label_terms(value.get("matchLabels"));
    for expression in items(value, &["matchExpressions"]) {
        let key = text(expression, &["key"]);
        let values = items(expression, &["values"])
            .iter()
            .filter_map(Value::text);
        let mut values: Vec<&str> = values.collect();
        values.sort_unstable();
        let values = values.join(",");
        terms.push(match text(expression, &["operator"]) {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "DoesNotExist" => format!("!{key}"),
            _ => key.to_owned(),
        });
    }
    terms.sort_by(|a, b| term_key(a).cmp(term_key(b)));
    joined_or(terms.iter().map(String::as_str), NONE)
}

fn term_key(term: &str) -> &str {
    let term = term.trim_start_matches('!');
    term.split(['=', ' ']).next().unwrap_or(term)
}

/// A field of each of the items at `path`, joined by commas.
pub(super) fn each(value: &Value, path: &[&str], field: &str) -> String {
    joined(items(value, path).iter().map(|item| text(item, &[field])))
}

/// The status of the condition of that type; `None` if there is no such condition.
pub(super) fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    let conditions = items(object, &["status", "conditions"]);
    conditions
        .iter()
        .find(|condition| text(condition, &["type"]) == kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    #[test]
    fn selectors_are_told_in_the_order_of_their_keys() {
        let told = |json: &str| selector(Some(&parse_json(json, 0).unwrap()));
        assert_eq!(selector(None), "<none>");
        assert_eq!(told("{}"), "<none>");
        assert_eq!(
            told(
                r#"{"matchLabels":{"c":"d","a":"b"},"matchExpressions":[{"key":"b","operator":"In","values":["y","x"]},{"key":"e","operator":"DoesNotExist"},{"key":"d","operator":"Exists"},{"key":"f","operator":"NotIn","values":["z"]}]}"#
            ),
            "a=b,b in (x,y),c=d,d,!e,f notin (z)"
        );
    }
}
