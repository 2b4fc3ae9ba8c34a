//! Pods and their templates.

use super::container;
use super::errors::{Errors, Path};
use super::formats;
use super::metadata::check_labels;
use super::resources;
use super::rules::Rule::{Between, Do, Form, Items, Object, OneOf};
use super::rules::{Rule, apply};
use super::scheduling;
use super::security;
use super::volume;
use crate::fields::{entries, has, items, text};
use trimtab_tree::Value;

const RESTART_POLICIES: &[&str] = &["Always", "OnFailure", "Never"];

/// Rules of a `PodSpec`.
pub(super) static SPEC: &[Rule] = &[
    Do(volume::check_volumes),
    Do(check_claims),
    Do(container::check_containers),
    Do(container::check_init_containers),
    Do(container::check_ephemeral_containers),
    OneOf("restartPolicy", RESTART_POLICIES),
    OneOf(
        "dnsPolicy",
        &["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"],
    ),
    Do(check_node_selector),
    Do(security::check_pod),
    Do(check_dns),
    Items(
        "readinessGates",
        &[Form("conditionType", formats::qualified_name)],
    ),
    Do(check_gates),
    Object("affinity", scheduling::AFFINITY),
    Do(scheduling::check_spread),
    Do(resources::check_pod_level),
    Form("serviceAccountName", formats::dns_subdomain),
    Form("nodeName", formats::dns_subdomain),
    Between("activeDeadlineSeconds", 1, i32::MAX as i64),
    Form("hostname", formats::dns_label),
    Form("subdomain", formats::dns_label),
    Items("tolerations", scheduling::TOLERATION),
    Items(
        "hostAliases",
        &[
            Form("ip", formats::ip_address),
            Rule::Forms("hostnames", formats::dns_subdomain),
        ],
    ),
    Form("priorityClassName", formats::dns_subdomain),
    Form("runtimeClassName", formats::dns_subdomain),
    OneOf("preemptionPolicy", &["PreemptLowerPriority", "Never"]),
    Do(resources::check_overhead),
    Do(security::check_os),
];

/// Rules of a `PodTemplateSpec`.
pub(super) static TEMPLATE: &[Rule] = &[Do(check_template)];

fn check_template(template: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(metadata) = template.get("metadata") {
        // The labels of a template are told without the metadata they stand in.
        check_labels(metadata, "labels", path, errors);
        let annotations = path.field("annotations");
        for (key, _) in entries(metadata, "annotations") {
            let problems = formats::qualified_name(&key.to_lowercase());
            errors.invalid_each(&annotations, key, problems);
        }
    }
    let Some(spec) = template.get("spec") else {
        return;
    };
    let path = path.field("spec");
    apply(SPEC, spec, &path, errors);
    if !items(spec, "ephemeralContainers").is_empty() {
        let why = "ephemeral containers not allowed in pod template";
        errors.forbidden(&path.field("ephemeralContainers"), why);
    }
}

/// What only a pod itself must keep to.
pub(super) fn check_pod(pod: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(spec) = pod.get("spec") else {
        errors.required(&path.field("spec"), "");
        return;
    };
    let path = path.field("spec");
    apply(SPEC, spec, &path, errors);
    if has(spec, "schedulingGates") && has(spec, "nodeName") {
        let why = "cannot be set until all schedulingGates have been cleared";
        errors.forbidden(&path.field("nodeName"), why);
    }
}

/// What only a new pod must keep to.
pub(super) fn check_new_pod(pod: &Value, path: &Path<'_>, errors: &mut Errors) {
    if pod
        .get("spec")
        .is_some_and(|spec| has(spec, "ephemeralContainers"))
    {
        let spec = path.field("spec");
        errors.forbidden(
            &spec.field("ephemeralContainers"),
            "cannot be set on create",
        );
    }
}

