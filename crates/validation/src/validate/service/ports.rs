//! The ports of a service.

use super::change::Change;
use crate::fields::{int, items, text};
use crate::validate::errors::{Errors, Path};
use crate::validate::formats;
use crate::validate::probe::check_number_or_name;
use crate::validate::rules::Rule::{Do, GivenForm, OneOf, Required};
use crate::validate::rules::{Rule, apply};
use rustc_hash::FxHashSet;
use trimtab_tree::Value;

static PORT: &[Rule] = &[
    Required("protocol"),
    OneOf("protocol", &["SCTP", "TCP", "UDP"]),
    Do(check_target),
    GivenForm("appProtocol", formats::qualified_name),
];

fn check_target(port: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_number_or_name(port.get("targetPort"), &path.field("targetPort"), errors);
}

pub(super) fn check_ports(spec: &Value, list: &Path<'_>, errors: &mut Errors) {
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

/// Each port of a node and of the service, by protocol, is there once.
pub(super) fn check_port_numbers(change: &Change<'_>, list: &Path<'_>, errors: &mut Errors) {
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
