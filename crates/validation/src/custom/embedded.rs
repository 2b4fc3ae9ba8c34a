//! Objects in the object: `x-kubernetes-embedded-resource`.

use super::node::Node;
use crate::validate::errors::Path;
use trimtab_tree::{Node as Tree, Value};

/// Gives each to `visit`, with its path.
pub(super) fn visit(
    value: &mut Value,
    node: &Node,
    path: &Path<'_>,
    take: &mut dyn FnMut(&mut Value, &str),
) {
    if !node.has_embedded {
        return;
    }
    if node.is_resource && value.as_mapping().is_some() {
        take(value, &path.to_string());
    }
    match &mut value.node {
        Tree::Mapping(fields) => {
            for (name, field) in fields.iter_mut() {
                if let Some(below) = node.property(name) {
                    visit(field, below, &path.field(name), take);
                } else if let Some(below) = node.values() {
                    visit(field, below, &path.key(name), take);
                }
            }
        }
        Tree::Sequence(items) => {
            if let Some(below) = &node.items {
                for (at, item) in items.iter_mut().enumerate() {
                    visit(item, below, &path.item(at), take);
                }
            }
        }
        Tree::Scalar(_) => {}
    }
}
