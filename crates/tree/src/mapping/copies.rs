//! What copies of a mapping have in common: their fields until one is changed, and what was found out
//! about them.

use super::changed::Changed;
use super::held::{Fields, Held};
use super::memory::Memory;
use super::pending::Pending;
use super::{Difference, Field, Kept, Mapping};
use crate::Value;
use crate::print::{PrintedFields, Shape};
use std::any::Any;
use std::sync::Arc;

impl Mapping {
    /// Whether copies of this mapping have the same fields, so that they were or will be looked at
    /// more than once.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        let fields = match &self.held {
            Held::Fields(fields) => fields,
            Held::Pending(pending) => return pending.is_shared(),
        };
        match fields {
            Fields::None => false,
            Fields::Whole(whole) => Arc::strong_count(whole) > 1,
            Fields::Changed(changed) => Arc::strong_count(changed) > 1,
        }
    }

    /// The fields that these were copied from, where they differ from those in some.
    #[must_use]
    pub fn origin(&self) -> Option<Self> {
        if let Some(pending) = self.pending() {
            return Some(pending.origin().clone());
        }
        match self.fields() {
            Fields::Changed(changed) => Some(Fields::Whole(Arc::clone(changed.origin())).into()),
            Fields::None | Fields::Whole(_) => None,
        }
    }

    /// The fields in which these differ from their [`Mapping::origin`], each with its value there, if there
    /// is one; none where there is no origin.
    pub fn news(&self) -> impl Iterator<Item = (Option<&Value>, Field<'_>)> {
        let changed = match self.fields() {
            Fields::Changed(changed) => Some(&**changed),
            Fields::None | Fields::Whole(_) => None,
        };
        changed.into_iter().flat_map(Changed::news)
    }

    /// Whether these are the very fields of another mapping, or were copied from them.
    #[must_use]
    pub fn is_copy_of(&self, other: &Self) -> bool {
        let origin = match self.fields() {
            Fields::None => return false,
            Fields::Whole(whole) => whole,
            Fields::Changed(changed) => changed.origin(),
        };
        matches!(other.fields(), Fields::Whole(whole) if Arc::ptr_eq(origin, whole))
    }

    /// Whether these are the very fields of another mapping: copies of each other that nobody changed.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        if let (Held::Pending(own), Held::Pending(others)) = (&self.held, &other.held) {
            return own.is_same_as(others);
        }
        match (self.fields(), other.fields()) {
            (Fields::Whole(own), Fields::Whole(others)) => Arc::ptr_eq(own, others),
            (Fields::Changed(own), Fields::Changed(others)) => Arc::ptr_eq(own, others),
            _ => false,
        }
    }

    pub(super) fn memory(&self) -> Option<&Memory> {
        match self.fields() {
            Fields::None => None,
            Fields::Whole(whole) => Some(&whole.memory),
            Fields::Changed(changed) => Some(&changed.memory),
        }
    }

    /// A place for what a user of this crate found out about the fields, empty at first: every copy
    /// has it until it is changed. `None` where no other copy has the fields, so that it would be for
    /// nothing, and where notes of another type are there already. `is_below_copy` says that these fields
    /// are below some that others have, see [`Mapping::has_in_common`].
    #[must_use]
    pub fn notes<T: Any + Send + Sync + Default>(&self, is_below_copy: bool) -> Option<&T> {
        let memory = self.memory()?;
        let known = match memory.get() {
            Some(known) => known,
            None if is_below_copy || self.is_shared() => memory.get_or_make(),
            None => return None,
        };
        known.notes()
    }

    /// The notes of the fields that these were copied from, as [`Mapping::notes`] gives them: `None` where
    /// these differ from them in none.
    #[must_use]
    pub fn notes_of_origin<T: Any + Send + Sync + Default>(&self) -> Option<&T> {
        if let Some(pending) = self.pending() {
            return pending.origin().memory()?.get_or_make().notes();
        }
        match self.fields() {
            Fields::Changed(changed) => changed.origin().memory.get_or_make().notes(),
            Fields::None | Fields::Whole(_) => None,
        }
    }

    /// Whether the field at place `at` is that of the mapping that this one was copied from and differs
    /// from in others: all that is below it belongs to both.
    #[must_use]
    pub fn has_in_common(&self, at: usize) -> bool {
        self.difference().is_some_and(|it| it.is_unchanged(at))
    }

    /// What the fields were printed as, if somebody told.
    pub(crate) fn printed(&self) -> Option<&PrintedFields> {
        self.memory()?.get()?.printed.get()
    }

    /// Tells what the fields were printed as. The first to tell is believed.
    pub(crate) fn remember_printed(&self, printed: PrintedFields) {
        if let Some(memory) = self.memory() {
            // Another thread may have printed them meanwhile.
            let _ = memory.get_or_make().printed.set(printed);
        }
    }

    /// The fields, to be told again, if they are the same as those of others.
    pub(crate) fn kept(&self) -> Option<Kept> {
        match self.fields() {
            Fields::Whole(whole) if Arc::strong_count(whole) > 1 => Some(Kept::new(whole)),
            _ => None,
        }
    }

    /// Whether these are the very fields that were kept.
    pub(crate) fn is_kept(&self, kept: &Kept) -> bool {
        matches!(self.fields(), Fields::Whole(whole) if kept.is(whole))
    }

    /// The fields that these were copied from, if they were changed since.
    pub(crate) fn difference(&self) -> Option<Difference<'_>> {
        match self.fields() {
            Fields::Changed(changed) => Some(Difference::new(changed)),
            Fields::None | Fields::Whole(_) => None,
        }
    }

    /// What a copy of the same origin as these was printed as, if somebody told.
    pub(crate) fn shape(&self) -> Option<&Arc<Shape>> {
        match self.pending() {
            Some(pending) => pending.origin().memory()?.get()?.shape.get(),
            None => self.difference()?.shape(),
        }
    }

    /// What is different in a copy that nobody has looked at.
    pub(crate) fn pending(&self) -> Option<&Pending> {
        match &self.held {
            Held::Fields(_) => None,
            Held::Pending(pending) => Some(pending),
        }
    }
}
