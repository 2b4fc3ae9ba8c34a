//! What copies of a set, of which each overlay over a base takes one, find out for each other.

use super::ResourceSet;
use crate::config::Noted;
use crate::resource::Resource;
use rustc_hash::FxHashMap;
use std::num::NonZeroU8;
use std::sync::Arc;
use trimtab_object::Gvk;

/// After so many of which nothing can be noted no more are looked at.
pub(super) const MOST_IN_VAIN: usize = 32;

impl ResourceSet {
    /// Has what can be found out about objects for all their copies found out from the back: another build,
    /// which goes through the same objects at the same time, begins at the front.
    pub(crate) fn look_from_back(&mut self) {
        self.looks_from_back = true;
    }

    /// Finds out with `note` what nobody knows yet, from the back up to what somebody does, if that was
    /// asked for.
    pub(crate) fn note_from_back(&self, mut note: impl FnMut(&Resource) -> Noted) {
        if !self.looks_from_back {
            return;
        }
        let mut in_vain = 0;
        for resource in self.resources.iter().rev() {
            match note(resource) {
                Noted::Now => {}
                Noted::Before => break,
                // Where some are not shared, hardly any is.
                Noted::Never if in_vain == MOST_IN_VAIN => break,
                Noted::Never => in_vain += 1,
            }
        }
    }

    /// Makes what copies of this set would each make for themselves.
    pub(crate) fn prepare_for_copies(&mut self) {
        self.index.prepare(&self.resources);
        self.known_order = Some(Arc::default());
        self.number_kinds();
    }

    /// Gives numbers to the kinds of the resources, as long as there are any.
    fn number_kinds(&mut self) {
        let mut numbers: FxHashMap<Gvk, Option<NonZeroU8>> = FxHashMap::default();
        for resource in &mut self.resources {
            let number = numbers.get(resource.gvk()).copied().unwrap_or_else(|| {
                let number = u8::try_from(numbers.len() + 1)
                    .ok()
                    .and_then(NonZeroU8::new);
                numbers.insert(resource.gvk().clone(), number);
                number
            });
            resource.number_kind(number);
        }
    }

    /// The places of all in the order that a copy with as many resources was put in, if one was.
    pub(crate) fn known_order(&self) -> Option<Arc<[usize]>> {
        let order = self.known_order.as_ref()?.get()?;
        (order.len() == self.len()).then(|| Arc::clone(order))
    }

    /// Remembers for other copies which order this one is put in. The first to tell is believed.
    pub(crate) fn remember_order(&self, places: &[usize]) {
        if let Some(known) = &self.known_order {
            // Another thread may have told meanwhile.
            let _ = known.set(places.into());
        }
    }

    /// Says that copies of the resources will be made as they are.
    pub(crate) fn settle(&mut self) {
        self.resources.iter_mut().for_each(Resource::settle);
    }
}
