//! Times of `managedFields` when nothing else changed.

use super::manager::{managed_fields, set_managed_fields};
use crate::equality::same_json_without;
use trimtab_tree::Value;

/// Gives `new` the `managedFields` of `live`, times included, when the two objects differ in nothing
/// but those times. A write that changes nothing then is none, and keeps its resource version.
///
/// Call it on what would be stored. It is what `k8s.io/apiserver` calls ignoring the timestamps of
/// managed fields.
pub fn keep_timestamps(live: &Value, new: &mut Value) {
    let (Some(old_entries), Some(new_entries)) = (managed_fields(live), managed_fields(new)) else {
        return;
    };
    let (Some(old_list), Some(new_list)) = (old_entries.as_sequence(), new_entries.as_sequence())
    else {
        return;
    };
    // Entries are in the order of their times, so the same ones may stand in another order.
    let same_entries = old_list.len() == new_list.len()
        && new_list.iter().all(|new| {
            let mut olds = old_list.iter();
            olds.any(|old| same_json_without(old, new, &["time"]))
        });
    if same_entries && same_but_managed_fields(live, new) {
        let entries = old_entries.clone();
        set_managed_fields(new, Some(entries));
    }
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
