//! What a changed copy and the fields it was copied from have in common.

use super::Entry;
use super::changed::Changed;
use super::whole::Whole;
use crate::Value;
use crate::print::{PrintedParts, Shape};
use std::sync::Arc;

/// Fields as they are at present: who holds it can tell them again.
#[derive(Clone, Debug)]
pub(crate) struct Kept(Arc<Whole>);

impl Kept {
    pub(super) fn new(whole: &Arc<Whole>) -> Self {
        Self(Arc::clone(whole))
    }

    /// Whether these are the fields.
    pub(super) fn is(&self, whole: &Arc<Whole>) -> bool {
        Arc::ptr_eq(&self.0, whole)
    }
}

/// How a mapping differs from one that it is a copy of.
#[derive(Clone, Copy)]
pub(crate) struct Difference<'m>(&'m Changed);

impl<'m> Difference<'m> {
    pub(super) fn new(changed: &'m Changed) -> Self {
        Self(changed)
    }

    /// How many fields the origin has. Here they are at the same places.
    pub(crate) fn origin_len(self) -> usize {
        self.0.origin().entries().len()
    }

    /// Whether the field at a place is the origin's.
    pub(crate) fn is_unchanged(self, at: usize) -> bool {
        self.0.is_unchanged(at)
    }

    /// The fields that the origin does not have.
    pub(crate) fn added(self) -> &'m [Entry] {
        self.0.added()
    }

    /// The fields that have other values than in the origin, by their places, and in the order in which
    /// they were first changed.
    pub(crate) fn changes(self) -> impl Iterator<Item = (usize, &'m Value)> {
        self.0.changes()
    }

    /// The origin, to be told again.
    pub(crate) fn origin(self) -> Kept {
        Kept::new(self.0.origin())
    }

    /// Whether it is a copy of these.
    pub(crate) fn is_from(self, origin: &Kept) -> bool {
        origin.is(self.0.origin())
    }

    /// What a copy of the origin was printed as, if somebody told.
    pub(crate) fn shape(self) -> Option<&'m Arc<Shape>> {
        self.0.origin().memory.get()?.shape.get()
    }

    /// Tells what this copy was printed as. The first to tell is believed.
    pub(crate) fn remember_shape(self, shape: Shape) {
        let known = self.0.origin().memory.get_or_make();
        // Another thread may have printed a copy meanwhile.
        let _ = known.shape.set(Arc::new(shape));
    }

    /// What single fields of the origin were printed as, if somebody told.
    pub(crate) fn parts(self) -> Option<&'m PrintedParts> {
        self.0.origin().memory.get()?.parts.get()
    }

    /// Tells what fields of the origin were printed as. The first to tell is believed.
    pub(crate) fn remember_parts(self, parts: PrintedParts) {
        let known = self.0.origin().memory.get_or_make();
        // Another thread may have printed a copy meanwhile.
        let _ = known.parts.set(parts);
    }
}
