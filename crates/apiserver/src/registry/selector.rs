//! Label and field selectors of a request.

use trimtab_object::{FaultyLabel, LabelSelector};
use trimtab_tree::Text;
use trimtab_validation::{label_key_problems, label_value_problems};

use super::Call;
use crate::Status;
use crate::cache::{FieldRequirement, FieldRule, SelectedField, Selection};
use crate::media::told;
use crate::request::parse_field_selector;

/// Which objects a call is about.
///
/// # Errors
/// When a selector is none, or names a field that objects are not selected by.
pub(crate) fn selection(call: &Call<'_>) -> Result<Selection, Status> {
    let text = call.query.text("labelSelector");
    let labels = LabelSelector::parse(text).map_err(|error| {
        let why = match LabelSelector::faulty_label(text) {
            Some(fault) => label_fault(&fault),
            None => told(&error),
        };
        Status::bad_request(format!("unable to parse requirement: {why}"))
    })?;
    let mut fields = field_requirements(call, call.query.text("fieldSelector"))?;
    // The old form of a watch of one object.
    if !call.info.name.is_empty() {
        fields.push(FieldRequirement {
            field: SelectedField::Name,
            value: Text::from(call.info.name),
            equal: true,
        });
    }
    Ok(Selection {
        namespace: call.namespace().to_owned(),
        labels,
        fields,
    })
}

/// What is wrong with a label of a selector, and where: `values[0][app]`.
fn label_fault(fault: &FaultyLabel) -> String {
    match fault {
        FaultyLabel::Key(key) => {
            let problems = label_key_problems(key).join("; ");
            format!("key: Invalid value: {key:?}: {problems}")
        }
        FaultyLabel::Value { key, value, at } => {
            let problems = label_value_problems(value).join("; ");
            format!("values[{at}][{key}]: Invalid value: {value:?}: {problems}")
        }
        FaultyLabel::Number { value, at } => format!(
            "values[{at}]: Invalid value: {value:?}: for 'Gt', 'Lt' operators, the value must be an integer"
        ),
    }
}

fn field_requirements(call: &Call<'_>, text: &str) -> Result<Vec<FieldRequirement>, Status> {
    let terms = parse_field_selector(text)?.into_iter();
    let requirements = terms.map(|term| {
        Ok(FieldRequirement {
            field: field_named(call, &term.name)?,
            value: term.value,
            equal: term.equal,
        })
    });
    requirements.collect()
}

/// Fields of `events.k8s.io` that have other names in the form in which events are stored.
const EVENT_NAMES: [(&str, &str); 2] = [
    ("regarding", "involvedObject"),
    ("reportingController", "reportingComponent"),
];

/// A field that Kubernetes does not select by: the uids of an object's owners. Whoever asks for what
/// an object owns, as the garbage collector does before it sets that free, gets it without reading
/// everything there is.
const OWNER: &str = "metadata.ownerReferences.uid";

fn field_named(call: &Call<'_>, name: &str) -> Result<SelectedField, Status> {
    match name {
        "metadata.name" => return Ok(SelectedField::Name),
        "metadata.namespace" if knows_namespace(call) => return Ok(SelectedField::Namespace),
        OWNER => return Ok(SelectedField::Owner),
        _ => {}
    }
    let group = call.resource.group();
    let is_new_event = group == "events.k8s.io";
    let rules = &*call.storage()?.layout.fields;
    let stored = if is_new_event {
        stored_event_field(name)
    } else {
        Some(name.to_owned())
    };
    let known = |rule: &FieldRule| Some(&*rule.name) == stored.as_deref();
    if let Some(number) = rules.iter().position(known) {
        return Ok(SelectedField::Own(number));
    }
    if rules.is_empty() {
        let all = if knows_namespace(call) {
            "\"metadata.name\", \"metadata.namespace\""
        } else {
            "\"metadata.name\""
        };
        let told = format!("{name:?} is not a known field selector: only {all}");
        return Err(Status::bad_request(told));
    }
    let of = match (group, call.resource.kind.kind()) {
        ("resource.k8s.io", kind) => {
            format!(" for {}, Kind={kind}", call.resource.kind.api_version())
        }
        _ => String::new(),
    };
    Err(Status::bad_request(format!(
        "field label not supported{of}: {name}"
    )))
}

/// Whether a resource is selected by its namespace, be it in one or not: all built-in ones without
/// fields of their own are, since they share one conversion of field labels.
fn knows_namespace(call: &Call<'_>) -> bool {
    let is_plain = || {
        let storage = call.storage();
        storage.is_ok_and(|it| it.layout.fields.is_empty())
    };
    call.resource.namespaced || (call.resource.kind.custom().is_none() && is_plain())
}

/// `None` of a field that only the older form of events has.
fn stored_event_field(name: &str) -> Option<String> {
    if name == "source" {
        return None;
    }
    for (new, stored) in EVENT_NAMES {
        if let Some(rest) = name.strip_prefix(new) {
            return Some(format!("{stored}{rest}"));
        }
        if name.starts_with(stored) {
            return None;
        }
    }
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_events_have_other_names() {
        assert_eq!(
            stored_event_field("regarding.name").as_deref(),
            Some("involvedObject.name")
        );
        assert_eq!(stored_event_field("reason").as_deref(), Some("reason"));
        assert_eq!(stored_event_field("involvedObject.name"), None);
        assert_eq!(stored_event_field("source"), None);
    }
}
