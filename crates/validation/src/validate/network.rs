//! Services, endpoints, ingresses, network policies.

use super::errors::{Errors, Path};
use super::formats;
use super::metadata::check_labels;
use super::probe::check_number_or_name;
use super::rules::Rule::{Do, Form, Items, Object, OneOf, Required};
use super::rules::{Rule, apply};
use super::selectors;
use crate::fields::{has, int, items, text};
use std::net::IpAddr;
use trimtab_tree::Value;

pub(super) static SERVICE: &[Rule] = &[Object(
    "spec",
    &[
        Do(check_ports),
        Do(check_selector),
        OneOf("sessionAffinity", &["ClientIP", "None"]),
        Do(check_affinity_timeout),
        Do(check_external_ips),
        OneOf(
            "type",
            &["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"],
        ),
        Do(check_external_name),
        OneOf("externalTrafficPolicy", &["Cluster", "Local"]),
        OneOf("internalTrafficPolicy", &["Cluster", "Local"]),
        OneOf(
            "ipFamilyPolicy",
            &["PreferDualStack", "RequireDualStack", "SingleStack"],
        ),
        Items("loadBalancerSourceRanges", &[]),
        Rule::Forms("loadBalancerSourceRanges", formats::cidr),
    ],
)];

fn check_ports(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("ports");
    let ports = items(spec, "ports");
    let is_headless = text(spec, "clusterIP") == Some("None");
    let needs_ports = text(spec, "type") != Some("ExternalName") && !is_headless;
    if ports.is_empty() && needs_ports {
        errors.required(&list, "");
    }
    for (at, port) in ports.iter().enumerate() {
        let path = list.item(at);
        match text(port, "name") {
            None if ports.len() > 1 => errors.required(&path.field("name"), ""),
            None => {}
            Some(name) => {
                errors.invalid_each(&path.field("name"), name, formats::dns_label(name));
                if ports[..at].iter().any(|it| text(it, "name") == Some(name)) {
                    errors.duplicate(&path.field("name"), name);
                }
            }
        }
        let number = int(port, "port").unwrap_or(0);
        if !(1..=65535).contains(&number) {
            let why = "must be between 1 and 65535, inclusive";
            errors.invalid(&path.field("port"), &Value::int(number), why);
        }
        apply(
            &[OneOf("protocol", &["SCTP", "TCP", "UDP"])],
            port,
            &path,
            errors,
        );
        check_number_or_name(port.get("targetPort"), &path.field("targetPort"), errors);
        let is_same = |other: &Value| {
            ["port", "protocol"]
                .iter()
                .all(|field| other.get(field) == port.get(field))
        };
        if ports[..at].iter().any(is_same) {
            let protocol = text(port, "protocol").unwrap_or_default();
            let shown = format!("{{\"port\":{number},\"protocol\":{protocol:?}}}");
            errors.duplicate_text(&path, &shown);
        }
    }
}

fn check_selector(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_labels(spec, "selector", path, errors);
}

fn check_affinity_timeout(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let config = spec.get_path(&["sessionAffinityConfig", "clientIP"]);
    let Some(timeout) = config.and_then(|config| int(config, "timeoutSeconds")) else {
        return;
    };
    if !(1..=86400).contains(&timeout) {
        let config = path.field("sessionAffinityConfig");
        let client = config.field("clientIP");
        let why = "must be greater than 0 and less than 86400";
        errors.invalid(&client.field("timeoutSeconds"), &Value::int(timeout), why);
    }
}

fn check_external_ips(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("externalIPs");
    for (at, address) in items(spec, "externalIPs").iter().enumerate() {
        check_endpoint_address(address.text().unwrap_or_default(), &list.item(at), errors);
    }
}

/// An address of something outside: not this machine's, nor one that means many.
fn check_endpoint_address(address: &str, path: &Path<'_>, errors: &mut Errors) {
    let problems = formats::ip_address(address);
    errors.invalid_each(path, address, problems);
    let why = match address.parse::<IpAddr>() {
        Err(_) => "must be a valid IP address",
        Ok(ip) if ip.is_unspecified() => "may not be unspecified (0.0.0.0 or ::)",
        Ok(ip) if ip.is_loopback() => "may not be in the loopback range (127.0.0.0/8, ::1/128)",
        Ok(IpAddr::V4(ip)) if ip.is_link_local() => {
            "may not be in the link-local range (169.254.0.0/16, fe80::/10)"
        }
        Ok(IpAddr::V6(ip)) if ip.is_unicast_link_local() => {
            "may not be in the link-local range (169.254.0.0/16, fe80::/10)"
        }
        Ok(_) => return,
    };
    errors.invalid_string(path, address, why);
}

