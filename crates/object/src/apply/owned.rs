//! The fields that a configuration names: `ToFieldSet` of structured-merge-diff.

use super::field_set::{Branch, FieldSet};
use super::items::{self, ItemIndex, items_of};
use super::path_element::PathElement;
use super::shape::{MapShape, Place, Shape};
use trimtab_tree::{Mapping, Value};

/// The leaves, list items and map items of `value`. Objects in between are not in the set, save empty
/// ones and null.
pub(super) fn fields_of(value: &Value, place: Place<'_>) -> FieldSet {
    branch_of(value, place).below
}

fn branch_of(value: &Value, place: Place<'_>) -> Branch {
    match place.shape(value) {
        Shape::Leaf(_) => Branch::leaf(),
        Shape::List(list) if list.is_atomic() => Branch::leaf(),
        Shape::Map(map) if map.atomic => Branch::leaf(),
        Shape::List(list) => {
            let mut branch = Branch::default();
            let index = ItemIndex::new(&list, items_of(Some(value)));
            for element in index.steps() {
                // Items that are there more than once are owned together, as one leaf.
                let mut item = index
                    .only(element)
                    .map_or_else(Branch::leaf, |item| branch_of(item, list.items));
                item.member = true;
                branch.below.attach(element, item);
            }
            branch
        }
        Shape::Map(map) => {
            let mut branch = Branch::default();
            for (name, value) in items::fields_of(Some(value)) {
                let mut field = branch_of(value, map.field_or_deduced(name));
                let is_empty = value.is_null() || value.as_mapping().is_some_and(Mapping::is_empty);
                field.member |= is_empty || !map.names(name);
                branch.below.attach(&PathElement::field(name), field);
            }
            branch
        }
    }
}

/// The set with every named field that it holds something below of: a set with `spec.replicas` then
/// also has `spec`, but one with an item of a map does not have the map for that.
pub(super) fn with_named_fields(set: &FieldSet, place: Place<'_>) -> FieldSet {
    let shape = place.declared();
    let mut named = FieldSet::new();
    for (element, branch) in set.branches() {
        let (place, is_named) = below(shape.as_ref(), element);
        let has_below = !branch.below.is_empty();
        let branch = Branch {
            member: branch.member || (is_named && has_below),
            below: with_named_fields(&branch.below, place),
        };
        named.attach(element, branch);
    }
    named
}

/// What is at a step, and whether it goes to a field that the type names.
pub(super) fn below<'s>(shape: Option<&Shape<'s>>, element: &PathElement) -> (Place<'s>, bool) {
    match (shape, element) {
        (Some(Shape::Map(map)), PathElement::Field(name)) => {
            (field_place(*map, name), map.names(name))
        }
        (Some(Shape::List(list)), PathElement::Key(_)) => (list.items, false),
        _ => (Place::Deduced, false),
    }
}

fn field_place<'s>(map: MapShape<'s>, name: &str) -> Place<'s> {
    map.field_or_deduced(name)
}
