//! Collections that come and go: those of custom kinds.
//!
//! Which there are is said by objects of another collection, the definitions. The feed tells of
//! every write of one before it applies the writes behind it, so a collection is there before the
//! first object of it.

use std::sync::Arc;
use trimtab_store::Entry;

use super::layout::{CollectionId, Layout};

/// What becomes of a collection when its definition is written.
#[derive(Debug)]
pub(crate) struct Reopen {
    /// The collection that was there until now: it is gone.
    pub(crate) before: Option<CollectionId>,
    /// The one that is there from now on, with the objects of the one before.
    pub(crate) after: Option<(CollectionId, Arc<Layout>)>,
}

/// Says which collections come and go.
pub(crate) trait Definitions: Send + Sync {
    /// What the keys of definitions begin with.
    fn prefix(&self) -> &str;

    /// Forgets all definitions: they are all told anew.
    fn reset(&self);

    /// A definition was written, or deleted. `None` if its collection stays as it is.
    fn changed(&self, key: &str, entry: Option<&Entry>) -> Option<Reopen>;

    /// Everything told so far has been applied.
    fn applied(&self);
}
