//! Short ways to read and set fields, which every step here needs.

use trimtab_object::split_api_version;
use trimtab_tree::{Mapping, Value};

/// A field that is there and not null.
pub(crate) fn some<'v>(object: &'v Value, field: &str) -> Option<&'v Value> {
    object.get(field).filter(|it| !it.is_null())
}

/// The text of a string field that is there and not empty.
pub(crate) fn text<'v>(object: &'v Value, field: &str) -> Option<&'v str> {
    object.get(field)?.as_str().filter(|text| !text.is_empty())
}

/// The text of a string field that is there, be it empty: of a field that may be left out, empty is
/// a value like any other.
pub(crate) fn given<'v>(object: &'v Value, field: &str) -> Option<&'v str> {
    object.get(field)?.as_str()
}

/// The items of a list field; none if it is not there.
pub(crate) fn items<'v>(object: &'v Value, field: &str) -> &'v [Value] {
    object
        .get(field)
        .and_then(Value::as_sequence)
        .unwrap_or_default()
}

/// The fields of a mapping field; none if it is not there.
pub(crate) fn entries<'v>(
    object: &'v Value,
    field: &str,
) -> impl Iterator<Item = (&'v str, &'v Value)> + use<'v> {
    let mapping = object.get(field).and_then(Value::as_mapping);
    mapping.into_iter().flat_map(Mapping::iter)
}

/// A whole number field.
pub(crate) fn int(object: &Value, field: &str) -> Option<i64> {
    object.get(field)?.text()?.parse().ok()
}

/// Whether a field is there and `true`.
pub(crate) fn is_true(object: &Value, field: &str) -> bool {
    object.get(field).and_then(Value::text) == Some("true")
}

/// Whether a field has something: it is there, and not null, `{}`, `[]` or an empty string.
pub(crate) fn has(object: &Value, field: &str) -> bool {
    object
        .get(field)
        .is_some_and(|value| !value.is_null_or_empty() && value.text() != Some(""))
}

/// The field of a mapping as a mapping, made if it is not there or null.
pub(crate) fn mapping_at<'v>(object: &'v mut Mapping, field: &str) -> Option<&'v mut Mapping> {
    let value = object.get_or_insert_with(field, || Mapping::new().into());
    if value.is_null() {
        *value = Mapping::new().into();
    }
    value.as_mapping_mut()
}

/// Removes a field of an object; gives what it was.
pub(crate) fn remove(object: &mut Value, field: &str) -> Option<Value> {
    object.as_mapping_mut()?.remove(field)
}

/// Sets a field of an object.
pub(crate) fn set(object: &mut Value, field: &str, value: Value) {
    if let Some(mapping) = object.as_mapping_mut() {
        mapping.insert(field, value);
    }
}

/// Makes a field of `object` what it is in `other`; where that has none, none.
pub(crate) fn copy(object: &mut Value, other: &Value, field: &str) {
    match other.get(field) {
        Some(value) => set(object, field, value.clone()),
        None => {
            remove(object, field);
        }
    }
}

/// Group and kind of an object.
pub(crate) fn group_and_kind(object: &Value) -> (&str, &str) {
    let text = |field| object.get(field).and_then(Value::text).unwrap_or_default();
    let (group, _) = split_api_version(text("apiVersion"));
    (group, text("kind"))
}
