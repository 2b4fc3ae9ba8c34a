//! How many pods there may be: autoscalers and disruption budgets.

use super::cells::{NONE, UNSET, age, integer, items, name, string_or, text, text_or};
use super::column::{AGE, Column, NAME, text as column};
use super::entry::{Entry, entry};
use jiff::Timestamp;
use trimtab_tree::Value;

pub(super) const ENTRIES: &[Entry] = &[
    entry(
        "autoscaling",
        "HorizontalPodAutoscaler",
        AUTOSCALER,
        autoscaler,
    ),
    entry("policy", "PodDisruptionBudget", BUDGET, budget),
];

const AUTOSCALER: &[Column] = &[
    NAME,
    column("Reference", "What is scaled."),
    column(
        "Targets",
        "What is measured, and what it should be: 80% of the CPU that pods request if nothing is said.",
    ),
    column(
        "MinPods",
        "The fewest pods there may be: 1 if nothing is said, and 0 only where other than resource \
         metrics are measured.",
    ),
    column("MaxPods", "The most pods there may be."),
    column("Replicas", "How many pods there are."),
    AGE,
];

const BUDGET: &[Column] = &[
    NAME,
    column("Min Available", "How many pods must stay available."),
    column("Max Unavailable", "How many pods may be unavailable."),
    column("Allowed Disruptions", "How many pods may be evicted now.").integer(),
    AGE,
];

/// How many metrics are told; of the others only how many there are.
const METRICS_SHOWN: usize = 2;

fn autoscaler(object: &Value, now: Timestamp) -> Vec<Value> {
    let target = ["spec", "scaleTargetRef"];
    let kind = text(object, &[&target[..], &["kind"]].concat());
    let target = text(object, &[&target[..], &["name"]].concat());
    vec![
        name(object),
        Value::string(format!("{kind}/{target}")),
        Value::string(targets(object)),
        string_or(object, &["spec", "minReplicas"], UNSET),
        integer(object, &["spec", "maxReplicas"]),
        integer(object, &["status", "currentReplicas"]),
        age(object, now),
    ]
}

fn targets(object: &Value) -> String {
    // Version 1 has one metric, as a field of its own.
    let utilization = text(object, &["spec", "targetCPUUtilizationPercentage"]);
    if !utilization.is_empty() {
        let current = text(object, &["status", "currentCPUUtilizationPercentage"]);
        return format!("cpu: {}/{utilization}%", percentage(current));
    }
    let metrics = items(object, &["spec", "metrics"]);
    if metrics.is_empty() {
        return NONE.to_owned();
    }
    let current = items(object, &["status", "currentMetrics"]);
    let shown = metrics.iter().take(METRICS_SHOWN).enumerate();
    let shown: Vec<String> = shown
        .map(|(at, metric)| told(metric, current.get(at)))
        .collect();
    let shown = shown.join(", ");
    match metrics.len() - metrics.len().min(METRICS_SHOWN) {
        0 => shown,
        more => format!("{shown} + {more} more..."),
    }
}

/// A metric as it is and as it should be.
fn told(metric: &Value, current: Option<&Value>) -> String {
    let kind = text(metric, &["type"]);
    let (field, is_resource) = match kind {
        "Resource" => ("resource", true),
        "ContainerResource" => ("containerResource", true),
        "Pods" => ("pods", false),
        "Object" => ("object", false),
        "External" => ("external", false),
        _ => return "<unknown type>".to_owned(),
    };
    let now = |unit: &str| {
        let found = current.map_or("", |current| text(current, &[field, "current", unit]));
        found.to_owned()
    };
    let wanted = |unit: &str| text(metric, &[field, "target", unit]);
    let or_unknown = |text: String| {
        if text.is_empty() {
            "<unknown>".to_owned()
        } else {
            text
        }
    };
    let average = wanted("averageValue");
    if is_resource {
        let name = text(metric, &[field, "name"]);
        if !average.is_empty() {
            return format!("{name}: {}/{average}", or_unknown(now("averageValue")));
        }
        let target = match wanted("averageUtilization") {
            "" => "<auto>".to_owned(),
            target => format!("{target}%"),
        };
        return format!(
            "{name}: {}/{target}",
            percentage(&now("averageUtilization"))
        );
    }
    if average.is_empty() {
        return format!("{}/{}", or_unknown(now("value")), wanted("value"));
    }
    let current = or_unknown(now("averageValue"));
    let suffix = if kind == "Pods" { "" } else { " (avg)" };
    format!("{current}/{average}{suffix}")
}

fn percentage(number: &str) -> String {
    if number.is_empty() {
        return "<unknown>".to_owned();
    }
    format!("{number}%")
}

fn budget(object: &Value, now: Timestamp) -> Vec<Value> {
    let bound = |field| Value::string(text_or(object, &["spec", field], "N/A"));
    vec![
        name(object),
        bound("minAvailable"),
        bound("maxUnavailable"),
        integer(object, &["status", "disruptionsAllowed"]),
        age(object, now),
    ]
}
