//! Resource quotas and limit ranges.

use super::errors::{Errors, Path};
use super::formats;
use super::internal::show_internal;
use super::resources::{CONTAINERS, check_amount, check_name, is_for_containers, is_native};
use super::rules::Rule::{self, Do, Object};
use crate::fields::{entries, has, items, text};
use std::collections::BTreeSet;
use trimtab_object::Quantity;
use trimtab_tree::Value;

pub(super) static QUOTA: &[Rule] = &[Object("spec", &[Do(check_quota), Do(check_scopes)])];

/// What a quota may count besides what containers ask for; the last is an amount.
const COUNTED: [&str; 10] = [
    "pods",
    "services",
    "services.loadbalancers",
    "services.nodeports",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "requests.storage",
];

/// What containers may ask for, and be limited to.
fn is_compute(name: &str) -> bool {
    let bare = name
        .strip_prefix("requests.")
        .or_else(|| name.strip_prefix("limits."))
        .unwrap_or(name);
    matches!(bare, "cpu" | "memory" | "ephemeral-storage") || bare.starts_with("hugepages-")
}

fn check_quota(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let hard = path.field("hard");
    for (name, value) in entries(spec, "hard") {
        let path = hard.key(name);
        check_name(name, is_standard, "quota", &path, errors);
        check_amount(name, value, &path, errors);
    }
}

fn quantity(value: &Value) -> Option<Quantity> {
    value.text().and_then(|text| Quantity::parse(text).ok())
}

/// Scopes of a quota that apply to pods and what they ask for.
const POD_SCOPES: [&str; 5] = [
    "CrossNamespacePodAffinity",
    "NotBestEffort",
    "NotTerminating",
    "PriorityClass",
    "Terminating",
];

fn applies(scope: &str, resource: &str) -> bool {
    let counts_pods = resource == "pods";
    match scope {
        "BestEffort" => counts_pods,
        "VolumeAttributesClass" => {
            matches!(resource, "persistentvolumeclaims" | "requests.storage")
        }
        _ if !POD_SCOPES.contains(&scope) => true,
        _ => {
            let bare = resource
                .strip_prefix("requests.")
                .or_else(|| resource.strip_prefix("limits."))
                .unwrap_or(resource);
            counts_pods || matches!(bare, "cpu" | "memory")
        }
    }
}

/// The scopes of a quota stay, in whatever order; what it selects besides may change.
pub(super) fn check_quota_update(quota: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let none = Value::null();
    let scopes = |quota: &Value| -> BTreeSet<String> {
        let spec = quota.get("spec").unwrap_or(&none);
        let scopes = items(spec, "scopes").iter().filter_map(Value::text);
        scopes.map(str::to_owned).collect()
    };
    if scopes(quota) != scopes(old) {
        let now = quota.get_path(&["spec", "scopes"]);
        let path = path.field("spec");
        errors.invalid_or_none(&path.field("scopes"), now, "field is immutable");
    }
}

fn check_scopes(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if let Some(all) = spec.get("scopes") {
        let path = path.field("scopes");
        let scopes: Vec<&str> = items(spec, "scopes")
            .iter()
            .filter_map(Value::text)
            .collect();
        for scope in &scopes {
            if !is_known_scope(scope) {
                errors.invalid(&path, all, "unsupported scope");
            }
            for (resource, _) in entries(spec, "hard") {
                if is_standard(resource) && !applies(scope, resource) {
                    errors.invalid(&path, all, "unsupported scope applied to resource");
                }
            }
        }
        check_conflicts(&scopes, Some(all), &path, errors);
    }
    if let Some(selector) = spec.get("scopeSelector") {
        let selector_path = path.field("scopeSelector");
        // Told of the list, not of the item, as Kubernetes does.
        check_scope_selector(
            spec,
            selector,
            &selector_path.field("matchExpressions"),
            errors,
        );
    }
}

fn is_known_scope(scope: &str) -> bool {
    POD_SCOPES.contains(&scope) || matches!(scope, "BestEffort" | "VolumeAttributesClass")
}

fn is_standard(resource: &str) -> bool {
    COUNTED.contains(&resource) || is_compute(resource)
}

