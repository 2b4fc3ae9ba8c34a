//! The status of certificate signing requests, which several paths write a part of each: `approval`
//! the verdict, `status` what is issued (`pkg/registry/certificates/certificates/strategy.go`).

use trimtab_tree::{Mapping, Value};

use super::Call;
use crate::fields::string;

/// Conditions that only the path `approval` writes.
const VERDICTS: [&str; 2] = ["Approved", "Denied"];

/// Keeps of the old status what this path does not write, and dates the conditions.
pub(crate) fn settle(
    call: &Call<'_>,
    object: &mut Value,
    old: &Value,
    subresource: &str,
    now: &str,
) {
    let is_request = call.resource.plural == "certificatesigningrequests";
    if !is_request || !["approval", "status"].contains(&subresource) {
        return;
    }
    let mut conditions = conditions(object);
    let before = self::conditions(old);
    if subresource == "approval" {
        let status = old.get("status").cloned();
        set(
            object,
            status.unwrap_or_else(|| Value::from(Mapping::new())),
        );
    } else {
        for verdict in VERDICTS {
            let is_it = |it: &&Value| string(it, "type") == verdict;
            let old: Vec<&Value> = before.iter().filter(is_it).collect();
            let new = conditions.iter_mut().filter(|it| is_it(&&**it));
            let new: Vec<&mut Value> = new.collect();
            // One that comes or goes is for validation to refuse.
            if new.len() == old.len() {
                for (new, old) in new.into_iter().zip(old) {
                    new.clone_from(old);
                }
            }
        }
    }
    for condition in &mut conditions {
        date(condition, &before, now);
    }
    let status = object.get_mut("status").and_then(Value::as_mapping_mut);
    if let Some(status) = status {
        if conditions.is_empty() {
            status.remove("conditions");
        } else {
            status.insert("conditions", Value::sequence(conditions));
        }
    }
}

fn set(object: &mut Value, status: Value) {
    if let Some(fields) = object.as_mapping_mut() {
        fields.insert("status", status);
    }
}

/// A condition without a time is of now; one that was there in the same state keeps its transition.
fn date(condition: &mut Value, before: &[Value], now: &str) {
    let same = |old: &&Value| {
        ["type", "status"]
            .iter()
            .all(|name| string(old, name) == string(condition, name))
    };
    let since = before
        .iter()
        .find(same)
        .map(|old| string(old, "lastTransitionTime"));
    let since = since
        .filter(|since| !since.is_empty())
        .unwrap_or(now)
        .to_owned();
    for (name, time) in [("lastUpdateTime", now), ("lastTransitionTime", &since)] {
        if string(condition, name).is_empty()
            && let Some(fields) = condition.as_mapping_mut()
        {
            fields.insert(name, Value::string(time));
        }
    }
}

fn conditions(request: &Value) -> Vec<Value> {
    let conditions = request.get_path(&["status", "conditions"]);
    conditions
        .and_then(Value::as_sequence)
        .unwrap_or_default()
        .to_vec()
}
