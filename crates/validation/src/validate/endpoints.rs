//! Endpoints of services, and the ranges and addresses that services have.

use super::addresses;
use super::errors::{Errors, Path};
use super::formats;
use super::internal::show_internal;
use super::metadata::check_labels;
use super::names;
use super::probe::check_number_or_name;
use super::rules::Rule::{Do, Form, GivenForm, OneOf, Present, Required};
use super::rules::{Rule, apply};
use crate::equality::same;
use crate::fields::{entries, has, int, items, text};
use rustc_hash::FxHashSet;
use trimtab_tree::Value;

const PROTOCOLS: &[&str] = &["SCTP", "TCP", "UDP"];

pub(super) static ENDPOINTS: &[Rule] = &[Do(check_subsets)];

fn check_subsets(endpoints: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("subsets");
    for (at, subset) in items(endpoints, "subsets").iter().enumerate() {
        check_subset(subset, &list.item(at), errors);
    }
}

/// Endpoints that were stored when less was asked of them stay as they are.
pub(super) fn check_endpoints_change(
    endpoints: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if !is_kept(endpoints, old, "subsets") {
        check_subsets(endpoints, path, errors);
    }
}

fn is_kept(object: &Value, old: &Value, field: &str) -> bool {
    let none = Value::null();
    same(
        object.get(field).unwrap_or(&none),
        old.get(field).unwrap_or(&none),
    )
}

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
            addresses::check(ip, &path.field("ip"), errors);
            let forms = [
                Form("hostname", formats::dns_label),
                GivenForm("nodeName", formats::dns_subdomain),
            ];
            apply(&forms, address, &path, errors);
            addresses::check_endpoint(ip, &path.field("ip"), errors);
        }
    }
    let list = path.field("ports");
    let ports = items(subset, "ports");
    for (at, port) in ports.iter().enumerate() {
        let path = list.item(at);
        if ports.len() > 1 && !has(port, "name") {
            errors.required(&path.field("name"), "");
        }
        apply(&[Form("name", formats::dns_label)], port, &path, errors);
        let number = int(port, "port").unwrap_or(0);
        check_number_or_name(Some(&Value::int(number)), &path.field("port"), errors);
        let rules = [
            Required("protocol"),
            OneOf("protocol", PROTOCOLS),
            GivenForm("appProtocol", formats::qualified_name),
        ];
        apply(&rules, port, &path, errors);
    }
}

pub(super) static ENDPOINT_SLICE: &[Rule] = &[
    Required("addressType"),
    OneOf("addressType", &["FQDN", "IPv4", "IPv6"]),
    Do(check_slice_ports),
];

/// What else holds of a new slice.
pub(super) static NEW_ENDPOINT_SLICE: &[Rule] = &[Do(check_endpoints)];

/// Endpoints of a slice are looked at when they change.
pub(super) fn check_slice_change(slice: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    if !is_kept(slice, old, "endpoints") {
        check_endpoints(slice, path, errors);
    }
    super::metadata::check_immutable(slice, old, "addressType", path, errors);
}

fn check_slice_ports(slice: &Value, path: &Path<'_>, errors: &mut Errors) {
    const MOST: usize = 20_000;
    let list = path.field("ports");
    let ports = items(slice, "ports");
    if ports.len() > MOST {
        errors.too_many(&list, ports.len(), MOST as u64);
        return;
    }
    let mut names = FxHashSet::default();
    for (at, port) in ports.iter().enumerate() {
        let path = list.item(at);
        let name = text(port, "name").unwrap_or_default();
        apply(&[Form("name", formats::dns_label)], port, &path, errors);
        if !names.insert(name) {
            errors.duplicate(&path.field("name"), name);
        }
        let rules = [
            Present("protocol"),
            OneOf("protocol", PROTOCOLS),
            GivenForm("appProtocol", formats::qualified_name),
        ];
        apply(&rules, port, &path, errors);
    }
}

fn check_endpoints(slice: &Value, path: &Path<'_>, errors: &mut Errors) {
    const MOST: usize = 1000;
    let list = path.field("endpoints");
    let endpoints = items(slice, "endpoints");
    if endpoints.len() > MOST {
        errors.too_many(&list, endpoints.len(), MOST as u64);
        return;
    }
    let kind = text(slice, "addressType").unwrap_or_default();
    for (at, endpoint) in endpoints.iter().enumerate() {
        let path = list.item(at);
        check_slice_addresses(endpoint, kind, &path.field("addresses"), errors);
        apply(
            &[GivenForm("nodeName", formats::dns_subdomain)],
            endpoint,
            &path,
            errors,
        );
        let topology = entries(endpoint, "deprecatedTopology").count();
        if topology > 16 {
            errors.too_many(&path.field("deprecatedTopology"), topology, 16);
        }
        check_labels(endpoint, "deprecatedTopology", &path, errors);
        apply(
            &[GivenForm("hostname", formats::dns_label)],
            endpoint,
            &path,
            errors,
        );
        if let Some(hints) = endpoint.get("hints") {
            check_hints(hints, &path.field("hints"), errors);
        }
    }
}

