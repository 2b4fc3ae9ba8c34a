//! What the tests of transformers share.

use crate::resource_set::ResourceSet;
use crate::testing::{documents, printed};
use trimtab_tree::Value;

pub(super) use crate::testing::set as resources;

/// The only document of a text.
pub(super) fn value(text: &str) -> Value {
    documents(text).into_iter().next().unwrap()
}

/// Compares resources with the text that they should be; what stands in the text does not have to
/// be in printed form.
#[track_caller]
pub(super) fn assert_text(set: &ResourceSet, expected: &str) {
    assert_eq!(printed(set), printed(&resources(expected)));
}
