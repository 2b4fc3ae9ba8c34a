//! Containers: those that run, those that run before them, and those for debugging.

use super::environment;
use super::errors::{Errors, Path};
use super::formats;
use super::mounts;
use super::pod_context::{PodContext, is_sidecar};
use super::probe;
use super::resources;
use super::rules::Rule::{Between, OneOf, Required};
use super::rules::{Rule, apply};
use super::security;
use crate::fields::{has, int, items, text};
use rustc_hash::FxHashSet;
use trimtab_tree::Value;

/// Rules of the containers that run.
pub(super) fn check_containers(pod: &PodContext<'_>, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("containers");
    let containers = items(pod.spec, "containers");
    if containers.is_empty() {
        errors.required(&list, "");
        return;
    }
    let mut names = FxHashSet::default();
    for (at, container) in containers.iter().enumerate() {
        let path = list.item(at);
        check_container(container, pod, &path, errors);
        let name = text(container, "name").unwrap_or_default();
        if !names.insert(name) {
            errors.duplicate(&path.field("name"), name);
        }
        check_hooks(container, pod, &path, errors);
        check_restart(container, &path, errors);
    }
    check_host_ports(containers, &list, errors);
}

/// Rules of the containers that run before.
pub(super) fn check_init_containers(pod: &PodContext<'_>, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("initContainers");
    let mut names: FxHashSet<&str> = items(pod.spec, "containers")
        .iter()
        .map(|it| text(it, "name").unwrap_or_default())
        .collect();
    for (at, container) in items(pod.spec, "initContainers").iter().enumerate() {
        let path = list.item(at);
        check_container(container, pod, &path, errors);
        check_restart(container, &path, errors);
        let name = text(container, "name").unwrap_or_default();
        if names.contains(name) {
            errors.duplicate(&path.field("name"), name);
        } else if !name.is_empty() {
            names.insert(name);
        }
        check_host_ports(std::slice::from_ref(container), &list, errors);
        if is_sidecar(container) {
            check_hooks(container, pod, &path, errors);
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
        let policies = path.field("resizePolicy");
        for (at, policy) in items(container, "resizePolicy").iter().enumerate() {
            if text(policy, "restartPolicy") == Some("RestartContainer") {
                let item = policies.item(at);
                let why = "must not be set to 'RestartContainer' for non-sidecar initContainers";
                errors.invalid_string(&item.field("restartPolicy"), "RestartContainer", why);
            }
        }
    }
}

/// What a container for debugging may not have.
const NOT_FOR_DEBUGGING: [&str; 9] = [
    "ports",
    "resources",
    "resizePolicy",
    "restartPolicy",
    "restartPolicyRules",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
];

/// Rules of the containers for debugging.
pub(super) fn check_ephemeral_containers(
    pod: &PodContext<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let list = path.field("ephemeralContainers");
    let lists = ["containers", "initContainers"].map(|list| items(pod.spec, list));
    let others: FxHashSet<&str> = lists
        .iter()
        .copied()
        .flatten()
        .map(|it| text(it, "name").unwrap_or_default())
        .collect();
    let mut names = others.clone();
    for (at, container) in items(pod.spec, "ephemeralContainers").iter().enumerate() {
        let path = list.item(at);
        check_container(container, pod, &path, errors);
        check_image_text(container, &path, errors);
        let name = text(container, "name").unwrap_or_default();
        if !names.insert(name) {
            errors.duplicate(&path.field("name"), name);
        }
        let target = text(container, "targetContainerName");
        if let Some(target) = target.filter(|target| !others.contains(target)) {
            errors.not_found(&path.field("targetContainerName"), target, "");
        }
        let why = "cannot be set for an Ephemeral Container";
        for field in NOT_FOR_DEBUGGING {
            if has(container, field) {
                errors.forbidden(&path.field(field), why);
            }
        }
        let mounts = path.field("volumeMounts");
        for (at, mount) in items(container, "volumeMounts").iter().enumerate() {
            let item = mounts.item(at);
            for field in ["subPath", "subPathExpr"] {
                if has(mount, field) {
                    errors.forbidden(&item.field(field), why);
                }
            }
        }
    }
}

/// An image's name with nothing around it, of which only pods themselves are asked.
pub(super) fn check_image_text(container: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(image) = text(container, "image")
        && image.trim() != image
    {
        let why = "must not have leading or trailing whitespace";
        errors.invalid_string(&path.field("image"), image, why);
    }
}

static PULL_POLICY: &[Rule] = &[
    Required("imagePullPolicy"),
    OneOf("imagePullPolicy", &["Always", "IfNotPresent", "Never"]),
];

static MESSAGE_POLICY: &[Rule] = &[
    Required("terminationMessagePolicy"),
    OneOf(
        "terminationMessagePolicy",
        &["File", "FallbackToLogsOnError"],
    ),
];

fn check_container(container: &Value, pod: &PodContext<'_>, path: &Path<'_>, errors: &mut Errors) {
    match text(container, "name") {
        None => errors.required(&path.field("name"), ""),
        Some(name) => errors.invalid_each(&path.field("name"), name, formats::dns_label(name)),
    }
    if !has(container, "image") {
        errors.required(&path.field("image"), "");
    }
    apply(MESSAGE_POLICY, container, path, errors);
    check_ports(container, path, errors);
    environment::check(container, path, errors);
    environment::check_sources(container, path, errors);
    mounts::check(container, pod, path, errors);
    mounts::check_devices(container, pod, path, errors);
    apply(PULL_POLICY, container, path, errors);
    resources::check_container(container, pod, path, errors);
    check_resize_policy(container, pod, path, errors);
    if let Some(context) = container.get("securityContext") {
        security::check_container(context, pod, &path.field("securityContext"), errors);
    }
}

/// What a container that is to go on running has.
fn check_hooks(container: &Value, pod: &PodContext<'_>, path: &Path<'_>, errors: &mut Errors) {
    if let Some(lifecycle) = container.get("lifecycle") {
        let path = path.field("lifecycle");
        for hook in ["postStart", "preStop"] {
            if let Some(handler) = lifecycle.get(hook) {
                probe::check_hook(handler, pod.grace, &path.field(hook), errors);
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

/// When a container starts again, in itself and by the code it ends with.
fn check_restart(container: &Value, path: &Path<'_>, errors: &mut Errors) {
    let rules = items(container, "restartPolicyRules");
    match text(container, "restartPolicy") {
        None if !rules.is_empty() => {
            let why = "must specify restartPolicy when restart rules are used";
            errors.required(&path.field("restartPolicy"), why);
        }
        _ => apply(
            &[OneOf("restartPolicy", &["Always", "Never", "OnFailure"])],
            container,
            path,
            errors,
        ),
    }
    let list = path.field("restartPolicyRules");
    if rules.len() > 20 {
        errors.too_many(&list, rules.len(), 20);
    }
    for (at, rule) in rules.iter().enumerate() {
        let path = list.item(at);
        let action = text(rule, "action").unwrap_or_default();
        if !matches!(action, "Restart" | "RestartAllContainers") {
            let supported = ["Restart", "RestartAllContainers"];
            errors.unsupported(&path.field("action"), &Value::string(action), &supported);
        }
        let Some(codes) = rule.get("exitCodes") else {
            errors.required(&path.field("exitCodes"), "must be specified");
            continue;
        };
        let path = path.field("exitCodes");
        let operator = text(codes, "operator").unwrap_or_default();
        if !matches!(operator, "In" | "NotIn") {
            let supported = ["In", "NotIn"];
            errors.unsupported(
                &path.field("operator"),
                &Value::string(operator),
                &supported,
            );
        }
        let values = items(codes, "values").len();
        if values > 255 {
            errors.too_many(&path.field("values"), values, 255);
        }
    }
}

static PORT_END: &[Rule] = &[
    Required("protocol"),
    OneOf("protocol", &["SCTP", "TCP", "UDP"]),
];

fn check_ports(container: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("ports");
    let mut names = FxHashSet::default();
    for (at, port) in items(container, "ports").iter().enumerate() {
        let path = list.item(at);
        if let Some(name) = text(port, "name") {
            let problems = formats::port_name(name);
            let is_right = problems.is_empty();
            errors.invalid_each(&path.field("name"), name, problems);
            if is_right && !names.insert(name) {
                errors.duplicate(&path.field("name"), name);
            }
        }
        match int(port, "containerPort") {
            None | Some(0) => errors.required(&path.field("containerPort"), ""),
            Some(_) => apply(&[Between("containerPort", 1, 65535)], port, &path, errors),
        }
        if int(port, "hostPort").is_some_and(|port| port != 0) {
            apply(&[Between("hostPort", 1, 65535)], port, &path, errors);
        }
        apply(PORT_END, port, &path, errors);
    }
}

/// In one pod a port of the host is given once.
fn check_host_ports(containers: &[Value], list: &Path<'_>, errors: &mut Errors) {
    let mut taken: FxHashSet<String> = FxHashSet::default();
    for (at, container) in containers.iter().enumerate() {
        let container_path = list.item(at);
        let path = container_path.field("ports");
        for (at, port) in items(container, "ports").iter().enumerate() {
            let Some(number) = int(port, "hostPort").filter(|number| *number != 0) else {
                continue;
            };
            let protocol = text(port, "protocol").unwrap_or_default();
            let address = text(port, "hostIP").unwrap_or_default();
            let key = format!("{protocol}/{address}/{number}");
            if taken.contains(&key) {
                errors.duplicate(&path.item(at).field("hostPort"), &key);
            }
            taken.insert(key);
        }
    }
}

/// In the host's network a container's port is the host's.
pub(super) fn check_ports_in_host_network(
    pod: &PodContext<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let list = path.field("containers");
    for (at, container) in items(pod.spec, "containers").iter().enumerate() {
        let container_path = list.item(at);
        let path = container_path.field("ports");
        for (at, port) in items(container, "ports").iter().enumerate() {
            let number = int(port, "hostPort").unwrap_or(0);
            let own = int(port, "containerPort").unwrap_or(0);
            if (pod.is_pod || number != 0) && number != own {
                let why = "must match `containerPort` when `hostNetwork` is true";
                errors.invalid(&path.item(at).field("hostPort"), &Value::int(number), why);
            }
        }
    }
}

fn check_resize_policy(
    container: &Value,
    pod: &PodContext<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    // All but what is there twice is told of the list, as Kubernetes does.
    let path = path.field("resizePolicy");
    let mut resources = FxHashSet::default();
    for (at, policy) in items(container, "resizePolicy").iter().enumerate() {
        let resource = text(policy, "resourceName").unwrap_or_default();
        if !resources.insert(resource) {
            errors.duplicate(&path.item(at), resource);
        }
        let restart = text(policy, "restartPolicy").unwrap_or_default();
        for (found, supported) in [
            (resource, ["cpu", "memory"]),
            (restart, ["NotRequired", "RestartContainer"]),
        ] {
            if found.is_empty() {
                errors.required(&path, "");
            } else if !supported.contains(&found) {
                errors.unsupported(&path, &Value::string(found), &supported);
            }
        }
        if pod.restart == "Never" && restart != "NotRequired" {
            let why = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
            errors.invalid_string(&path, restart, why);
        }
    }
}
