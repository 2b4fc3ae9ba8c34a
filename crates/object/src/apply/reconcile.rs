//! Sets of fields that were written when the schema was another.

use super::field_set::{Branch, FieldSet};
use super::owned::below;
use super::shape::{Place, Shape};

/// Makes a set name lists and maps that are atomic by now as a whole, whatever it names below them.
/// (What was atomic and is granular by now stays owned as a whole, as in structured-merge-diff.)
pub(super) fn reconcile(set: &mut FieldSet, place: Place<'_>) {
    let shape = place.declared();
    set.for_each_branch(|element, branch| {
        if branch.below.is_empty() {
            return;
        }
        let (place, _) = below(shape.as_ref(), element);
        match place.declared() {
            Some(Shape::List(list)) if list.is_atomic() => *branch = Branch::leaf(),
            Some(Shape::Map(map)) if map.atomic => *branch = Branch::leaf(),
            Some(_) => reconcile(&mut branch.below, place),
            None => {}
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;
    use trimtab_schema::Schema;

    #[test]
    fn what_is_atomic_by_now_is_owned_as_a_whole() {
        let schema = Schema::kubernetes();
        let place = Place::of(schema.type_of("v1", "Pod"));
        let written = "{'f:spec': {'f:nodeSelector': {'.': {}, 'f:a': {}}, \
                       'f:containers': {'k:{\"name\":\"c\"}': {'.': {}, 'f:args': {'i:0': {}}, 'f:ports': {'.': {}}}}}}";
        let meant = "{'f:spec': {'f:nodeSelector': {}, \
                     'f:containers': {'k:{\"name\":\"c\"}': {'.': {}, 'f:args': {}, 'f:ports': {}}}}}";
        let mut set = FieldSet::from_value(&yaml(written)).unwrap();
        reconcile(&mut set, place);
        assert_eq!(Ok(set), FieldSet::from_value(&yaml(meant)));
    }
}
