//! Fields of a kustomization's tree, found as the decoder finds them: letter case does not count.

use crate::kustomization::scalar::kind_in_yaml_1_1;
use trimtab_tree::{Mapping, Node, ScalarKind, Style, Value};

/// The name under which the field `name` is written.
pub(super) fn written_name(value: &Value, name: &str) -> Option<String> {
    let fields = value.as_mapping()?;
    if fields.contains_key(name) {
        return Some(name.to_owned());
    }
    let mut names = fields.iter().map(|(key, _)| key);
    names
        .find(|key| key.eq_ignore_ascii_case(name))
        .map(str::to_owned)
}

/// The field `name`, unless it is absent or `null`.
pub(super) fn get<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let found = value.get(&written_name(value, name)?)?;
    (!found.is_null()).then_some(found)
}

/// The text of the field `name`; empty where there is none.
pub(super) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    get(value, name).and_then(Value::text).unwrap_or_default()
}

/// The items of the field `name`; none where there is no such field.
pub(super) fn items<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    get(value, name)
        .and_then(Value::as_sequence)
        .unwrap_or_default()
}

/// The texts in the field `name`.
pub(super) fn texts<'v>(value: &'v Value, name: &str) -> Vec<&'v str> {
    items(value, name).iter().filter_map(Value::text).collect()
}

/// The field `name`, made by `default` where it is absent or says nothing: brackets without anything
/// in them become lines.
fn get_or_insert<'v>(value: &'v mut Value, name: &str, default: Value) -> Option<&'v mut Value> {
    let written = written_name(value, name);
    if !matches!(value.node, Node::Mapping(_)) {
        value.node = Node::Mapping(Mapping::new());
    }
    let fields = value.as_mapping_mut()?;
    let key = written.as_deref().unwrap_or(name);
    if fields.get(key).is_none_or(Value::is_null_or_empty) {
        fields.insert(key, default);
    }
    fields.get_mut(key)
}

/// The items of the field `name`, to be changed; an empty list where there is no such field.
pub(super) fn items_mut<'v>(value: &'v mut Value, name: &str) -> Option<&'v mut Vec<Value>> {
    get_or_insert(value, name, Value::sequence(Vec::new()))?.as_sequence_mut()
}

/// The fields below the field `name`, to be changed; none where there is no such field.
pub(super) fn fields_mut<'v>(value: &'v mut Value, name: &str) -> Option<&'v mut Value> {
    let below = get_or_insert(value, name, Mapping::new().into())?;
    below.as_mapping().is_some().then_some(below)
}

/// Sets the field `name`.
pub(super) fn set(value: &mut Value, name: &str, new: Value) {
    if let Some(field) = get_or_insert(value, name, Value::null()) {
        *field = new;
    }
}

/// Sets the field `name` to a text, or takes it away when the text is empty.
pub(super) fn set_text(value: &mut Value, name: &str, text: &str) {
    if text.is_empty() {
        remove(value, name);
    } else if self::text(value, name) != text || get(value, name).and_then(Value::as_str).is_none()
    {
        set(value, name, Value::string(text));
    }
}

/// Takes the field `name` away.
pub(super) fn remove(value: &mut Value, name: &str) -> Option<Value> {
    let name = written_name(value, name)?;
    value.as_mapping_mut()?.remove(&name)
}

/// Keeps the items of the field `name` for which `keep` says so, and takes the field away when none
/// is left. Returns whether any went.
pub(super) fn retain(value: &mut Value, name: &str, keep: impl FnMut(&Value) -> bool) -> bool {
    let before = items(value, name).len();
    if before == 0 {
        return false;
    }
    if let Some(items) = items_mut(value, name) {
        items.retain(keep);
    }
    let after = items(value, name).len();
    if after == 0 {
        remove(value, name);
    }
    after < before
}

/// Fields with texts; those that are empty are left out.
pub(super) fn mapping(texts: &[(&str, &str)]) -> Value {
    let mut fields = Mapping::new();
    for (key, text) in texts.iter().filter(|(_, text)| !text.is_empty()) {
        fields.insert(key, text_of(text));
    }
    fields.into()
}

/// An argument is a text whatever it says: `y` and the like are no booleans.
fn text_of(text: &str) -> Value {
    let mut value = Value::string(text);
    if let Some(scalar) = value.as_scalar_mut()
        && kind_in_yaml_1_1(scalar) != ScalarKind::String
    {
        scalar.style = Style::DoubleQuoted;
    }
    value
}
