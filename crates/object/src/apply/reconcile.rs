//! Sets of fields that were written when the schema was another.

use super::field_set::{Branch, FieldSet};
use super::owned::below;
use super::shape::{Place, Shape};

/// Makes a set name lists and maps that are atomic by now as a whole, whatever it names below them.
/// (What was atomic and is granular by now stays owned as a whole, as in structured-merge-diff.)
/// Returns whether there was any such.
pub(super) fn reconcile(set: &mut FieldSet, place: Place<'_>) -> bool {
    let shape = place.declared();
    let mut changed = false;
    set.for_each_branch(|element, branch| {
        if branch.below.is_empty() {
            return;
        }
        let (place, _) = below(shape.as_ref(), element);
        match place.declared() {
            Some(Shape::List(list)) if list.is_atomic() => {
                *branch = Branch::leaf();
                changed = true;
            }
            Some(Shape::Map(map)) if map.atomic => {
                *branch = Branch::leaf();
                changed = true;
            }
            Some(_) => changed |= reconcile(&mut branch.below, place),
            None => {}
        }
    });
    changed
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
        assert!(reconcile(&mut set, place));
        assert!(!reconcile(&mut set, place));
        assert_eq!(Ok(set), FieldSet::from_value(&yaml(meant)));
    }
}
