//! Where a pod may run: affinity, tolerations, spreading.

use super::errors::{Errors, Path};
use super::formats;
use super::rules::Rule::{Do, Items, Object, Required};
use super::rules::{Rule, apply};
use super::selectors;
use crate::fields::{int, items, text};
use trimtab_tree::Value;

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

pub(super) static AFFINITY: &[Rule] = &[
    Object(
        "nodeAffinity",
        &[
            Object(REQUIRED, NODE_SELECTOR),
            Items(PREFERRED, PREFERRED_NODE),
        ],
    ),
    Object("podAffinity", POD_AFFINITY),
    Object("podAntiAffinity", POD_AFFINITY),
];

static POD_AFFINITY: &[Rule] = &[Items(REQUIRED, POD_TERM), Items(PREFERRED, PREFERRED_POD)];

/// Rules of a `NodeSelector`.
pub(super) static NODE_SELECTOR: &[Rule] =
    &[Do(check_terms), Items("nodeSelectorTerms", NODE_TERM)];

static NODE_TERM: &[Rule] = &[Do(check_node_term)];

static PREFERRED_NODE: &[Rule] = &[Do(check_weight), Object("preference", NODE_TERM)];

static PREFERRED_POD: &[Rule] = &[Do(check_weight), Object("podAffinityTerm", POD_TERM)];

static POD_TERM: &[Rule] = &[Do(check_pod_term)];

pub(super) static TOLERATION: &[Rule] = &[Do(check_toleration)];

fn check_terms(selector: &Value, path: &Path<'_>, errors: &mut Errors) {
    if items(selector, "nodeSelectorTerms").is_empty() {
        let why = "must have at least one node selector term";
        errors.required(&path.field("nodeSelectorTerms"), why);
    }
}

fn check_node_term(term: &Value, path: &Path<'_>, errors: &mut Errors) {
    const OPERATORS: [&str; 6] = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];
    let list = path.field("matchExpressions");
    for (at, requirement) in items(term, "matchExpressions").iter().enumerate() {
        let path = list.item(at);
        selectors::check_values(requirement, &path, errors, &OPERATORS);
        let key = text(requirement, "key").unwrap_or_default();
        errors.invalid_each(&path.field("key"), key, formats::qualified_name(key));
    }
    let list = path.field("matchFields");
    for (at, requirement) in items(term, "matchFields").iter().enumerate() {
        let path = list.item(at);
        let key = text(requirement, "key").unwrap_or_default();
        if key != "metadata.name" {
            let why = "not a valid field selector key";
            errors.invalid_string(&path.field("key"), key, why);
        }
        if items(requirement, "values").len() != 1 {
            let why = "must be only one value when `operator` is 'In' or 'NotIn' for node field \
                       selector";
            errors.required(&path.field("values"), why);
        }
    }
}

fn check_weight(term: &Value, path: &Path<'_>, errors: &mut Errors) {
    let weight = int(term, "weight").unwrap_or(0);
    if !(1..=100).contains(&weight) {
        let why = "must be in the range 1-100";
        errors.invalid(&path.field("weight"), &Value::int(weight), why);
    }
}

fn check_pod_term(term: &Value, path: &Path<'_>, errors: &mut Errors) {
    for field in ["labelSelector", "namespaceSelector"] {
        if let Some(selector) = term.get(field) {
            selectors::check(selector, &path.field(field), errors);
        }
    }
    let key = text(term, "topologyKey").unwrap_or_default();
    let path = path.field("topologyKey");
    if key.is_empty() {
        errors.required(&path, "can not be empty");
    }
    errors.invalid_each(&path, key, formats::qualified_name(key));
}

