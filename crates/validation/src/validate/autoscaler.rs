//! Horizontal pod autoscalers and disruption budgets.

use super::amounts;
use super::errors::{Errors, Path, show};
use super::metrics;
use super::references::check_object_reference;
use super::rules::Rule;
use super::rules::Rule::{Do, Items, Object, OneOf};
use super::selectors;
use crate::fields::{int, items, text};
use trimtab_object::Quantity;
use trimtab_tree::Value;

/// Rules for both versions of the API; fields that one does not have are not there.
pub(super) static AUTOSCALER: &[Rule] = &[Object(
    "spec",
    &[
        Do(check_counts),
        Do(check_target),
        Items("metrics", &[Do(metrics::check)]),
        Object(
            "behavior",
            &[Object("scaleUp", SCALING), Object("scaleDown", SCALING)],
        ),
        Do(check_scaling_to_zero),
    ],
)];

fn check_counts(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let least = int(spec, "minReplicas").unwrap_or(1);
    if least < 1 {
        let why = "must be greater than or equal to 1";
        errors.invalid(&path.field("minReplicas"), &Value::int(least), why);
    }
    let most = int(spec, "maxReplicas").unwrap_or(0);
    let path = path.field("maxReplicas");
    if most == 0 {
        errors.required(&path, "must be set and greater than 0");
    } else if most < 0 {
        errors.invalid(&path, &Value::int(most), "must be greater than 0");
    }
    if most < least {
        let why = "must be greater than or equal to `minReplicas`";
        errors.invalid(&path, &Value::int(most), why);
    }
}

fn check_target(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(target) = spec.get("scaleTargetRef") else {
        return;
    };
    let path = path.field("scaleTargetRef");
    check_object_reference(target, &path, errors);
    let version = text(target, "apiVersion").unwrap_or_default();
    // The core group has nothing to scale but replication controllers.
    let needs_group = version.is_empty() || !version.contains('/');
    if needs_group && text(target, "kind") != Some("ReplicationController") {
        let why = "apiVersion must specify API group";
        errors.invalid_string(&path.field("apiVersion"), version, why);
    }
}

static SCALING: &[Rule] = &[
    Do(check_window),
    OneOf("selectPolicy", &["Disabled", "Max", "Min"]),
    Do(check_policies_given),
    Items(
        "policies",
        &[OneOf("type", &["Percent", "Pods"]), Do(check_policy)],
    ),
    Do(check_tolerance),
];

fn check_policies_given(rules: &Value, path: &Path<'_>, errors: &mut Errors) {
    let policies = rules.get("policies").filter(|it| !it.is_null());
    if policies.is_some_and(Value::is_null_or_empty) {
        let why = "must specify at least one Policy";
        errors.required(&path.field("policies"), why);
    }
}

fn check_tolerance(rules: &Value, path: &Path<'_>, errors: &mut Errors) {
    let tolerance = rules.get("tolerance").and_then(Value::text);
    let Some(tolerance) = tolerance.and_then(|it| Quantity::parse(it).ok()) else {
        return;
    };
    if tolerance.is_negative() {
        let shown = tolerance.to_string();
        let why = "must be greater than or equal to 0";
        errors.invalid_string(&path.field("tolerance"), &shown, why);
    }
}

fn check_window(rules: &Value, path: &Path<'_>, errors: &mut Errors) {
    let Some(window) = int(rules, "stabilizationWindowSeconds") else {
        return;
    };
    let path = path.field("stabilizationWindowSeconds");
    if window < 0 {
        let why = "must be greater than or equal to zero";
        errors.invalid(&path, &Value::int(window), why);
    } else if window > 3600 {
        let why = "must be less than or equal to 3600";
        errors.invalid(&path, &Value::int(window), why);
    }
}

fn check_policy(policy: &Value, path: &Path<'_>, errors: &mut Errors) {
    for (field, most) in [("value", i64::MAX), ("periodSeconds", 1800)] {
        let found = int(policy, field).unwrap_or(0);
        let path = path.field(field);
        if found <= 0 {
            errors.invalid(&path, &Value::int(found), "must be greater than zero");
        } else if found > most {
            let why = format!("must be less than or equal to {most}");
            errors.invalid(&path, &Value::int(found), &why);
        }
    }
}

fn check_scaling_to_zero(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let metrics = items(spec, "metrics");
    let is_outside = |metric: &Value| matches!(text(metric, "type"), Some("Object" | "External"));
    if int(spec, "minReplicas") == Some(0) && !metrics.iter().any(is_outside) {
        let why = "must specify at least one Object or External metric to support scaling to zero \
                   replicas";
        errors.forbidden(&path.field("metrics"), why);
    }
}

pub(super) static BUDGET: &[Rule] = &[Object(
    "spec",
    &[
        Do(check_budget),
        OneOf(
            "unhealthyPodEvictionPolicy",
            &["AlwaysAllow", "IfHealthyBudget"],
        ),
    ],
)];

fn check_budget(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let fields = ["minAvailable", "maxUnavailable"];
    let [available, unavailable] = fields.map(|field| spec.get(field));
    if available.is_some() && unavailable.is_some() {
        let shown = format!(
            "{{\"MinAvailable\":{},\"Selector\":{},\"MaxUnavailable\":{},\
             \"UnhealthyPodEvictionPolicy\":{}}}",
            show(available),
            show(spec.get("selector")),
            show(unavailable),
            show(spec.get("unhealthyPodEvictionPolicy")),
        );
        let why = "minAvailable and maxUnavailable cannot be both set";
        errors.invalid_text(path, &shown, why);
    }
    for field in fields {
        let path = path.field(field);
        amounts::check(spec.get(field), &path, errors);
        amounts::check_at_most_all(spec.get(field), &path, errors);
    }
    if let Some(selector) = spec.get("selector") {
        selectors::check(selector, &path.field("selector"), errors);
    }
}
