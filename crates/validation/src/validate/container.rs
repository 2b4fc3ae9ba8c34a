//! Containers, with their ports, variables and mounts.

use super::errors::{Errors, Path};
use super::formats;
use super::probe;
use super::references::check_field_reference;
use super::resources;
use super::rules::Rule::{Between, Do, Form, OneOf, Required};
use super::rules::{Rule, apply};
use super::security;
use crate::fields::{has, int, is_true, items, text};
use trimtab_tree::Value;

/// Rules of any container, those that need to know the pod aside.
static CONTAINER: &[Rule] = &[
    Do(check_ports),
    Do(check_environment),
    Do(check_environment_sources),
];

/// Rules behind the checks of mounts and hooks.
static CONTAINER_END: &[Rule] = &[
    OneOf(
        "terminationMessagePolicy",
        &["File", "FallbackToLogsOnError"],
    ),
    OneOf("imagePullPolicy", &["Always", "IfNotPresent", "Never"]),
    Do(resources::check_container),
    Do(check_resize_policy),
    Rule::Object("securityContext", security::CONTAINER_CONTEXT),
];

pub(super) fn check_containers(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("containers");
    let containers = items(spec, "containers");
    if containers.is_empty() {
        errors.required(&list, "");
        return;
    }
    for (at, container) in containers.iter().enumerate() {
        let path = list.item(at);
        check_container(container, spec, &path, errors);
        check_hooks(container, &path, errors);
        if containers[..at]
            .iter()
            .any(|it| text(it, "name") == text(container, "name"))
            && let Some(name) = text(container, "name")
        {
            errors.duplicate(&path.field("name"), name);
        }
        if let Some(policy) = text(container, "restartPolicy")
            && items(container, "restartPolicyRules").is_empty()
            && !matches!(policy, "Always" | "Never" | "OnFailure")
        {
            let supported = ["Always", "Never", "OnFailure"];
            errors.unsupported(
                &path.field("restartPolicy"),
                &Value::string(policy),
                &supported,
            );
        }
    }
    check_host_ports(spec, &list, errors);
}

pub(super) fn check_init_containers(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("initContainers");
    for (at, container) in items(spec, "initContainers").iter().enumerate() {
        let path = list.item(at);
        check_container(container, spec, &path, errors);
        let name = text(container, "name");
        let has_name = |it: &Value| text(it, "name") == name;
        if name.is_some()
            && (items(spec, "containers").iter().any(has_name)
                || items(spec, "initContainers")[..at].iter().any(has_name))
        {
            errors.duplicate(&path.field("name"), name.unwrap_or_default());
        }
        if text(container, "restartPolicy") == Some("Always") {
            check_hooks(container, &path, errors);
            continue;
        }
        for field in [
            "lifecycle",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
        ] {
            if container.get(field).is_some() {
                let why = "may not be set for init containers without restartPolicy=Always";
                errors.forbidden(&path.field(field), why);
            }
        }
    }
}

pub(super) fn check_ephemeral_containers(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("ephemeralContainers");
    for (at, container) in items(spec, "ephemeralContainers").iter().enumerate() {
        let path = list.item(at);
        check_container(container, spec, &path, errors);
        let target = text(container, "targetContainerName");
        let is_there = |target: &str| {
            let lists = [items(spec, "containers"), items(spec, "initContainers")];
            let mut all = lists.into_iter().flatten();
            all.any(|it| text(it, "name") == Some(target))
        };
        if let Some(target) = target.filter(|target| !is_there(target)) {
            errors.not_found(&path.field("targetContainerName"), target, "");
        }
        for field in [
            "ports",
            "lifecycle",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
        ] {
            if has(container, field) {
                let why = "cannot be set for an Ephemeral Container";
                errors.forbidden(&path.field(field), why);
            }
        }
    }
}

