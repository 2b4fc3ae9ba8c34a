//! Objects in the object: `x-kubernetes-embedded-resource`.

use super::node::Node;
use crate::validate::errors::{Errors, Path};
use crate::validate::{formats, metadata};
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

/// Checks the objects in the object: each says what it is.
pub(super) fn check(value: &Value, node: &Node, path: &Path<'_>, errors: &mut Errors) {
    if !node.has_embedded {
        return;
    }
    match &value.node {
        Tree::Mapping(fields) => {
            if node.is_resource {
                check_embedded(value, path, errors);
            }
            for (name, field) in fields.iter() {
                if let Some(below) = node.property(name) {
                    check(field, below, &path.field(name), errors);
                } else if let Some(below) = node.values() {
                    check(field, below, &path.key(name), errors);
                }
            }
        }
        Tree::Sequence(items) => {
            if let Some(below) = &node.items {
                for (at, item) in items.iter().enumerate() {
                    check(item, below, &path.item(at), errors);
                }
            }
        }
        Tree::Scalar(_) => {}
    }
}

fn check_embedded(value: &Value, path: &Path<'_>, errors: &mut Errors) {
    let text = |name: &str| value.get(name).and_then(Value::text);
    match text("apiVersion") {
        None => errors.required(&path.field("apiVersion"), ""),
        Some("") => errors.invalid_string(&path.field("apiVersion"), "", "must not be empty"),
        Some(version) if version.matches('/').count() > 1 => {
            let why = format!("unexpected GroupVersion string: {version}");
            errors.invalid_string(&path.field("apiVersion"), version, &why);
        }
        Some(_) => {}
    }
    match text("kind") {
        None => errors.required(&path.field("kind"), ""),
        Some("") => errors.invalid_string(&path.field("kind"), "", "must not be empty"),
        Some(kind) => {
            let problems = formats::dns_1035_label(&kind.to_lowercase());
            if !problems.is_empty() {
                let why = format!(
                    "may have mixed case, but should otherwise match: {}",
                    problems.join(",")
                );
                errors.invalid_string(&path.field("kind"), kind, &why);
            }
        }
    }
    if let Some(metadata) = value.get("metadata") {
        metadata::check_embedded(metadata, &path.field("metadata"), errors);
    }
}
