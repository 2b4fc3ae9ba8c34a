//! Services and endpoints.

use super::errors::{Errors, Path};
use super::formats;
use super::metadata::check_labels;
use super::probe::check_number_or_name;
use super::rules::Rule::{Do, Form, Items, Object, OneOf, Required};
use super::rules::{Rule, apply};
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

pub(super) static ENDPOINT_SLICE: &[Rule] = &[
    Required("addressType"),
    OneOf("addressType", &["FQDN", "IPv4", "IPv6"]),
];

pub(super) static SERVICE_CIDR: &[Rule] = &[Object("spec", &[Do(check_ranges)])];

fn check_ranges(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("cidrs");
    let ranges: Vec<&str> = items(spec, "cidrs")
        .iter()
        .filter_map(Value::text)
        .collect();
    let Some(all) = spec.get("cidrs").filter(|_| !ranges.is_empty()) else {
        errors.required(&list, "at least one CIDR required");
        return;
    };
    let of_version_6 = ranges.iter().filter(|range| range.contains(':')).count();
    if of_version_6 > 1 || ranges.len() - of_version_6 > 1 {
        let why = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and \
                   2001:db8::/64";
        errors.invalid(&list, all, why);
    }
    for (at, range) in ranges.iter().enumerate() {
        let problems = formats::cidr(range);
        if problems.is_empty() && has_host_bits(range) {
            let why = "must not have bits set beyond the prefix length";
            errors.invalid_string(&list.item(at), range, why);
        }
        errors.invalid_each(&list.item(at), range, problems);
    }
}

/// Whether the address of a range is not its first.
fn has_host_bits(range: &str) -> bool {
    let Some((address, length)) = range.split_once('/') else {
        return false;
    };
    let length = length.parse().unwrap_or(0_u32);
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.to_bits().checked_shl(length).unwrap_or(0) != 0,
        Ok(IpAddr::V6(address)) => address.to_bits().checked_shl(length).unwrap_or(0) != 0,
        Err(_) => false,
    }
}

/// The ranges of a cluster's services stay.
pub(super) fn check_ranges_update(
    ranges: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let list = |object: &Value| -> Vec<Value> {
        let list = object
            .get_path(&["spec", "cidrs"])
            .and_then(Value::as_sequence);
        list.unwrap_or_default().to_vec()
    };
    let spec = path.field("spec");
    let path = spec.field("cidrs");
    for (at, (range, before)) in list(ranges).iter().zip(list(old)).enumerate() {
        if *range != before {
            errors.invalid(&path.item(at), range, "field is immutable");
        }
    }
}

/// Whom an address belongs to stays.
pub(super) fn check_address_update(
    address: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let parent = |object: &Value| object.get_path(&["spec", "parentRef"]).cloned();
    if let Some(now) = parent(address)
        && parent(old).as_ref() != Some(&now)
    {
        let part = |field| text(&now, field).unwrap_or_default().to_owned();
        let shown = format!(
            "{{\"Group\":{:?},\"Resource\":{:?},\"Namespace\":{:?},\"Name\":{:?}}}",
            part("group"),
            part("resource"),
            part("namespace"),
            part("name")
        );
        let spec = path.field("spec");
        errors.invalid_text(&spec.field("parentRef"), &shown, "field is immutable");
    }
}
