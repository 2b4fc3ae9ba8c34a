//! Changes of the annotations of an object.

use trimtab_tree::{Mapping, Node, Scalar, ScalarKind, Style, Value};

/// `metadata` of an object, made if it is not there. `None` if the object or its `metadata` is
/// something else than a mapping.
pub(crate) fn metadata_mut(value: &mut Value) -> Option<&mut Mapping> {
    let metadata = value
        .as_mapping_mut()?
        .get_or_insert_with("metadata", || Mapping::new().into());
    if metadata.is_null() {
        metadata.node = Node::Mapping(Mapping::new());
    }
    metadata.as_mapping_mut()
}

/// The annotations of an object, made if they are not there. `None` if the object cannot have some.
pub(crate) fn annotations_mut(object: &mut Value) -> Option<&mut Mapping> {
    let annotations =
        metadata_mut(object)?.get_or_insert_with("annotations", || Mapping::new().into());
    if annotations.is_null() {
        annotations.node = Node::Mapping(Mapping::new());
    }
    annotations.as_mapping_mut()
}

/// Sets an annotation of an object, if it is one that can have some.
pub(crate) fn set_annotation(object: &mut Value, key: &str, text: Value) {
    if let Some(annotations) = annotations_mut(object) {
        annotations.insert(key, text);
    }
}

/// Removes annotations, and the field that held them when none is left.
pub(crate) fn remove_annotations(object: &mut Value, is_removed: impl Fn(&str) -> bool) {
    let metadata = object.get_mut("metadata").and_then(Value::as_mapping_mut);
    let Some(metadata) = metadata else { return };
    let annotations = metadata.get_mut("annotations");
    let Some(annotations) = annotations.and_then(Value::as_mapping_mut) else {
        return;
    };
    annotations.retain(|key, _| !is_removed(key));
    if annotations.is_empty() {
        metadata.remove("annotations");
    }
}

/// Makes an annotation the string that kustomize makes of it: what a map of Go's keeps. A folded block
/// is none any more, and so is spared what printing one does to lines that are indented further.
pub(crate) fn make_string(value: &mut Value) {
    match &mut value.node {
        Node::Scalar(scalar) => {
            scalar.kind = ScalarKind::String;
            scalar.style = Style::Plain;
        }
        // Lists and mappings have no text.
        Node::Sequence(_) | Node::Mapping(_) => value.node = Node::Scalar(Scalar::string("")),
    }
}
