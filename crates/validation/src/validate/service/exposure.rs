//! How a service is reached from outside of the cluster.

use super::change::Change;
use crate::fields::{has, int, text};
use crate::validate::addresses;
use crate::validate::errors::{Errors, Path};
use crate::validate::formats;
use crate::validate::probe::check_number_or_name;
use trimtab_tree::Value;

const SOURCE_RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";
pub(super) const ONLY_LOAD_BALANCERS: &str = "may only be used when `type` is 'LoadBalancer'";

pub(super) fn check_external_addresses(change: &Change<'_>, list: &Path<'_>, errors: &mut Errors) {
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

pub(super) fn check_source_ranges(change: &Change<'_>, path: &Path<'_>, errors: &mut Errors) {
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

pub(super) fn check_class(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
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

pub(super) fn needs_health_check(spec: &Value) -> bool {
    text(spec, "type") == Some("LoadBalancer")
        && text(spec, "externalTrafficPolicy") == Some("Local")
}

pub(super) fn check_external_traffic(change: &Change<'_>, path: &Path<'_>, errors: &mut Errors) {
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
