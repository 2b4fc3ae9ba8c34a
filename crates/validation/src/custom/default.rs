//! Values for what was left out.

use super::node::{Additional, Node};
use trimtab_tree::{Node as Tree, Value};

/// Removes nulls that may not stand for themselves and have no default to stand for.
/// (`PruneNonNullableNullsWithoutDefaults` in `pkg/apiserver/schema/defaulting`.)
pub(super) fn drop_nulls(value: &mut Value, node: &Node) {
    match &mut value.node {
        Tree::Mapping(fields) => fields.retain(|name, field| {
            let Some(below) = node.field(name) else {
                return true;
            };
            if field.is_null() {
                return below.nullable || below.default.is_some();
            }
            drop_nulls(field, below);
            true
        }),
        Tree::Sequence(items) => {
            if let Some(below) = &node.items {
                for item in items.iter_mut() {
                    drop_nulls(item, below);
                }
            }
        }
        Tree::Scalar(_) => {}
    }
}

/// Sets the defaults of a schema. Null stands for a default where it may not stand for itself.
pub(super) fn default(value: &mut Value, node: &Node) {
    match &mut value.node {
        Tree::Mapping(fields) => {
            for (name, property) in node.properties() {
                let is_missing = match fields.get(name) {
                    None => true,
                    Some(value) => value.is_null() && !property.nullable,
                };
                if let Some(set) = property.default.as_ref().filter(|_| is_missing) {
                    fields.insert(name, set.clone());
                }
            }
            let names_fields = !node.properties().is_empty();
            if !names_fields && !matches!(node.additional, Additional::Of(_)) {
                return;
            }
            for (name, field) in fields.iter_mut() {
                if let Some(below) = node.property(name) {
                    default(field, below);
                } else if let Some(below) = node.values() {
                    set_for_null(field, below);
                    default(field, below);
                }
            }
        }
        Tree::Sequence(items) => {
            if let Some(below) = &node.items {
                for item in items.iter_mut() {
                    set_for_null(item, below);
                    default(item, below);
                }
            }
        }
        Tree::Scalar(_) => {}
    }
}

fn set_for_null(value: &mut Value, node: &Node) {
    if let Some(set) = node.default.as_ref()
        && value.is_null()
        && !node.nullable
    {
        *value = set.clone();
    }
}