fn check_external_name(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if text(spec, "type") != Some("ExternalName") {
        return;
    }
    // A name, not an address: the dot behind a complete one does not count.
    let path = path.field("externalName");
    match text(spec, "externalName") {
        None => errors.required(&path, ""),
        Some(name) => {
            let bare = name.strip_suffix('.').unwrap_or(name);
            errors.invalid_each(&path, name, formats::dns_subdomain(bare));
        }
    }
}

pub(super) static ENDPOINTS: &[Rule] = &[Items("subsets", &[Do(check_subset)])];

fn check_subset(subset: &Value, path: &Path<'_>, errors: &mut Errors) {
    let lists = ["addresses", "notReadyAddresses"];
    if lists.iter().all(|list| items(subset, list).is_empty()) {
        errors.required(path, "must specify `addresses` or `notReadyAddresses`");
    }
    for list in lists {
        let list_path = path.field(list);
        for (at, address) in items(subset, list).iter().enumerate() {
            let path = list_path.item(at);
            let ip = text(address, "ip").unwrap_or_default();
            check_endpoint_address(ip, &path.field("ip"), errors);
            let forms = [
                Form("hostname", formats::dns_label),
                Form("nodeName", formats::dns_subdomain),
            ];
            apply(&forms, address, &path, errors);
        }
    }
    let list = path.field("ports");
    let ports = items(subset, "ports");
    for (at, port) in ports.iter().enumerate() {
        let path = list.item(at);
        match text(port, "name") {
            None if ports.len() > 1 => errors.required(&path.field("name"), ""),
            None => {}
            Some(name) => {
                errors.invalid_each(&path.field("name"), name, formats::dns_label(name));
            }
        }
        check_port_number(port, "port", &path, errors);
        apply(
            &[OneOf("protocol", &["SCTP", "TCP", "UDP"])],
            port,
            &path,
            errors,
        );
    }
}

fn check_port_number(port: &Value, field: &str, path: &Path<'_>, errors: &mut Errors) {
    let number = int(port, field).unwrap_or(0);
    if !(1..=65535).contains(&number) {
        let why = "must be between 1 and 65535, inclusive";
        errors.invalid(&path.field(field), &Value::int(number), why);
    }
}

pub(super) static INGRESS: &[Rule] = &[
    Do(check_class_annotation),
    Object(
        "spec",
        &[
            Do(check_ingress),
            Object("defaultBackend", BACKEND),
            Items(
                "rules",
                &[
                    Do(check_host),
                    Object("http", &[Do(check_paths), Items("paths", HTTP_PATH)]),
                ],
            ),
            Items("tls", &[Do(check_tls_hosts)]),
            Form("ingressClassName", formats::dns_subdomain),
        ],
    ),
];

const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";

fn check_class_annotation(ingress: &Value, path: &Path<'_>, errors: &mut Errors) {
    let annotation = ingress.get_path(&["metadata", "annotations", CLASS_ANNOTATION]);
    let class = ingress
        .get("spec")
        .and_then(|spec| text(spec, "ingressClassName"));
    if let (Some(annotation), Some(class)) = (annotation, class)
        && annotation.text() != Some(class)
    {
        let annotations = path.field("annotations");
        let why = "must match `ingressClassName` when both are specified";
        errors.invalid(&annotations.field(CLASS_ANNOTATION), annotation, why);
    }
}

fn check_ingress(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if items(spec, "rules").is_empty() && spec.get("defaultBackend").is_none() {
        let why = "either `defaultBackend` or `rules` must be specified";
        errors.invalid_or_none(path, None, why);
    }
}

fn check_host(rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(host) = text(rule, "host") else {
        return;
    };
    let path = path.field("host");
    if host.parse::<IpAddr>().is_ok() {
        errors.invalid_string(&path, host, "must be a DNS name, not an IP address");
    }
    errors.invalid_each(&path, host, host_problems(host));
}

fn host_problems(host: &str) -> formats::Problems {
    if host.parse::<IpAddr>().is_ok() {
        Vec::new()
    } else if host.contains('*') {
        formats::wildcard_subdomain(host)
    } else {
        formats::dns_subdomain(host)
    }
}

fn check_tls_hosts(tls: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("hosts");
    for (at, host) in items(tls, "hosts").iter().enumerate() {
        let host = host.text().unwrap_or_default();
        errors.invalid_each(&list.item(at), host, host_problems(host));
    }
}

fn check_paths(http: &Value, path: &Path<'_>, errors: &mut Errors) {
    if items(http, "paths").is_empty() {
        errors.required(&path.field("paths"), "");
    }
}

static HTTP_PATH: &[Rule] = &[Do(check_path), Object("backend", BACKEND)];

