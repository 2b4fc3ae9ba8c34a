//! Lists of a bounded length whose items have names.

use crate::fields::text;
use crate::validate::errors::{Errors, Path};
use trimtab_tree::Value;

/// Whether a list is not too long; if it is, nothing else is said of it.
pub(super) fn fits(count: usize, most: usize, list: &Path<'_>, errors: &mut Errors) -> bool {
    if count > most {
        errors.too_many(list, count, most as u64);
    }
    count <= most
}

/// Tells of items whose keys were there before.
pub(super) fn check_unique<'v>(
    keys: impl Iterator<Item = &'v str>,
    list: &Path<'_>,
    errors: &mut Errors,
) {
    let mut seen = Vec::new();
    for (at, key) in keys.enumerate() {
        if seen.contains(&key) {
            errors.duplicate(&list.item(at), key);
        } else {
            seen.push(key);
        }
    }
}

pub(super) fn names(list: &[Value]) -> impl Iterator<Item = &str> {
    list.iter().map(|it| text(it, "name").unwrap_or_default())
}
