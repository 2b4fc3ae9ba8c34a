//! Values for what was left out.

use super::node::{Additional, Node};
use trimtab_tree::{Node as Tree, Value};

/// Sets the defaults of a schema. Null stands for a default where it may not stand for itself, and
/// goes where there is none.
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
            fields.retain(|name, field| {
                let is_misplaced = |below: &Node| !below.nullable && below.default.is_none();
                let below = node.property(name).or_else(|| node.values());
                !(field.is_null() && below.is_some_and(is_misplaced))
            });
            let names_fields = !node.properties().is_empty();
            if !names_fields && !matches!(node.additional, Additional::Of(_)) {
                return;
            }
            for (name, field) in fields.iter_mut() {
                if let Some(below) = node.field(name) {
                    default(field, below);
                }
            }
        }
        Tree::Sequence(items) => {
            if let Some(below) = &node.items {
                for item in items.iter_mut() {
                    default(item, below);
                }
            }
        }
        Tree::Scalar(_) => {}
    }
}
