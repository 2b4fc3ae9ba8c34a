//! Where a slice or a device is.

use crate::fields::{given, is_true};
use crate::validate::errors::{Errors, Path};
use crate::validate::formats;
use crate::validate::rules::apply;
use crate::validate::scheduling::NODE_SELECTOR;
use trimtab_tree::Value;

/// Where a slice or a device is: of its ways to say so, those that it uses.
pub(super) fn places<'f>(
    holder: &Value,
    flags: &[&'f str],
    empty: &str,
    path: &Path<'_>,
    errors: &mut Errors,
) -> Vec<&'f str> {
    let mut set = Vec::new();
    let name_path = path.field("nodeName");
    match given(holder, "nodeName") {
        None => {}
        Some("") => errors.invalid_string(&name_path, "", empty),
        Some(name) => {
            set.push("nodeName");
            errors.invalid_each(&name_path, name, formats::dns_subdomain(name));
        }
    }
    if let Some(selector) = holder.get("nodeSelector").filter(|it| !it.is_null()) {
        set.push("nodeSelector");
        apply(NODE_SELECTOR, selector, &path.field("nodeSelector"), errors);
    }
    for &flag in flags {
        if is_true(holder, flag) {
            set.push(flag);
        } else if holder.get(flag).is_some() {
            let why = "must be either unset or set to true";
            errors.invalid(&path.field(flag), &Value::bool(false), why);
        }
    }
    set
}

pub(super) fn check_one_place(set: &[&str], why: &str, path: &Path<'_>, errors: &mut Errors) {
    if set.is_empty() {
        errors.required(path, why);
    } else if set.len() > 1 {
        let shown: Vec<String> = set.iter().map(|field| format!("`{field}`")).collect();
        let shown = format!("{{{}}}", shown.join(", "));
        let why = match why.split_once(" is required") {
            Some((one, rest)) if !rest.is_empty() => format!("{one} is required{rest}"),
            _ => format!("{why}, but multiple fields are set"),
        };
        errors.invalid_string(path, &shown, &why);
    }
}
