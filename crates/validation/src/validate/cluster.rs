//! Namespaces and nodes, and what components tell each other: leases, events, revisions.

use super::errors::{Errors, Path, show};
use super::formats;
use super::internal::show_internal;
use super::rules::Rule;
use super::rules::Rule::{AtLeast, Do, Object};
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

/// What of a node is settled once it is said. Taints are checked once more, and told of twice, as
/// Kubernetes does.
pub(super) fn check_node_update(node: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let none = Value::null();
    let (spec, old) = (
        node.get("spec").unwrap_or(&none),
        old.get("spec").unwrap_or(&none),
    );
    let path = path.field("spec");
    let (ranges, before) = (items(spec, "podCIDRs"), items(old, "podCIDRs"));
    let why = "node updates may not change podCIDR except from \"\" to valid";
    let changed = if ranges.len() == before.len() {
        ranges.iter().zip(before).filter(|(a, b)| a != b).count()
    } else {
        usize::from(!before.is_empty())
    };
    for _ in 0..changed {
        errors.forbidden(&path.field("podCIDRs"), why);
    }
    let provider = text(old, "providerID");
    if provider.is_some() && provider != text(spec, "providerID") {
        let why = "node updates may not change providerID except from \"\" to valid";
        errors.forbidden(&path.field("providerID"), why);
    }
    check_taints(spec, &path, errors);
    if text(spec, "externalID") != text(old, "externalID") {
        errors.forbidden(&path.field("externalID"), "may not be updated");
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

/// What else holds of a new event in the group of its own, which is stricter.
pub(super) static NEW_EVENT: &[Rule] = &[Do(check_new_event)];

const MAX_EVENT_WORD: usize = 128;
const MAX_NOTE: usize = 1024;

/// What both groups of events ask for. Errors name fields as the core group does.
fn check_event(event: &Value, path: &Path<'_>, errors: &mut Errors) {
    let version = text(event, "apiVersion").unwrap_or_default();
    let is_of_own_group = version.starts_with("events.k8s.io/");
    let field = |own: &'static str, core: &'static str| if is_of_own_group { own } else { core };
    let about = event.get(field("regarding", "involvedObject"));
    let namespace = about.and_then(|about| text(about, "namespace"));
    let namespace = namespace.unwrap_or_default();
    let own = event
        .get_path(&["metadata", "namespace"])
        .and_then(Value::text)
        .unwrap_or_default();
    let is_new = has(event, "eventTime");
    // What is in no namespace is told of in the default one.
    let fits = match (is_new, namespace.is_empty()) {
        (true, true) => matches!(own, "default" | "kube-system"),
        (true, false) => true,
        (false, true) => own == "default",
        (false, false) => own == namespace,
    };
    if !fits {
        let about = path.field("involvedObject");
        let why = "does not match event.namespace";
        errors.invalid_string(&about.field("namespace"), namespace, why);
    }
    if !is_new {
        return;
    }
    let controller = field("reportingController", "reportingComponent");
    let controller_path = path.field(controller);
    let controller = text(event, controller).unwrap_or_default();
    if controller.is_empty() {
        errors.required(&controller_path, "");
    }
    let problems = formats::qualified_name(controller);
    errors.invalid_each(&controller_path, controller, problems);
    for field in ["reportingInstance", "action", "reason"] {
        let path = path.field(field);
        let word = text(event, field).unwrap_or_default();
        if word.is_empty() {
            errors.required(&path, "");
        }
        check_at_most(word, MAX_EVENT_WORD, &path, errors);
    }
    let note = text(event, "note").or_else(|| text(event, "message"));
    check_at_most(
        note.unwrap_or_default(),
        MAX_NOTE,
        &path.field("message"),
        errors,
    );
}

fn check_at_most(text: &str, limit: usize, path: &Path<'_>, errors: &mut Errors) {
    if text.len() > limit {
        let why = format!("can have at most {limit} characters");
        errors.invalid_string(path, "", &why);
    }
}

fn check_new_event(event: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_series(event, path, errors);
    if !has(event, "eventTime") {
        errors.required(&path.field("eventTime"), "");
    }
    let kind = text(event, "type").unwrap_or_default();
    if !matches!(kind, "Normal" | "Warning") {
        let why = format!("has invalid value: {kind}");
        errors.invalid_string(&path.field("type"), "", &why);
    }
    let source = event.get("deprecatedSource");
    for (field, is_set) in [
        ("firstTimestamp", has(event, "deprecatedFirstTimestamp")),
        ("lastTimestamp", has(event, "deprecatedLastTimestamp")),
        ("count", int(event, "deprecatedCount").unwrap_or(0) != 0),
        (
            "source",
            source.is_some_and(|it| has(it, "component") || has(it, "host")),
        ),
    ] {
        if is_set {
            errors.invalid_string(&path.field(field), "", "needs to be unset");
        }
    }
}

fn check_series(event: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(series) = event.get("series").filter(|it| !it.is_null()) else {
        return;
    };
    let path = path.field("series");
    if int(series, "count").unwrap_or(0) < 2 {
        errors.invalid_string(&path.field("count"), "", "should be at least 2");
    }
    if !has(series, "lastObservedTime") {
        errors.required(&path.field("lastObservedTime"), "");
    }
}

/// Of an event in the group of its own nothing changes but its series.
/// Who told an event, as messages show it.
fn show_source(source: Option<&Value>) -> String {
    let of = |field: &str| {
        source
            .and_then(|source| text(source, field))
            .unwrap_or_default()
    };
    let (component, host) = (of("component"), of("host"));
    format!("{{\"Component\":{component:?},\"Host\":{host:?}}}")
}

pub(super) fn check_event_update(event: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let none = Value::null();
    let differs = |field: &str| {
        let (now, before) = (event.get(field), old.get(field));
        !crate::equality::same(now.unwrap_or(&none), before.unwrap_or(&none))
    };
    if differs("series") {
        check_series(event, path, errors);
    }
    for (field, told_as) in [
        ("regarding", "involvedObject"),
        ("reason", "reason"),
        ("note", "message"),
        ("deprecatedSource", "source"),
        ("deprecatedFirstTimestamp", "firstTimestamp"),
        ("deprecatedLastTimestamp", "lastTimestamp"),
        ("deprecatedCount", "count"),
        // Told twice, as Kubernetes does.
        ("reason", "reason"),
        ("type", "type"),
        ("eventTime", "eventTime"),
        ("action", "action"),
        ("related", "related"),
        ("reportingController", "reportingController"),
        ("reportingInstance", "reportingInstance"),
    ] {
        if differs(field) {
            let path = path.field(told_as);
            let shown = match field {
                "regarding" | "related" => show_internal(event.get(field), "ObjectReference"),
                "deprecatedSource" => show_source(event.get(field)),
                _ => show(event.get(field)),
            };
            errors.invalid_text(&path, &shown, "field is immutable");
        }
    }
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
