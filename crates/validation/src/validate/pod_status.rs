//! What the status of a pod may say.

use super::addresses;
use super::errors::{Errors, Path};
use super::formats;
use super::metadata::check_immutable;
use super::pod_update;
use super::security::MAX_ID;
use crate::fields::{has, int, items, text};
use rustc_hash::FxHashSet;
use trimtab_tree::Value;

/// Checks an update of a pod's status.
pub(super) fn check(pod: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    pod_update::check_annotations(pod, old, path, errors);
    let none = Value::null();
    let part = |object: &'_ Value, field| object.get(field).cloned().unwrap_or_else(Value::null);
    let (status, before) = (part(pod, "status"), part(old, "status"));
    let spec = old.get("spec").unwrap_or(&none);
    let path = path.field("status");
    check_conditions(&status, &path, errors);
    check_nomination(&status, &before, spec, &path, errors);
    check_generation(&status, &path, errors);
    check_immutable(&status, &before, "qosClass", &path, errors);
    for (list, containers) in [
        ("containerStatuses", "containers"),
        ("initContainerStatuses", "initContainers"),
        ("ephemeralContainerStatuses", ""),
    ] {
        check_ended(&status, &before, spec, (list, containers), &path, errors);
    }
    check_claims(&status, spec, &path, errors);
    check_addresses(&status, &before, &path, errors);
    check_users(&status, spec, &path, errors);
}

/// A count of generations is none below zero.
fn check_generation(object: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(generation) = int(object, "observedGeneration").filter(|it| *it < 0) {
        let path = path.field("observedGeneration");
        let why = "must be a non-negative integer";
        errors.invalid(&path, &Value::int(generation), why);
    }
}

fn check_conditions(status: &Value, path: &Path<'_>, errors: &mut Errors) {
    const OF_THE_SYSTEM: [&str; 3] = ["PodScheduled", "Ready", "Initialized"];
    let list = path.field("conditions");
    for (at, condition) in items(status, "conditions").iter().enumerate() {
        let path = list.item(at);
        check_generation(condition, &path, errors);
        let kind = text(condition, "type").unwrap_or_default();
        if !OF_THE_SYSTEM.contains(&kind) {
            errors.invalid_each(&path.field("Type"), kind, formats::qualified_name(kind));
        }
    }
}

fn check_nomination(
    status: &Value,
    before: &Value,
    spec: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let Some(node) = text(status, "nominatedNodeName") else {
        return;
    };
    if text(before, "nominatedNodeName") == Some(node) {
        return;
    }
    let path = path.field("nominatedNodeName");
    errors.invalid_each(&path, node, formats::dns_subdomain(node));
    if has(spec, "nodeName") {
        let why = "may not be set on pods that are already bound to a node";
        errors.forbidden(&path, why);
    }
}

/// What has ended and is not to start again has ended for good.
fn check_ended(
    status: &Value,
    before: &Value,
    spec: &Value,
    (list, containers): (&str, &str),
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if !containers.is_empty() && can_all_start_again(spec) {
        return;
    }
    let path = path.field(list);
    for (at, old) in items(before, list).iter().enumerate() {
        let Some(ended) = old.get_path(&["state", "terminated"]) else {
            continue;
        };
        let name = text(old, "name");
        let mut now = items(status, list).iter();
        let Some(now) = now.find(|it| text(it, "name") == name) else {
            continue;
        };
        if now.get_path(&["state", "terminated"]).is_some() {
            continue;
        }
        let mut all = items(spec, containers).iter();
        let container = all.find(|it| text(it, "name") == name);
        let code = int(ended, "exitCode").unwrap_or(0);
        if !container.is_some_and(|container| starts_again(container, spec, code)) {
            let why = "may not be transitioned to non-terminated state";
            errors.forbidden(&path.item(at).field("state"), why);
        }
    }
}

/// Whether a container has a rule by which all containers of its pod start again.
fn can_all_start_again(spec: &Value) -> bool {
    let lists = ["containers", "initContainers"].map(|list| items(spec, list));
    let mut all = lists.into_iter().flatten();
    all.any(|container| {
        let rules = items(container, "restartPolicyRules");
        rules
            .iter()
            .any(|rule| text(rule, "action") == Some("RestartAllContainers"))
    })
}

