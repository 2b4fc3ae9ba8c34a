//! What the cache holds at one moment.

use super::collections::Collections;
use super::layout::Layout;
use trimtab_store::Revision;

/// All collections, at one revision.
pub(crate) struct State {
    /// The last write that has been applied; 0 before the cache is filled.
    pub(crate) revision: Revision,
    /// The store is gone.
    pub(crate) closed: bool,
    pub(crate) collections: Collections,
}

impl State {
    pub(crate) fn new(layouts: Vec<Layout>) -> Self {
        Self {
            revision: 0,
            closed: false,
            collections: Collections::new(layouts),
        }
    }
}