fn check_scope_selector(spec: &Value, selector: &Value, path: &Path<'_>, errors: &mut Errors) {
    let mut scopes: Vec<&str> = Vec::new();
    for requirement in items(selector, "matchExpressions") {
        let scope = text(requirement, "scopeName").unwrap_or_default();
        if !is_known_scope(scope) {
            errors.invalid_string(&path.field("scopeName"), scope, "unsupported scope");
        }
        for (resource, _) in entries(spec, "hard") {
            if is_standard(resource) && !applies(scope, resource) {
                let why = "unsupported scope applied to resource";
                let shown = show_internal(Some(selector), "ScopeSelector");
                errors.invalid_text(path, &shown, why);
            }
        }
        let operator = text(requirement, "operator").unwrap_or_default();
        let operator_path = path.field("operator");
        let takes_none =
            is_known_scope(scope) && !matches!(scope, "PriorityClass" | "VolumeAttributesClass");
        if takes_none && operator != "Exists" {
            let why = "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, \
                       ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, \
                       ResourceQuotaScopeNotBestEffort or \
                       ResourceQuotaScopeCrossNamespacePodAffinity";
            errors.invalid_string(&operator_path, operator, why);
        }
        let values = items(requirement, "values");
        match operator {
            "In" | "NotIn" if values.is_empty() => {
                let why = "must be at least one value when `operator` is 'In' or 'NotIn' for \
                           scope selector";
                errors.required(&path.field("values"), why);
            }
            "Exists" | "DoesNotExist" if !values.is_empty() => {
                let why = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for \
                           scope selector";
                errors.invalid_or_none(&path.field("values"), requirement.get("values"), why);
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
            _ => {
                let why = "not a valid selector operator";
                errors.invalid_string(&operator_path, operator, why);
            }
        }
        scopes.push(scope);
    }
    check_conflicts(&scopes, spec.get("scopes"), path, errors);
}

/// Scopes of which one excludes the other.
fn check_conflicts(scopes: &[&str], shown: Option<&Value>, path: &Path<'_>, errors: &mut Errors) {
    for pair in [
        ["BestEffort", "NotBestEffort"],
        ["Terminating", "NotTerminating"],
    ] {
        if pair.iter().all(|scope| scopes.contains(scope)) {
            errors.invalid_or_none(path, shown, "conflicting scopes");
        }
    }
}

pub(super) static LIMIT_RANGE: &[Rule] = &[Object("spec", &[Do(check_limits)])];

fn check_limits(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("limits");
    let limits = items(spec, "limits");
    for (at, limit) in limits.iter().enumerate() {
        let path = list.item(at);
        let kind = text(limit, "type").unwrap_or_default();
        check_limit_type(kind, &path.field("type"), errors);
        if limits[..at].iter().any(|it| text(it, "type") == Some(kind)) {
            errors.duplicate(&path.field("type"), kind);
        }
        check_limit(limit, kind, &path, errors);
    }
}

fn check_limit_type(kind: &str, path: &Path<'_>, errors: &mut Errors) {
    let problems = formats::qualified_name(kind);
    let is_named = problems.is_empty();
    errors.invalid_each(path, kind, problems);
    let is_standard = matches!(kind, "Container" | "PersistentVolumeClaim" | "Pod");
    if is_named && !kind.contains('/') && !is_standard {
        let why = "must be a standard limit type or fully qualified";
        errors.invalid_string(path, kind, why);
    }
}

fn check_limit(limit: &Value, kind: &str, path: &Path<'_>, errors: &mut Errors) {
    let mut names: Vec<&str> = Vec::new();
    let mut check_names = |field: &'static str, errors: &mut Errors| {
        let list = path.field(field);
        for (name, _) in entries(limit, field) {
            let path = list.key(name);
            if matches!(kind, "Container" | "Pod") {
                check_name(name, is_for_containers, CONTAINERS, &path, errors);
            } else {
                check_name(name, |_| true, "", &path, errors);
            }
            names.push(name);
        }
    };
    check_names("max", errors);
    check_names("min", errors);
    if kind == "Pod" {
        for field in ["default", "defaultRequest"] {
            if has(limit, field) {
                let why = "may not be specified when `type` is 'Pod'";
                errors.forbidden(&path.field(field), why);
            }
        }
    } else {
        check_names("default", errors);
        check_names("defaultRequest", errors);
    }
    let bounds_storage = |field| entries(limit, field).any(|(name, _)| name == "storage");
    if kind == "PersistentVolumeClaim" && !bounds_storage("min") && !bounds_storage("max") {
        let why = "either minimum or maximum storage value is required, but neither was provided";
        errors.required(&path.field("limits"), why);
    }
    check_names("maxLimitRequestRatio", errors);
    names.sort_unstable();
    names.dedup();
    for name in names {
        check_order(limit, kind, name, path, errors);
    }
}

