//! A patched object as the error shows it when it cannot be used.

use trimtab_tree::{JsonStyle, Mapping, Value, write_json};

/// The order in which Kubernetes writes the fields of an object's metadata.
const METADATA: [&str; 15] = [
    "name",
    "generateName",
    "namespace",
    "selfLink",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "labels",
    "annotations",
    "ownerReferences",
    "finalizers",
    "managedFields",
];

/// The same of an entry of `managedFields`.
const ENTRY: [&str; 7] = [
    "manager",
    "operation",
    "apiVersion",
    "time",
    "fieldsType",
    "fieldsV1",
    "subresource",
];

/// What a patch made of a live object as JSON in the order of Kubernetes, save of a secret: who may
/// patch one need not be allowed to read it.
///
/// What is of a custom kind is written by the order of its keys.
pub(super) fn shown(object: &Value, live: &Value, is_custom: bool) -> String {
    if live.get("kind").and_then(Value::as_str) == Some("Secret") {
        return "a secret".to_owned();
    }
    if is_custom {
        return json(object, JsonStyle::Go);
    }
    let mut object = object.clone();
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_mapping_mut) {
        arrange(metadata, &METADATA);
        let entries = metadata
            .get_mut("managedFields")
            .and_then(Value::as_sequence_mut);
        for entry in entries
            .into_iter()
            .flatten()
            .filter_map(Value::as_mapping_mut)
        {
            arrange(entry, &ENTRY);
        }
    }
    if let Some(fields) = object.as_mapping_mut() {
        fields.sort_by(|a, b| a.key.text().cmp(b.key.text()));
    }
    json(&object, JsonStyle::Ordered)
}

fn json(value: &Value, style: JsonStyle) -> String {
    let mut text = String::new();
    match write_json(value, &mut text, style) {
        Ok(()) => text,
        Err(error) => error.to_string(),
    }
}

/// A value as Go writes its maps: `map[a:b c:[d e]]`, by the order of the keys.
pub(super) fn shown_as_map(value: &Value) -> String {
    let join = |parts: Vec<String>| parts.join(" ");
    if let Some(fields) = value.as_mapping() {
        let mut fields: Vec<(&str, &Value)> = fields.iter().collect();
        fields.sort_by_key(|(key, _)| *key);
        let parts = fields.into_iter();
        let parts = parts.map(|(key, value)| format!("{key}:{}", shown_as_map(value)));
        return format!("map[{}]", join(parts.collect()));
    }
    if let Some(items) = value.as_sequence() {
        return format!("[{}]", join(items.iter().map(shown_as_map).collect()));
    }
    if value.is_null() {
        return "<nil>".to_owned();
    }
    value.text().unwrap_or_default().to_owned()
}

/// What stands before the name of a list whose order is said.
const ORDER: &str = "$setElementOrder/";

/// What is left of a strategic merge patch when it has been merged: a list that says its order is used
/// up, and so is the order.
pub(super) fn used(patch: &Value) -> Value {
    let Some(fields) = patch.as_mapping() else {
        return patch.clone();
    };
    let has_order = |name: &str| fields.contains_key(&format!("{ORDER}{name}"));
    let kept = fields
        .iter()
        .filter(|(name, _)| !name.starts_with(ORDER) && !has_order(name));
    let kept = kept.map(|(name, value)| (name.into(), used(value)));
    kept.collect::<Mapping>().into()
}

/// Puts fields in this order, those that are not named behind.
fn arrange(fields: &mut Mapping, order: &[&str]) {
    let place = |name: &str| order.iter().position(|known| *known == name);
    let place = |name: &str| place(name).unwrap_or(order.len());
    fields.sort_by(|a, b| place(a.key.text()).cmp(&place(b.key.text())));
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    #[test]
    fn lists_with_an_order_are_used_up() {
        let patch = r#"{"spec":{"$setElementOrder/a":["x"],"a":["x"],"b":[{"c":1}]}}"#;
        let used = used(&parse_json(patch, 0).unwrap());
        assert_eq!(shown_as_map(&used), "map[spec:map[b:[map[c:1]]]]");
    }

    #[test]
    fn fields_stand_in_the_order_of_kubernetes_and_secrets_are_not_shown() {
        let object = r#"{"metadata":{"managedFields":[{"fieldsV1":{},"manager":"m"}],"labels":{},"name":"a"},"data":{},"apiVersion":"v1"}"#;
        assert_eq!(
            shown(&parse_json(object, 0).unwrap(), &Value::null(), false),
            r#"{"apiVersion":"v1","data":{},"metadata":{"name":"a","labels":{},"managedFields":[{"manager":"m","fieldsV1":{}}]}}"#
        );
        let secret = r#"{"kind":"Secret","data":{"password":"aHVzaA=="}}"#;
        let secret = parse_json(secret, 0).unwrap();
        // A custom object is written by its keys, however it was sent.
        let custom = parse_json(r#"{"spec":{"b":1,"a":2},"kind":"A"}"#, 0).unwrap();
        let by_keys = r#"{"kind":"A","spec":{"a":2,"b":1}}"#;
        assert_eq!(shown(&custom, &Value::null(), true), by_keys);
        assert_eq!(shown(&secret, &secret, false), "a secret");
        assert_eq!(shown(&Value::null(), &secret, false), "a secret");
    }

    #[test]
    fn patches_are_shown_as_maps_of_go() {
        let patch = parse_json(r#"{"b":[1,{"c":null}],"a":"x y"}"#, 0).unwrap();
        assert_eq!(shown_as_map(&patch), "map[a:x y b:[1 map[c:<nil>]]]");
    }
}
