//! Fields of objects, by their paths.

pub(crate) use trimtab_object::items_at;
use trimtab_object::split_api_version;
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
    trimtab_object::text_at(object, path).unwrap_or_default()
}

/// The whole number at a path, if there is one.
pub(crate) fn number_at(object: &Value, path: &[&str]) -> Option<i64> {
    object.get_path(path)?.text()?.parse().ok()
}

/// The object as kubectl names it, from what it says of itself.
pub(crate) fn name_of(object: &Value) -> String {
    let (group, _) = split_api_version(field(object, "apiVersion"));
    let kind = field(object, "kind").to_lowercase();
    let dot = if group.is_empty() { "" } else { "." };
    format!("{kind}{dot}{group}/{}", metadata(object, "name"))
}
