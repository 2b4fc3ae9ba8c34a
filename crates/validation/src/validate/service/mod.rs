//! Services.

mod change;
mod cluster_addresses;
mod exposure;
mod ports;
mod status;

use super::errors::{Errors, Path};
use super::formats;
use super::metadata::check_labels;
use super::rules::Rule::{Do, OneOf, Present, Required};
use super::rules::{Rule, apply};
use crate::fields::{has, int, items, text};
use change::{Change, is_headless};
use cluster_addresses::{
    check_cluster_addresses, check_cluster_addresses_kept, check_families_kept,
};
use exposure::{
    ONLY_LOAD_BALANCERS, check_class, check_external_addresses, check_external_traffic,
    check_source_ranges, needs_health_check,
};
use ports::{check_port_numbers, check_ports};
use trimtab_tree::Value;

pub(super) use status::{check_ingress_points, check_status};

pub(super) static SERVICE: &[Rule] = &[Do(check_new)];

const TOPOLOGY_MODE: &str = "service.kubernetes.io/topology-mode";
const TOPOLOGY_HINTS: &str = "service.kubernetes.io/topology-aware-hints";

static AFFINITY: &[Rule] = &[
    Required("sessionAffinity"),
    OneOf("sessionAffinity", &["ClientIP", "None"]),
];

static TYPE: &[Rule] = &[
    Required("type"),
    OneOf(
        "type",
        &["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"],
    ),
];

static TRAFFIC: &[Rule] = &[
    OneOf("internalTrafficPolicy", &["Cluster", "Local"]),
    OneOf(
        "trafficDistribution",
        &["PreferClose", "PreferSameZone", "PreferSameNode"],
    ),
];

fn check_new(service: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_whole(service, None, path, errors);
}

/// Checks a service that takes the place of another: what may change, and the new one.
pub(super) fn check_change(service: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let none = Value::null();
    let (spec, before) = (
        service.get("spec").unwrap_or(&none),
        old.get("spec").unwrap_or(&none),
    );
    let spec_path = path.field("spec");
    check_cluster_addresses_kept(spec, before, &spec_path, errors);
    check_families_kept(spec, before, &spec_path, errors);
    let of_load_balancers = |spec: &Value| text(spec, "type") == Some("LoadBalancer");
    if of_load_balancers(spec)
        && of_load_balancers(before)
        && text(spec, "loadBalancerClass") != text(before, "loadBalancerClass")
    {
        let class = spec.get("loadBalancerClass");
        let path = spec_path.field("loadBalancerClass");
        errors.invalid_or_none(&path, class, "may not change once set");
    }
    check_class(spec, &spec_path, errors);
    let port = |spec: &Value| int(spec, "healthCheckNodePort").unwrap_or(0);
    if needs_health_check(spec) && needs_health_check(before) && port(spec) != port(before) {
        let path = spec_path.field("healthCheckNodePort");
        errors.forbidden(&path, "field is immutable");
    }
    check_whole(service, Some(before), path, errors);
}

/// What is wrong with the addresses that a service asks for in the cluster: looked at before any is
/// given out, and then told alone.
pub(crate) fn check_addresses(service: &Value, old: Option<&Value>) -> Errors {
    let none = Value::null();
    let change = Change {
        service,
        spec: service.get("spec").unwrap_or(&none),
        before: old.map(|old| old.get("spec").unwrap_or(&none)),
    };
    let mut errors = Errors::default();
    if !change.of_type("ExternalName") {
        check_cluster_addresses(&change, &Path::ROOT.field("spec"), &mut errors);
    }
    errors
}

