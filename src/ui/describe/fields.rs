//! Fields of objects by paths such as `spec.nodeName`; of what is not there, what Go's zero values
//! print as.

use trimtab_object::Quantity;
use trimtab_tree::{Mapping, Value};

/// What is at a path, if it is there and not null.
pub(super) fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let found = path
        .split('.')
        .try_fold(value, |value, name| value.get(name));
    found.filter(|value| !value.is_null())
}

/// The text at a path, or nothing.
pub(super) fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    at(value, path).and_then(Value::text).unwrap_or_default()
}

/// The text at a path, or what stands for it where there is none.
pub(super) fn text_or<'v>(value: &'v Value, path: &str, other: &'v str) -> &'v str {
    or(text(value, path), other)
}

/// The number at a path, or 0.
pub(super) fn number<'v>(value: &'v Value, path: &str) -> &'v str {
    text_or(value, path, "0")
}

/// Whether it is true or false, of which nothing is the latter.
pub(super) fn flag<'v>(value: &'v Value, path: &str) -> &'v str {
    text_or(value, path, "false")
}

/// The same as Python would write it.
pub(super) fn capital_flag(value: &Value, path: &str) -> &'static str {
    if flag(value, path) == "true" {
        "True"
    } else {
        "False"
    }
}

/// The items of the list at a path; none if there is no list.
pub(super) fn items<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    let items = at(value, path).and_then(Value::as_sequence);
    items.unwrap_or_default()
}

/// The texts of the list at a path.
pub(super) fn texts<'v>(value: &'v Value, path: &str) -> Vec<&'v str> {
    items(value, path).iter().filter_map(Value::text).collect()
}

/// The list of texts at a path as Go prints it: `[a b]`.
pub(super) fn go_list(value: &Value, path: &str) -> String {
    format!("[{}]", texts(value, path).join(" "))
}

/// The names and values of the map at a path, in the order of the names.
pub(super) fn pairs<'v>(value: &'v Value, path: &str) -> Vec<(&'v str, &'v Value)> {
    at(value, path).map(entries).unwrap_or_default()
}

/// The names and values of a map, in the order of the names.
pub(super) fn entries(map: &Value) -> Vec<(&str, &Value)> {
    let map = map.as_mapping();
    let mut pairs: Vec<_> = map.into_iter().flat_map(Mapping::iter).collect();
    pairs.sort_unstable_by_key(|(name, _)| *name);
    pairs
}

/// The map of texts at a path as `name=value`, in the order of the names.
pub(super) fn equations(value: &Value, path: &str) -> Vec<String> {
    let pairs = pairs(value, path).into_iter();
    pairs
        .map(|(name, value)| format!("{name}={}", value.text_if_not_null().unwrap_or_default()))
        .collect()
}

/// The same in a line; `<none>` for an empty one.
pub(super) fn equations_in_line(value: &Value, path: &str) -> String {
    or(&equations(value, path).join(","), "<none>").to_owned()
}

/// The amount of a resource at a path, as Kubernetes writes it.
pub(super) fn amount(value: &Value, path: &str) -> String {
    at(value, path).map_or_else(|| "0".to_owned(), amount_of)
}

/// The amount that a value is, as Kubernetes writes it.
pub(super) fn amount_of(value: &Value) -> String {
    let text = value.text_if_not_null().unwrap_or("0");
    Quantity::parse(text).map_or_else(|_| text.to_owned(), |amount| amount.to_string())
}

/// A text, or what stands for an empty one.
pub(super) fn or<'t>(text: &'t str, other: &'t str) -> &'t str {
    if text.is_empty() { other } else { text }
}
