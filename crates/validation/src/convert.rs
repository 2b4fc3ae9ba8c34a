//! From one version of an API to another.
//!
//! Of the kinds that are served in several versions, most differ in the version alone; here are those
//! whose fields differ, after the conversions of Kubernetes: events, which are of two groups,
//! horizontal pod autoscalers, and what is asked for and offered of devices.

mod devices;

use crate::fields::{items, remove, set, text};
use trimtab_tree::{Mapping, Value};

const EVENTS: &str = "events.k8s.io/v1";
const AUTOSCALING_V1: &str = "autoscaling/v1";
const AUTOSCALING_V2: &str = "autoscaling/v2";

/// Fields of an event in the core group and in its own.
const EVENT_FIELDS: [(&str, &str); 7] = [
    ("involvedObject", "regarding"),
    ("message", "note"),
    ("reportingComponent", "reportingController"),
    ("source", "deprecatedSource"),
    ("firstTimestamp", "deprecatedFirstTimestamp"),
    ("lastTimestamp", "deprecatedLastTimestamp"),
    ("count", "deprecatedCount"),
];

/// Where an autoscaler of version 1 keeps what only version 2 has fields for.
const METRICS: &str = "autoscaling.alpha.kubernetes.io/metrics";
const BEHAVIOR: &str = "autoscaling.alpha.kubernetes.io/behavior";
const CURRENT_METRICS: &str = "autoscaling.alpha.kubernetes.io/current-metrics";
const CONDITIONS: &str = "autoscaling.alpha.kubernetes.io/conditions";

/// Brings an object to another version of its kind; its `apiVersion` says which it is of. What is
/// of that version already is left as it is. The object is to be decoded as the new type then.
pub fn convert(object: &mut Value, api_version: &str) {
    let from = text(object, "apiVersion").unwrap_or_default().to_owned();
    if from == api_version {
        return;
    }
    match (text(object, "kind"), api_version) {
        (Some("Event"), EVENTS) => rename(object, |(core, own)| (core, own)),
        (Some("Event"), "v1") if from == EVENTS => rename(object, |(core, own)| (own, core)),
        (Some("HorizontalPodAutoscaler"), AUTOSCALING_V2) => autoscaler_to_v2(object),
        (Some("HorizontalPodAutoscaler"), AUTOSCALING_V1) => autoscaler_to_v1(object),
        (_, devices::FIRST_BETA) => devices::to_first_beta(object),
        _ if from == devices::FIRST_BETA => devices::from_first_beta(object),
        _ => {}
    }
    set(object, "apiVersion", Value::string(api_version));
}

fn rename(
    event: &mut Value,
    direction: impl Fn((&'static str, &'static str)) -> (&'static str, &'static str),
) {
    if let Some(fields) = event.as_mapping_mut() {
        for pair in EVENT_FIELDS {
            let (from, to) = direction(pair);
            fields.rename(from, to);
        }
    }
}

/// The metric that version 1 has a field for.
fn cpu_metric(target: Value) -> Value {
    let target = Value::mapping([
        ("type", Value::string("Utilization")),
        ("averageUtilization", target),
    ]);
    let resource = Value::mapping([("name", Value::string("cpu")), ("target", target)]);
    Value::mapping([("type", Value::string("Resource")), ("resource", resource)])
}

fn is_cpu(metric: &Value) -> bool {
    metric.get_path(&["resource", "name"]).and_then(Value::text) == Some("cpu")
        && metric
            .get_path(&["resource", "target", "averageUtilization"])
            .is_some()
}

