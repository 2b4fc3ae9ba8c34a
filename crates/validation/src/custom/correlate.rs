//! Which part of the object before a part of the object now is.
//!
//! Upstream: `k8s.io/apiserver/pkg/cel/common.CorrelatedObject`.

use super::node::{List, Node};
use crate::equality::same_strictly;
use trimtab_tree::{Text, Value};

/// A value as it was before, as far as that can be told.
#[derive(Clone, Copy)]
pub(super) struct Before<'v>(pub(super) Option<&'v Value>);

impl Before<'_> {
    /// The same of a field.
    pub(super) fn field(self, name: &str) -> Self {
        Self(self.0.and_then(|value| value.get(name)))
    }

    /// The same of an item of a list, which only the items of a map can be told of.
    pub(super) fn item(self, node: &Node, item: &Value) -> Self {
        let List::Map(keys) = &node.list else {
            return Self(None);
        };
        let mut items = self
            .0
            .and_then(Value::as_sequence)
            .unwrap_or_default()
            .iter();
        Self(items.find(|old| has_keys_of(old, item, keys)))
    }

    /// Whether a value is just what it was.
    pub(super) fn is(self, value: &Value) -> bool {
        self.0.is_some_and(|old| same_strictly(old, value))
    }
}

fn has_keys_of(a: &Value, b: &Value, keys: &[Text]) -> bool {
    keys.iter().all(|key| match (a.get(key), b.get(key)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => true,
        _ => false,
    })
}
