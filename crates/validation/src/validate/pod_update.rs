//! What may change of a pod that is there.

use super::annotations;
use super::errors::{Errors, Path, show};
use super::internal::{difference, internal};
use super::scheduling;
use crate::equality::same;
use crate::fields::{copy, entries, has, int, items, remove, set, text};
use trimtab_tree::Value;

/// The only fields of its spec in which a pod may change.
const CHANGEABLE: &str = "pod updates may not change fields other than \
                          `spec.containers[*].image`,`spec.initContainers[*].image`,\
                          `spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to \
                          existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to \
                          be set to 1 if it was previously negative)";

/// Checks a change of a pod; its own rules are checked elsewhere.
pub(super) fn check(pod: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_annotations(pod, old, path, errors);
    let none = Value::null();
    let (spec, before) = (
        pod.get("spec").unwrap_or(&none),
        old.get("spec").unwrap_or(&none),
    );
    let path = path.field("spec");
    for list in ["containers", "initContainers"] {
        if !check_images(spec, before, list, &path.field(list), errors) {
            return;
        }
    }
    if !check_deadline(spec, before, &path, errors) {
        return;
    }
    check_tolerations(spec, before, &path.field("tolerations"), errors);
    check_gates(spec, before, &path.field("schedulingGates"), errors);
    if same(spec, before) {
        return;
    }
    let mut rest = spec.clone();
    take_over_changeable(&mut rest, before);
    if has(before, "schedulingGates") {
        check_gated(&mut rest, before, &path, errors);
    }
    if !is_same_pod(&rest, before) {
        let changes = difference(before, &rest, "PodSpec");
        errors.forbidden(&path, &format!("{CHANGEABLE}\n{changes}"));
    }
}

/// Checks annotations that a pod has for life.
pub(super) fn check_annotations(pod: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let none = Value::null();
    let (metadata, before) = (
        pod.get("metadata").unwrap_or(&none),
        old.get("metadata").unwrap_or(&none),
    );
    let metadata_path = path.field("metadata");
    let path = metadata_path.field("annotations");
    annotations::check_update(metadata, before, &path, errors);
    let spec = pod.get("spec").unwrap_or(&none);
    annotations::check(metadata, spec, &path, errors);
}

/// Whether two specs of pods are the same for the server, which holds no field that is not set.
fn is_same_pod(a: &Value, b: &Value) -> bool {
    same(a, b) || same(&internal(a, "PodSpec"), &internal(b, "PodSpec"))
}

/// Containers stay; gives whether they do.
fn check_images(
    spec: &Value,
    before: &Value,
    list: &str,
    path: &Path<'_>,
    errors: &mut Errors,
) -> bool {
    let containers = items(spec, list);
    if containers.len() != items(before, list).len() {
        errors.forbidden(path, "pod updates may not add or remove containers");
        return false;
    }
    for (at, container) in containers.iter().enumerate() {
        let path = path.item(at);
        if !has(container, "image") {
            errors.required(&path.field("image"), "");
        }
        super::container::check_image_text(container, &path, errors);
    }
    true
}

/// A deadline only comes nearer; gives whether the rest is worth looking at.
fn check_deadline(spec: &Value, before: &Value, path: &Path<'_>, errors: &mut Errors) -> bool {
    const MOST: i64 = i32::MAX as i64;
    let seconds = |spec: &Value| int(spec, "activeDeadlineSeconds");
    let path = path.field("activeDeadlineSeconds");
    match (seconds(spec), seconds(before)) {
        (Some(now), _) if !(0..=MOST).contains(&now) => {
            let why = format!("must be between 0 and {MOST}, inclusive");
            errors.invalid(&path, &Value::int(now), &why);
            false
        }
        (Some(now), Some(before)) if now > before => {
            let why = "must be less than or equal to previous value";
            errors.invalid(&path, &Value::int(now), why);
            false
        }
        (None, Some(_)) => {
            let why = "must not update from a positive integer to nil value";
            errors.invalid_text(&path, "null", why);
            true
        }
        _ => true,
    }
}

/// Tolerations stay, if need be with other seconds, and more may come.
fn check_tolerations(spec: &Value, before: &Value, path: &Path<'_>, errors: &mut Errors) {
    let without_seconds = |toleration: &Value| {
        let mut toleration = toleration.clone();
        remove(&mut toleration, "tolerationSeconds");
        toleration
    };
    let all = |spec: &Value| -> Vec<Value> {
        items(spec, "tolerations")
            .iter()
            .map(without_seconds)
            .collect()
    };
    let now = all(spec);
    let keeps = all(before)
        .iter()
        .all(|old| now.iter().any(|toleration| same(toleration, old)));
    if !keeps {
        let why = "existing toleration can not be modified except its tolerationSeconds";
        errors.forbidden(path, why);
        return;
    }
    for (at, toleration) in items(spec, "tolerations").iter().enumerate() {
        super::rules::apply(scheduling::TOLERATION, toleration, &path.item(at), errors);
    }
}

/// Gates go, and none comes.
fn check_gates(spec: &Value, before: &Value, path: &Path<'_>, errors: &mut Errors) {
    let known = items(before, "schedulingGates");
    for (at, gate) in items(spec, "schedulingGates").iter().enumerate() {
        let name = text(gate, "name").unwrap_or_default();
        if !known.iter().any(|it| text(it, "name") == Some(name)) {
            let why = format!("only deletion is allowed, but found new scheduling gate '{name}'");
            errors.forbidden(&path.item(at).field("name"), &why);
        }
    }
}

