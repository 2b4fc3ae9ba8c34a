//! Where the mappings are that some field specs lead to, found once for all copies of an object.

use super::field_spec::{FieldSpec, check_name};
use super::field_tree::{FieldTree, Noted, SearchNotes, note_once};
use std::sync::Arc;
use trimtab_tree::{Mapping, Room, Spot, Value};

/// The mappings in an object that some specs lead to, in order.
#[derive(Debug)]
pub(crate) struct FieldSpots {
    /// The paths of the specs.
    tree: Arc<FieldTree>,
    /// `None` where only a visit can tell.
    spots: Option<Box<[FieldSpot]>>,
}

/// A mapping that a spec leads to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldSpot {
    /// The place of the spec in its list.
    pub(super) spec: u32,
    /// How many steps of its path are not there, but are to be made.
    pub(crate) missing: u32,
    /// The mapping, or the one that the first missing step is made in.
    pub(crate) room: Room,
}

impl FieldSpots {
    /// Looks at those of `specs`, whose paths `tree` has, in an object of which there are copies. False where
    /// only a visit can tell what comes of it.
    pub(super) fn with(
        specs: &[&FieldSpec],
        tree: &Arc<FieldTree>,
        copied: &Mapping,
        look: &mut dyn FnMut(&[FieldSpot]) -> bool,
    ) -> bool {
        let Some(notes) = copied.notes::<SearchNotes>(false) else {
            return false;
        };
        let find_all = || Self::of(specs, tree, copied);
        let mut slots = notes.fields.iter();
        let known = slots.find_map(|slot| note_once(slot, find_all).for_tree(tree));
        match known {
            Some(known) => known.spots.as_deref().is_some_and(look),
            None => find(specs, copied).as_deref().is_some_and(look),
        }
    }

    /// Finds out what [`Self::with`] looks at.
    pub(super) fn note(specs: &[&FieldSpec], tree: &Arc<FieldTree>, copied: &Mapping) -> Noted {
        let Some(notes) = copied.notes::<SearchNotes>(false) else {
            return Noted::Never;
        };
        for slot in &notes.fields {
            if slot
                .get()
                .is_some_and(|known| known.for_tree(tree).is_some())
            {
                return Noted::Before;
            }
            let find_all = || Self::of(specs, tree, copied);
            if note_once(slot, find_all).for_tree(tree).is_some() {
                return Noted::Now;
            }
        }
        Noted::Before
    }

    fn for_tree(&self, tree: &Arc<FieldTree>) -> Option<&Self> {
        Arc::ptr_eq(&self.tree, tree).then_some(self)
    }

    fn of(specs: &[&FieldSpec], tree: &Arc<FieldTree>, copied: &Mapping) -> Self {
        Self {
            tree: Arc::clone(tree),
            spots: find(specs, copied),
        }
    }
}

fn find(specs: &[&FieldSpec], object: &Mapping) -> Option<Box<[FieldSpot]>> {
    let mut spots = Vec::new();
    for (place, spec) in (0..).zip(specs) {
        if spec.create {
            let (missing, room) = to_be_there(spec, object)?;
            spots.push(FieldSpot {
                spec: place,
                missing,
                room,
            });
            continue;
        }
        let mut can_tell = true;
        let is_in_order = spec.look_among(object, &mut |value, way| {
            let fields = value.as_mapping();
            match fields.and_then(|fields| Room::among(fields, way)) {
                Some(room) => spots.push(FieldSpot {
                    spec: place,
                    missing: 0,
                    room,
                }),
                // `null` takes nothing.
                None => can_tell &= value.is_null(),
            }
        });
        if !is_in_order || !can_tell {
            return None;
        }
    }
    Some(spots.into())
}

/// Where the mapping is that a spec leads to, or is made, and how many steps are missing.
fn to_be_there(spec: &FieldSpec, object: &Mapping) -> Option<(u32, Room)> {
    let (mut fields, mut way) = (object, Vec::new());
    let steps = spec.path.steps();
    if steps
        .iter()
        .any(|step| step.is_list || check_name(step).is_err())
    {
        return None;
    }
    for (at, step) in steps.iter().enumerate() {
        let Some(place) = fields.position_of(&step.name) else {
            return Some(((steps.len() - at) as u32, Room::for_missing(&way)?));
        };
        way.push(place as u32);
        fields = fields.at(place).value.as_mapping()?;
    }
    Some((0, Room::among(fields, &way)?))
}

/// Whether no spec leads to or through where another leads.
pub(crate) fn are_apart<'s>(specs: impl Iterator<Item = &'s FieldSpec> + Clone) -> bool {
    let mut left = specs;
    while let Some(spec) = left.next() {
        let steps = spec.path.steps();
        let meets = |other: &FieldSpec| {
            let mut pairs = steps.iter().zip(other.path.steps());
            pairs.all(|(own, its)| own.name == its.name)
        };
        if left.clone().any(meets) {
            return false;
        }
    }
    true
}

/// Changes the value at the end of a way in an object: where it is a scalar, without a copy of anything.
/// `before` is what it was, if the caller knows.
pub(crate) fn change_at<T>(
    object: &mut Value,
    way: &[u32],
    before: Option<Value>,
    change: &mut dyn FnMut(&mut Value) -> T,
) -> Option<T> {
    let spot = Spot::at(way);
    let fields = object.as_mapping_mut();
    if let (Some(spot), Some(fields)) = (spot, fields)
        && let Some(changed) = fields.change_later(spot, before, |scalar| change(scalar))
    {
        return Some(changed);
    }
    super::value_at_mut(object, way).map(change)
}