/// Whether a container starts again after it ended with this code.
fn starts_again(container: &Value, spec: &Value, code: i64) -> bool {
    for rule in items(container, "restartPolicyRules") {
        let Some(codes) = rule.get("exitCodes") else {
            continue;
        };
        let values = items(codes, "values");
        let is_listed = values
            .iter()
            .any(|value| value.text().and_then(|it| it.parse().ok()) == Some(code));
        let applies = match text(codes, "operator") {
            Some("In") => is_listed,
            Some("NotIn") => !is_listed,
            _ => false,
        };
        if applies {
            return text(rule, "action") == Some("Restart");
        }
    }
    let policy = text(container, "restartPolicy").or_else(|| text(spec, "restartPolicy"));
    match policy {
        Some("Never") => false,
        Some("OnFailure") => code != 0,
        _ => true,
    }
}

fn check_claims(status: &Value, spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("resourceClaimStatuses");
    let mut names = FxHashSet::default();
    for (at, claim) in items(status, "resourceClaimStatuses").iter().enumerate() {
        let path = list.item(at);
        let name = text(claim, "name").unwrap_or_default();
        let mut claims = items(spec, "resourceClaims").iter();
        if !claims.any(|it| text(it, "name") == Some(name)) {
            let why = "must match the name of an entry in `spec.resourceClaims`";
            errors.invalid_string(&path.field("name"), name, why);
        }
        if !names.insert(name) {
            errors.duplicate(&path.field("name"), name);
        }
        if let Some(of) = claim.get("resourceClaimName").and_then(Value::text) {
            let problems = formats::dns_subdomain(of);
            errors.invalid_each(&path.field("resourceClaimName"), of, problems);
        }
    }
}

fn check_addresses(status: &Value, before: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let (Some(first), Some(host)) = (
        items(status, "hostIPs").first(),
        status.get("hostIP").and_then(Value::text),
    ) && text(first, "ip").unwrap_or_default() != host
    {
        let list = path.field("hostIPs");
        let shown = text(first, "ip").unwrap_or_default();
        let why = "must be equal to `hostIP`";
        errors.invalid_string(&list.item(0).field("ip"), shown, why);
    }
    for field in ["podIPs", "hostIPs"] {
        let path = path.field(field);
        let of = |status: &Value| -> Vec<String> {
            let all = items(status, field).iter();
            all.map(|it| text(it, "ip").unwrap_or_default().to_owned())
                .collect()
        };
        let (now, then) = (of(status), of(before));
        for (at, address) in now.iter().enumerate() {
            if !then.contains(address) {
                addresses::check(address, &path.item(at), errors);
            }
        }
        let all: Vec<&str> = now.iter().map(String::as_str).collect();
        if all.len() > 1 && (all.len() > 2 || !addresses::are_of_both_versions(&all)) {
            let why = "may specify no more than one IP for each IP family";
            errors.invalid_or_none(&path, status.get(field), why);
        }
    }
}

/// The users of containers, which a pod of Windows does not have as numbers.
fn check_users(status: &Value, spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let is_windows = spec.get_path(&["os", "name"]).and_then(Value::text) == Some("windows");
    for list in [
        "containerStatuses",
        "initContainerStatuses",
        "ephemeralContainerStatuses",
    ] {
        let list_path = path.field(list);
        for (at, container) in items(status, list).iter().enumerate() {
            let Some(user) = container.get_path(&["user", "linux"]) else {
                continue;
            };
            let item = list_path.item(at);
            let user_path = item.field("user");
            let path = user_path.field("linux");
            if is_windows {
                errors.forbidden(&path, "cannot be set for a windows pod");
                continue;
            }
            for field in ["uid", "gid"] {
                if let Some(id) = int(user, field).filter(|id| !(0..=MAX_ID).contains(id)) {
                    let why = format!("must be between 0 and {MAX_ID}, inclusive");
                    errors.invalid(&path.field(field), &Value::int(id), &why);
                }
            }
        }
    }
}
