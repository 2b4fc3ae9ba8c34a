//! Namespaces, their configuration and their quotas.

use super::cells::{age, boolean, count, field_count, integer, items, name, string, text};
use super::column::{AGE, Column, NAME, text as column};
use super::entry::{Entry, entry};
use jiff::Timestamp;
use trimtab_tree::{Mapping, Value};

pub(super) const ENTRIES: &[Entry] = &[
    entry("", "Namespace", NAMESPACE, namespace),
    entry("", "ConfigMap", CONFIG_MAP, config_map),
    entry("", "Secret", SECRET, secret),
    entry("", "ResourceQuota", RESOURCE_QUOTA, resource_quota),
    entry("", "ComponentStatus", COMPONENT_STATUS, component_status),
    entry(
        "scheduling.k8s.io",
        "PriorityClass",
        PRIORITY_CLASS,
        priority_class,
    ),
];

const NAMESPACE: &[Column] = &[
    NAME,
    column("Status", "Whether the namespace is in use or going away."),
    AGE,
];

const CONFIG_MAP: &[Column] = &[
    NAME,
    column(
        "Data",
        "How many entries there are, of text (UTF-8) and of bytes.",
    ),
    AGE,
];

const SECRET: &[Column] = &[
    NAME,
    column(
        "Type",
        "What the secret is for. See \
         https://kubernetes.io/docs/concepts/configuration/secret/#secret-types",
    ),
    column(
        "Data",
        "How many entries there are, each in the base64 form of section 4 of \
         https://tools.ietf.org/html/rfc4648.",
    ),
    AGE,
];

const RESOURCE_QUOTA: &[Column] = &[
    NAME,
    column(
        "Request",
        "What pods request and how many objects there are, of what there may be.",
    ),
    column("Limit", "What pods are limited to, of what there may be."),
    AGE,
];

const COMPONENT_STATUS: &[Column] = &[
    NAME,
    column("Status", "Whether the component is healthy."),
    column("Message", "What the component says."),
    column("Error", "What is wrong with the component."),
];

const PRIORITY_CLASS: &[Column] = &[
    NAME,
    column(
        "Value",
        "How important pods of the class are: the higher the more.",
    )
    .integer(),
    column(
        "Global-Default",
        "Whether pods of no class are of this one.",
    )
    .boolean(),
    AGE,
    column(
        "PreemptionPolicy",
        "Whether pods of the class may push others out.",
    ),
];

fn namespace(object: &Value, now: Timestamp) -> Vec<Value> {
    let phase = string(object, &["status", "phase"]);
    vec![name(object), phase, age(object, now)]
}

fn config_map(object: &Value, now: Timestamp) -> Vec<Value> {
    let entries = field_count(object, &["data"]) + field_count(object, &["binaryData"]);
    vec![name(object), count(entries), age(object, now)]
}

fn secret(object: &Value, now: Timestamp) -> Vec<Value> {
    vec![
        name(object),
        string(object, &["type"]),
        count(field_count(object, &["data"])),
        age(object, now),
    ]
}

fn resource_quota(object: &Value, now: Timestamp) -> Vec<Value> {
    let hard = object
        .get_path(&["status", "hard"])
        .and_then(Value::as_mapping);
    let mut resources: Vec<(&str, &Value)> = hard.into_iter().flat_map(Mapping::iter).collect();
    resources.sort_unstable_by_key(|(name, _)| *name);
    let told = |limits: bool| {
        let of_kind = resources
            .iter()
            .filter(|(name, _)| name.starts_with("limits") == limits);
        let terms: Vec<String> = of_kind
            .map(|(name, hard)| {
                let used = text(object, &["status", "used", name]);
                format!("{name}: {used}/{}", hard.text().unwrap_or_default())
            })
            .collect();
        Value::string(terms.join(", "))
    };
    vec![name(object), told(false), told(true), age(object, now)]
}

fn component_status(object: &Value, _: Timestamp) -> Vec<Value> {
    let conditions = items(object, &["conditions"]);
    let healthy = conditions
        .iter()
        .find(|condition| text(condition, &["type"]) == "Healthy");
    let (status, message, error) = match healthy {
        Some(condition) => (
            if text(condition, &["status"]) == "True" {
                "Healthy"
            } else {
                "Unhealthy"
            },
            text(condition, &["message"]),
            text(condition, &["error"]),
        ),
        None => ("Unknown", "", ""),
    };
    vec![
        name(object),
        Value::string(status),
        Value::string(message),
        Value::string(error),
    ]
}

fn priority_class(object: &Value, now: Timestamp) -> Vec<Value> {
    vec![
        name(object),
        integer(object, &["value"]),
        boolean(object, &["globalDefault"]),
        age(object, now),
        string(object, &["preemptionPolicy"]),
    ]
}
