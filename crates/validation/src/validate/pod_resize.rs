//! What may change of a pod through `resize`: requests and limits of processor and memory.

use super::annotations;
use super::errors::{Errors, Path};
use super::pod_context::is_sidecar;
use crate::equality::same;
use crate::fields::{copy, entries, has, items, remove, set, text};
use crate::prepare::qos_class;
use trimtab_tree::Value;

/// Checks a change of a pod's resources; the pod's own rules are checked elsewhere.
pub(super) fn check(pod: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let none = Value::null();
    if old.get("metadata").is_some_and(annotations::is_mirror) {
        errors.replace_by_forbidden("static pods cannot be resized");
        return;
    }
    let (spec, before) = (
        pod.get("spec").unwrap_or(&none),
        old.get("spec").unwrap_or(&none),
    );
    if before.get_path(&["os", "name"]).and_then(Value::text) == Some("windows") {
        errors.replace_by_forbidden("windows pods cannot be resized");
        return;
    }
    let path = path.field("spec");
    let class = old.get_path(&["status", "qosClass"]).and_then(Value::text);
    if class.unwrap_or_else(|| qos_class(old)) != qos_class(pod) {
        let shown = pod.get_path(&["status", "qosClass"]).and_then(Value::text);
        let why = "Pod QOS Class may not change as a result of resizing";
        errors.invalid_string(&path, shown.unwrap_or_default(), why);
    }
    if !can_resize(old) {
        errors.forbidden(&path, "Pod running on node without support for resize");
    }
    let mut rest = spec.clone();
    check_pod_level(&mut rest, before, &path, errors);
    if !keeps_order(spec, before, &path, errors) {
        return;
    }
    for list in ["initContainers", "containers"] {
        let list_path = path.field(list);
        for (at, (now, then)) in items(spec, list)
            .iter()
            .zip(items(before, list))
            .enumerate()
        {
            let item = list_path.item(at);
            check_removed(
                now.get("resources").unwrap_or(&none),
                then.get("resources").unwrap_or(&none),
                "resource",
                &item.field("resources"),
                errors,
            );
        }
    }
    check_containers(&mut rest, before, &path, errors);
    if errors.is_empty() && !same(&rest, before) {
        errors.forbidden(&path, "only cpu and memory resources are mutable");
    }
}

/// Whether the node that a pod runs on tells what its containers have.
fn can_resize(pod: &Value) -> bool {
    let none = Value::null();
    let statuses = items(pod.get("status").unwrap_or(&none), "containerStatuses");
    let running = statuses
        .iter()
        .find(|status| status.get_path(&["state", "running"]).is_some());
    running.is_none_or(|status| status.get("resources").is_some())
}

/// Resources of the pod as a whole are not taken away.
fn check_pod_level(spec: &mut Value, before: &Value, path: &Path<'_>, errors: &mut Errors) {
    let is_set = |spec: &Value| {
        let resources = spec.get("resources");
        resources.is_some_and(|it| has(it, "requests") || has(it, "limits"))
    };
    if !is_set(spec) && !is_set(before) {
        return;
    }
    let path_of_all = path.field("resources");
    if let Some(then) = before.get("resources") {
        let Some(now) = spec.get("resources") else {
            errors.forbidden(&path_of_all, "pod-level resources cannot be removed");
            return;
        };
        check_removed(now, then, "pod-level resource", &path_of_all, errors);
    }
    let none = Value::null();
    let then = before.get("resources").cloned();
    if let Some(now) = spec.get_mut("resources") {
        take_over_amounts(now, then.as_ref().unwrap_or(&none));
        let is_empty = !has(now, "requests") && !has(now, "limits") && !has(now, "claims");
        if then.is_none() && is_empty {
            remove(spec, "resources");
        }
    }
    let now = spec.get("resources").unwrap_or(&none);
    if !same(now, then.as_ref().unwrap_or(&none)) {
        let why = "only cpu and memory resources are mutable at pod-level";
        errors.forbidden(path, why);
    }
}

/// Containers stay what they are, in their order; gives whether they do.
fn keeps_order(spec: &Value, before: &Value, path: &Path<'_>, errors: &mut Errors) -> bool {
    let mut keeps = true;
    for list in ["containers", "initContainers"] {
        let list_path = path.field(list);
        let (now, then) = (items(spec, list), items(before, list));
        if now.len() != then.len() {
            keeps = false;
            let why = format!("{list} may not be added or removed on resize");
            errors.forbidden(&list_path, &why);
            continue;
        }
        for (at, (now, then)) in now.iter().zip(then).enumerate() {
            if text(now, "name") != text(then, "name") {
                keeps = false;
                let why = format!("{list} may not be renamed or reordered on resize");
                errors.forbidden(&list_path.item(at).field("name"), &why);
            }
        }
    }
    keeps
}

/// What is asked for and limited stays so, with other amounts.
fn check_removed(now: &Value, then: &Value, what: &str, path: &Path<'_>, errors: &mut Errors) {
    for (list, told) in [("requests", "requests"), ("limits", "limits")] {
        let is_gone = entries(then, list).any(|(name, _)| now.get_path(&[list, name]).is_none());
        if is_gone {
            errors.forbidden(
                &path.field(list),
                &format!("{what} {told} cannot be removed"),
            );
        }
    }
}

/// Makes amounts of processor and memory what they were.
fn take_over_amounts(resources: &mut Value, then: &Value) {
    for list in ["limits", "requests"] {
        let none = Value::null();
        let before = then.get(list).unwrap_or(&none);
        if resources.get(list).is_none_or(Value::is_null) {
            if before.is_null() {
                continue;
            }
            set(resources, list, Value::mapping([]));
        }
        if let Some(amounts) = resources.get_mut(list) {
            copy(amounts, before, "cpu");
            copy(amounts, before, "memory");
        }
    }
}

fn check_containers(spec: &mut Value, before: &Value, path: &Path<'_>, errors: &mut Errors) {
    for list in ["containers", "initContainers"] {
        let list_path = path.field(list);
        let then = items(before, list);
        let containers = spec.get_mut(list).and_then(Value::as_sequence_mut);
        let containers = containers.into_iter().flatten().zip(then);
        for (at, (container, then)) in containers.enumerate() {
            let is_changed = !same(container, then);
            let none = Value::null();
            let old = then.get("resources").unwrap_or(&none);
            if container.get("resources").is_none_or(Value::is_null) {
                set(container, "resources", Value::mapping([]));
            }
            if let Some(resources) = container.get_mut("resources") {
                take_over_amounts(resources, old);
                remove(resources, "claims");
            }
            let is_same = same(container, then);
            if list == "containers" {
                if !is_same {
                    errors.forbidden(path, "only cpu and memory resources are mutable");
                }
                continue;
            }
            let item = list_path.item(at);
            if !is_same {
                let why = "only cpu and memory resources for init or sidecar containers are \
                           mutable";
                errors.forbidden(&item, why);
            }
            let restarts = items(container, "resizePolicy")
                .iter()
                .any(|policy| text(policy, "restartPolicy") == Some("RestartContainer"));
            if is_changed && !is_sidecar(container) && restarts {
                let why = "non-sidecar init containers with a resize policy of RestartContainer \
                           cannot be resized";
                errors.forbidden(&item, why);
            }
        }
    }
}
