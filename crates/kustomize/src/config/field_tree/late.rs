//! Changes of an object that wait in its list, see [`Mapping::late_changes`], and the paths of a tree.

use super::search::{Depth, SearchNotes, Walk, note_once};
use super::{FieldTree, Met};
use crate::config::field_path::Step;
use std::sync::Arc;
use trimtab_tree::{Mapping, Spot, Value};

/// Where the way to a change leads in a tree.
enum Course<'t> {
    /// No path goes there.
    Away,
    /// Beyond the end of a path: what is there is no longer what it was.
    Beyond,
    /// To a field on a path.
    Field(&'t (Step, usize)),
    /// To an item of the list in a field on a path.
    Item(usize),
}

/// Whether the changes that wait in a copy of an object are in the way of a tree: most copies differ in the same
/// spots.
#[derive(Debug)]
pub(super) struct LateSpots {
    tree: Arc<FieldTree>,
    spots: Box<[Spot]>,
    are_met: bool,
}

impl FieldTree {
    /// Whether a change that waits in an object may be at the end of a path, beyond it or on the way to it.
    pub(crate) fn meets_late_changes(self: &Arc<Self>, object: &Mapping) -> bool {
        let (Some(copied), changes) = (object.as_copied(), object.late_changes()) else {
            return true;
        };
        let are_met = || {
            let mut changes = changes.iter();
            changes.any(|(spot, _)| !matches!(self.course(copied, spot), Course::Away))
        };
        let Some(notes) = copied.notes::<SearchNotes>(false) else {
            return are_met();
        };
        let find = || LateSpots {
            tree: Arc::clone(self),
            spots: changes.iter().map(|(spot, _)| spot.clone()).collect(),
            are_met: are_met(),
        };
        let is_it = |known: &&LateSpots| {
            let spots = changes.iter().map(|(spot, _)| spot);
            Arc::ptr_eq(&known.tree, self) && spots.eq(&known.spots)
        };
        let slots = notes.late_spots.iter();
        let known = slots.map(|slot| note_once(slot, find)).find(is_it);
        known.map_or_else(are_met, |known| known.are_met)
    }

    /// Follows the way to a change in an object that was copied from one with these fields.
    fn course(&self, copied: &Mapping, spot: &Spot) -> Course<'_> {
        let mut way = WayInTree {
            tree: self,
            course: Course::Item(0),
        };
        let mut fields = Some(copied);
        let mut items: &[Value] = &[];
        for &place in spot.places() {
            let place = usize::from(place);
            let value = match fields {
                Some(fields) if place < fields.len() => {
                    let field = fields.at(place);
                    if !way.enter_field(field.key.text()) {
                        return way.course;
                    }
                    Some(field.value)
                }
                Some(_) => None,
                None => {
                    if !way.enter_item() {
                        return way.course;
                    }
                    items.get(place)
                }
            };
            fields = value.and_then(Value::as_mapping);
            items = value.and_then(Value::as_sequence).unwrap_or_default();
        }
        for key in spot.keys() {
            if !way.enter_field(key) {
                break;
            }
        }
        way.course
    }
}

struct WayInTree<'t> {
    tree: &'t FieldTree,
    course: Course<'t>,
}

impl WayInTree<'_> {
    /// The node here. There is none where the way may end: away from all paths, or beyond one.
    fn node(&mut self) -> Option<usize> {
        let at = match self.course {
            Course::Away | Course::Beyond => return None,
            Course::Item(at) => at,
            Course::Field(&(_, at)) => at,
        };
        let node = &self.tree.nodes[at];
        if node.is_impossible || !node.ends.is_empty() {
            self.course = Course::Beyond;
            return None;
        }
        Some(at)
    }

    /// Goes on to a field. Returns whether the way may go on from there.
    fn enter_field(&mut self, key: &str) -> bool {
        let Some(at) = self.node() else { return false };
        let node = &self.tree.nodes[at];
        self.course = match node.place_of(key) {
            Some(child) => Course::Field(&node.children[child]),
            None => Course::Away,
        };
        matches!(self.course, Course::Field(_))
    }

    fn enter_item(&mut self) -> bool {
        let at = self.node();
        self.course = at.map_or(Course::Beyond, Course::Item);
        at.is_some()
    }
}

impl Walk<'_> {
    /// Looks at the changes that wait in an object. Returns false, and may have told some, where only a look at
    /// the fields as they have become can tell.
    pub(super) fn late_changes(&self, object: &Mapping, tell: &mut dyn FnMut(Met<'_>)) -> bool {
        let changes = object.late_changes();
        let Some(copied) = object.as_copied().filter(|_| !changes.is_empty()) else {
            return false;
        };
        // It looks at lists, which a change may be inside of.
        self.search.everywhere.is_none()
            && (changes.iter()).all(|(spot, value)| match self.tree.course(copied, spot) {
                Course::Away => true,
                Course::Field(child) => {
                    self.field(value, Some(child), Depth::Own, tell);
                    true
                }
                Course::Item(_) | Course::Beyond => false,
            })
    }
}