/// Makes what may change what it was, so that only what may not remains different.
fn take_over_changeable(spec: &mut Value, before: &Value) {
    for list in ["containers", "initContainers"] {
        let old = items(before, list);
        let containers = spec.get_mut(list).and_then(Value::as_sequence_mut);
        for (container, old) in containers.into_iter().flatten().zip(old) {
            copy(container, old, "image");
        }
    }
    for field in ["activeDeadlineSeconds", "tolerations", "schedulingGates"] {
        copy(spec, before, field);
    }
    let grace = |spec: &Value| int(spec, "terminationGracePeriodSeconds");
    if grace(spec) == Some(1) && grace(before).is_some_and(|before| before < 0) {
        copy(spec, before, "terminationGracePeriodSeconds");
    }
}

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";

/// While there is a gate, nodes may be selected more strictly.
fn check_gated(spec: &mut Value, before: &Value, path: &Path<'_>, errors: &mut Errors) {
    let keeps_labels = entries(before, "nodeSelector").all(|(key, value)| {
        spec.get_path(&["nodeSelector", key])
            .is_some_and(|own| own == value)
    });
    if !keeps_labels {
        let why = "only additions to spec.nodeSelector are allowed (no mutations or deletions)";
        errors.invalid_or_none(&path.field("nodeSelector"), spec.get("nodeSelector"), why);
    }
    copy(spec, before, "nodeSelector");

    let none = Value::null();
    let of = |spec: &Value| spec.get_path(&["affinity", "nodeAffinity"]).cloned();
    let (now, then) = (of(spec), of(before));
    if same(
        now.as_ref().unwrap_or(&none),
        then.as_ref().unwrap_or(&none),
    ) {
        return;
    }
    let terms = |affinity: &Option<Value>| -> Vec<Value> {
        let terms = affinity
            .as_ref()
            .and_then(|it| it.get_path(&[REQUIRED, "nodeSelectorTerms"]));
        terms
            .and_then(Value::as_sequence)
            .unwrap_or_default()
            .to_vec()
    };
    if then.as_ref().is_some_and(|it| it.get(REQUIRED).is_some()) {
        let affinity = path.field("affinity");
        let node = affinity.field("nodeAffinity");
        let required = node.field(REQUIRED);
        let path = required.field("nodeSelectorTerms");
        check_terms(&terms(&now), &terms(&then), &path, errors);
    }
    // What is left is compared without it.
    if let Some(then) = then {
        if spec.get("affinity").is_none_or(Value::is_null) {
            set(spec, "affinity", Value::mapping([]));
        }
        if let Some(affinity) = spec.get_mut("affinity") {
            set(affinity, "nodeAffinity", then);
        }
    } else if let Some(affinity) = spec.get_mut("affinity") {
        remove(affinity, "nodeAffinity");
        if affinity.is_null_or_empty() && before.get("affinity").is_none() {
            remove(spec, "affinity");
        }
    }
}

fn check_terms(now: &[Value], then: &[Value], path: &Path<'_>, errors: &mut Errors) {
    if then.is_empty() {
        return;
    }
    if now.len() != then.len() {
        let shown = Value::sequence(now.to_vec());
        let why = "no additions/deletions to non-empty NodeSelectorTerms list are allowed";
        errors.invalid_text(path, &show(Some(&shown)), why);
        return;
    }
    for (at, (term, before)) in now.iter().zip(then).enumerate() {
        let lists = ["matchExpressions", "matchFields"];
        let keeps = |list: &&str| {
            let (now, before) = (items(term, list), items(before, list));
            now.len() >= before.len() && now.iter().zip(before).all(|(now, old)| same(now, old))
        };
        let was_empty = lists.iter().all(|list| items(before, list).is_empty());
        let is_empty = lists.iter().all(|list| items(term, list).is_empty());
        if !lists.iter().all(keeps) || (was_empty && !is_empty) {
            let why = "only additions are allowed (no mutations or deletions)";
            errors.invalid(&path.item(at), term, why);
        }
    }
}

/// Containers for debugging are added, never taken away or changed.
pub(super) fn check_debuggers(pod: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_annotations(pod, old, path, errors);
    if old.get("metadata").is_some_and(annotations::is_mirror) {
        errors.replace_by_forbidden("static pods do not support ephemeral containers");
        return;
    }
    let none = Value::null();
    let (spec, before) = (
        pod.get("spec").unwrap_or(&none),
        old.get("spec").unwrap_or(&none),
    );
    let spec_path = path.field("spec");
    let path = spec_path.field("ephemeralContainers");
    for container in items(before, "ephemeralContainers") {
        let name = text(container, "name").unwrap_or_default();
        let mut now = items(spec, "ephemeralContainers").iter();
        match now.find(|it| text(it, "name") == Some(name)) {
            None => {
                let why = format!("existing ephemeral containers {name:?} may not be removed\n");
                errors.forbidden(&path, &why);
            }
            Some(found) if !same(found, container) => {
                let changes = difference(container, found, "EphemeralContainer");
                let why =
                    format!("existing ephemeral containers {name:?} may not be changed\n{changes}");
                errors.forbidden(&path, &why);
            }
            Some(_) => {}
        }
    }
}
