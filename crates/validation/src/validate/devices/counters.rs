//! Sets of counters, of which devices use some.

use super::lists::fits;
use super::names::check_label;
use crate::fields::{entries, text};
use crate::validate::errors::{Errors, Path};
use trimtab_tree::Value;

const MAX_COUNTERS: usize = 32;

/// A set of counters, which has its name at `field`.
pub(super) fn check_counters(set: &Value, field: &str, path: &Path<'_>, errors: &mut Errors) {
    let name_path = path.field(field);
    match text(set, field) {
        None => errors.required(&name_path, ""),
        Some(name) => check_label(name, &name_path, errors),
    }
    let path = path.field("counters");
    let count = entries(set, "counters").count();
    if count == 0 {
        errors.required(&path, "");
    } else if fits(count, MAX_COUNTERS, &path, errors) {
        for (name, _) in entries(set, "counters") {
            check_label(name, &path, errors);
        }
    }
}
