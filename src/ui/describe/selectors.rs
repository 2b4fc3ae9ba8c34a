//! Label selectors as texts.

use super::fields::{at, items, or, pairs, text, texts};
use trimtab_tree::Value;

/// The `LabelSelector` at a path, in the order of its keys; nothing for one that says nothing.
pub(super) fn selector(value: &Value, path: &str) -> String {
    let Some(selector) = at(value, path) else {
        return String::new();
    };
    let labels = pairs(selector, "matchLabels").into_iter();
    let labels =
        labels.map(|(key, value)| (key, format!("{key}={}", value.text().unwrap_or_default())));
    let expressions = items(selector, "matchExpressions").iter();
    let expressions = expressions.map(|it| (text(it, "key"), requirement(it)));
    let mut all: Vec<(&str, String)> = labels.chain(expressions).collect();
    all.sort_by_key(|(key, _)| *key);
    let all: Vec<String> = all.into_iter().map(|(_, text)| text).collect();
    all.join(",")
}

/// The same, or `<none>`.
pub(super) fn selector_or_none(value: &Value, path: &str) -> String {
    or(&selector(value, path), "<none>").to_owned()
}

fn requirement(expression: &Value) -> String {
    let key = text(expression, "key");
    let mut values = texts(expression, "values");
    values.sort_unstable();
    let values = values.join(",");
    match text(expression, "operator") {
        "In" => format!("{key} in ({values})"),
        "NotIn" => format!("{key} notin ({values})"),
        "DoesNotExist" => format!("!{key}"),
        _ => key.to_owned(),
    }
}
