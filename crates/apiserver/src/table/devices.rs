//! Devices that pods claim.

use super::cells::{age, items, name, string};
use super::column::{AGE, Column, NAME, text as column};
use super::entry::{Entry, entry};
use jiff::Timestamp;
use trimtab_tree::Value;

const GROUP: &str = "resource.k8s.io";

pub(super) const ENTRIES: &[Entry] = &[
    entry(GROUP, "ResourceClaim", CLAIM, claim),
    entry(GROUP, "ResourceSlice", SLICE, slice),
];

const CLAIM: &[Column] = &[
    NAME,
    column("State", "What has become of the claim, in a few words."),
    AGE,
];

const SLICE: &[Column] = &[
    NAME,
    column("Node", "The node that has the devices."),
    column("Driver", "The driver that knows them."),
    column(
        "Pool",
        "The pool of devices that this is a part of; at most 253 characters.",
    ),
    AGE,
];

fn claim(object: &Value, now: Timestamp) -> Vec<Value> {
    let deleted = object
        .get_path(&["metadata", "deletionTimestamp"])
        .is_some();
    let allocated = object.get_path(&["status", "allocation"]).is_some();
    let reserved = !items(object, &["status", "reservedFor"]).is_empty();
    let states = [
        (deleted, "deleted"),
        (allocated, "allocated"),
        (allocated && reserved, "reserved"),
        (!allocated && !deleted, "pending"),
    ];
    let states: Vec<&str> = states
        .iter()
        .filter(|(is, _)| *is)
        .map(|(_, state)| *state)
        .collect();
    vec![
        name(object),
        Value::string(states.join(",")),
        age(object, now),
    ]
}

fn slice(object: &Value, now: Timestamp) -> Vec<Value> {
    vec![
        name(object),
        string(object, &["spec", "nodeName"]),
        string(object, &["spec", "driver"]),
        string(object, &["spec", "pool", "name"]),
        age(object, now),
    ]
}
