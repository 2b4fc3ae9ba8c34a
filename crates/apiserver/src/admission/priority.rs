//! `Priority`: a pod's priority is that of its class.

use super::attributes::{Attributes, Operation};
use crate::Status;
use crate::fields::{spec_of, text_at};
use crate::lookup::Lookup;
use trimtab_tree::Value;

const GROUP: &str = "scheduling.k8s.io";
const CLASSES: &str = "priorityclasses";

/// Resolves the priority of a new pod; one that is replaced keeps its own.
pub(super) async fn admit(
    pod: &mut Value,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    let is_pod = (attributes.group, attributes.resource) == ("", "pods");
    if attributes.operation == Operation::Update
        && is_pod
        && attributes.subresource.is_empty()
        && let Some(old) = attributes.old
    {
        keep(pod, old);
    }
    if !attributes.is_create("", "pods") {
        return Ok(());
    }
    let name = text_at(pod, &["spec", "priorityClassName"]);
    let class = if let Some(name) = name {
        let class = lookup.get(GROUP, CLASSES, "", name).await?;
        Some(class.ok_or_else(|| {
            let why = format!("no PriorityClass with name {name} was found");
            attributes.forbidden(&why)
        })?)
    } else {
        // Of several default classes the lowest counts.
        let classes = lookup.list(GROUP, CLASSES, "").await?;
        classes
            .into_iter()
            .filter(|class| text_at(class, &["globalDefault"]) == Some("true"))
            .min_by_key(|class| value_of(class))
    };
    let priority = class.as_ref().map_or(0, |class| value_of(class));
    let policy = class
        .as_ref()
        .and_then(|class| text_at(class, &["preemptionPolicy"]))
        .unwrap_or("PreemptLowerPriority");

    let asked = |field: &str| text_at(pod, &["spec", field]).map(str::to_owned);
    if let Some(found) = asked("priority")
        && found != priority.to_string()
    {
        let why = format!(
            "the integer value of priority ({found}) must not be provided in pod spec; priority \
             admission controller computed {priority} from the given PriorityClass name"
        );
        return Err(attributes.forbidden(&why));
    }
    if let Some(found) = asked("preemptionPolicy")
        && found != policy
    {
        let why = format!(
            "the string value of PreemptionPolicy ({found}) must not be provided in pod spec; \
             priority admission controller computed {policy} from the given PriorityClass name"
        );
        return Err(attributes.forbidden(&why));
    }
    let class_name = class
        .as_ref()
        .and_then(|class| text_at(class, &["metadata", "name"]));
    let (class_name, policy) = (class_name.map(Value::string), Value::string(policy));
    if let Some(spec) = spec_of(pod) {
        if let Some(name) = class_name {
            spec.insert("priorityClassName", name);
        }
        spec.insert("priority", Value::int(priority));
        spec.insert("preemptionPolicy", policy);
    }
    Ok(())
}

/// Gives a pod what it does not say itself and its old form says.
fn keep(pod: &mut Value, old: &Value) {
    let Some(spec) = spec_of(pod) else { return };
    for field in ["priority", "preemptionPolicy"] {
        if let Some(value) = old.get_path(&["spec", field])
            && spec.get(field).is_none_or(Value::is_null)
        {
            spec.insert(field, value.clone());
        }
    }
}

fn value_of(class: &Value) -> i64 {
    text_at(class, &["value"])
        .and_then(|value| value.parse().ok())
        .unwrap_or(0)
}

/// Only one class may be the default.
pub(super) async fn check_class(
    class: &Value,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    let is_default = |class: &Value| text_at(class, &["globalDefault"]) == Some("true");
    if !attributes.is(GROUP, CLASSES)
        || attributes.operation == Operation::Delete
        || !is_default(class)
    {
        return Ok(());
    }
    let name = text_at(class, &["metadata", "name"]);
    for other in lookup.list(GROUP, CLASSES, "").await? {
        let other_name = text_at(&other, &["metadata", "name"]);
        if is_default(&other) && other_name != name {
            let other_name = other_name.unwrap_or_default();
            let why = format!(
                "PriorityClass {other_name} is already marked as default. Only one default can exist"
            );
            return Err(attributes.forbidden(&why));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    #[test]
    fn a_pod_that_is_replaced_keeps_its_priority() {
        let read = |text: &str| parse_json(text, 0).unwrap();
        let old = read(r#"{"spec": {"priority": 7, "preemptionPolicy": "Never"}}"#);
        let mut pod = read(r#"{"spec": {"preemptionPolicy": "Other"}}"#);
        keep(&mut pod, &old);
        assert_eq!(text_at(&pod, &["spec", "priority"]), Some("7"));
        assert_eq!(text_at(&pod, &["spec", "preemptionPolicy"]), Some("Other"));
    }
}
