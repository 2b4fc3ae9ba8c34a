//! The patch that brings a pod's status from what was written to what is so.

use k8s_openapi::api::core::v1::{Pod, PodCondition, PodStatus};
use serde_json::{Map, Value, json};

/// A strategic merge patch for `pods/status`. Its uid is a precondition, so that a namesake never
/// gets the status; conditions that are somebody else's stay.
pub(crate) fn patch(pod: &Pod, before: Option<&PodStatus>, status: &PodStatus) -> Value {
    let mut fields = object(status);
    let conditions = status.conditions.iter().flatten();
    let conditions: Vec<Value> = conditions
        .map(|condition| {
            let mut written = before.iter().flat_map(|it| it.conditions.iter().flatten());
            let written = written.find(|it| it.type_ == condition.type_);
            condition_patch(written, condition)
        })
        .collect();
    fields.insert("conditions".into(), conditions.into());
    if let Some(before) = before {
        take_away(&mut fields, &object(before));
    }
    json!({"metadata": {"uid": pod.metadata.uid}, "status": fields})
}

fn condition_patch(before: Option<&PodCondition>, condition: &PodCondition) -> Value {
    let mut fields = object(condition);
    if let Some(before) = before {
        take_away(&mut fields, &object(before));
    }
    fields.into()
}

/// Sets to null what was there and is no more. Only these two ever go away.
fn take_away(fields: &mut Map<String, Value>, before: &Map<String, Value>) {
    for name in ["reason", "message"] {
        if before.contains_key(name) && !fields.contains_key(name) {
            fields.insert(name.into(), Value::Null);
        }
    }
}

fn object<T: serde::Serialize>(value: &T) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(fields)) => fields,
        // Of a type that is an object in JSON nothing else comes out.
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_that_is_gone_is_taken_away() {
        let status = |condition: Value| -> PodStatus {
            serde_json::from_value(json!({"phase": "Running", "conditions": [condition]})).unwrap()
        };
        let before = status(json!({"type": "Ready", "status": "False", "reason": "X"}));
        let after = status(json!({"type": "Ready", "status": "True"}));
        let patch = |before| patch(&Pod::default(), before, &after)["status"].clone();
        assert_eq!(
            patch(Some(&before)),
            json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "True", "reason": null}]})
        );
        assert_eq!(
            patch(None),
            json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]})
        );
    }
}
