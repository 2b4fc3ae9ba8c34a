//! Where scalars of one purpose are in an object, found once for all copies of it.

use super::field_tree::{FieldTree, Noted, SearchNotes, note_once};
use std::sync::Arc;
use trimtab_tree::{Mapping, Spot, Value};

/// The scalars in an object that some paths and lists lead to.
#[derive(Debug)]
pub(crate) struct ScalarSpots {
    /// The paths.
    tree: Arc<FieldTree>,
    /// `None` where only a visit can tell.
    spots: Option<Box<[ScalarSpot]>>,
}

/// A scalar in an object.
#[derive(Debug)]
pub(crate) struct ScalarSpot {
    pub(crate) spot: Spot,
    /// What is there.
    pub(crate) scalar: Value,
    /// How often it is come to.
    pub(crate) times: u32,
}

impl ScalarSpots {
    /// Where the images are in an object of which there are copies, which `find` finds out. `None` where only a
    /// visit can tell what comes of it.
    pub(crate) fn of_images<'n>(
        copied: &'n Mapping,
        tree: &Arc<FieldTree>,
        find: impl FnOnce() -> Option<Vec<ScalarSpot>>,
    ) -> Option<&'n [ScalarSpot]> {
        let notes = copied.notes::<SearchNotes>(false)?;
        let known = note_once(&notes.image_spots, || Self::new(tree, find));
        let is_its = Arc::ptr_eq(&known.tree, tree);
        known.spots.as_deref().filter(|_| is_its)
    }

    /// Finds out what [`Self::of_images`] gives.
    pub(crate) fn note_images(
        copied: &Mapping,
        tree: &Arc<FieldTree>,
        find: impl FnOnce() -> Option<Vec<ScalarSpot>>,
    ) -> Noted {
        let Some(notes) = copied.notes::<SearchNotes>(false) else {
            return Noted::Never;
        };
        if notes.image_spots.get().is_some() {
            return Noted::Before;
        }
        note_once(&notes.image_spots, || Self::new(tree, find));
        Noted::Now
    }

    fn new(tree: &Arc<FieldTree>, find: impl FnOnce() -> Option<Vec<ScalarSpot>>) -> Self {
        Self {
            tree: Arc::clone(tree),
            spots: find().map(Vec::into_boxed_slice),
        }
    }
}
