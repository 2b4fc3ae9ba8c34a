//! Services.

use super::addresses;
use super::errors::{Errors, Path};
use super::formats;
use super::metadata::check_labels;
use super::probe::check_number_or_name;
use super::rules::Rule::{Do, GivenForm, OneOf, Present, Required};
use super::rules::{Rule, apply};
use crate::fields::{has, int, items, text};
use rustc_hash::FxHashSet;
use trimtab_tree::Value;

pub(super) static SERVICE: &[Rule] = &[Do(check_new)];

const TOPOLOGY_MODE: &str = "service.kubernetes.io/topology-mode";
const TOPOLOGY_HINTS: &str = "service.kubernetes.io/topology-aware-hints";
const SOURCE_RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";

/// What a service says, with what it said before.
struct Change<'v> {
    service: &'v Value,
    spec: &'v Value,
    before: Option<&'v Value>,
}

impl<'v> Change<'v> {
    fn of_type(&self, kind: &str) -> bool {
        text(self.spec, "type") == Some(kind)
    }

    fn annotation(&self, name: &str) -> Option<&'v str> {
        self.service
            .get_path(&["metadata", "annotations", name])?
            .text()
    }

    /// Texts of a list that were there before, which stay allowed.
    fn known(&self, list: &str) -> Vec<&'v str> {
        self.before
            .map(|before| addresses::texts(before, list))
            .unwrap_or_default()
    }
}

fn is_headless(spec: &Value) -> bool {
    matches!(items(spec, "clusterIPs"), [only] if only.text() == Some("None"))
}

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

const ONLY_LOAD_BALANCERS: &str = "may only be used when `type` is 'LoadBalancer'";

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

static PORT: &[Rule] = &[
    Required("protocol"),
    OneOf("protocol", &["SCTP", "TCP", "UDP"]),
    Do(check_target),
    GivenForm("appProtocol", formats::qualified_name),
];

fn check_target(port: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_number_or_name(port.get("targetPort"), &path.field("targetPort"), errors);
}