fn check_slice_addresses(endpoint: &Value, kind: &str, list: &Path<'_>, errors: &mut Errors) {
    let all = addresses::texts(endpoint, "addresses");
    if all.is_empty() {
        errors.required(list, "must contain at least 1 address");
    } else if all.len() > 100 {
        errors.too_many(list, all.len(), 100);
    }
    for (at, address) in all.iter().enumerate() {
        let path = list.item(at);
        if kind == "FQDN" {
            names::check_full_domain(address, &path, errors);
            continue;
        }
        let mut own = Errors::default();
        match kind {
            "IPv4" => addresses::check(address, &path, &mut own),
            "IPv6" => addresses::check_canonical(address, &path, &mut own),
            _ => continue,
        }
        if own.is_empty() {
            if addresses::is_version_6(address) != (kind == "IPv6") {
                own.invalid_string(list, address, &format!("must be an {kind} address"));
            }
            addresses::check_endpoint(address, &path, &mut own);
        }
        errors.append(own);
    }
}

fn check_hints(hints: &Value, path: &Path<'_>, errors: &mut Errors) {
    for (field, form) in [
        ("forZones", formats::label_value as formats::Format),
        ("forNodes", formats::dns_subdomain),
    ] {
        let list = path.field(field);
        let all = items(hints, field);
        if all.len() > 8 {
            errors.too_many(&list, all.len(), 8);
            return;
        }
        let mut names = FxHashSet::default();
        for (at, hint) in all.iter().enumerate() {
            let item = list.item(at);
            let path = item.field("name");
            let name = text(hint, "name").unwrap_or_default();
            if !names.insert(name) {
                errors.duplicate(&path, name);
            }
            errors.invalid_each(&path, name, form(name));
        }
    }
}

pub(super) static SERVICE_CIDR: &[Rule] = &[Rule::Object("spec", &[Do(check_ranges)])];

fn check_ranges(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("cidrs");
    let ranges = addresses::texts(spec, "cidrs");
    if ranges.is_empty() {
        errors.required(&list, "at least one CIDR required");
        return;
    }
    if ranges.len() > 2 {
        errors.invalid(&list, spec, "may only hold up to 2 values");
        return;
    }
    for (at, range) in ranges.iter().enumerate() {
        addresses::check_canonical_range(range, &list.item(at), errors);
    }
    let is_6 = |range: &str| range.contains(':');
    if let [one, other] = ranges[..]
        && is_6(one) == is_6(other)
    {
        let why = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and \
                   2001:db8::/64";
        errors.invalid_or_none(&list, spec.get("cidrs"), why);
    }
}

/// The ranges of a cluster's services stay; a second one may come.
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
    let (now, before) = (list(ranges), list(old));
    let spec_path = path.field("spec");
    let path = spec_path.field("cidrs");
    let is_second_added = (before.len(), now.len()) == (1, 2);
    if now.len() != before.len() && !is_second_added {
        let cidrs = ranges.get_path(&["spec", "cidrs"]);
        errors.invalid_or_none(&path, cidrs, "field is immutable");
        return;
    }
    for (at, (range, before)) in now.iter().zip(before).enumerate() {
        if *range != before {
            errors.invalid(&path.item(at), range, "field is immutable");
        }
    }
    if let Some(spec) = ranges.get("spec").filter(|_| is_second_added) {
        check_ranges(spec, &spec_path, errors);
    }
}

pub(super) static IP_ADDRESS: &[Rule] = &[Rule::Object("spec", &[Do(check_parent)])];

fn check_parent(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("parentRef");
    let Some(parent) = spec.get("parentRef").filter(|it| !it.is_null()) else {
        errors.required(&path, "");
        return;
    };
    let rules = [
        Form("group", formats::dns_subdomain),
        Required("resource"),
        Form("resource", formats::path_segment),
        Required("name"),
        Form("name", formats::path_segment),
        Form("namespace", formats::path_segment),
    ];
    apply(&rules, parent, &path, errors);
}

/// Whom an address belongs to stays.
pub(super) fn check_address_update(
    address: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let parent = |object: &Value| object.get_path(&["spec", "parentRef"]).cloned();
    let null = Value::null();
    let (now, before) = (parent(address), parent(old));
    if !same(
        now.as_ref().unwrap_or(&null),
        before.as_ref().unwrap_or(&null),
    ) {
        let shown = show_internal(now.as_ref(), "ParentReference");
        let spec = path.field("spec");
        errors.invalid_text(&spec.field("parentRef"), &shown, "field is immutable");
    }
}

/// What is wrong with the name of an address object, which is the address as all write it.
pub(super) fn address_name(name: &str) -> formats::Problems {
    let mut errors = Errors::default();
    addresses::check_canonical(name, &Path::ROOT, &mut errors);
    let found = errors.into_found().into_iter();
    let shown = format!("Invalid value: {name:?}: ");
    found
        .map(|error| error.message.replacen(&shown, "", 1))
        .collect()
}
