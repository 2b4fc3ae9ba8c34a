//! How many requests are answered at once, and in which order.

use super::cells::{NONE, age, condition, integer, name, string, string_or, text};
use super::column::{AGE, Column, NAME, text as column};
use super::entry::{Entry, entry};
use jiff::Timestamp;
use trimtab_tree::Value;

/// The group of both kinds.
pub(super) const GROUP: &str = "flowcontrol.apiserver.k8s.io";

pub(super) const ENTRIES: &[Entry] = &[
    entry(GROUP, "FlowSchema", FLOW_SCHEMA, flow_schema),
    entry(
        GROUP,
        "PriorityLevelConfiguration",
        PRIORITY_LEVEL,
        priority_level,
    ),
];

const FLOW_SCHEMA: &[Column] = &[
    NAME,
    column("PriorityLevel", "The level of the requests that match."),
    column(
        "MatchingPrecedence",
        "Which schema counts if several match: the lowest, in [1,10000]; 1000 if nothing is said.",
    ),
    column(
        "DistinguisherMethod",
        "What tells one flow of requests from another.",
    ),
    AGE,
    column("MissingPL", "Whether there is no such level."),
];

const PRIORITY_LEVEL: &[Column] = &[
    NAME,
    column(
        "Type",
        "Whether requests of the level are \"Limited\" or \"Exempt\".",
    ),
    column(
        "NominalConcurrencyShares",
        "The level's share of the requests that are answered at once: 30 if nothing is said; with 0 \
         it is a \"jail\" for requests that are to wait.",
    ),
    column(
        "Queues",
        "How many queues there are: 64 if nothing is said; with 1, flows share it.",
    ),
    column(
        "HandSize",
        "Among how many queues a flow is spread: 8 if nothing is said.",
    ),
    column(
        "QueueLengthLimit",
        "How many requests may wait in a queue: 50 if nothing is said.",
    ),
    AGE,
];

/// By what rows of flow schemas are ordered: the order in which they are asked.
pub(super) fn order(schema: &Value) -> (i64, String) {
    let precedence = text(schema, &["spec", "matchingPrecedence"]);
    let name = text(schema, &["metadata", "name"]);
    (precedence.parse().unwrap_or_default(), name.to_owned())
}

fn flow_schema(object: &Value, now: Timestamp) -> Vec<Value> {
    let dangling = condition(object, "Dangling");
    let dangling = dangling.map_or("?", |dangling| text(dangling, &["status"]));
    vec![
        name(object),
        string(object, &["spec", "priorityLevelConfiguration", "name"]),
        integer(object, &["spec", "matchingPrecedence"]),
        string_or(object, &["spec", "distinguisherMethod", "type"], NONE),
        age(object, now),
        Value::string(dangling),
    ]
}

fn priority_level(object: &Value, now: Timestamp) -> Vec<Value> {
    let number_or_none = |path: &[&str]| match text(object, path) {
        "" => Value::string(NONE),
        text => text
            .parse()
            .map_or_else(|_| Value::string(NONE), Value::int),
    };
    let queuing = ["spec", "limited", "limitResponse", "queuing"];
    let queue = |field| number_or_none(&[&queuing[..], &[field]].concat());
    vec![
        name(object),
        string(object, &["spec", "type"]),
        // Also where an exempt level has shares: they count for nothing.
        number_or_none(&["spec", "limited", "nominalConcurrencyShares"]),
        queue("queues"),
        queue("handSize"),
        queue("queueLengthLimit"),
        age(object, now),
    ]
}