fn check_container(container: &Value, spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    match text(container, "name") {
        None => errors.required(&path.field("name"), ""),
        Some(name) => errors.invalid_each(&path.field("name"), name, formats::dns_label(name)),
    }
    match text(container, "image") {
        None => errors.required(&path.field("image"), ""),
        Some(image) if image.trim() != image => {
            let why = "must not have leading or trailing whitespace";
            errors.invalid_string(&path.field("image"), image, why);
        }
        Some(_) => {}
    }
    apply(CONTAINER, container, path, errors);
    check_mounts(container, spec, path, errors);
    apply(CONTAINER_END, container, path, errors);
    resources::check_claims(container, spec, path, errors);
    security::check_container_in_pod(container, spec, path, errors);
}

/// What a container that is to go on running has.
fn check_hooks(container: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(lifecycle) = container.get("lifecycle") {
        let path = path.field("lifecycle");
        for hook in ["postStart", "preStop"] {
            if let Some(handler) = lifecycle.get(hook) {
                probe::check_handler(handler, &path.field(hook), errors);
            }
        }
    }
    for (field, role) in [
        ("livenessProbe", probe::Role::Liveness),
        ("readinessProbe", probe::Role::Readiness),
        ("startupProbe", probe::Role::Startup),
    ] {
        if let Some(found) = container.get(field) {
            probe::check(found, role, &path.field(field), errors);
        }
    }
}

static PORT: &[Rule] = &[
    Between("hostPort", 1, 65535),
    OneOf("protocol", &["SCTP", "TCP", "UDP"]),
];

fn check_ports(container: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("ports");
    let ports = items(container, "ports");
    for (at, port) in ports.iter().enumerate() {
        let path = list.item(at);
        if let Some(name) = text(port, "name") {
            let problems = formats::port_name(name);
            let is_right = problems.is_empty();
            errors.invalid_each(&path.field("name"), name, problems);
            if is_right && ports[..at].iter().any(|it| text(it, "name") == Some(name)) {
                errors.duplicate(&path.field("name"), name);
            }
        }
        match int(port, "containerPort") {
            None | Some(0) => errors.required(&path.field("containerPort"), ""),
            Some(_) => apply(&[Between("containerPort", 1, 65535)], port, &path, errors),
        }
        apply(PORT, port, &path, errors);
    }
}

/// In one pod a port of the host is given once; in the host's network it is the container's own.
fn check_host_ports(spec: &Value, list: &Path<'_>, errors: &mut Errors) {
    let mut taken: Vec<String> = Vec::new();
    for (at, container) in items(spec, "containers").iter().enumerate() {
        let container_path = list.item(at);
        let path = container_path.field("ports");
        for (at, port) in items(container, "ports").iter().enumerate() {
            let Some(number) = int(port, "hostPort").filter(|number| *number != 0) else {
                continue;
            };
            let path = path.item(at);
            let protocol = text(port, "protocol").unwrap_or_default();
            let address = text(port, "hostIP").unwrap_or_default();
            let key = format!("{protocol}/{address}/{number}");
            if taken.contains(&key) {
                errors.duplicate(&path.field("hostPort"), &key);
            } else {
                taken.push(key);
            }
            if is_true(spec, "hostNetwork") && int(port, "containerPort") != Some(number) {
                let why = "must match `containerPort` when `hostNetwork` is true";
                errors.invalid(&path.field("hostPort"), &Value::int(number), why);
            }
        }
    }
}

/// Sources of the value of a variable.
const SOURCES: [&str; 5] = [
    "fieldRef",
    "resourceFieldRef",
    "configMapKeyRef",
    "secretKeyRef",
    "fileKeyRef",
];

fn check_environment(container: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("env");
    for (at, variable) in items(container, "env").iter().enumerate() {
        let path = list.item(at);
        match text(variable, "name") {
            None => errors.required(&path.field("name"), ""),
            Some(name) => {
                let problems = formats::environment_name(name);
                errors.invalid_each(&path.field("name"), name, problems);
            }
        }
        if let Some(source) = variable.get("valueFrom") {
            check_source(variable, source, &path.field("valueFrom"), errors);
        }
    }
}

