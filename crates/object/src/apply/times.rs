//! Times of `managedFields` when nothing else changed.

use super::key_value::json;
use super::manager::{managed_fields, set_managed_fields};
use crate::equality::same_json_without;
use trimtab_tree::{Text, Value};

/// Gives `new` the `managedFields` of `live`, times included, when the two objects differ in nothing
/// but those times. A write that changes nothing then is none, and keeps its resource version.
///
/// Call it on what would be stored. It is what `k8s.io/apiserver` calls ignoring the timestamps of
/// managed fields.
pub fn keep_timestamps(live: &Value, new: &mut Value) {
    if !same_but_managed_fields(live, new) {
        return;
    }
    let (Some(old), Some(new_entries)) = (managed_fields(live), managed_fields(new)) else {
        return;
    };
    if undated(old) == undated(new_entries) {
        let entries = old.clone();
        set_managed_fields(new, Some(entries));
    }
}

/// Entries as JSON without their times, sorted: they stand in the order of those.
fn undated(entries: &Value) -> Vec<Text> {
    let undated = |entry: &Value| {
        let mut entry = entry.clone();
        if let Some(fields) = entry.as_mapping_mut() {
            fields.remove("time");
        }
        json(&entry)
    };
    let entries = entries.as_sequence().unwrap_or_default();
    let mut undated: Vec<Text> = entries.iter().map(undated).collect();
    undated.sort();
    undated
}

fn same_but_managed_fields(live: &Value, new: &Value) -> bool {
    if !same_json_without(live, new, &["metadata"]) {
        return false;
    }
    match (live.get("metadata"), new.get("metadata")) {
        (Some(live), Some(new)) => same_json_without(live, new, &["managedFields"]),
        (None, None) => true,
        _ => false,
    }
}
