//! Taking fields out of an object: `RemoveItems` of structured-merge-diff.

use super::field_set::FieldSet;
use super::items::element_of;
use super::path_element::PathElement;
use super::shape::{ListShape, MapShape, Place, Shape};
use trimtab_tree::{Mapping, Value};

/// `value` without the fields and items of `set`. What is left of a list or map that loses all it has
/// is null; an atomic one of which a part would go goes as a whole.
pub(super) fn remove(value: &Value, set: &FieldSet, place: Place<'_>) -> Value {
    match place.shape(value) {
        Shape::Leaf(_) => value.clone(),
        Shape::List(list) => match value.as_sequence() {
            Some(items) if !list.is_atomic() => remove_items(items, set, &list),
            _ => Value::null(),
        },
        Shape::Map(map) => match value.as_mapping() {
            Some(fields) if !map.atomic => remove_fields(fields, set, map),
            _ => Value::null(),
        },
    }
}

fn remove_items(items: &[Value], set: &FieldSet, list: &ListShape<'_>) -> Value {
    let mut kept = Vec::with_capacity(items.len());
    for item in items {
        let branch = match element_of(list, item) {
            Ok(element) => set.branch(&element),
            Err(_) => None,
        };
        match branch {
            Some(branch) if branch.member => {}
            Some(branch) => kept.push(remove(item, &branch.below, list.items)),
            None => kept.push(item.clone()),
        }
    }
    if kept.is_empty() {
        return Value::null();
    }
    Value::sequence(kept)
}

fn remove_fields(fields: &Mapping, set: &FieldSet, map: MapShape<'_>) -> Value {
    let mut kept = Mapping::with_capacity(fields.len());
    for (name, value) in fields.iter() {
        match set.branch(&PathElement::field(name)) {
            Some(branch) if branch.member => {}
            Some(branch) => {
                let value = remove(value, &branch.below, map.field_or_deduced(name));
                kept.insert(name, value);
            }
            None => {
                kept.insert(name, value.clone());
            }
        }
    }
    if kept.is_empty() {
        return Value::null();
    }
    kept.into()
}