fn autoscaler_to_v2(autoscaler: &mut Value) {
    let mut metrics = take_annotation(autoscaler, METRICS)
        .as_ref()
        .map(from_v1_metrics)
        .unwrap_or_default();
    let behavior = take_annotation(autoscaler, BEHAVIOR);
    if let Some(spec) = autoscaler.get_mut("spec") {
        if let Some(target) = remove(spec, "targetCPUUtilizationPercentage") {
            metrics.insert(0, cpu_metric(target));
        }
        if !metrics.is_empty() {
            set(spec, "metrics", Value::sequence(metrics));
        }
        if let Some(behavior) = behavior {
            set(spec, "behavior", capitalize_keys(behavior, uncapitalized));
        }
    }
    let current = take_annotation(autoscaler, CURRENT_METRICS);
    let conditions = take_annotation(autoscaler, CONDITIONS);
    if let Some(status) = autoscaler.get_mut("status") {
        if text_is_zero(status, "currentReplicas") {
            remove(status, "currentReplicas");
        }
        let mut current = current.as_ref().map(from_v1_metrics).unwrap_or_default();
        if let Some(percent) = remove(status, "currentCPUUtilizationPercentage") {
            let now = Value::mapping([("averageUtilization", percent)]);
            let resource = Value::mapping([("name", Value::string("cpu")), ("current", now)]);
            let metric =
                Value::mapping([("type", Value::string("Resource")), ("resource", resource)]);
            current.insert(0, metric);
        }
        if !current.is_empty() {
            set(status, "currentMetrics", Value::sequence(current));
        }
        if let Some(conditions) = conditions {
            set(status, "conditions", conditions);
        }
    }
}

fn autoscaler_to_v1(autoscaler: &mut Value) {
    let mut annotations: Vec<(&str, Value)> = Vec::new();
    if let Some(spec) = autoscaler.get_mut("spec") {
        let metrics = remove(spec, "metrics").unwrap_or_else(Value::null);
        let metrics = metrics.as_sequence().unwrap_or_default();
        let cpu = metrics.iter().position(is_cpu);
        if let Some(metric) = cpu.and_then(|at| metrics.get(at))
            && let Some(target) = metric.get_path(&["resource", "target", "averageUtilization"])
        {
            set(spec, "targetCPUUtilizationPercentage", target.clone());
        }
        let others: Vec<Value> = metrics
            .iter()
            .enumerate()
            .filter(|(at, _)| Some(*at) != cpu)
            .map(|(_, metric)| metric.clone())
            .collect();
        if !others.is_empty() {
            annotations.push((METRICS, to_v1_metrics(others)));
        }
        if let Some(behavior) = remove(spec, "behavior") {
            annotations.push((BEHAVIOR, capitalize_keys(behavior, capitalized)));
        }
    }
    if let Some(status) = autoscaler.get_mut("status") {
        let current = remove(status, "currentMetrics").unwrap_or_else(Value::null);
        let current = current.as_sequence().unwrap_or_default();
        let percent = current.iter().find_map(|metric| {
            let is_cpu =
                metric.get_path(&["resource", "name"]).and_then(Value::text) == Some("cpu");
            let percent = metric.get_path(&["resource", "current", "averageUtilization"]);
            percent.filter(|_| is_cpu)
        });
        if let Some(percent) = percent {
            set(status, "currentCPUUtilizationPercentage", percent.clone());
        }
        if !current.is_empty() {
            annotations.push((CURRENT_METRICS, to_v1_metrics(current.to_vec())));
        }
        if !items(status, "conditions").is_empty()
            && let Some(conditions) = remove(status, "conditions")
        {
            annotations.push((CONDITIONS, conditions));
        }
    }
    for (name, value) in annotations {
        put_annotation(autoscaler, name, &value);
    }
}

fn text_is_zero(object: &Value, field: &str) -> bool {
    object.get(field).and_then(Value::text) == Some("0")
}

/// Takes what an annotation holds as JSON.
fn take_annotation(object: &mut Value, name: &str) -> Option<Value> {
    let annotations = object.get_path_mut(&["metadata", "annotations"])?;
    let taken = remove(annotations, name)?;
    if annotations.is_null_or_empty()
        && let Some(metadata) = object.get_mut("metadata")
    {
        remove(metadata, "annotations");
    }
    trimtab_tree::parse_json(taken.text()?, 0).ok()
}