fn check_toleration(toleration: &Value, path: &Path<'_>, errors: &mut Errors) {
    let key = text(toleration, "key");
    let operator = text(toleration, "operator");
    let value = text(toleration, "value");
    if let Some(key) = key {
        errors.invalid_each(&path.field("key"), key, formats::qualified_name(key));
    }
    let operator_path = path.field("operator");
    if key.is_none() && operator != Some("Exists") {
        let why = "operator must be Exists when `key` is empty, which means \"match all values \
                   and all keys\"";
        errors.invalid_string(&operator_path, operator.unwrap_or_default(), why);
    }
    let effect = text(toleration, "effect");
    let effect_path = path.field("effect");
    if toleration.get("tolerationSeconds").is_some() && effect != Some("NoExecute") {
        let why = "effect must be 'NoExecute' when `tolerationSeconds` is set";
        errors.invalid_string(&effect_path, effect.unwrap_or_default(), why);
    }
    match operator {
        None | Some("Equal") => {
            let value = value.unwrap_or_default();
            errors.invalid_each(&operator_path, value, formats::label_value(value));
        }
        Some("Exists") => {
            if let Some(value) = value {
                let why = "value must be empty when `operator` is 'Exists'";
                errors.invalid_string(&operator_path, value, why);
            }
        }
        Some(found) => {
            errors.unsupported(&operator_path, &Value::string(found), &["Equal", "Exists"]);
        }
    }
    if let Some(effect) = effect
        && !matches!(effect, "NoSchedule" | "PreferNoSchedule" | "NoExecute")
    {
        let supported = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
        errors.unsupported(&effect_path, &Value::string(effect), &supported);
    }
}

pub(super) fn check_spread(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("topologySpreadConstraints");
    let constraints = items(spec, "topologySpreadConstraints");
    for (at, constraint) in constraints.iter().enumerate() {
        let path = list.item(at);
        let skew = int(constraint, "maxSkew").unwrap_or(0);
        if skew <= 0 {
            errors.invalid(
                &path.field("maxSkew"),
                &Value::int(skew),
                "must be greater than zero",
            );
        }
        match text(constraint, "topologyKey") {
            None => errors.required(&path.field("topologyKey"), "can not be empty"),
            Some(key) => {
                errors.invalid_each(
                    &path.field("topologyKey"),
                    key,
                    formats::qualified_name(key),
                );
            }
        }
        let when = text(constraint, "whenUnsatisfiable").unwrap_or_default();
        if !matches!(when, "DoNotSchedule" | "ScheduleAnyway") {
            let supported = ["DoNotSchedule", "ScheduleAnyway"];
            errors.unsupported(
                &path.field("whenUnsatisfiable"),
                &Value::string(when),
                &supported,
            );
        }
        let is_same = |other: &Value| {
            ["topologyKey", "whenUnsatisfiable"]
                .iter()
                .all(|field| text(other, field) == text(constraint, field))
        };
        // Told of the earlier one, as Kubernetes does.
        if constraints[at + 1..].iter().any(is_same) {
            let key = text(constraint, "topologyKey").unwrap_or_default();
            let path = path.field("{topologyKey, whenUnsatisfiable}");
            errors.duplicate(&path, &format!("{{{key}, {when}}}"));
        }
        if let Some(domains) = int(constraint, "minDomains") {
            let path = path.field("minDomains");
            if domains <= 0 {
                errors.invalid(&path, &Value::int(domains), "must be greater than zero");
            }
            if when != "DoNotSchedule" {
                let why = format!(
                    "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {when}"
                );
                errors.invalid(&path, &Value::int(domains), &why);
            }
        }
        if let Some(selector) = constraint.get("labelSelector") {
            selectors::check(selector, &path.field("labelSelector"), errors);
        }
        apply(SPREAD, constraint, &path, errors);
    }
}

static SPREAD: &[Rule] = &[
    Rule::OneOf("nodeAffinityPolicy", &["Honor", "Ignore"]),
    Rule::OneOf("nodeTaintsPolicy", &["Honor", "Ignore"]),
    Rule::Forms("matchLabelKeys", formats::qualified_name),
];

/// Rules of a taint.
pub(super) static TAINT: &[Rule] = &[
    Required("key"),
    Rule::Form("key", formats::qualified_name),
    Rule::Form("value", formats::label_value),
    Rule::RequiredBecause(
        "effect",
        "valid values: \"NoExecute\", \"NoSchedule\", \"PreferNoSchedule\"",
    ),
    Rule::OneOf("effect", &["NoSchedule", "PreferNoSchedule", "NoExecute"]),
];
