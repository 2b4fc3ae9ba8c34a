//! What a resource was called before transformers renamed it.

use std::cell::RefCell;
use std::ops::Deref;
use trimtab_tree::Text;

/// An id that a resource had before a transformer renamed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PreviousId {
    /// `metadata.name` then.
    pub name: Text,
    /// `metadata.namespace` then.
    pub namespace: Text,
    /// The kind then. Group and version are always the current ones.
    pub kind: Text,
    /// Whether the kind was known to be cluster-scoped.
    pub cluster_scoped: bool,
}

/// The ids that a resource had, oldest first, in memory that other resources have left: every overlay over a
/// base renames all of it, which would ask for as much again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PreviousIds(Vec<PreviousId>);

/// Nearly all are given a name and a namespace, if any.
const USUAL: usize = 2;

/// So many lists are left by a thread at most.
const MOST_LEFT: usize = 2048;

thread_local! {
    /// Empty lists with room for [`USUAL`] ids.
    static LEFT: RefCell<Vec<Vec<PreviousId>>> = const { RefCell::new(Vec::new()) };
}

impl PreviousIds {
    pub(super) fn push(&mut self, id: PreviousId) {
        if self.0.capacity() == 0 {
            let left = LEFT.try_with(|left| left.borrow_mut().pop());
            let left = left.ok().flatten();
            self.0 = left.unwrap_or_else(|| Vec::with_capacity(USUAL));
        }
        self.0.push(id);
    }
}

impl Deref for PreviousIds {
    type Target = [PreviousId];

    fn deref(&self) -> &[PreviousId] {
        &self.0
    }
}

impl FromIterator<PreviousId> for PreviousIds {
    fn from_iter<T: IntoIterator<Item = PreviousId>>(ids: T) -> Self {
        Self(ids.into_iter().collect())
    }
}

impl Drop for PreviousIds {
    fn drop(&mut self) {
        if self.0.capacity() != USUAL {
            return;
        }
        let mut ids = std::mem::take(&mut self.0);
        ids.clear();
        // A thread that ends has given up its own before.
        let _ = LEFT.try_with(|left| {
            let mut left = left.borrow_mut();
            if left.len() < MOST_LEFT {
                left.push(ids);
            }
        });
    }
}
