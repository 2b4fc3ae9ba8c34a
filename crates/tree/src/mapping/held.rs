//! What a mapping has for its fields.

use super::Mapping;
use super::changed::Changed;
use super::waiting::Waiting;
use super::whole::Whole;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub(super) enum Held {
    Fields(Fields),
    /// Not before somebody looks.
    Pending(Waiting),
}

impl Default for Held {
    fn default() -> Self {
        Self::Fields(Fields::None)
    }
}

impl From<Fields> for Mapping {
    fn from(fields: Fields) -> Self {
        Self {
            held: Held::Fields(fields),
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(super) enum Fields {
    /// Most mappings that are made are filled right after.
    #[default]
    None,
    Whole(Arc<Whole>),
    Changed(Arc<Changed>),
}

impl Fields {
    /// The fields to be rearranged: copied whole, if others have them too.
    pub(super) fn whole_mut(&mut self) -> &mut Whole {
        match self {
            Self::None => *self = Self::Whole(Arc::default()),
            Self::Whole(_) => {}
            Self::Changed(changed) => {
                *self = Self::Whole(Arc::new(changed.to_whole()));
            }
        }
        match self {
            Self::Whole(whole) => {
                let whole = Arc::make_mut(whole);
                whole.memory.forget();
                whole
            }
            Self::None | Self::Changed(_) => unreachable!("it was just made whole"),
        }
    }
}

impl Mapping {
    #[inline]
    pub(super) fn fields(&self) -> &Fields {
        match &self.held {
            Held::Fields(fields) => fields,
            Held::Pending(pending) => pending.done().fields(),
        }
    }

    /// Fields of the same keys in the same order: no change that waits is of the outermost.
    #[inline]
    pub(super) fn outermost(&self) -> &Fields {
        match &self.held {
            Held::Fields(fields) => fields,
            Held::Pending(pending) => pending.origin().fields(),
        }
    }

    #[inline]
    pub(super) fn fields_mut(&mut self) -> &mut Fields {
        if matches!(self.held, Held::Pending(_)) {
            self.do_pending();
        }
        match &mut self.held {
            Held::Fields(fields) => fields,
            Held::Pending(_) => unreachable!("all changes were just done"),
        }
    }

    #[cold]
    fn do_pending(&mut self) {
        if let Held::Pending(pending) = &self.held {
            *self = pending.done().clone();
        }
    }
}
