//! The status of a service: where its load balancer takes what comes.

use crate::fields::{items, text};
use crate::validate::addresses;
use crate::validate::errors::{Errors, Path};
use crate::validate::formats;
use trimtab_tree::Value;

/// Checks what the status of a service says of its load balancer.
pub(in crate::validate) fn check_status(
    service: &Value,
    old: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
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
pub(in crate::validate) fn check_ingress_points(
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
