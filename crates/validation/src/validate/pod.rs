//! Pods and their templates.

use super::addresses;
use super::annotations;
use super::container;
use super::environment;
use super::errors::{Errors, Path};
use super::formats;
use super::metadata::{check_annotations, check_labels};
use super::pod_context::PodContext;
use super::resources;
use super::rules::Rule::{Between, Do, Form, Items, Object, OneOf, Required};
use super::rules::{Rule, apply};
use super::scheduling;
use super::security;
use super::volume;
use super::windows;
use crate::fields::{has, int, is_true, items, text};
use rustc_hash::FxHashSet;
use trimtab_tree::Value;

static POLICIES: &[Rule] = &[
    Required("restartPolicy"),
    OneOf("restartPolicy", &["Always", "OnFailure", "Never"]),
    Required("dnsPolicy"),
    OneOf(
        "dnsPolicy",
        &["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"],
    ),
    Do(check_node_selector),
];

static PLACEMENT: &[Rule] = &[
    Object("affinity", scheduling::AFFINITY),
    Do(check_dns),
    Items(
        "readinessGates",
        &[Rule::GivenForm("conditionType", formats::qualified_name)],
    ),
    Do(check_gates),
    Do(scheduling::check_spread),
];

static NAMES: &[Rule] = &[
    Do(check_override),
    Form("serviceAccountName", formats::dns_subdomain),
    Form("nodeName", formats::dns_subdomain),
    Between("activeDeadlineSeconds", 1, i32::MAX as i64),
    Form("hostname", formats::dns_label),
    Form("subdomain", formats::dns_label),
    Items("tolerations", scheduling::TOLERATION),
    Do(check_host_aliases),
    Form("priorityClassName", formats::dns_subdomain),
    Rule::GivenForm("runtimeClassName", formats::dns_subdomain),
    Do(super::classes::check_preemption),
    Do(resources::check_overhead),
];

/// Checks a `PodSpec` of the pod of that name, which a template has not.
pub(super) fn check_spec(spec: &Value, name: Option<&str>, path: &Path<'_>, errors: &mut Errors) {
    if int(spec, "terminationGracePeriodSeconds").is_none() {
        errors.required(&path.field("terminationGracePeriodSeconds"), "");
    }
    let volumes = volume::check_volumes(spec, name.unwrap_or_default(), path, errors);
    check_claims(spec, path, errors);
    let pod = PodContext {
        spec,
        volumes,
        grace: int(spec, "terminationGracePeriodSeconds"),
        host_users: spec.get("hostUsers").and_then(Value::text) != Some("false"),
        restart: text(spec, "restartPolicy").unwrap_or_default(),
        is_pod: name.is_some(),
    };
    container::check_containers(&pod, path, errors);
    container::check_init_containers(&pod, path, errors);
    container::check_ephemeral_containers(&pod, path, errors);
    resources::check_pod_level(&pod, path, errors);
    if is_true(spec, "hostNetwork") {
        container::check_ports_in_host_network(&pod, path, errors);
    }
    apply(POLICIES, spec, path, errors);
    security::check_pod(spec, path, errors);
    apply(PLACEMENT, spec, path, errors);
    windows::check_host_processes(&pod, path, errors);
    security::check_host_users(&pod, path, errors);
    apply(NAMES, spec, path, errors);
    windows::check_os(&pod, path, errors);
    pod.each_container(path, |container, path| {
        environment::check_file_volumes(container, &pod, path, errors);
    });
}

/// Rules of a `PodTemplateSpec`.
pub(super) static TEMPLATE: &[Rule] = &[Do(check_template)];

fn check_template(template: &Value, path: &Path<'_>, errors: &mut Errors) {
    let none = Value::null();
    let spec = template.get("spec").unwrap_or(&none);
    if let Some(metadata) = template.get("metadata") {
        // The labels of a template are told without the metadata they stand in.
        check_labels(metadata, "labels", path, errors);
        check_annotations(metadata, path, errors);
        annotations::check(metadata, spec, &path.field("annotations"), errors);
    }
    let path = path.field("spec");
    check_spec(spec, None, &path, errors);
    if !items(spec, "ephemeralContainers").is_empty() {
        let why = "ephemeral containers not allowed in pod template";
        errors.forbidden(&path.field("ephemeralContainers"), why);
    }
}

/// What a pod must keep to, new or changed.
pub(super) fn check_pod(pod: &Value, path: &Path<'_>, errors: &mut Errors) {
    let none = Value::null();
    let (metadata, spec) = (
        pod.get("metadata").unwrap_or(&none),
        pod.get("spec").unwrap_or(&none),
    );
    let metadata_path = path.field("metadata");
    annotations::check(metadata, spec, &metadata_path.field("annotations"), errors);
    let path = path.field("spec");
    let name = text(metadata, "name").unwrap_or_default();
    check_spec(spec, Some(name), &path, errors);
    if !has(spec, "serviceAccountName") {
        check_no_tokens(spec, &path, errors);
    }
    for list in ["containers", "initContainers"] {
        let list_path = path.field(list);
        for (at, found) in items(spec, list).iter().enumerate() {
            container::check_image_text(found, &list_path.item(at), errors);
        }
    }
}

/// Tokens are those of an account.
fn check_no_tokens(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let volumes = path.field("volumes");
    for (at, volume) in items(spec, "volumes").iter().enumerate() {
        let Some(projected) = volume.get("projected") else {
            continue;
        };
        let volume_path = volumes.item(at);
        let own = volume_path.field("projected");
        let sources = own.field("sources");
        for (at, source) in items(projected, "sources").iter().enumerate() {
            if source.get("serviceAccountToken").is_some() {
                let why = "must not be specified when serviceAccountName is not set";
                let source = sources.item(at);
                errors.forbidden(&source.field("serviceAccountToken"), why);
            }
        }
    }
}

