//! What is found out about fields that several have, for all of them.

use crate::print::{PrintedFields, PrintedParts, Shape};
use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// What is known of some fields, as long as nobody changes them. Most fields have none: to be asked
/// costs them nothing.
#[derive(Debug, Default)]
pub(super) struct Memory(OnceLock<Box<Known>>);

#[derive(Debug, Default)]
pub(super) struct Known {
    /// What all of them were printed as.
    pub(super) printed: OnceLock<PrintedFields>,
    /// What each was printed as, of those that a changed copy still had.
    pub(super) parts: OnceLock<PrintedParts>,
    /// What a changed copy was printed as.
    pub(super) shape: OnceLock<Arc<Shape>>,
    /// What a user of this crate found out.
    notes: OnceLock<Notes>,
}

struct Notes(Box<dyn Any + Send + Sync>);

impl fmt::Debug for Notes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Notes")
    }
}

impl Known {
    /// What a user of this crate found out; `None` where that is of another type.
    pub(super) fn notes<T: Any + Send + Sync + Default>(&self) -> Option<&T> {
        let notes = self.notes.get_or_init(|| Notes(Box::<T>::default()));
        notes.0.downcast_ref()
    }
}

impl Memory {
    /// What is known, if anything is.
    pub(super) fn get(&self) -> Option<&Known> {
        self.0.get().map(|known| &**known)
    }

    /// What is known, to be added to.
    pub(super) fn get_or_make(&self) -> &Known {
        self.0.get_or_init(Box::default)
    }

    /// Forgets it: the fields are about to change.
    pub(super) fn forget(&mut self) {
        if self.0.get_mut().is_some() {
            self.0.take();
        }
    }
}