fn check_source(variable: &Value, source: &Value, path: &Path<'_>, errors: &mut Errors) {
    let found = SOURCES.iter().filter(|field| source.get(field).is_some());
    match found.count() {
        0 => {
            let why = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, \
                       `secretKeyRef` or `fileKeyRef`";
            errors.invalid_string(path, "", why);
        }
        1 => {}
        _ => {
            let why = "may not have more than one field specified at a time";
            errors.invalid_string(path, "", why);
        }
    }
    if has(variable, "value") {
        let why = "may not be specified when `value` is not empty";
        errors.invalid_string(path, "", why);
    }
    if let Some(field) = source.get("fieldRef") {
        check_field_reference(field, &path.field("fieldRef"), ENVIRONMENT_FIELDS, errors);
    }
    if let Some(resource) = source.get("resourceFieldRef") {
        resources::check_reference(resource, &path.field("resourceFieldRef"), errors);
    }
    for field in ["configMapKeyRef", "secretKeyRef"] {
        if let Some(reference) = source.get(field) {
            let path = path.field(field);
            apply(
                &[Required("key"), Form("key", formats::config_key)],
                reference,
                &path,
                errors,
            );
        }
    }
}

/// What of its pod a variable may hold.
const ENVIRONMENT_FIELDS: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

fn check_environment_sources(container: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("envFrom");
    for source in items(container, "envFrom") {
        let references = ["configMapRef", "secretRef"];
        let found = references
            .iter()
            .filter(|field| source.get(field).is_some());
        match found.count() {
            0 => {
                let why = "must specify one of: `configMapRef` or `secretRef`";
                errors.invalid_string(&path, "", why);
            }
            1 => {}
            _ => {
                let why = "may not have more than one field specified at a time";
                errors.invalid_string(&path, "", why);
            }
        }
    }
}

fn check_mounts(container: &Value, spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("volumeMounts");
    let mounts = items(container, "volumeMounts");
    for (at, mount) in mounts.iter().enumerate() {
        let path = list.item(at);
        let name = text(mount, "name").unwrap_or_default();
        if name.is_empty() {
            errors.required(&path.field("name"), "");
        }
        if !super::volume::has_usable(spec, name) {
            errors.not_found(&path.field("name"), name, "");
        }
        match text(mount, "mountPath") {
            None => errors.required(&path.field("mountPath"), ""),
            Some(place) => {
                if mounts[..at]
                    .iter()
                    .any(|it| text(it, "mountPath") == Some(place))
                {
                    errors.invalid_string(&path.field("mountPath"), place, "must be unique");
                }
            }
        }
        // These two are told of the list, as Kubernetes does.
        for field in ["subPath", "subPathExpr"] {
            if let Some(inner) = text(mount, field) {
                super::volume::check_local_path(inner, &list.field(field), errors);
            }
        }
        if has(mount, "subPath") && has(mount, "subPathExpr") {
            let found = text(mount, "subPathExpr").unwrap_or_default();
            let why = "subPathExpr and subPath are mutually exclusive";
            errors.invalid_string(&list.field("subPathExpr"), found, why);
        }
    }
}

fn check_resize_policy(container: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("resizePolicy");
    for policy in items(container, "resizePolicy") {
        let resource = text(policy, "resourceName").unwrap_or_default();
        if !matches!(resource, "cpu" | "memory") {
            errors.unsupported(&path, &Value::string(resource), &["cpu", "memory"]);
        }
        let restart = text(policy, "restartPolicy").unwrap_or_default();
        if !matches!(restart, "NotRequired" | "RestartContainer") {
            let supported = ["NotRequired", "RestartContainer"];
            errors.unsupported(&path, &Value::string(restart), &supported);
        }
    }
}
