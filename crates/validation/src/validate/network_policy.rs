//! Network policies.

use super::errors::{Errors, Path};
use super::formats;
use super::probe::check_number_or_name;
use super::rules::Rule;
use super::rules::Rule::{Do, Items, Object, OneOf};
use super::selectors;
use crate::fields::{int, items, text};
use std::net::IpAddr;
use trimtab_tree::Value;

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
