//! The conditions of a status.

use crate::fields::{items_at, text_at};
use trimtab_tree::Value;

/// The condition of that type; types differ in more than case.
pub(crate) fn condition<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    items_at(object, &["status", "conditions"])
        .iter()
        .find(|condition| text_at(condition, &["type"]).eq_ignore_ascii_case(name))
}

/// `True`, `False`, `Unknown`, or nothing if there is no such condition.
pub(crate) fn condition_status<'v>(object: &'v Value, name: &str) -> &'v str {
    condition(object, name).map_or("", |condition| text_at(condition, &["status"]))
}
