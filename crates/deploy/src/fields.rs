//! Fields of objects, by their paths.

use trimtab_tree::Value;

/// A text field of the root, or nothing.
pub(crate) fn field<'v>(object: &'v Value, name: &str) -> &'v str {
    text_at(object, &[name])
}

/// A text field of `metadata`, or nothing.
pub(crate) fn metadata<'v>(object: &'v Value, name: &str) -> &'v str {
    text_at(object, &["metadata", name])
}

/// The text at a path, or nothing.
pub(crate) fn text_at<'v>(object: &'v Value, path: &[&str]) -> &'v str {
    object
        .get_path(path)
        .and_then(Value::text_if_not_null)
        .unwrap_or_default()
}

/// The whole number at a path, if there is one.
pub(crate) fn number_at(object: &Value, path: &[&str]) -> Option<i64> {
    object.get_path(path)?.text()?.parse().ok()
}

/// The items of the list at a path; none if there is no list.
pub(crate) fn items_at<'v>(object: &'v Value, path: &[&str]) -> &'v [Value] {
    object
        .get_path(path)
        .and_then(Value::as_sequence)
        .unwrap_or_default()
}
