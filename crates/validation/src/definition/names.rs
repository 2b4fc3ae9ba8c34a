//! Names of a kind.

use super::check_label;
use crate::fields::{items, text};
use crate::validate::errors::{Errors, Path};
use crate::validate::formats;
use trimtab_tree::Value;

/// Checks the forms of those names that are there.
pub(super) fn check(names: &Value, path: &Path<'_>, errors: &mut Errors) {
    for field in ["plural", "singular"] {
        if let Some(name) = text(names, field) {
            check_label(&path.field(field), name, errors);
        }
    }
    for field in ["kind", "listKind"] {
        let Some(name) = text(names, field) else {
            continue;
        };
        let problems = formats::dns_1035_label(&name.to_lowercase());
        if !problems.is_empty() {
            let why = format!(
                "may have mixed case, but should otherwise match: {}",
                problems.join(",")
            );
            errors.invalid_string(&path.field(field), name, &why);
        }
    }
    let check_each = |field: &str, errors: &mut Errors| {
        let list = path.field(field);
        for (at, name) in items(names, field).iter().enumerate() {
            check_label(&list.item(at), name.text().unwrap_or_default(), errors);
        }
    };
    check_each("shortNames", errors);
    if let (Some(kind), Some(list)) = (text(names, "kind"), text(names, "listKind"))
        && kind == list
    {
        let why = "kind and listKind may not be the same";
        errors.invalid_string(&path.field("listKind"), list, why);
    }
    check_each("categories", errors);
}
