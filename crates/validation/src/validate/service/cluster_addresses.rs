//! The addresses of a service in the cluster, and the versions of the protocol they are of.

use super::change::{Change, is_external_name, is_headless};
use crate::fields::text;
use crate::validate::addresses;
use crate::validate::errors::{Errors, Path};
use crate::validate::rules::Rule::OneOf;
use crate::validate::rules::apply;
use rustc_hash::FxHashSet;
use trimtab_tree::Value;

/// The addresses of a service in the cluster, and the versions of the protocol they are of.
pub(super) fn check_cluster_addresses(change: &Change<'_>, path: &Path<'_>, errors: &mut Errors) {
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

/// The first address stays; a second one comes and goes.
pub(super) fn check_cluster_addresses_kept(
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
pub(super) fn check_families_kept(
    spec: &Value,
    before: &Value,
    path: &Path<'_>,
    errors: &mut Errors,
) {
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
