//! Fields that nobody owns.

use super::field_set::FieldSet;
use std::sync::LazyLock;

/// What identifies an object, and what only the server writes.
const STRIPPED: &[&[&str]] = &[
    &["apiVersion"],
    &["kind"],
    &["metadata"],
    &["metadata", "name"],
    &["metadata", "namespace"],
    &["metadata", "creationTimestamp"],
    &["metadata", "selfLink"],
    &["metadata", "uid"],
    &["metadata", "clusterName"],
    &["metadata", "generation"],
    &["metadata", "managedFields"],
    &["metadata", "resourceVersion"],
];

/// The paths of fields that nobody owns; what is below them is not meant.
pub(super) fn fields() -> &'static FieldSet {
    static FIELDS: LazyLock<FieldSet> = LazyLock::new(|| FieldSet::of_fields(STRIPPED));
    &FIELDS
}
