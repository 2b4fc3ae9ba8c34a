//! Short ways to fields of objects.

pub(crate) use trimtab_object::{items_at, text_at};
use trimtab_tree::{Mapping, Value};

/// The `spec` of an object, to be changed.
pub(crate) fn spec_of(object: &mut Value) -> Option<&mut Mapping> {
    object.get_mut("spec")?.as_mapping_mut()
}

/// The string at a path; empty where there is none.
pub(crate) fn string_at<'v>(object: &'v Value, path: &[&str]) -> &'v str {
    let text = object.get_path(path).and_then(Value::as_str);
    text.unwrap_or_default()
}

/// A field that is a string; empty where there is none.
pub(crate) fn string<'v>(object: &'v Value, field: &str) -> &'v str {
    string_at(object, &[field])
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