fn put_annotation(object: &mut Value, name: &str, value: &Value) {
    let mut json = String::new();
    let written = trimtab_tree::write_json(value, &mut json, trimtab_tree::JsonStyle::Ordered);
    let metadata = object.get_mut("metadata").and_then(Value::as_mapping_mut);
    if written.is_ok()
        && let Some(annotations) =
            metadata.and_then(|it| crate::fields::mapping_at(it, "annotations"))
    {
        annotations.insert(name, Value::string(json));
    }
}

/// What a metric of a resource has for a target and for its value now, and where the first beta of version 2 had its
/// numbers.
const AVERAGES: [(&str, &str, &str); 2] = [
    ("target", "targetAverageUtilization", "targetAverageValue"),
    (
        "current",
        "currentAverageUtilization",
        "currentAverageValue",
    ),
];

/// In the annotation a target has its number beside its name, as in the first beta of version 2.
fn to_v1_metrics(metrics: Vec<Value>) -> Value {
    let flattened = metrics.into_iter().map(|mut metric| {
        if let Some(resource) = metric.get_mut("resource") {
            for (inner, average, value) in AVERAGES {
                let Some(mut target) = remove(resource, inner) else {
                    continue;
                };
                if let Some(found) = remove(&mut target, "averageUtilization") {
                    set(resource, average, found);
                }
                if let Some(found) = remove(&mut target, "averageValue") {
                    set(resource, value, found);
                }
            }
        }
        metric
    });
    Value::sequence(flattened.collect())
}

fn from_v1_metrics(metrics: &Value) -> Vec<Value> {
    let metrics = metrics.as_sequence().unwrap_or_default().iter();
    let restored = metrics.cloned().map(|mut metric| {
        if let Some(resource) = metric.get_mut("resource") {
            for (inner, average, value) in AVERAGES {
                let (utilization, amount) = (remove(resource, average), remove(resource, value));
                let mut target = Mapping::new();
                if let Some(found) = utilization {
                    target.insert("type", Value::string("Utilization"));
                    target.insert("averageUtilization", found);
                } else if let Some(found) = amount {
                    target.insert("type", Value::string("AverageValue"));
                    target.insert("averageValue", found);
                } else {
                    continue;
                }
                if inner == "current" {
                    target.remove("type");
                }
                set(resource, inner, target.into());
            }
        }
        metric
    });
    restored.collect()
}

fn capitalized(name: &str) -> String {
    change_first(name, char::to_ascii_uppercase)
}

fn uncapitalized(name: &str) -> String {
    change_first(name, char::to_ascii_lowercase)
}

fn change_first(name: &str, change: impl Fn(&char) -> char) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|first| change(&first));
    first.into_iter().chain(characters).collect()
}

