//! What an autoscaler measures.

use super::errors::{Errors, Path};
use super::formats;
use super::references::check_object_reference;
use crate::fields::{some, text};
use trimtab_object::Quantity;
use trimtab_tree::Value;

/// Kinds of metrics and the field of each, in the order in which sources are looked at.
const METRICS: [(&str, &str); 5] = [
    ("Object", "object"),
    ("External", "external"),
    ("Pods", "pods"),
    ("Resource", "resource"),
    ("ContainerResource", "containerResource"),
];

/// The same, as messages list them.
const TYPES: [&str; 5] = [
    "ContainerResource",
    "External",
    "Object",
    "Pods",
    "Resource",
];

pub(super) fn check(metric: &Value, path: &Path<'_>, errors: &mut Errors) {
    let kind = text(metric, "type").unwrap_or_default();
    let type_path = path.field("type");
    let known = METRICS.iter().find(|(name, _)| *name == kind);
    let refuse = |errors: &mut Errors| {
        if known.is_none() {
            errors.unsupported(&type_path, &Value::string(kind), &TYPES);
        }
    };
    if kind.is_empty() {
        errors.required(&type_path, "must specify a metric source type");
    }
    refuse(errors);
    let sources: Vec<&str> = METRICS
        .iter()
        .map(|(_, field)| *field)
        .filter(|field| some(metric, field).is_some())
        .collect();
    // Only the first of several sources is looked at.
    if let Some((field, source)) = sources
        .first()
        .and_then(|field| Some((*field, metric.get(field)?)))
    {
        check_source(field, source, &path.field(field), errors);
    }
    // Kubernetes asks twice: which types there are, and which field goes with this one.
    refuse(errors);
    let expected = known.map(|(_, field)| *field);
    if let Some(field) = expected.filter(|field| !sources.contains(field)) {
        let why = "must populate information for the given metric source";
        errors.required(&path.field(field), why);
    }
    if sources.len() > 1 {
        for field in sources.iter().filter(|field| Some(**field) != expected) {
            let why = "must populate the given metric source only";
            errors.forbidden(&path.field(field), why);
        }
    }
}

fn check_source(field: &str, source: &Value, path: &Path<'_>, errors: &mut Errors) {
    let null = Value::null();
    if field == "object"
        && let Some(described) = some(source, "describedObject")
    {
        check_object_reference(described, &path.field("describedObject"), errors);
    }
    let is_of_resource = matches!(field, "resource" | "containerResource");
    if is_of_resource {
        if text(source, "name").is_none() {
            errors.required(&path.field("name"), "must specify a resource name");
        }
    } else {
        check_identifier(
            some(source, "metric").unwrap_or(&null),
            &path.field("metric"),
            errors,
        );
    }
    if field == "containerResource" {
        let path = path.field("container");
        match text(source, "container") {
            None => errors.required(&path, "must specify a container"),
            Some(name) => errors.invalid_each(&path, name, formats::dns_label(name)),
        }
    }
    let target = some(source, "target").unwrap_or(&null);
    let path = path.field("target");
    check_target(target, &path, errors);
    let has = |field| some(target, field).is_some();
    let (value, average, utilization) =
        (has("value"), has("averageValue"), has("averageUtilization"));
    let average_path = path.field("averageValue");
    match field {
        "object" if !value && !average => {
            let why = "must set either a target value or averageValue";
            errors.required(&average_path, why);
        }
        "external" if !value && !average => {
            let why = "must set either a target value for metric or a per-pod target";
            errors.required(&average_path, why);
        }
        "external" if value && average => {
            let why = "may not set both a target value for metric and a per-pod target";
            errors.forbidden(&path.field("value"), why);
        }
        "pods" if !average => {
            let why = "must specify a positive target averageValue";
            errors.required(&average_path, why);
        }
        _ if is_of_resource && !utilization && !average => {
            let why = "must set either a target raw value or a target utilization";
            errors.required(&path.field("averageUtilization"), why);
        }
        _ if is_of_resource && utilization && average => {
            let why = "may not set both a target raw value and a target utilization";
            errors.forbidden(&average_path, why);
        }
        _ => {}
    }
}

fn check_identifier(metric: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.field("name");
    match text(metric, "name") {
        None => errors.required(&path, "must specify a metric name"),
        Some(name) => errors.invalid_each(&path, name, formats::path_segment(name)),
    }
}

fn check_target(target: &Value, path: &Path<'_>, errors: &mut Errors) {
    let kind = text(target, "type").unwrap_or_default();
    let type_path = path.field("type");
    if kind.is_empty() {
        errors.required(&type_path, "must specify a metric target type");
    }
    if !matches!(kind, "Utilization" | "Value" | "AverageValue") {
        let why = "must be either Utilization, Value, or AverageValue";
        errors.invalid_string(&type_path, kind, why);
    }
    for field in ["value", "averageValue"] {
        let amount = text(target, field).and_then(|text| Quantity::parse(text).ok());
        if amount.is_some_and(|it| it.is_negative() || it.is_zero()) {
            errors.invalid_or_none(&path.field(field), target.get(field), "must be positive");
        }
    }
    let utilization = crate::fields::int(target, "averageUtilization");
    if utilization.is_some_and(|found| found < 1) {
        let found = target.get("averageUtilization");
        let path = path.field("averageUtilization");
        errors.invalid_or_none(&path, found, "must be greater than 0");
    }
}
