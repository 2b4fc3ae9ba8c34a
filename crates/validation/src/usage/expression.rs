//! Reading of fields that may not be there.

use trimtab_tree::Value;

/// The text at a path, unless it is empty.
pub(super) fn text_at<'v>(object: &'v Value, path: &[&str]) -> Option<&'v str> {
    let text = object.get_path(path)?.text_if_not_null()?;
    Some(text).filter(|text| !text.is_empty())
}

/// The items at a path; none where there is no list.
pub(super) fn items_at<'v>(object: &'v Value, path: &[&str]) -> &'v [Value] {
    let items = object.get_path(path).and_then(Value::as_sequence);
    items.unwrap_or_default()
}

/// Whether a value, or none, fulfils one expression of a selector: an operator and values.
pub fn holds(expression: &Value, value: Option<&str>) -> bool {
    let is_among = |value: &str| {
        items_at(expression, &["values"])
            .iter()
            .any(|known| known.text() == Some(value))
    };
    match text_at(expression, &["operator"]) {
        Some("In") => value.is_some_and(is_among),
        Some("NotIn") => !value.is_some_and(is_among),
        Some("Exists") => value.is_some(),
        Some("DoesNotExist") => value.is_none(),
        _ => false,
    }
}
