//! Namespaces and nodes, and what components tell each other: leases, events, revisions.

use super::errors::{Errors, Path, show};
use super::formats;
use super::rules::Rule;
use super::rules::Rule::{AtLeast, Do, Object, Required};
use super::scheduling;
use crate::fields::{has, int, items, text};
use trimtab_tree::Value;

pub(super) static NAMESPACE: &[Rule] = &[Object("spec", &[Do(check_namespace_finalizers)])];

fn check_namespace_finalizers(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("finalizers");
    for finalizer in items(spec, "finalizers") {
        let name = finalizer.text().unwrap_or_default();
        errors.invalid_each(&path, name, formats::qualified_name(name));
        if !name.contains('/') && !formats::is_standard_finalizer(name) {
            let why = "name is neither a standard finalizer name nor is it fully qualified";
            errors.invalid_string(&path, name, why);
        }
    }
}

/// A namespace is going exactly when its deletion was asked for.
pub(super) fn check_namespace_phase(
    namespace: &Value,
    _: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let phase = namespace
        .get_path(&["status", "phase"])
        .and_then(Value::text);
    let is_going = namespace
        .get_path(&["metadata", "deletionTimestamp"])
        .is_some();
    let status = path.field("status");
    let path = status.field("Phase");
    match phase {
        Some("Terminating") if !is_going => {
            let why = "may only be 'Active' if `deletionTimestamp` is empty";
            errors.invalid_string(&path, "Terminating", why);
        }
        Some(phase) if is_going && phase != "Terminating" => {
            let why = "may only be 'Terminating' if `deletionTimestamp` is not empty";
            errors.invalid_string(&path, phase, why);
        }
        _ => {}
    }
}

pub(super) static NODE: &[Rule] = &[Object("spec", &[Do(check_taints), Do(check_pod_ranges)])];

/// Taints are told as if they stood in the metadata, as Kubernetes does.
fn check_taints(spec: &Value, _: &Path<'_>, errors: &mut Errors) {
    let root = Path::ROOT;
    let metadata = root.field("metadata");
    let list = metadata.field("taints");
    let taints = items(spec, "taints");
    for (at, taint) in taints.iter().enumerate() {
        super::rules::apply(scheduling::TAINT, taint, &list.item(at), errors);
        let is_same = |other: &Value| {
            ["key", "effect"]
                .iter()
                .all(|field| text(other, field) == text(taint, field))
        };
        if taints[..at].iter().any(is_same) {
            let shown = format!(
                "{{\"Key\":{:?},\"Value\":{:?},\"Effect\":{:?},\"TimeAdded\":{}}}: taints must be \
                 unique by key and effect pair",
                text(taint, "key").unwrap_or_default(),
                text(taint, "value").unwrap_or_default(),
                text(taint, "effect").unwrap_or_default(),
                show(taint.get("timeAdded")),
            );
            errors.duplicate_text(&list.item(at), &shown);
        }
    }
}

fn check_pod_ranges(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("podCIDRs");
    for (at, range) in items(spec, "podCIDRs").iter().enumerate() {
        let range = range.text().unwrap_or_default();
        errors.invalid_each(&list.item(at), range, formats::cidr(range));
    }
}

pub(super) static LEASE: &[Rule] = &[Object(
    "spec",
    &[Do(check_lease_duration), AtLeast("leaseTransitions", 0)],
)];

fn check_lease_duration(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(seconds) = int(spec, "leaseDurationSeconds").filter(|seconds| *seconds <= 0) {
        let path = path.field("leaseDurationSeconds");
        errors.invalid(&path, &Value::int(seconds), "must be greater than 0");
    }
}

pub(super) static EVENT: &[Rule] = &[Do(check_event)];

fn check_event(event: &Value, path: &Path<'_>, errors: &mut Errors) {
    let about = ["involvedObject", "regarding"]
        .iter()
        .find(|field| event.get(field).is_some());
    let about_field = about.copied().unwrap_or("involvedObject");
    let namespace = event
        .get(about_field)
        .and_then(|about| text(about, "namespace"))
        .unwrap_or_default();
    let own = event
        .get_path(&["metadata", "namespace"])
        .and_then(Value::text);
    // What is in no namespace is told of in the default one.
    let fits = own == Some(namespace) || namespace.is_empty() && own == Some("default");
    if !fits {
        let about = path.field("involvedObject");
        errors.invalid_string(
            &about.field("namespace"),
            namespace,
            "does not match event.namespace",
        );
    }
    if !has(event, "eventTime") {
        return;
    }
    let component =
        text(event, "reportingComponent").or_else(|| text(event, "reportingController"));
    let component_path = path.field("reportingComponent");
    if component.is_none() {
        errors.required(&component_path, "");
    }
    let component = component.unwrap_or_default();
    errors.invalid_each(
        &component_path,
        component,
        formats::qualified_name(component),
    );
    super::rules::apply(
        &[
            Required("reportingInstance"),
            Required("action"),
            Required("reason"),
        ],
        event,
        path,
        errors,
    );
}

pub(super) static REVISION: &[Rule] = &[Do(check_revision_data), AtLeast("revision", 0)];

fn check_revision_data(revision: &Value, path: &Path<'_>, errors: &mut Errors) {
    match revision.get("data") {
        Some(data) if data.as_mapping().is_some() => {}
        Some(data) if !data.is_null() => {
            errors.required(&path.field("data"), "data must be a valid JSON object");
        }
        _ => errors.required(&path.field("data"), "data is mandatory"),
    }
}