fn check_whole(service: &Value, before: Option<&Value>, path: &Path<'_>, errors: &mut Errors) {
    let none = Value::null();
    let change = Change {
        service,
        spec: service.get("spec").unwrap_or(&none),
        before,
    };
    let spec = change.spec;
    check_topology(&change, path, errors);
    let spec_path = path.field("spec");
    let headless = is_headless(spec);
    let ports_path = spec_path.field("ports");
    if items(spec, "ports").is_empty() && !headless && !change.of_type("ExternalName") {
        errors.required(&ports_path, "");
    }
    check_type(&change, headless, &spec_path, errors);
    check_ports(spec, &ports_path, errors);
    check_labels(spec, "selector", &spec_path, errors);
    apply(AFFINITY, spec, &spec_path, errors);
    check_affinity(spec, &spec_path.field("sessionAffinityConfig"), errors);
    if !change.of_type("ExternalName") {
        check_cluster_addresses(&change, &spec_path, errors);
    }
    check_external_addresses(&change, &spec_path.field("externalIPs"), errors);
    apply(TYPE, spec, &spec_path, errors);
    check_port_numbers(&change, &ports_path, errors);
    check_source_ranges(&change, path, errors);
    if spec.get("allocateLoadBalancerNodePorts").is_some() && !change.of_type("LoadBalancer") {
        let path = spec_path.field("allocateLoadBalancerNodePorts");
        errors.forbidden(&path, ONLY_LOAD_BALANCERS);
    }
    check_class(spec, &spec_path, errors);
    check_external_traffic(&change, &spec_path, errors);
    let takes_internal = ["NodePort", "LoadBalancer", "ClusterIP"];
    if takes_internal.iter().any(|kind| change.of_type(kind)) {
        apply(
            &[Present("internalTrafficPolicy")],
            spec,
            &spec_path,
            errors,
        );
    }
    apply(TRAFFIC, spec, &spec_path, errors);
}

fn check_topology(change: &Change<'_>, path: &Path<'_>, errors: &mut Errors) {
    let (mode, hints) = (
        change.annotation(TOPOLOGY_MODE),
        change.annotation(TOPOLOGY_HINTS),
    );
    if let (Some(mode), Some(hints)) = (mode, hints)
        && mode != hints
    {
        let metadata = path.field("metadata");
        let annotations = metadata.field("annotations");
        let why = format!("must match annotations[{TOPOLOGY_HINTS}] when both are specified");
        errors.invalid_string(&annotations.key(TOPOLOGY_MODE), mode, &why);
    }
}

/// What services of a type may not say, or must.
fn check_type(change: &Change<'_>, headless: bool, path: &Path<'_>, errors: &mut Errors) {
    let spec = change.spec;
    for kind in ["LoadBalancer", "NodePort"] {
        if change.of_type(kind) && headless {
            let list = path.field("clusterIPs");
            let why = format!("may not be set to 'None' for {kind} services");
            errors.invalid_string(&list.item(0), "None", &why);
        }
    }
    if !change.of_type("ExternalName") {
        return;
    }
    let why = "may not be set for ExternalName services";
    for field in ["clusterIPs", "ipFamilies", "ipFamilyPolicy"] {
        if has(spec, field) {
            errors.forbidden(&path.field(field), why);
        }
    }
    // A name, not an address: the dot behind a complete one does not count.
    let path = path.field("externalName");
    let name = text(spec, "externalName").unwrap_or_default();
    let bare = name.strip_suffix('.').unwrap_or(name);
    if bare.is_empty() {
        errors.required(&path, "");
    } else {
        errors.invalid_each(&path, bare, formats::dns_subdomain(bare));
    }
}

fn check_affinity(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let config = spec.get("sessionAffinityConfig").filter(|it| !it.is_null());
    match text(spec, "sessionAffinity") {
        Some("None") if config.is_some() => {
            errors.forbidden(path, "must not be set when session affinity is None");
            return;
        }
        Some("ClientIP") => {}
        _ => return,
    }
    let why = "when session affinity type is ClientIP";
    let Some(config) = config else {
        errors.required(path, why);
        return;
    };
    let path = path.field("clientIP");
    let Some(client) = config.get("clientIP") else {
        errors.required(&path, why);
        return;
    };
    let path = path.field("timeoutSeconds");
    match int(client, "timeoutSeconds") {
        None => errors.required(&path, why),
        Some(timeout) if !(1..=86400).contains(&timeout) => {
            let why = "must be greater than 0 and less than 86400";
            errors.invalid(&path, &Value::int(timeout), why);
        }
        Some(_) => {}
    }
}
