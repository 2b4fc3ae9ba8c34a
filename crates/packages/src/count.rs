//! How many objects of each kind there are.

use crate::kind;
use std::collections::BTreeMap;
use trimtab_tree::Value;

/// The kinds of the objects, sorted, with their numbers.
#[must_use]
pub fn count_kinds(objects: &[Value]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for object in objects {
        *counts.entry(kind(object)).or_default() += 1;
    }
    counts
}