/// The minimum is no more than what is given by default, and that no more than the maximum.
fn check_order(limit: &Value, kind: &str, name: &str, path: &Path<'_>, errors: &mut Errors) {
    let amount = |field: &str| limit.get_path(&[field, name]).and_then(quantity);
    let (least, most) = (amount("min"), amount("max"));
    // Pods have none of these, and what is said of them is not looked at.
    let (limited, asked) = match kind {
        "Pod" => (None, None),
        _ => (amount("default"), amount("defaultRequest")),
    };
    let mut tell = |field: &str, shown: &Quantity, why: String| {
        let list = path.field(field);
        errors.invalid_string(&list.key(name), &shown.to_string(), &why);
    };
    if let (Some(least), Some(most)) = (&least, &most)
        && least > most
    {
        let why = format!("min value {least} is greater than max value {most}");
        tell("min", least, why);
    }
    if let Some(asked) = &asked {
        if let Some(least) = least.as_ref().filter(|least| *least > asked) {
            let why = format!("min value {least} is greater than default request value {asked}");
            tell("defaultRequest", asked, why);
        }
        if let Some(most) = most.as_ref().filter(|most| asked > *most) {
            let why = format!("default request value {asked} is greater than max value {most}");
            tell("defaultRequest", asked, why);
        }
        if let Some(limited) = limited.as_ref().filter(|limited| asked > *limited) {
            let why = format!(
                "default request value {asked} is greater than default limit value {limited}"
            );
            tell("defaultRequest", asked, why);
        }
    }
    if let Some(limited) = &limited {
        if let Some(least) = least.as_ref().filter(|least| *least > limited) {
            let why = format!("min value {least} is greater than default value {limited}");
            tell("default", least, why);
        }
        if let Some(most) = most.as_ref().filter(|most| limited > *most) {
            let why = format!("default value {limited} is greater than max value {most}");
            tell("default", most, why);
        }
    }
    if let Some(ratio) = amount("maxLimitRequestRatio")
        && ratio < Quantity::from_units(1)
    {
        let why = format!("ratio {ratio} is less than 1");
        tell("maxLimitRequestRatio", &ratio, why);
    }
    if let (Some(ratio), Some(least), Some(most)) = (amount("maxLimitRequestRatio"), &least, &most)
    {
        check_ratio(&ratio, least, most, &mut tell);
    }
    if let (Some(limited), Some(asked)) = (&limited, &asked)
        && (!is_native(name) || name.starts_with("hugepages-"))
        && limited != asked
    {
        let why =
            format!("default value {limited} must equal to defaultRequest value {asked} in {name}");
        tell("defaultRequest", asked, why);
    }
}

/// A limit may be no larger a multiple of what is asked for than the largest of the smallest.
fn check_ratio(
    ratio: &Quantity,
    least: &Quantity,
    most: &Quantity,
    tell: &mut impl FnMut(&str, &Quantity, String),
) {
    // As floating point numbers, which is exact enough for a ratio.
    #[allow(clippy::cast_precision_loss)]
    let number = |amount: &Quantity| amount.millis() as f64;
    let largest = number(most) / number(least);
    if number(ratio) / 1000.0 > largest {
        let why = format!("ratio {ratio} is greater than max/min = {largest:.6}");
        tell("maxLimitRequestRatio", ratio, why);
    }
}
