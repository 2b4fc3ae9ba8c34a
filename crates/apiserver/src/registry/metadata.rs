//! An object's metadata, as fields of its tree.

use trimtab_tree::{Mapping, Value};

/// The finalizer that keeps an object until its dependents are gone.
pub(crate) const FOREGROUND: &str = "foregroundDeletion";
/// The finalizer that keeps an object until its dependents are freed of it.
pub(crate) const ORPHAN: &str = "orphan";

/// A text of the metadata; empty where it is not there.
pub(crate) fn text<'v>(object: &'v Value, name: &str) -> &'v str {
    field(object, name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// A whole number of the metadata.
pub(crate) fn number(object: &Value, name: &str) -> Option<i64> {
    field(object, name)?.text()?.parse().ok()
}

/// A field of the metadata.
pub(crate) fn field<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    let field = object.get("metadata")?.get(name)?;
    Some(field).filter(|field| !field.is_null())
}

/// Whether a field of the metadata is there and not empty.
pub(crate) fn has(object: &Value, name: &str) -> bool {
    let field = field(object, name);
    field.is_some_and(|field| !field.is_null_or_empty() && field.text() != Some(""))
}

/// The metadata, made if they are not there.
pub(crate) fn of(object: &mut Value) -> &mut Mapping {
    if object.as_mapping().is_none() {
        *object = Value::mapping([]);
    }
    let fields = object
        .as_mapping_mut()
        .expect("it was made a mapping above");
    let metadata = fields.get_or_insert_with("metadata", || Value::mapping([]));
    if metadata.as_mapping().is_none() {
        *metadata = Value::mapping([]);
    }
    metadata
        .as_mapping_mut()
        .expect("it was made a mapping above")
}

/// Sets a text of the metadata.
pub(crate) fn set_text(object: &mut Value, name: &str, text: impl AsRef<str>) {
    of(object).insert(name, Value::string(text.as_ref()));
}

/// Sets a field of the metadata, or removes it.
pub(crate) fn set(object: &mut Value, name: &str, value: Option<Value>) {
    let metadata = of(object);
    match value {
        Some(value) => {
            metadata.insert(name, value);
        }
        None => {
            metadata.remove(name);
        }
    }
}

/// The finalizers.
pub(crate) fn finalizers(object: &Value) -> Vec<String> {
    let items = field(object, "finalizers").and_then(Value::as_sequence);
    let items = items.unwrap_or_default().iter();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Sets the finalizers.
pub(crate) fn set_finalizers(object: &mut Value, finalizers: &[String]) {
    let items: Vec<Value> = finalizers.iter().map(Value::string).collect();
    let value = (!items.is_empty()).then(|| Value::sequence(items));
    set(object, "finalizers", value);
}

/// Whether a namespace still has content, for all that is known: whoever empties it takes these off.
pub(crate) fn has_spec_finalizers(namespace: &Value) -> bool {
    let finalizers = namespace.get_path(&["spec", "finalizers"]);
    finalizers
        .and_then(Value::as_sequence)
        .is_some_and(|finalizers| !finalizers.is_empty())
}
