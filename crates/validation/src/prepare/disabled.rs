//! Fields of features that are off by default, which the server forgets when it is told of them.
//!
//! Each is taken from a new object, and from an update unless the old object has it (which it may,
//! from a server where the feature was on).

use super::Mapping;
use crate::fields::remove;
use trimtab_schema::PodTemplatePlace;
use trimtab_tree::Value;

/// By kind, the fields as paths; `*` stands for every item of a list.
static DISABLED: &[(&str, &[&[&str]])] = &[
    ("CSIDriver", &[&["spec", "preventPodSchedulingIfMissing"]]),
    (
        "EndpointSlice",
        &[&["endpoints", "*", "deprecatedTopology"]],
    ),
    (
        "Lease",
        &[&["spec", "preferredHolder"], &["spec", "strategy"]],
    ),
    ("Node", &[&["spec", "configSource"]]),
    (
        "StatefulSet",
        &[&["spec", "updateStrategy", "rollingUpdate", "maxUnavailable"]],
    ),
];

/// The same within a pod.
static OF_PODS: &[&[&str]] = &[
    &["schedulingGroup"],
    &["containers", "*", "lifecycle", "stopSignal"],
    &["initContainers", "*", "lifecycle", "stopSignal"],
    &["ephemeralContainers", "*", "lifecycle", "stopSignal"],
];

/// Takes from an object of that kind what is of features that are off. Of an update, `old` is the
/// object that it replaces.
pub(super) fn drop_disabled(kind: &str, object: &mut Value, old: Option<&Value>) {
    let rows = DISABLED.iter().filter(|(of, _)| *of == kind);
    for path in rows.flat_map(|(_, paths)| paths.iter()) {
        if !old.is_some_and(|old| is_used(old, path)) {
            take(object, path);
        }
    }
    // The kinds of these groups have each a name of their own.
    let mut groups = ["", "apps", "batch"].into_iter();
    let template = match kind {
        "Pod" => Some(&[][..]),
        _ => groups.find_map(|group| Some(PodTemplatePlace::of(group, kind)?.path)),
    };
    let Some(template) = template else {
        return;
    };
    let place = [template, &["spec"]].concat();
    let before = old.and_then(|old| old.get_path(&place));
    let Some(pod) = object.get_path_mut(&place) else {
        return;
    };
    for path in OF_PODS {
        if !before.is_some_and(|old| is_used(old, path)) {
            take(pod, path);
        }
    }
}

fn is_used(object: &Value, path: &[&str]) -> bool {
    match path {
        [] => !object.is_null(),
        ["*", rest @ ..] => {
            let items = object.as_sequence().unwrap_or_default();
            items.iter().any(|item| is_used(item, rest))
        }
        [field, rest @ ..] => object.get(field).is_some_and(|it| is_used(it, rest)),
    }
}

fn take(object: &mut Value, path: &[&str]) {
    match path {
        [] => {}
        ["*", rest @ ..] => {
            for item in object.as_sequence_mut().into_iter().flatten() {
                take(item, rest);
            }
        }
        [field] => {
            remove(object, field);
        }
        [field, rest @ ..] => {
            let Some(inner) = object.get_mut(field) else {
                return;
            };
            let had_fields = inner
                .as_mapping()
                .is_some_and(|it: &Mapping| !it.is_empty());
            take(inner, rest);
            // A hook of which nothing is left is none.
            if *field == "lifecycle" && had_fields && inner.is_null_or_empty() {
                remove(object, field);
            }
        }
    }
}
