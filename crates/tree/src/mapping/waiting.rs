//! The list of changes that waits in one copy, in memory that lists before it have left.
//!
//! Each overlay over a base makes a list for every object of it, and gives all of them up when it is
//! printed. To ask for so much memory again and again, and to give it back, took a tenth of what a further
//! overlay takes.

use super::Mapping;
use super::pending::Pending;
use std::cell::RefCell;
use std::ops::Deref;
use std::sync::Arc;

/// So many lists are left by a thread at most.
const MOST_LEFT: usize = 2048;

thread_local! {
    /// Empty lists, of each of which there is one copy.
    static LEFT: RefCell<Vec<Arc<Pending>>> = const { RefCell::new(Vec::new()) };
}

/// Changes that wait, which copies of the mapping share.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    /// Always there, but while it is dropped.
    pending: Option<Arc<Pending>>,
}

impl Waiting {
    /// What `change` lists for these fields, and what it returns.
    pub(super) fn of<T>(origin: Mapping, change: impl FnOnce(&mut Pending) -> T) -> (Self, T) {
        let left = LEFT.try_with(|left| left.borrow_mut().pop());
        let mut left = left.ok().flatten();
        let (pending, done) = if let Some(pending) = left.as_mut().and_then(Arc::get_mut) {
            pending.begin(origin);
            let done = change(pending);
            (left, done)
        } else {
            let mut pending = Pending::of(origin);
            let done = change(&mut pending);
            (Some(Arc::new(pending)), done)
        };
        (Self { pending }, done)
    }

    /// The changes, to be added to: a copy, if other mappings have them, too.
    pub(super) fn to_mut(&mut self) -> &mut Pending {
        Arc::make_mut(self.pending.as_mut().expect(THERE))
    }

    /// Whether other mappings have the very changes.
    pub(super) fn is_shared(&self) -> bool {
        Arc::strong_count(self.there()) > 1
    }

    /// Whether these are the very changes that another mapping has.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(self.there(), other.there())
    }

    fn there(&self) -> &Arc<Pending> {
        self.pending.as_ref().expect(THERE)
    }
}

const THERE: &str = "the changes are there until they are dropped";

impl Deref for Waiting {
    type Target = Pending;

    fn deref(&self) -> &Pending {
        self.there()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut last = self.pending.take();
        if let Some(pending) = last.as_mut().and_then(Arc::get_mut)
            && pending.end()
        {
            // A thread that ends has given up its own before.
            let _ = LEFT.try_with(|left| {
                let mut left = left.borrow_mut();
                if left.len() < MOST_LEFT {
                    left.extend(last);
                }
            });
        }
    }
}