/// Containers for debugging are added, never taken away or changed.
pub(super) fn check_debuggers(pod: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let null = Value::null();
    let (spec, before) = (
        pod.get("spec").unwrap_or(&null),
        old.get("spec").unwrap_or(&null),
    );
    let spec_path = path.field("spec");
    let path = spec_path.field("ephemeralContainers");
    for container in items(before, "ephemeralContainers") {
        let name = text(container, "name").unwrap_or_default();
        let mut now = items(spec, "ephemeralContainers").iter();
        match now.find(|it| text(it, "name") == Some(name)) {
            None => {
                let why = format!("existing ephemeral containers {name:?} may not be removed");
                errors.forbidden(&path, &why);
            }
            Some(found) if !crate::equality::same(found, container) => {
                let why = format!("existing ephemeral containers {name:?} may not be changed");
                errors.forbidden(&path, &why);
            }
            Some(_) => {}
        }
    }
}

fn check_claims(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("resourceClaims");
    for (at, claim) in items(spec, "resourceClaims").iter().enumerate() {
        let path = path.item(at);
        let name = text(claim, "name").unwrap_or_default();
        if name.is_empty() {
            errors.required(&path.field("name"), "");
        } else {
            errors.invalid_each(&path.field("name"), name, formats::dns_label(name));
        }
        let sources = [
            text(claim, "resourceClaimName"),
            text(claim, "resourceClaimTemplateName"),
        ];
        match sources {
            [Some(claim), Some(template)] => {
                let shown = format!(
                    "{{\"Name\":{name:?},\"ResourceClaimName\":{claim:?},\
                     \"ResourceClaimTemplateName\":{template:?}}}"
                );
                let why = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may \
                           be specified";
                errors.invalid_text(&path, &shown, why);
            }
            [None, None] => {
                let shown = format!(
                    "{{\"Name\":{name:?},\"ResourceClaimName\":null,\
                     \"ResourceClaimTemplateName\":null}}"
                );
                let why = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`";
                errors.invalid_text(&path, &shown, why);
            }
            _ => {}
        }
    }
}

fn check_node_selector(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_labels(spec, "nodeSelector", path, errors);
}

fn check_dns(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let empty = Value::null();
    let config = spec.get("dnsConfig").unwrap_or(&empty);
    let path = path.field("dnsConfig");
    if text(spec, "dnsPolicy") == Some("None") && items(config, "nameservers").is_empty() {
        let servers = path.field("nameservers");
        if config.is_null() {
            errors.required(&path, "must provide `dnsConfig` when `dnsPolicy` is None");
        } else {
            let why = "must provide at least one DNS nameserver when `dnsPolicy` is None";
            errors.required(&servers, why);
        }
    }
    for (list, limit, what) in [
        ("nameservers", 3, "nameservers"),
        ("searches", 32, "search paths"),
    ] {
        if let Some(all) = config.get(list)
            && items(config, list).len() > limit
        {
            let why = format!("must not have more than {limit} {what}");
            errors.invalid(&path.field(list), all, &why);
        }
    }
    let servers = path.field("nameservers");
    for (at, server) in items(config, "nameservers").iter().enumerate() {
        let server = server.text().unwrap_or_default();
        errors.invalid_each(&servers.item(at), server, formats::ip_address(server));
    }
    let options = path.field("options");
    for (at, option) in items(config, "options").iter().enumerate() {
        if !has(option, "name") {
            errors.required(&options.item(at), "must not be empty");
        }
    }
}

fn check_gates(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("schedulingGates");
    let gates = items(spec, "schedulingGates");
    for (at, gate) in gates.iter().enumerate() {
        let name = text(gate, "name").unwrap_or_default();
        errors.invalid_each(&path.item(at), name, formats::qualified_name(name));
        let is_same = |other: &Value| text(other, "name") == Some(name);
        if gates[..at].iter().any(is_same) {
            errors.duplicate(&path.item(at), name);
        }
    }
}

/// The only fields of its spec in which a pod may change.
const CHANGEABLE: &str = "pod updates may not change fields other than \
                          `spec.containers[*].image`,`spec.initContainers[*].image`,\
                          `spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to \
                          existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to \
                          be set to 1 if it was previously negative)";

/// What an update of a pod may not change.
pub(super) fn check_update(pod: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let null = Value::null();
    let (spec, before) = (
        pod.get("spec").unwrap_or(&null),
        old.get("spec").unwrap_or(&null),
    );
    let path = path.field("spec");
    for list in ["containers", "initContainers"] {
        if items(spec, list).len() != items(before, list).len() {
            let why = "pod updates may not add or remove containers";
            errors.forbidden(&path.field(list), why);
            return;
        }
    }
    check_deadline(spec, before, &path, errors);
    if !keeps_tolerations(spec, before) {
        let why = "existing toleration can not be modified except its tolerationSeconds";
        errors.forbidden(&path.field("tolerations"), why);
    }
    let mut normalized = spec.clone();
    take_over_changeable(&mut normalized, before);
    if !crate::equality::same(&normalized, before) {
        errors.forbidden(&path, CHANGEABLE);
    }
}

/// Makes what may change what it was, so that only what may not remains different.
fn take_over_changeable(spec: &mut Value, before: &Value) {
    use crate::fields::{copy, set};
    for list in ["containers", "initContainers"] {
        let old = items(before, list);
        let containers = spec.get_mut(list).and_then(Value::as_sequence_mut);
        for (container, old) in containers.into_iter().flatten().zip(old) {
            copy(container, old, "image");
        }
    }
    for field in ["activeDeadlineSeconds", "tolerations"] {
        copy(spec, before, field);
    }
    let grace = |spec: &Value| crate::fields::int(spec, "terminationGracePeriodSeconds");
    if grace(spec) == Some(1) && grace(before).is_some_and(|before| before < 0) {
        copy(spec, before, "terminationGracePeriodSeconds");
    }
    if has(before, "schedulingGates") {
        // Gates may go, and while there is one, the selection of nodes may become stricter.
        let names = |spec: &Value| -> Vec<String> {
            let gates = items(spec, "schedulingGates").iter();
            gates
                .filter_map(|gate| text(gate, "name").map(str::to_owned))
                .collect()
        };
        let known = names(before);
        if names(spec).iter().all(|name| known.contains(name)) {
            copy(spec, before, "schedulingGates");
        }
        let keeps_labels = entries(before, "nodeSelector").all(|(key, value)| {
            spec.get_path(&["nodeSelector", key])
                .is_some_and(|own| own == value)
        });
        if keeps_labels {
            match before.get("nodeSelector") {
                Some(selector) => set(spec, "nodeSelector", selector.clone()),
                None => copy(spec, before, "nodeSelector"),
            }
        }
    }
}

fn check_deadline(spec: &Value, before: &Value, path: &Path<'_>, errors: &mut Errors) {
    let seconds = |spec: &Value| crate::fields::int(spec, "activeDeadlineSeconds");
    let path = path.field("activeDeadlineSeconds");
    match (seconds(spec), seconds(before)) {
        (Some(now), Some(before)) if now > before => {
            let why = "must be less than or equal to previous value";
            errors.invalid(&path, &Value::int(now), why);
        }
        (None, Some(_)) => {
            let why = "must not update from a positive integer to nil value";
            errors.invalid_text(&path, "null", why);
        }
        _ => {}
    }
}

/// Whether every toleration is still there, if need be with other seconds.
fn keeps_tolerations(spec: &Value, before: &Value) -> bool {
    let without_seconds = |toleration: &Value| {
        let mut toleration = toleration.clone();
        crate::fields::remove(&mut toleration, "tolerationSeconds");
        toleration
    };
    let now: Vec<Value> = items(spec, "tolerations")
        .iter()
        .map(without_seconds)
        .collect();
    items(before, "tolerations").iter().all(|old| {
        let old = without_seconds(old);
        now.iter()
            .any(|toleration| crate::equality::same(toleration, &old))
    })
}