/// The behaviour stands in its annotation under the names that its fields have in Go.
fn capitalize_keys(mut value: Value, change: fn(&str) -> String) -> Value {
    if let Some(fields) = value.as_mapping_mut() {
        let names: Vec<String> = fields.iter().map(|(name, _)| name.to_owned()).collect();
        for name in names {
            fields.rename(&name, &change(&name));
        }
        for inner in fields.values_mut() {
            *inner = capitalize_keys(std::mem::replace(inner, Value::null()), change);
        }
    } else if let Some(items) = value.as_sequence_mut() {
        for inner in items {
            *inner = capitalize_keys(std::mem::replace(inner, Value::null()), change);
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::equality::same;
    use trimtab_tree::parse_json;

    fn parse(text: &str) -> Value {
        parse_json(text, 1).unwrap()
    }

    #[track_caller]
    fn assert_converts(from: &str, to: &str) {
        let (from, to) = (parse(from), parse(to));
        let version = |value: &Value| text(value, "apiVersion").unwrap().to_owned();
        let mut there = from.clone();
        convert(&mut there, &version(&to));
        assert!(same(&there, &to), "{there:?}");
        convert(&mut there, &version(&from));
        assert!(same(&there, &from), "{there:?}");
    }

    #[test]
    fn events_change_names() {
        assert_converts(
            r#"{"apiVersion": "v1", "kind": "Event", "involvedObject": {"kind": "Pod"}, "message": "m",
                "reason": "r", "source": {}, "count": 2, "reportingComponent": "c"}"#,
            r#"{"apiVersion": "events.k8s.io/v1", "kind": "Event", "regarding": {"kind": "Pod"}, "note": "m",
                "reason": "r", "deprecatedSource": {}, "deprecatedCount": 2, "reportingController": "c"}"#,
        );
    }

    #[test]
    fn devices_stand_elsewhere_in_the_first_beta() {
        for (kind, beta, now) in [
            (
                "ResourceClaim",
                r#"{"devices": {"requests": [{"name": "a", "deviceClassName": "x", "count": 2},
                    {"name": "b", "firstAvailable": [{"name": "c", "deviceClassName": "y"}]}]}}"#,
                r#"{"devices": {"requests": [{"name": "a", "exactly": {"deviceClassName": "x", "count": 2}},
                    {"name": "b", "firstAvailable": [{"name": "c", "deviceClassName": "y"}]}]}}"#,
            ),
            (
                "ResourceClaimTemplate",
                r#"{"spec": {"devices": {"requests": [{"name": "a", "deviceClassName": "x"}]}}}"#,
                r#"{"spec": {"devices": {"requests": [{"name": "a", "exactly": {"deviceClassName": "x"}}]}}}"#,
            ),
            (
                "ResourceSlice",
                r#"{"driver": "d", "devices": [{"name": "a", "basic": {"capacity": {"m": {"value": "1"}}}}]}"#,
                r#"{"driver": "d", "devices": [{"name": "a", "capacity": {"m": {"value": "1"}}}]}"#,
            ),
        ] {
            let whole = |version: &str, spec: &str| {
                format!(
                    r#"{{"apiVersion": "resource.k8s.io/{version}", "kind": "{kind}", "spec": {spec}}}"#
                )
            };
            assert_converts(&whole("v1beta1", beta), &whole("v1", now));
            assert_converts(&whole("v1beta1", beta), &whole("v1beta2", now));
        }
    }

    #[test]
    fn a_request_with_alternatives_has_nothing_else() {
        let mut claim = parse(
            r#"{"apiVersion": "resource.k8s.io/v1beta1", "kind": "ResourceClaim", "spec": {"devices":
                {"requests": [{"name": "a", "deviceClassName": "", "firstAvailable": [{"name": "b"}]}]}}}"#,
        );
        convert(&mut claim, "resource.k8s.io/v1");
        let requests = claim.get_path(&["spec", "devices", "requests"]).unwrap();
        assert!(requests.as_sequence().unwrap()[0].get("exactly").is_none());
    }

    #[test]
    fn autoscalers_keep_what_their_version_has_no_field_for() {
        assert_converts(
            r#"{"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {},
                "spec": {"maxReplicas": 2, "targetCPUUtilizationPercentage": 70}}"#,
            r#"{"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {},
                "spec": {"maxReplicas": 2, "metrics": [{"type": "Resource", "resource": {"name": "cpu",
                    "target": {"type": "Utilization", "averageUtilization": 70}}}]}}"#,
        );
        let v2 = parse(
            r#"{"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "h"},
                "spec": {"maxReplicas": 2, "behavior": {"scaleUp": {"selectPolicy": "Max"}},
                    "metrics": [{"type": "Resource", "resource": {"name": "memory",
                        "target": {"type": "AverageValue", "averageValue": "1Gi"}}}]}}"#,
        );
        let mut there = v2.clone();
        convert(&mut there, AUTOSCALING_V1);
        assert!(there.get_path(&["spec", "metrics"]).is_none());
        assert!(
            there
                .get_path(&["metadata", "annotations", METRICS])
                .is_some()
        );
        convert(&mut there, AUTOSCALING_V2);
        assert!(same(&there, &v2), "{there:?}");
    }
}