fn check_path(rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(kind) = text(rule, "pathType") else {
        errors.required(&path.field("pathType"), "pathType must be specified");
        return;
    };
    let place = text(rule, "path").unwrap_or_default();
    let place_path = path.field("path");
    match kind {
        "Exact" | "Prefix" => {
            if !place.starts_with('/') {
                errors.invalid_string(&place_path, place, "must be an absolute path");
            }
            for part in ["//", "/./", "/../", "%2f", "%2F"] {
                if place.contains(part) {
                    let why = format!("must not contain '{part}'");
                    errors.invalid_string(&place_path, place, &why);
                }
            }
            for end in ["/..", "/."] {
                if place.ends_with(end) {
                    let why = format!("cannot end with '{end}'");
                    errors.invalid_string(&place_path, place, &why);
                }
            }
        }
        "ImplementationSpecific" => {
            if !place.is_empty() && !place.starts_with('/') {
                errors.invalid_string(&place_path, place, "must be an absolute path");
            }
        }
        _ => {
            let supported = ["Exact", "ImplementationSpecific", "Prefix"];
            errors.unsupported(&path.field("pathType"), &Value::string(kind), &supported);
        }
    }
}

static BACKEND: &[Rule] = &[Do(check_backend)];

fn check_backend(backend: &Value, path: &Path<'_>, errors: &mut Errors) {
    match (backend.get("service"), backend.get("resource")) {
        (Some(_), Some(_)) => {
            let why = "cannot set both resource and service backends";
            errors.invalid_string(path, "", why);
        }
        (None, None) => {
            errors.invalid_string(path, "", "resource or service backend is required");
        }
        (Some(service), None) => check_backend_service(service, path, errors),
        (None, Some(_)) => {}
    }
}

fn check_backend_service(service: &Value, path: &Path<'_>, errors: &mut Errors) {
    let service_path = path.field("service");
    match text(service, "name") {
        None => errors.required(&service_path.field("name"), ""),
        Some(name) => {
            let problems = formats::dns_1035_label(name);
            errors.invalid_each(&service_path.field("name"), name, problems);
        }
    }
    let port = service.get("port");
    let name = port.and_then(|port| text(port, "name"));
    let number = port
        .and_then(|port| int(port, "number"))
        .filter(|number| *number != 0);
    match (name, number) {
        (Some(_), Some(_)) => {
            errors.invalid_string(path, "", "cannot set both port name & port number");
        }
        (None, None) => errors.required(path, "port name or number is required"),
        (Some(name), None) => {
            let port = service_path.field("port");
            errors.invalid_each(&port.field("name"), name, formats::port_name(name));
        }
        (None, Some(number)) if !(1..=65535).contains(&number) => {
            let port = service_path.field("port");
            let why = "must be between 1 and 65535, inclusive";
            errors.invalid(&port.field("number"), &Value::int(number), why);
        }
        (None, Some(_)) => {}
    }
}

pub(super) static INGRESS_CLASS: &[Rule] = &[Object(
    "spec",
    &[
        Required("controller"),
        Do(check_controller),
        Object(
            "parameters",
            &[
                Required("kind"),
                Required("name"),
                OneOf("scope", &["Cluster", "Namespace"]),
                Do(check_parameters),
            ],
        ),
    ],
)];

fn check_controller(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(controller) = text(spec, "controller") else {
        return;
    };
    let is_path = controller
        .split_once('/')
        .is_some_and(|(domain, rest)| !domain.is_empty() && !rest.is_empty());
    if !is_path {
        let why = "must be a domain-prefixed path (such as \"acme.io/foo\")";
        errors.invalid_string(&path.field("controller"), controller, why);
    }
}

fn check_parameters(parameters: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("namespace");
    match (text(parameters, "scope"), text(parameters, "namespace")) {
        (Some("Namespace"), None) => {
            errors.required(&path, "`parameters.scope` is set to 'Namespace'");
        }
        (Some("Cluster"), Some(_)) => {
            errors.forbidden(&path, "`parameters.scope` is set to 'Cluster'");
        }
        _ => {}
    }
}

pub(super) static POLICY: &[Rule] = &[Object(
    "spec",
    &[
        Do(check_pod_selector),
        Items("ingress", &[Items("ports", POLICY_PORT), Do(check_from)]),
        Items("egress", &[Items("ports", POLICY_PORT), Do(check_to)]),
        Do(check_policy_types),
    ],
)];

fn check_pod_selector(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(selector) = spec.get("podSelector") {
        selectors::check(selector, &path.field("podSelector"), errors);
    }
}

static POLICY_PORT: &[Rule] = &[
    OneOf("protocol", &["TCP", "UDP", "SCTP"]),
    Do(check_policy_port),
];

