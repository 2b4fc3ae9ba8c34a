//! Conditions in the status of a definition.

use crate::fields::string;
use trimtab_tree::Value;

/// What is so, or is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) kind: &'static str,
    pub(super) status: &'static str,
    pub(super) reason: &'static str,
    pub(super) message: String,
}

/// The condition of a kind, if there is one.
pub(super) fn find_condition<'v>(definition: &'v Value, kind: &str) -> Option<&'v Value> {
    let conditions = definition.get_path(&["status", "conditions"])?;
    let mut conditions = conditions.as_sequence()?.iter();
    conditions.find(|it| string(it, "type") == kind)
}

/// Whether a condition holds.
pub(super) fn holds(definition: &Value, kind: &str) -> bool {
    find_condition(definition, kind).is_some_and(|it| string(it, "status") == "True")
}

/// Sets a condition; its time is that of the last change of its status. False if it is so already.
pub(super) fn set_condition(definition: &mut Value, condition: &Condition, now: &str) -> bool {
    let old = find_condition(definition, condition.kind);
    let is_same = old.is_some_and(|old| {
        string(old, "status") == condition.status
            && string(old, "reason") == condition.reason
            && string(old, "message") == condition.message
    });
    if is_same {
        return false;
    }
    let since = old.filter(|old| string(old, "status") == condition.status);
    let since = since
        .map_or(now, |old| string(old, "lastTransitionTime"))
        .to_owned();
    let new = Value::mapping([
        ("type", Value::string(condition.kind)),
        ("status", Value::string(condition.status)),
        ("lastTransitionTime", Value::string(since)),
        ("reason", Value::string(condition.reason)),
        ("message", Value::string(condition.message.as_str())),
    ]);
    let Some(fields) = definition.as_mapping_mut() else {
        return false;
    };
    let status = fields.get_or_insert_with("status", || Value::mapping([]));
    let Some(status) = status.as_mapping_mut() else {
        return false;
    };
    let conditions = status.get_or_insert_with("conditions", || Value::sequence(Vec::new()));
    if conditions.is_null() {
        *conditions = Value::sequence(Vec::new());
    }
    let Some(conditions) = conditions.as_sequence_mut() else {
        return false;
    };
    match conditions
        .iter_mut()
        .find(|it| string(it, "type") == condition.kind)
    {
        Some(known) => *known = new,
        None => conditions.push(new),
    }
    true
}
