//! Taking fields out of an object: `RemoveItems` of structured-merge-diff.

use super::field_set::FieldSet;
use super::items::element_of;
use super::path_element::PathElement;
use super::shape::{ListShape, MapShape, Place, Shape};
use trimtab_tree::{Mapping, Node, Value};

/// `value` without the fields and items of `set`. What loses something below stays, be it empty; what is
/// left of a list whose items all go is null, and so is an atomic one of which a part would go.
pub(super) fn remove(value: &Value, set: &FieldSet, place: Place<'_>) -> Value {
    left(value, set, place).unwrap_or_else(Value::null)
}

/// What is left of a value, if that is anything.
fn left(value: &Value, set: &FieldSet, place: Place<'_>) -> Option<Value> {
    match place.shape(value) {
        Shape::Leaf(_) => Some(value.clone()),
        Shape::List(list) => {
            let items = value.as_sequence().filter(|_| !list.is_atomic())?;
            left_of_items(items, set, &list)
        }
        Shape::Map(map) => {
            let fields = value.as_mapping().filter(|_| !map.atomic)?;
            left_of_fields(fields, set, map)
        }
    }
}

/// What is left of a value below which something goes: the value itself does not.
fn left_within(value: &Value, set: &FieldSet, place: Place<'_>) -> Value {
    left(value, set, place).unwrap_or_else(|| match &value.node {
        Node::Mapping(_) => Mapping::new().into(),
        Node::Sequence(_) => Value::sequence(Vec::new()),
        Node::Scalar(_) => Value::null(),
    })
}

fn left_of_items(items: &[Value], set: &FieldSet, list: &ListShape<'_>) -> Option<Value> {
    let mut kept = Vec::with_capacity(items.len());
    for item in items {
        let branch = match element_of(list, item) {
            Ok(element) => set.branch(&element),
            Err(_) => None,
        };
        match branch {
            Some(branch) if branch.member => {}
            Some(branch) => kept.push(left_within(item, &branch.below, list.items)),
            None => kept.push(item.clone()),
        }
    }
    (!kept.is_empty()).then(|| Value::sequence(kept))
}

fn left_of_fields(fields: &Mapping, set: &FieldSet, map: MapShape<'_>) -> Option<Value> {
    let mut kept = Mapping::with_capacity(fields.len());
    for (name, value) in fields.iter() {
        match set.branch(&PathElement::field(name)) {
            Some(branch) if branch.member => {}
            Some(branch) => {
                let value = left_within(value, &branch.below, map.field_or_deduced(name));
                kept.insert(name, value);
            }
            None => {
                kept.insert(name, value.clone());
            }
        }
    }
    (!kept.is_empty()).then(|| kept.into())
}
