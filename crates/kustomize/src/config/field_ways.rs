//! The ways to the values that some field specs lead to, found once for all copies of an object.

use super::field_spec::FieldSpec;
use super::field_tree::{FieldTree, SearchNotes, note_once};
use std::sync::Arc;
use trimtab_tree::{Mapping, Node, Value};

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
    ways: Box<[Box<[u32]>]>,
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
            Some(its) => its.see(copied, see),
            None => spec.look_among(copied, see),
        }
    }

    fn of<'s>(
        object: &Mapping,
        tree: &Arc<FieldTree>,
        specs: impl Iterator<Item = (u32, &'s FieldSpec)>,
    ) -> Self {
        let ways_of = |(place, spec): (u32, &FieldSpec)| {
            let mut ways = Vec::new();
            let is_in_order = spec.look_among(object, &mut |_, way| ways.push(way.into()));
            SpecWays {
                spec: place,
                is_in_order,
                ways: ways.into(),
            }
        };
        Self {
            tree: Arc::clone(tree),
            of_specs: specs.map(ways_of).collect(),
        }
    }
}

impl SpecWays {
    fn see(&self, object: &Mapping, see: &mut dyn FnMut(&Value, &[u32])) -> bool {
        for way in &self.ways {
            if let Some(value) = value_at(object, way) {
                see(value, way);
            }
        }
        self.is_in_order
    }
}

/// The value that a way leads to, see [`value_at_mut`](super::value_at_mut).
fn value_at<'v>(object: &'v Mapping, way: &[u32]) -> Option<&'v Value> {
    let field = |fields: &'v Mapping, at: u32| {
        let at = at as usize;
        (at < fields.len()).then(|| fields.at(at).value)
    };
    let (&first, rest) = way.split_first()?;
    let first = field(object, first)?;
    rest.iter().try_fold(first, |value, &at| match &value.node {
        Node::Scalar(_) => None,
        Node::Sequence(items) => items.get(at as usize),
        Node::Mapping(fields) => field(fields, at),
    })
}
