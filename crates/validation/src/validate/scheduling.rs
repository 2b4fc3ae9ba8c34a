//! Where a pod may run: affinity, tolerations, spreading.

use super::errors::{Errors, Path};
use super::formats;
use super::rules::Rule::{Do, Items, Object};
use super::rules::{Rule, apply};
use super::selectors;
use crate::fields::{entries, int, items, text};
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

static PREFERRED_NODE: &[Rule] = &[
    Do(check_weight),
    Object("preference", &[Do(check_preferred_term)]),
];

static PREFERRED_POD: &[Rule] = &[Do(check_weight), Object("podAffinityTerm", POD_TERM)];

static POD_TERM: &[Rule] = &[Do(check_pod_term)];

pub(super) static TOLERATION: &[Rule] = &[Do(check_toleration)];

fn check_terms(selector: &Value, path: &Path<'_>, errors: &mut Errors) {
    if items(selector, "nodeSelectorTerms").is_empty() {
        let why = "must have at least one node selector term";
        errors.required(&path.field("nodeSelectorTerms"), why);
    }
}

const OPERATORS: [&str; 6] = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];

/// A term that nodes must fit: its values are labels.
fn check_node_term(term: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_term(term, true, path, errors);
}

/// A term that nodes should fit, whose values are not looked at.
fn check_preferred_term(term: &Value, path: &Path<'_>, errors: &mut Errors) {
    check_term(term, false, path, errors);
}

fn check_term(term: &Value, with_values: bool, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("matchExpressions");
    for (at, requirement) in items(term, "matchExpressions").iter().enumerate() {
        let path = list.item(at);
        selectors::check_values(requirement, &path, errors, &OPERATORS);
        let key = text(requirement, "key").unwrap_or_default();
        errors.invalid_each(&path.field("key"), key, formats::qualified_name(key));
        if with_values {
            let rules = [Rule::Forms("values", formats::label_value)];
            apply(&rules, requirement, &path, errors);
        }
    }
    let list = path.field("matchFields");
    for (at, requirement) in items(term, "matchFields").iter().enumerate() {
        let path = list.item(at);
        let operator = text(requirement, "operator").unwrap_or_default();
        if !matches!(operator, "In" | "NotIn") {
            let why = "not a valid selector operator";
            errors.invalid_string(&path.field("operator"), operator, why);
        } else if items(requirement, "values").len() != 1 {
            let why = "must be only one value when `operator` is 'In' or 'NotIn' for node field \
                       selector";
            errors.required(&path.field("values"), why);
        }
        let key = text(requirement, "key").unwrap_or_default();
        if key == "metadata.name" {
            let rules = [Rule::Forms("values", formats::dns_subdomain)];
            apply(&rules, requirement, &path, errors);
        } else {
            let why = "not a valid field selector key";
            errors.invalid_string(&path.field("key"), key, why);
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
    for namespace in items(term, "namespaces") {
        let name = namespace.text().unwrap_or_default();
        errors.invalid_each(&path.field("namespace"), name, formats::dns_label(name));
    }
    check_label_keys(term, path, errors);
    let key = text(term, "topologyKey").unwrap_or_default();
    let path = path.field("topologyKey");
    if key.is_empty() {
        errors.required(&path, "can not be empty");
    }
    errors.invalid_each(&path, key, formats::qualified_name(key));
}

/// Keys whose labels a pod's own decide on.
fn check_label_keys(term: &Value, path: &Path<'_>, errors: &mut Errors) {
    let selector = term.get("labelSelector").filter(|it| !it.is_null());
    for list in ["matchLabelKeys", "mismatchLabelKeys"] {
        let list_path = path.field(list);
        if items(term, list).is_empty() {
            continue;
        }
        if selector.is_none() {
            let why = "must not be specified when labelSelector is not set";
            errors.forbidden(&list_path, why);
        } else {
            apply(
                &[Rule::Forms(list, formats::qualified_name)],
                term,
                path,
                errors,
            );
        }
    }
    let keys = |list: &str| -> Vec<&str> {
        let all = items(term, list).iter();
        all.map(|key| key.text().unwrap_or_default()).collect()
    };
    let (matched, mismatched) = (keys("matchLabelKeys"), keys("mismatchLabelKeys"));
    if let Some(selector) = selector {
        let mut seen: Vec<&str> = entries(selector, "matchLabels")
            .map(|(key, _)| key)
            .collect();
        for requirement in items(selector, "matchExpressions") {
            let key = text(requirement, "key").unwrap_or_default();
            let at = matched.iter().rposition(|matched| *matched == key);
            if let Some(at) = at.filter(|_| seen.contains(&key)) {
                let why = "exists in both matchLabelKeys and labelSelector";
                errors.invalid_string(&path.item(at), key, why);
            }
            seen.push(key);
        }
    }
    let list = path.field("matchLabelKeys");
    for (at, key) in matched.iter().enumerate() {
        if mismatched.contains(key) {
            let why = "exists in both matchLabelKeys and mismatchLabelKeys";
            errors.invalid_string(&list.item(at), key, why);
        }
    }
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
            let problems = formats::label_value(value);
            if !problems.is_empty() {
                errors.invalid_string(&operator_path, value, &problems.join(";"));
            }
        }
        Some("Exists") => {
            if let Some(value) = value {
                let why = "value must be empty when `operator` is 'Exists'";
                errors.invalid_string(&operator_path, value, why);
            }
        }
        Some(found @ ("Lt" | "Gt")) => {
            let supported = ["Equal", "Exists", "Lt", "Gt"];
            errors.unsupported(&operator_path, &Value::string(found), &supported);
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
            Some(_) => {}
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
        apply(SPREAD, constraint, &path, errors);
        check_label_keys(constraint, &path, errors);
        if let Some(selector) = constraint.get("labelSelector") {
            selectors::check(selector, &path.field("labelSelector"), errors);
        }
    }
}

static SPREAD: &[Rule] = &[
    Rule::OneOf("nodeAffinityPolicy", &["Honor", "Ignore"]),
    Rule::OneOf("nodeTaintsPolicy", &["Honor", "Ignore"]),
];

/// Rules of a taint.
pub(super) static TAINT: &[Rule] = &[Do(check_taint)];

fn check_taint(taint: &Value, path: &Path<'_>, errors: &mut Errors) {
    let of = |field| text(taint, field).unwrap_or_default();
    let key = of("key");
    errors.invalid_each(&path.field("key"), key, formats::qualified_name(key));
    let value = of("value");
    let problems = formats::label_value(value);
    if !problems.is_empty() {
        errors.invalid_string(&path.field("value"), value, &problems.join(";"));
    }
    let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
    let effect = of("effect");
    if effect.is_empty() {
        errors.required(&path.field("effect"), "");
    } else if !effects.contains(&effect) {
        errors.unsupported(&path.field("effect"), &Value::string(effect), &effects);
    }
}
