//! What collections there are, and what is in them.

use super::facts::FieldRule;
use std::borrow::Cow;

/// What a collection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// What the keys of its objects begin with: `/registry/pods/`.
    pub(crate) prefix: String,
    /// What can be named in a field selector.
    pub(crate) fields: Cow<'static, [FieldRule]>,
}

/// The number of a collection: of those that the cache was made with, in their order; of others,
/// none that another collection had before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CollectionId(pub(crate) usize);
