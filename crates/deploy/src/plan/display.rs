//! Objects as people compare them: without what changes by itself, and without secrets.

use crate::fields::field;
use trimtab_tree::{Mapping, Value};

/// Metadata that the server keeps, not the user.
const BOOKKEEPING: &[&str] = &[
    "managedFields",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "uid",
    "selfLink",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
];

/// What client-side apply keeps: all of the object once more, secrets included.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What stands for a secret value that is the same in both.
pub const MASK: &str = "***";

/// Takes from both versions of an object what is not to be shown.
pub(super) fn clean(before: Option<&mut Value>, after: Option<&mut Value>) {
    let mut versions: Vec<&mut Value> = before.into_iter().chain(after).collect();
    for version in &mut versions {
        drop_bookkeeping(version);
    }
    mask_versions(versions);
}

/// Takes the values of a Secret from two versions of an object, or from one; of those that differ it
/// shows that they do.
pub fn mask_secrets(before: Option<&mut Value>, after: Option<&mut Value>) {
    mask_versions(before.into_iter().chain(after).collect());
}

fn mask_versions(mut versions: Vec<&mut Value>) {
    if versions.iter().any(|version| is_secret(version)) {
        for part in ["data", "stringData"] {
            match &mut versions[..] {
                [before, after] => mask(before.get_mut(part), after.get_mut(part)),
                [only] => mask(None, only.get_mut(part)),
                _ => {}
            }
        }
    }
}

/// Whether what an object holds is secret.
pub(super) fn is_secret(object: &Value) -> bool {
    field(object, "kind") == "Secret" && field(object, "apiVersion") == "v1"
}

fn drop_bookkeeping(object: &mut Value) {
    let Some(fields) = object.as_mapping_mut() else {
        return;
    };
    fields.remove("status");
    let Some(metadata) = fields.get_mut("metadata").and_then(Value::as_mapping_mut) else {
        return;
    };
    for name in BOOKKEEPING {
        metadata.remove(name);
    }
    let annotations = metadata.get_mut("annotations");
    if let Some(annotations) = annotations.and_then(Value::as_mapping_mut) {
        annotations.remove(LAST_APPLIED);
        if annotations.is_empty() {
            metadata.remove("annotations");
        }
    }
}

/// Equal values become [`MASK`]; of those that differ it shows that they do, as kubectl shows it.
fn mask(before: Option<&mut Value>, after: Option<&mut Value>) {
    let before = before.and_then(Value::as_mapping_mut);
    let after = after.and_then(Value::as_mapping_mut);
    let [plain_before, plain_after] = [&before, &after].map(|side| side.as_deref().cloned());
    for (side, other, differs) in [
        (before, plain_after, "*** (before)"),
        (after, plain_before, "*** (after)"),
    ] {
        for (key, value) in side.into_iter().flat_map(Mapping::iter_mut) {
            let other = other.as_ref().and_then(|other| other.get(key));
            let is_other = other.is_some_and(|other| other != value);
            *value = Value::string(if is_other { differs } else { MASK });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn bookkeeping_is_not_shown() {
        let mut object = yaml(
            "{kind: X, metadata: {name: a, uid: u, generation: 3, managedFields: [], annotations: {kubectl.kubernetes.io/last-applied-configuration: '{}'}}, spec: {a: 1}, status: {b: 2}}",
        );
        clean(None, Some(&mut object));
        assert_eq!(object, yaml("{kind: X, metadata: {name: a}, spec: {a: 1}}"));
    }

    #[test]
    fn secrets_show_that_they_differ_and_nothing_else() {
        let secret = |data: &str| yaml(&format!("{{apiVersion: v1, kind: Secret, data: {data}}}"));
        let mut before = secret("{same: YQ==, changed: YQ==, gone: YQ==}");
        let mut after = secret("{same: YQ==, changed: Yg==, new: Yw==}");
        clean(Some(&mut before), Some(&mut after));
        let expected = secret("{same: '***', changed: '*** (before)', gone: '***'}");
        assert_eq!(before, expected);
        let expected = secret("{same: '***', changed: '*** (after)', new: '***'}");
        assert_eq!(after, expected);

        let mut new = secret("{a: '*** no mask yet'}");
        clean(None, Some(&mut new));
        assert!(!format!("{new:?}").contains("no mask"));
    }
}
