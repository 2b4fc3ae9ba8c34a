//! JSON merge patch (RFC 7386).

use trimtab_tree::{Entry, Mapping, Node, Value};

/// Merges `patch` into `target`: mappings field by field, null removes a field, anything else is
/// put in the place of what was there.
pub fn merge_patch(target: &mut Value, patch: &Value) {
    let Node::Mapping(changes) = &patch.node else {
        *target = patch.clone();
        return;
    };
    if target.as_mapping().is_none() {
        *target = Value::from(Mapping::new()).at(patch.position);
    }
    let Node::Mapping(fields) = &mut target.node else {
        return;
    };
    if changes.iter().any(|(_, value)| value.is_null()) {
        fields.retain(|key, _| !changes.get(key).is_some_and(Value::is_null));
    }
    for entry in changes
        .entries()
        .iter()
        .filter(|entry| !entry.value.is_null())
    {
        if let Some(field) = fields.get_mut(entry.key.text()) {
            merge_patch(field, &entry.value);
        } else {
            let mut value = Value::null();
            merge_patch(&mut value, &entry.value);
            fields.push(Entry {
                key: entry.key.clone(),
                key_position: entry.key_position,
                value,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    /// The examples of RFC 7386, appendix A.
    #[test]
    fn merges_as_the_rfc_shows() {
        for (target, patch, result) in [
            ("{a: b}", "{a: c}", "{a: c}"),
            ("{a: b}", "{b: c}", "{a: b, b: c}"),
            ("{a: b}", "{a: null}", "{}"),
            ("{a: b, b: c}", "{a: null}", "{b: c}"),
            ("{a: [b]}", "{a: c}", "{a: c}"),
            ("{a: c}", "{a: [b]}", "{a: [b]}"),
            ("{a: {b: c}}", "{a: {b: d, c: null}}", "{a: {b: d}}"),
            ("{a: [{b: c}]}", "{a: [1]}", "{a: [1]}"),
            ("[a, b]", "[c, d]", "[c, d]"),
            ("{a: b}", "[c]", "[c]"),
            ("{a: foo}", "null", "null"),
            ("{a: foo}", "bar", "bar"),
            ("{e: null}", "{a: 1}", "{e: null, a: 1}"),
            ("[1, 2]", "{a: b, c: null}", "{a: b}"),
            ("{}", "{a: {bb: {ccc: null}}}", "{a: {bb: {}}}"),
        ] {
            let mut merged = yaml(target);
            merge_patch(&mut merged, &yaml(patch));
            assert_eq!(merged, yaml(result), "{target} with {patch}");
        }
    }
}
