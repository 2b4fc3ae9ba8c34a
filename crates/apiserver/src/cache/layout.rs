//! What collections there are, and what is in them.

use super::facts::FieldRule;

/// What a collection is.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// What the keys of its objects begin with: `/registry/pods/`.
    pub(crate) prefix: String,
    /// What can be named in a field selector.
    pub(crate) fields: &'static [FieldRule],
}

/// The number of a collection, in the order in which the cache was given them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CollectionId(pub(crate) usize);