/// What only a new pod must keep to.
pub(super) fn check_new_pod(pod: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(spec) = pod.get("spec") else { return };
    let spec_path = path.field("spec");
    if has(spec, "ephemeralContainers") {
        let path = spec_path.field("ephemeralContainers");
        errors.forbidden(&path, "cannot be set on create");
    }
    if has(spec, "schedulingGates") && has(spec, "nodeName") {
        let why = "cannot be set until all schedulingGates have been cleared";
        errors.forbidden(&spec_path.field("nodeName"), why);
    }
    if let Some(metadata) = pod.get("metadata") {
        annotations::check_agreement(metadata, spec, &spec_path, errors);
    }
}

fn check_claims(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("resourceClaims");
    let mut names = FxHashSet::default();
    for (at, claim) in items(spec, "resourceClaims").iter().enumerate() {
        let path = path.item(at);
        let name = text(claim, "name").unwrap_or_default();
        if name.is_empty() {
            errors.required(&path.field("name"), "");
        } else if names.insert(name) {
            errors.invalid_each(&path.field("name"), name, formats::dns_label(name));
        } else {
            errors.duplicate(&path.field("name"), name);
        }
        let fields = ["resourceClaimName", "resourceClaimTemplateName"];
        let found = fields
            .iter()
            .filter(|field| claim.get(field).is_some_and(|it| !it.is_null()));
        let why = match found.count() {
            0 => "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`",
            1 => "",
            _ => {
                "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
            }
        };
        if !why.is_empty() {
            let shown = super::internal::show_internal(Some(claim), "PodResourceClaim");
            errors.invalid_text(&path, &shown, why);
        }
        for field in fields {
            if let Some(name) = claim.get(field).and_then(Value::text) {
                errors.invalid_each(&path.field(field), name, formats::dns_subdomain(name));
            }
        }
    }
}

fn check_node_selector(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_labels(spec, "nodeSelector", path, errors);
}

fn check_dns(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let config = spec.get("dnsConfig").filter(|config| !config.is_null());
    let path = path.field("dnsConfig");
    let servers = path.field("nameservers");
    if text(spec, "dnsPolicy") == Some("None") {
        let Some(config) = config else {
            errors.required(&path, "must provide `dnsConfig` when `dnsPolicy` is None");
            return;
        };
        if items(config, "nameservers").is_empty() {
            let why = "must provide at least one DNS nameserver when `dnsPolicy` is None";
            errors.required(&servers, why);
            return;
        }
    }
    let Some(config) = config else { return };
    let addresses = addresses::texts(config, "nameservers");
    if addresses.len() > 3 {
        let why = "must not have more than 3 nameservers";
        errors.invalid_or_none(&servers, config.get("nameservers"), why);
    }
    for (at, server) in addresses.iter().enumerate() {
        addresses::check(server, &servers.item(at), errors);
    }
    check_searches(config, &path.field("searches"), errors);
    let options = path.field("options");
    for (at, option) in items(config, "options").iter().enumerate() {
        if !has(option, "name") {
            errors.required(&options.item(at), "must not be empty");
        }
    }
}

fn check_searches(config: &Value, path: &Path<'_>, errors: &mut Errors) {
    let searches = addresses::texts(config, "searches");
    let all = config.get("searches");
    if searches.len() > 32 {
        errors.invalid_or_none(path, all, "must not have more than 32 search paths");
    }
    if searches.join(" ").len() > 2048 {
        let why = "must not have more than 2048 characters (including spaces) in the search list";
        errors.invalid_or_none(path, all, why);
    }
    for (at, search) in searches.iter().enumerate() {
        if *search != "." {
            let search = search.strip_suffix('.').unwrap_or(search);
            let problems = formats::dns_subdomain_with_underscores(search);
            errors.invalid_each(&path.item(at), search, problems);
        }
    }
}

fn check_gates(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("schedulingGates");
    let mut names = FxHashSet::default();
    for (at, gate) in items(spec, "schedulingGates").iter().enumerate() {
        let name = text(gate, "name").unwrap_or_default();
        errors.invalid_each(&path.item(at), name, formats::qualified_name(name));
        if !names.insert(name) {
            errors.duplicate(&path.item(at), name);
        }
    }
}

fn check_host_aliases(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("hostAliases");
    for (at, alias) in items(spec, "hostAliases").iter().enumerate() {
        let path = list.item(at);
        let address = text(alias, "ip").unwrap_or_default();
        addresses::check(address, &path.field("ip"), errors);
        apply(
            &[Rule::Forms("hostnames", formats::dns_subdomain)],
            alias,
            &path,
            errors,
        );
    }
}

/// A host name that takes the place of all others.
fn check_override(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(name) = spec.get("hostnameOverride").and_then(Value::as_str) else {
        return;
    };
    let path = path.field("hostnameOverride");
    for (field, why) in [
        (
            "setHostnameAsFQDN",
            "may not be specified when setHostnameAsFQDN is true",
        ),
        (
            "hostNetwork",
            "may not be specified when hostNetwork is true",
        ),
    ] {
        if is_true(spec, field) {
            errors.forbidden(&path, why);
        }
    }
    if name.len() > 64 {
        errors.too_long(&path, 64);
    }
    errors.invalid_each(&path, name, formats::dns_subdomain(name));
}
