//! Network policies.

use super::addresses;
use super::errors::{Errors, Path};
use super::probe::check_number_or_name;
use super::rules::Rule;
use super::rules::Rule::{Do, Items, Object, OneOf};
use super::selectors;
use crate::fields::{int, items, text};
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
            }
            if !(1..=65535).contains(&end) {
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
        let block = peer.get("ipBlock");
        if let Some(block) = block {
            found += 1;
            check_block(block, &path.field("ipBlock"), errors);
        }
        if found == 0 {
            errors.required(&path, "must specify a peer");
        } else if found > 1 && block.is_some() {
            errors.forbidden(&path, "may not specify both ipBlock and another peer");
        }
    }
}

fn check_block(block: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(cidr) = text(block, "cidr") else {
        errors.required(&path.field("cidr"), "");
        return;
    };
    addresses::check_range(cidr, &path.field("cidr"), errors);
    let list = path.field("except");
    for (at, except) in addresses::texts(block, "except").iter().enumerate() {
        let path = list.item(at);
        addresses::check_range(except, &path, errors);
        if addresses::is_range(cidr)
            && addresses::is_range(except)
            && !addresses::is_within(except, cidr)
        {
            errors.invalid_string(&path, except, "must be a strict subset of `cidr`");
        }
    }
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
