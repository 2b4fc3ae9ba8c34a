//! Which fields of an object came by an apply.

use crate::fields::{field, items_at};
use crate::target::Manager;
use trimtab_tree::Value;

/// Whether trimtab applied the field at a path, such as `["f:spec", "f:replicas"]` in the words of `managedFields`, and
/// nobody has taken it over since.
pub(crate) fn is_applied(object: &Value, path: &[&str]) -> bool {
    let is_ours = |entry: &Value| {
        field(entry, "manager") == Manager::Apply.name()
            && field(entry, "operation") == "Apply"
            && entry
                .get("fieldsV1")
                .and_then(|fields| fields.get_path(path))
                .is_some()
    };
    let mut managers = items_at(object, &["metadata", "managedFields"]).iter();
    managers.any(is_ours)
}
