//! The values that some field specs lead to and the ways to them, found once for all copies of an object.

use super::field_spec::FieldSpec;
use super::field_tree::{FieldTree, SearchNotes, note_once};
use std::sync::Arc;
use trimtab_tree::{Mapping, Value};

/// Where in an object those specs lead that were first asked for.
#[derive(Debug)]
pub(crate) struct FieldWays {
    /// The paths of all specs for the kind.
    tree: Arc<FieldTree>,
    of_specs: Box<[SpecWays]>,
}

#[derive(Debug)]
struct SpecWays {
    /// The place of the spec among those of the tree.
    spec: u32,
    /// What [`FieldSpec::look_among`] returns.
    is_in_order: bool,
    values: Box<[(Box<[u32]>, Value)]>,
}

impl FieldWays {
    /// Does what [`FieldSpec::look_among`] does for the spec at a place among those whose paths `tree` has, in
    /// an object of which there are copies. All the specs that are wanted of it, with their places, are `due`.
    pub(crate) fn look<'s>(
        copied: &Mapping,
        tree: &Arc<FieldTree>,
        due: impl Iterator<Item = (u32, &'s FieldSpec)>,
        (place, spec): (u32, &FieldSpec),
        see: &mut dyn FnMut(&Value, &[u32]),
    ) -> bool {
        let notes = copied.notes::<SearchNotes>(false);
        let known = notes.map(|notes| note_once(&notes.ways, || Self::of(copied, tree, due)));
        let known = known.filter(|known| Arc::ptr_eq(&known.tree, tree));
        let its = known.and_then(|known| known.of_specs.iter().find(|its| its.spec == place));
        match its {
            Some(its) => its.see(see),
            None => spec.look_among(copied, see),
        }
    }

    fn of<'s>(
        object: &Mapping,
        tree: &Arc<FieldTree>,
        specs: impl Iterator<Item = (u32, &'s FieldSpec)>,
    ) -> Self {
        let ways_of = |(place, spec): (u32, &FieldSpec)| {
            let mut values = Vec::new();
            // Copied: they are far apart, and those in an object are not in the way of a look at another.
            let mut see = |value: &Value, way: &[u32]| values.push((way.into(), value.clone()));
            let is_in_order = spec.look_among(object, &mut see);
            SpecWays {
                spec: place,
                is_in_order,
                values: values.into(),
            }
        };
        Self {
            tree: Arc::clone(tree),
            of_specs: specs.map(ways_of).collect(),
        }
    }
}

impl SpecWays {
    fn see(&self, see: &mut dyn FnMut(&Value, &[u32])) -> bool {
        for (way, value) in &self.values {
            see(value, way);
        }
        self.is_in_order
    }
}
