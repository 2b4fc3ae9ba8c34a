//! Taints of devices, and what claims tolerate of them.

use super::lists::fits;
use crate::fields::{items, text};
use crate::validate::errors::{Errors, Path};
use crate::validate::formats;
use trimtab_tree::Value;

const MAX_TAINTS: usize = 16;
/// What a taint does to those that do not tolerate it.
const EFFECTS: &[&str] = &["NoExecute", "NoSchedule", "None"];

pub(super) fn check_taints(device: &Value, list: &Path<'_>, errors: &mut Errors) {
    let taints = items(device, "taints");
    if !fits(taints.len(), MAX_TAINTS, list, errors) {
        return;
    }
    for (at, taint) in taints.iter().enumerate() {
        let path = list.item(at);
        let key = text(taint, "key").unwrap_or_default();
        errors.invalid_each(&path.field("key"), key, formats::qualified_name(key));
        if let Some(value) = text(taint, "value") {
            errors.invalid_each(&path.field("value"), value, formats::label_value(value));
        }
        let path = path.field("effect");
        match text(taint, "effect") {
            None => errors.required(&path, ""),
            Some(effect) if !EFFECTS.contains(&effect) => {
                errors.unsupported(&path, &Value::string(effect), EFFECTS);
            }
            Some(_) => {}
        }
    }
}

pub(super) fn check_toleration(toleration: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(key) = text(toleration, "key") {
        errors.invalid_each(&path.field("key"), key, formats::qualified_name(key));
    }
    let value = text(toleration, "value").unwrap_or_default();
    let value_path = path.field("value");
    let operator_path = path.field("operator");
    match text(toleration, "operator").unwrap_or_default() {
        "Exists" => {
            if !value.is_empty() {
                let why = "must be empty for operator `Exists`";
                errors.invalid_string(&value_path, value, why);
            }
        }
        "Equal" => errors.invalid_each(&value_path, value, formats::label_value(value)),
        "" => errors.required(&operator_path, ""),
        operator => {
            let supported = ["Equal", "Exists"];
            errors.unsupported(&operator_path, &Value::string(operator), &supported);
        }
    }
    if let Some(effect) = text(toleration, "effect").filter(|it| !EFFECTS.contains(it)) {
        errors.unsupported(&path.field("effect"), &Value::string(effect), EFFECTS);
    }
}