fn check_ports(spec: &Value, list: &Path<'_>, errors: &mut Errors) {
    let ports = items(spec, "ports");
    let mut names = FxHashSet::default();
    for (at, port) in ports.iter().enumerate() {
        let path = list.item(at);
        match text(port, "name") {
            None if ports.len() > 1 => errors.required(&path.field("name"), ""),
            None => {}
            Some(name) => {
                errors.invalid_each(&path.field("name"), name, formats::dns_label(name));
                if !names.insert(name) {
                    errors.duplicate(&path.field("name"), name);
                }
            }
        }
        let number = int(port, "port").unwrap_or(0);
        check_number_or_name(Some(&Value::int(number)), &path.field("port"), errors);
        apply(PORT, port, &path, errors);
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

/// The addresses of a service in the cluster, and the versions of the protocol they are of.
fn check_cluster_addresses(change: &Change<'_>, path: &Path<'_>, errors: &mut Errors) {
    let spec = change.spec;
    let list = path.field("clusterIPs");
    let all = spec.get("clusterIPs");
    let found = addresses::texts(spec, "clusterIPs");
    match (text(spec, "clusterIP"), found.first()) {
        (Some(_), None) => errors.required(&list, ""),
        (Some(address), Some(first)) if address != *first => {
            errors.invalid_or_none(&list, all, "first value must match `clusterIP`");
        }
        (None, Some(_)) => {
            let why = "must be empty when `clusterIP` is not specified";
            errors.invalid_or_none(&list, all, why);
        }
        _ => {}
    }
    check_families(spec, &path.field("ipFamilies"), errors);
    let policies = [OneOf(
        "ipFamilyPolicy",
        &["PreferDualStack", "RequireDualStack", "SingleStack"],
    )];
    apply(&policies, spec, path, errors);
    let known = change.known("clusterIPs");
    let mut own = Errors::default();
    for (at, address) in found.iter().enumerate() {
        if at == 0 && *address == "None" {
            if found.len() > 1 {
                let why = "'None' must be the first and only value";
                own.invalid_or_none(&list, all, why);
            }
        } else if !known.contains(address) {
            addresses::check(address, &list.item(at), &mut own);
        }
    }
    let is_right = own.is_empty();
    errors.append(own);
    if found.len() > 2 {
        errors.invalid_or_none(&list, all, "may only hold up to 2 values");
    }
    if !is_right {
        return;
    }
    if found.len() > 1 && !addresses::are_of_both_versions(&found) {
        let why = "may specify no more than one IP for each IP family";
        errors.invalid_or_none(&list, all, why);
    }
    if !is_headless(spec) {
        check_address_families(spec, &found, &list, errors);
    }
}

fn check_families(spec: &Value, list: &Path<'_>, errors: &mut Errors) {
    let mut seen = FxHashSet::default();
    for (at, family) in addresses::texts(spec, "ipFamilies").iter().enumerate() {
        let path = list.item(at);
        if !matches!(*family, "IPv4" | "IPv6") {
            errors.unsupported(&path, &Value::string(*family), &["IPv4", "IPv6"]);
        }
        if !seen.insert(*family) {
            errors.duplicate(&path, family);
        }
    }
}

fn check_address_families(spec: &Value, found: &[&str], list: &Path<'_>, errors: &mut Errors) {
    let families = addresses::texts(spec, "ipFamilies");
    for (at, (address, family)) in found.iter().zip(families).enumerate() {
        let wanted = match (family, addresses::is_version_6(address)) {
            ("IPv4", true) => "IPv4",
            ("IPv6", false) => "IPv6",
            _ => continue,
        };
        let why = format!("expected an {wanted} value as indicated by `ipFamilies[{at}]`");
        errors.invalid_string(&list.item(at), address, &why);
    }
}

fn check_external_addresses(change: &Change<'_>, list: &Path<'_>, errors: &mut Errors) {
    let known = change.known("externalIPs");
    let all = addresses::texts(change.spec, "externalIPs");
    for (at, address) in all.iter().enumerate() {
        let path = list.item(at);
        let mut own = Errors::default();
        if !known.contains(address) {
            addresses::check(address, &path, &mut own);
        }
        if own.is_empty() {
            addresses::check_endpoint(address, &path, errors);
        }
        errors.append(own);
    }
}

/// Each port of a node and of the service, by protocol, is there once.
fn check_port_numbers(change: &Change<'_>, list: &Path<'_>, errors: &mut Errors) {
    let ports = items(change.spec, "ports");
    let node_port = |port: &Value| int(port, "nodePort").filter(|port| *port != 0);
    let protocol = |port| text(port, "protocol").unwrap_or_default();
    if change.of_type("ClusterIP") {
        for (at, port) in ports.iter().enumerate() {
            if node_port(port).is_some() {
                let why = "may not be used when `type` is 'ClusterIP'";
                errors.forbidden(&list.item(at).field("nodePort"), why);
            }
        }
    }
    let mut seen = FxHashSet::default();
    for (at, port) in ports.iter().enumerate() {
        if let Some(number) = node_port(port)
            && !seen.insert((protocol(port), number))
        {
            let path = list.item(at);
            errors.duplicate_text(&path.field("nodePort"), &number.to_string());
        }
    }
    seen.clear();
    for (at, port) in ports.iter().enumerate() {
        let number = int(port, "port").unwrap_or(0);
        let protocol = protocol(port);
        if !seen.insert((protocol, number)) {
            let shown = format!("{{\"port\":{number},\"protocol\":{protocol:?}}}");
            errors.duplicate_text(&list.item(at), &shown);
        }
    }
}

fn check_source_ranges(change: &Change<'_>, path: &Path<'_>, errors: &mut Errors) {
    let ranges = addresses::texts(change.spec, "loadBalancerSourceRanges");
    if !ranges.is_empty() {
        let spec = path.field("spec");
        let list = spec.field("LoadBalancerSourceRanges");
        if !change.of_type("LoadBalancer") {
            errors.forbidden(&list, ONLY_LOAD_BALANCERS);
        }
        let known = change.known("loadBalancerSourceRanges");
        for (at, range) in ranges.iter().enumerate() {
            let range = range.trim();
            if !known.iter().any(|known| known.trim() == range) {
                addresses::check_range(range, &list.item(at), errors);
            }
        }
    } else if let Some(ranges) = change.annotation(SOURCE_RANGES) {
        let metadata = path.field("metadata");
        let annotations = metadata.field("annotations");
        let path = annotations.key(SOURCE_RANGES);
        if !change.of_type("LoadBalancer") {
            errors.forbidden(&path, ONLY_LOAD_BALANCERS);
        }
        let ranges = ranges.trim();
        for range in ranges.split(',').filter(|_| !ranges.is_empty()) {
            addresses::check_range(range.trim(), &path, errors);
        }
    }
}

fn check_class(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(class) = spec.get("loadBalancerClass").and_then(Value::as_str) else {
        return;
    };
    let path = path.field("loadBalancerClass");
    if text(spec, "type") == Some("LoadBalancer") {
        errors.invalid_each(&path, class, formats::qualified_name(class));
    } else {
        errors.forbidden(&path, ONLY_LOAD_BALANCERS);
    }
}

fn needs_health_check(spec: &Value) -> bool {
    text(spec, "type") == Some("LoadBalancer")
        && text(spec, "externalTrafficPolicy") == Some("Local")
}

fn check_external_traffic(change: &Change<'_>, path: &Path<'_>, errors: &mut Errors) {
    let spec = change.spec;
    let policy_path = path.field("externalTrafficPolicy");
    let is_outside = change.of_type("LoadBalancer")
        || change.of_type("NodePort")
        || (change.of_type("ClusterIP") && has(spec, "externalIPs"));
    match text(spec, "externalTrafficPolicy") {
        Some(policy) if !is_outside => {
            let why = "may only be set for externally-accessible services";
            errors.invalid_string(&policy_path, policy, why);
        }
        None if is_outside => errors.required(&policy_path, ""),
        Some(policy) if !matches!(policy, "Cluster" | "Local") => {
            let supported = ["Cluster", "Local"];
            errors.unsupported(&policy_path, &Value::string(policy), &supported);
        }
        _ => {}
    }
    let port = int(spec, "healthCheckNodePort").unwrap_or(0);
    let path = path.field("healthCheckNodePort");
    match (needs_health_check(spec), port) {
        (false, 0) => {}
        (false, port) => {
            let why = "may only be set when `type` is 'LoadBalancer' and \
                       `externalTrafficPolicy` is 'Local'";
            errors.invalid(&path, &Value::int(port), why);
        }
        (true, 0) => errors.required(&path, ""),
        (true, port) => check_number_or_name(Some(&Value::int(port)), &path, errors),
    }
}

fn is_external_name(spec: &Value) -> bool {
    text(spec, "type") == Some("ExternalName")
}

/// The first address stays; a second one comes and goes.
fn check_cluster_addresses_kept(
    spec: &Value,
    before: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if is_external_name(spec) || is_external_name(before) {
        return;
    }
    if is_headless(spec) && is_headless(before) {
        return;
    }
    let list = path.field("clusterIPs");
    let all = spec.get("clusterIPs");
    let (now, then) = (
        addresses::texts(spec, "clusterIPs"),
        addresses::texts(before, "clusterIPs"),
    );
    let changed = "may not change once set";
    if now.len() == then.len() {
        for at in (0..then.len()).filter(|at| now[*at] != then[*at]) {
            errors.invalid_or_none(&list.item(at), all, changed);
        }
        return;
    }
    if now.is_empty() {
        errors.invalid_or_none(&list.item(0), all, "primary clusterIP can not be unset");
    } else if !then.is_empty() && now[0] != then[0] {
        errors.invalid_or_none(&list.item(0), all, changed);
    }
    if then.len() > now.len() && now.len() == 1 {
        check_single(spec, "clusterIP", path, errors);
    }
}

/// Who gives up the second of two says so.
fn check_single(spec: &Value, what: &str, path: &Path<'_>, errors: &mut Errors) {
    if text(spec, "ipFamilyPolicy") != Some("SingleStack") {
        let why = format!("must be set to 'SingleStack' when releasing the secondary {what}");
        let path = path.field("ipFamilyPolicy");
        errors.invalid_or_none(&path, spec.get("ipFamilyPolicy"), &why);
    }
}

/// The same of the versions of the protocol.
fn check_families_kept(spec: &Value, before: &Value, path: &Path<'_>, errors: &mut Errors) {
    let has_addresses = |spec: &Value| !is_external_name(spec) && !is_headless(spec);
    if !has_addresses(spec) || !has_addresses(before) {
        return;
    }
    let list = path.field("ipFamilies");
    let first = list.item(0);
    let (now, then) = (
        addresses::texts(spec, "ipFamilies"),
        addresses::texts(before, "ipFamilies"),
    );
    let changed = "may not change once set";
    if now.len() == then.len() {
        for _ in (0..then.len()).filter(|at| now[*at] != then[*at]) {
            errors.invalid_or_none(&first, spec.get("ipFamilies"), changed);
        }
        return;
    }
    let shown = spec.get("clusterIPs");
    if then.len() > now.len() && addresses::texts(spec, "clusterIPs").is_empty() {
        let why = "primary ipFamily can not be unset";
        errors.invalid_or_none(&first, spec.get("ipFamilies"), why);
    }
    if !now.is_empty() && !then.is_empty() && now[0] != then[0] {
        errors.invalid_or_none(&first, shown, changed);
    }
    if then.len() > now.len() && now.len() == 1 {
        check_single(spec, "ipFamily", path, errors);
    }
}

/// Checks what the status of a service says of its load balancer.
pub(super) fn check_status(service: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let none = Value::null();
    let balancer = |object: &Value| {
        let found = object.get_path(&["status", "loadBalancer"]).cloned();
        found.unwrap_or_else(Value::null)
    };
    let (now, then) = (balancer(service), balancer(old));
    let status = path.field("status");
    let path = status.field("loadBalancer");
    let ingress = items(&now, "ingress");
    let is_balanced = text(service.get("spec").unwrap_or(&none), "type") == Some("LoadBalancer");
    if !is_balanced && !ingress.is_empty() {
        let why = "may only be used when `spec.type` is 'LoadBalancer'";
        errors.forbidden(&path.field("ingress"), why);
        return;
    }
    check_ingress_points(&now, &then, true, &path, errors);
}

/// Checks the points at which a load balancer takes what comes; those of services say how.
pub(super) fn check_ingress_points(
    now: &Value,
    then: &Value,
    with_mode: bool,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let known: Vec<&str> = items(then, "ingress")
        .iter()
        .filter_map(|it| text(it, "ip"))
        .collect();
    let list = path.field("ingress");
    for (at, point) in items(now, "ingress").iter().enumerate() {
        let path = list.item(at);
        let address = text(point, "ip");
        if let Some(address) = address.filter(|address| !known.contains(address)) {
            addresses::check(address, &path.field("ip"), errors);
        }
        if with_mode {
            let path = path.field("ipMode");
            match (text(point, "ipMode"), address) {
                (None, Some(_)) => errors.required(&path, "must be specified when `ip` is set"),
                (Some(_), None) => {
                    errors.forbidden(&path, "may not be specified when `ip` is not set");
                }
                (Some(mode), Some(_)) if !matches!(mode, "Proxy" | "VIP") => {
                    errors.unsupported(&path, &Value::string(mode), &["Proxy", "VIP"]);
                }
                _ => {}
            }
        }
        if let Some(name) = text(point, "hostname") {
            let path = path.field("hostname");
            errors.invalid_each(&path, name, formats::dns_subdomain(name));
            if addresses::is_address(name) {
                errors.invalid_string(&path, name, "must be a DNS name, not an IP address");
            }
        }
    }
}