fn check_policy_port(port: &Value, path: &Path<'_>, errors: &mut Errors) {
    let number = port.get("port");
    check_number_or_name(number, &path.field("port"), errors);
    let Some(end) = int(port, "endPort") else {
        return;
    };
    let path = path.field("endPort");
    match number {
        None => errors.invalid(
            &path,
            &Value::int(end),
            "may not be specified when `port` is not specified",
        ),
        Some(number) if number.as_str().is_some() => {
            let why = "may not be specified when `port` is non-numeric";
            errors.invalid(&path, &Value::int(end), why);
        }
        Some(number) => {
            let start = number.text().and_then(|start| start.parse::<i64>().ok());
            if start.is_some_and(|start| end < start) {
                let why = "must be greater than or equal to `port`";
                errors.invalid(&path, number, why);
            } else if end > 65535 {
                let why = "must be between 1 and 65535, inclusive";
                errors.invalid(&path, &Value::int(end), why);
            }
        }
    }
}

fn check_from(rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_peers(rule, "from", path, errors);
}

fn check_to(rule: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_peers(rule, "to", path, errors);
}

fn check_peers(rule: &Value, field: &str, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field(field);
    for (at, peer) in items(rule, field).iter().enumerate() {
        let path = list.item(at);
        let mut found = 0;
        for selector in ["podSelector", "namespaceSelector"] {
            if let Some(inner) = peer.get(selector) {
                found += 1;
                selectors::check(inner, &path.field(selector), errors);
            }
        }
        if let Some(block) = peer.get("ipBlock") {
            if found > 0 {
                errors.forbidden(&path, "may not specify both ipBlock and another peer");
            }
            found += 1;
            check_block(block, &path.field("ipBlock"), errors);
        }
        if found == 0 {
            errors.required(&path, "must specify a peer");
        }
    }
}

fn check_block(block: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(cidr) = text(block, "cidr") else {
        errors.required(&path.field("cidr"), "");
        return;
    };
    let problems = formats::cidr(cidr);
    let is_right = problems.is_empty();
    errors.invalid_each(&path.field("cidr"), cidr, problems);
    let list = path.field("except");
    for (at, except) in items(block, "except").iter().enumerate() {
        let except = except.text().unwrap_or_default();
        let problems = formats::cidr(except);
        if is_right && problems.is_empty() && !is_within(except, cidr) {
            errors.invalid_string(&list.item(at), except, "must be a strict subset of `cidr`");
        }
        errors.invalid_each(&list.item(at), except, problems);
    }
}

/// Whether a range is inside another and smaller.
fn is_within(inner: &str, outer: &str) -> bool {
    let range = |text: &str| -> Option<(u128, u32, u32)> {
        let (address, length) = text.split_once('/')?;
        let length: u32 = length.parse().ok()?;
        match address.parse().ok()? {
            IpAddr::V4(address) => Some((u128::from(address.to_bits()), length, 32)),
            IpAddr::V6(address) => Some((address.to_bits(), length, 128)),
        }
    };
    let (Some((inner, inner_length, width)), Some((outer, length, outer_width))) =
        (range(inner), range(outer))
    else {
        return false;
    };
    let prefix = |address: u128| address.checked_shr(width - length).unwrap_or(0);
    width == outer_width && inner_length > length && prefix(inner) == prefix(outer)
}

fn check_policy_types(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("policyTypes");
    let types = items(spec, "policyTypes");
    if types.len() > 2
        && let Some(all) = spec.get("policyTypes")
    {
        errors.invalid(&path, all, "may not specify more than two policyTypes");
        return;
    }
    for (at, kind) in types.iter().enumerate() {
        if !matches!(kind.text(), Some("Ingress" | "Egress")) {
            errors.unsupported(&path.item(at), kind, &["Ingress", "Egress"]);
        }
    }
}

/// What a service may not change.
pub(super) fn check_service_update(
    service: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let null = Value::null();
    let (spec, before) = (
        service.get("spec").unwrap_or(&null),
        old.get("spec").unwrap_or(&null),
    );
    let path = path.field("spec");
    let is_internal = |spec: &Value| text(spec, "type") != Some("ExternalName");
    if is_internal(spec)
        && is_internal(before)
        && has(before, "clusterIP")
        && text(spec, "clusterIP") != text(before, "clusterIP")
    {
        let list = path.field("clusterIPs");
        let shown = super::errors::show(spec.get("clusterIPs"));
        errors.invalid_text(&list.item(0), &shown, "may not change once set");
    }
}

#[cfg(test)]
mod tests {
    use super::is_within;

    #[test]
    fn ranges_within_ranges() {
        assert!(is_within("192.0.2.0/25", "192.0.2.0/24"));
        assert!(is_within("10.0.0.0/8", "0.0.0.0/0"));
        assert!(is_within("2001:db8::/64", "2001:db8::/32"));
        assert!(!is_within("192.0.2.0/24", "192.0.2.0/24"));
        assert!(!is_within("203.0.113.0/25", "192.0.2.0/24"));
        assert!(!is_within("::/64", "0.0.0.0/0"));
    }
}
