//! Short ways to fields of objects.

use trimtab_tree::{Mapping, Value};

/// The `spec` of an object, to be changed.
pub(crate) fn spec_of(object: &mut Value) -> Option<&mut Mapping> {
    object.get_mut("spec")?.as_mapping_mut()
}

/// The text at a path, unless it is empty.
pub(crate) fn text_at<'v>(object: &'v Value, path: &[&str]) -> Option<&'v str> {
    let text = object.get_path(path)?.text_if_not_null()?;
    Some(text).filter(|text| !text.is_empty())
}

/// The items at a path; none where there is no list.
pub(crate) fn items_at<'v>(object: &'v Value, path: &[&str]) -> &'v [Value] {
    let items = object.get_path(path).and_then(Value::as_sequence);
    items.unwrap_or_default()
}

/// The entries at a path; none where there is no mapping.
pub(crate) fn entries_at<'v>(
    object: &'v Value,
    path: &[&str],
) -> impl Iterator<Item = (&'v str, &'v Value)> {
    let entries = object.get_path(path).and_then(Value::as_mapping);
    entries.into_iter().flat_map(Mapping::iter)
}

/// The list field of a mapping, made if it is not there.
pub(crate) fn list_at<'v>(fields: &'v mut Mapping, field: &str) -> Option<&'v mut Vec<Value>> {
    let list = fields.get_or_insert_with(field, || Value::sequence(Vec::new()));
    if list.is_null() {
        *list = Value::sequence(Vec::new());
    }
    list.as_sequence_mut()
}

/// The mapping field of a mapping, made if it is not there.
pub(crate) fn mapping_at<'v>(fields: &'v mut Mapping, field: &str) -> Option<&'v mut Mapping> {
    let mapping = fields.get_or_insert_with(field, || Mapping::new().into());
    if mapping.is_null() {
        *mapping = Mapping::new().into();
    }
    mapping.as_mapping_mut()
}
