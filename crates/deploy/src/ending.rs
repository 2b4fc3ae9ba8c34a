//! Objects that are deleted, and still there.

use crate::fields::{field, items_at, metadata};
use trimtab_tree::Value;

/// Whether an object is deleted and waits for others: for processes to stop, or for its finalizers.
#[must_use]
pub fn is_ending(object: &Value) -> bool {
    !metadata(object, "deletionTimestamp").is_empty()
}

/// What an object that is deleted waits for: its finalizers, and of a namespace what is still in it.
#[must_use]
pub fn held_by(object: &Value) -> Vec<String> {
    let finalizers = items_at(object, &["metadata", "finalizers"]).iter();
    let mut held: Vec<String> = finalizers
        .filter_map(Value::text)
        .map(|it| format!("its finalizer {it}"))
        .collect();
    if field(object, "kind") == "Namespace" {
        let conditions = items_at(object, &["status", "conditions"]).iter();
        let remaining = conditions.filter(|it| field(it, "status") == "True");
        held.extend(remaining.map(|it| field(it, "message").to_owned()));
    }
    held.retain(|it| !it.is_empty());
    held
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn what_holds_an_object_is_named() {
        let map =
            "{kind: ConfigMap, metadata: {finalizers: [a.io/b, c.io/d], deletionTimestamp: t}}";
        assert!(is_ending(&yaml(map)));
        assert_eq!(
            held_by(&yaml(map)),
            ["its finalizer a.io/b", "its finalizer c.io/d"]
        );
        let namespace = "{kind: Namespace, metadata: {name: n}, status: {conditions: [{type: NamespaceContentRemaining, status: 'True', message: some pods}, {type: NamespaceDeletionContentFailure, status: 'False', message: fine}]}}";
        assert!(!is_ending(&yaml(namespace)));
        assert_eq!(held_by(&yaml(namespace)), ["some pods"]);
    }
}
