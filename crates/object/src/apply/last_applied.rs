//! From kubectl's client-side apply to its server-side apply, and back.

use super::check::check;
use super::compare::compare;
use super::field_set::FieldSet;
use super::owned::fields_of;
use super::shape::Place;
use trimtab_tree::{JsonStyle, Mapping, Value, parse_json, write_json};

/// The manager for which the ways of client-side apply are kept.
pub(super) const MANAGER: &str = "kubectl";

/// Where client-side apply keeps what it applied.
pub const LAST_APPLIED_ANNOTATION: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// All annotations of an object together may have so many bytes.
const MOST_ANNOTATION_BYTES: usize = 256 * 1024;

fn last_applied(object: &Value) -> Option<&str> {
    let annotation = object.get_path(&["metadata", "annotations", LAST_APPLIED_ANNOTATION]);
    annotation
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

/// What client-side apply last applied and the live object still has as it was. `None` where there is
/// nothing of the kind, or nothing that can be compared.
pub(super) fn untouched_fields(
    live: &Value,
    place: Place<'_>,
    api_version: &str,
) -> Option<FieldSet> {
    let last = parse_json(last_applied(live)?, 0).ok()?;
    let same_version = last.get("apiVersion").and_then(Value::as_str) == Some(api_version);
    if !same_version || !check(&last, place, false).is_empty() {
        return None;
    }
    let changes = compare(&last, live, place);
    let mut fields = fields_of(&last, place);
    for changed in [&changes.modified, &changes.added, &changes.removed] {
        fields.subtract(changed);
    }
    Some(fields)
}

/// Keeps the annotation in step with what is applied, where there is one: who goes back to
/// client-side apply then removes what he took out in between.
pub(super) fn refresh(object: &mut Value, applied: &Value) {
    if last_applied(object).is_none() {
        return;
    }
    let Some(text) = configuration(applied) else {
        return;
    };
    let annotations = object
        .get_path_mut(&["metadata", "annotations"])
        .and_then(Value::as_mapping_mut);
    if let Some(annotations) = annotations {
        annotations.insert(LAST_APPLIED_ANNOTATION, Value::string(text));
        if size(annotations) > MOST_ANNOTATION_BYTES {
            annotations.remove(LAST_APPLIED_ANNOTATION);
        }
    }
}

/// The configuration as the annotation has it, without the annotation itself.
fn configuration(applied: &Value) -> Option<String> {
    let mut applied = applied.clone();
    let annotations = applied.get_path_mut(&["metadata", "annotations"]);
    if let Some(annotations) = annotations.and_then(Value::as_mapping_mut) {
        annotations.remove(LAST_APPLIED_ANNOTATION);
    }
    let mut text = String::new();
    write_json(&applied, &mut text, JsonStyle::Go).ok()?;
    text.push('\n');
    Some(text)
}

fn size(annotations: &Mapping) -> usize {
    let sizes = annotations
        .iter()
        .map(|(key, value)| key.len() + value.text().map_or(0, str::len));
    sizes.sum()
}
