//! Merged lists: objects by their merge key, scalars by their value.

use super::arrange::arrange;
use super::error::StrategicPatchError;
use super::merging::Merging;
use super::{PATCH, Result, merge_fields, unknown_directive};
use crate::apply::KeyValue;
use std::collections::{BTreeMap, BTreeSet};
use trimtab_tree::{Node, Value};

/// Merges the items of a patch into a list.
pub(super) fn merge(
    own: Vec<Value>,
    changes: &[Value],
    merging: Option<&Merging<'_>>,
) -> Result<Vec<Value>> {
    let Some(merging) = merging else {
        return Ok(changes.to_vec());
    };
    let all = || own.iter().chain(changes);
    check_elements(merging.field, all())?;
    if !all().any(|item| item.as_mapping().is_some()) {
        let order: Vec<KeyValue> = changes.iter().map(KeyValue::of).collect();
        let merged = own.iter().chain(changes).cloned().collect();
        return arrange(distinct(merged), &order, &own, merging);
    }
    if merging.key.is_none() {
        return Err(StrategicPatchError::Unkeyed {
            field: merging.field.to_owned(),
        });
    }
    merge_objects(own, changes, merging)
}

fn merge_objects(own: Vec<Value>, changes: &[Value], merging: &Merging<'_>) -> Result<Vec<Value>> {
    let mut own = own;
    let mut plain = Vec::with_capacity(changes.len());
    let mut gone = BTreeSet::new();
    let mut replaces = false;
    for change in changes {
        match change.get(PATCH) {
            None => plain.push(change),
            Some(directive) => match directive.as_str() {
                Some("delete") => {
                    gone.insert(merging.key_of(change)?);
                }
                Some("replace") => replaces = true,
                _ => {
                    let object = change.as_mapping().cloned().unwrap_or_default();
                    return Err(unknown_directive(directive, &object));
                }
            },
        }
    }
    if replaces {
        return Ok(plain.into_iter().cloned().collect());
    }
    if !gone.is_empty() {
        own.retain(|item| !merging.key_of(item).is_ok_and(|key| gone.contains(&key)));
    }

    let mut merged = own.clone();
    let mut places = BTreeMap::new();
    for (at, item) in merged.iter().enumerate() {
        // Of items with one key the first is the one that patches find.
        places.entry(merging.key_of(item)?).or_insert(at);
    }
    let mut order = Vec::with_capacity(plain.len());
    for change in plain {
        let key = merging.key_of(change)?;
        if let Some(&at) = places.get(&key) {
            merge_item(&mut merged[at], change, merging)?;
        } else {
            places.insert(key.clone(), merged.len());
            merged.push(change.clone());
        }
        order.push(key);
    }
    arrange(merged, &order, &own, merging)
}

fn merge_item(item: &mut Value, change: &Value, merging: &Merging<'_>) -> Result<()> {
    if let (Node::Mapping(fields), Some(changes)) = (&mut item.node, change.as_mapping()) {
        *fields = merge_fields(std::mem::take(fields), changes, merging.items)?;
    }
    Ok(())
}

/// Checks that the items of merged lists are all objects or all scalars.
pub(super) fn check_elements<'v>(
    field: &str,
    items: impl Iterator<Item = &'v Value>,
) -> Result<()> {
    let mut objects = None;
    for item in items {
        let is_object = match item.node {
            Node::Sequence(_) => return Err(StrategicPatchError::ListOfLists),
            Node::Mapping(_) => true,
            Node::Scalar(_) => false,
        };
        if *objects.get_or_insert(is_object) != is_object {
            return Err(StrategicPatchError::MixedList {
                field: field.to_owned(),
            });
        }
    }
    Ok(())
}

/// The items of a list of scalars.
pub(super) fn scalars(items: &[Value]) -> BTreeSet<KeyValue> {
    items.iter().map(KeyValue::of).collect()
}

/// Each scalar once.
fn distinct(items: Vec<Value>) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let mut items = items;
    items.retain(|item| seen.insert(KeyValue::of(item)));
    items
}
