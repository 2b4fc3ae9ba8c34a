//! The order of merged lists.

use super::error::{StrategicPatchError, json};
use super::lists::{self, Merging};
use super::{PATCH, Result, without_directives};
use crate::apply::KeyValue;
use std::collections::BTreeMap;
use trimtab_schema::Type;
use trimtab_tree::{Mapping, Value};

/// Merges the list of a field and orders it as `$setElementOrder/FIELD` says.
pub(super) fn set_element_order(
    fields: &mut Mapping,
    patch: &Mapping,
    field: &str,
    order: &Value,
    ty: Option<Type<'_>>,
) -> Result<()> {
    let field_type = ty.and_then(|ty| ty.field(field));
    let Some(field_type) = field_type else {
        let field = field.to_owned();
        return Err(StrategicPatchError::UnknownField { field });
    };
    let merging = Merging::of(field, Some(field_type)).unwrap_or(Merging {
        field,
        key: field_type.patch_merge_key(),
        items: field_type.elements(),
    });
    let order = list(field, order)?;
    let own = fields.get(field).filter(|own| !own.is_null());
    let own = own.map(|own| list(field, own)).transpose()?;
    let changes = patch.get(field);
    let changes = changes.map(|changes| list(field, changes)).transpose()?;
    if let Some(changes) = changes {
        check_order(changes, order, &merging)?;
    }
    let merged = match (own, changes) {
        (None, None) => return Ok(()),
        (Some(own), None) => own.to_vec(),
        (None, Some(changes)) => changes.iter().filter_map(without_directives).collect(),
        (Some(own), Some(changes)) => {
            let by_strategy = field_type.patch_strategy().merge.then_some(&merging);
            lists::merge(own.to_vec(), changes, by_strategy)?
        }
    };
    let keys = order.iter().map(|item| merging.key_of(item));
    let keys: Vec<KeyValue> = keys.collect::<Result<_>>()?;
    let ordered = arrange(merged, &keys, own.unwrap_or_default(), &merging)?;
    fields.insert(field, Value::sequence(ordered));
    Ok(())
}

fn list<'v>(field: &str, value: &'v Value) -> Result<&'v [Value]> {
    value
        .as_sequence()
        .ok_or_else(|| StrategicPatchError::NoList {
            field: field.to_owned(),
            found: value.describe(),
        })
}

/// Checks that the items of a patch are in the order, and in its order.
fn check_order(changes: &[Value], order: &[Value], merging: &Merging<'_>) -> Result<()> {
    if changes.is_empty() || order.is_empty() {
        return Ok(());
    }
    let mut ordered = order.iter();
    for change in changes.iter().filter(|change| change.get(PATCH).is_none()) {
        let key = merging.key_of(change)?;
        loop {
            let Some(next) = ordered.next() else {
                return Err(StrategicPatchError::Order {
                    items: json(&Value::sequence(changes.to_vec())),
                    order: json(&Value::sequence(order.to_vec())),
                });
            };
            if merging.key_of(next)? == key {
                break;
            }
        }
    }
    Ok(())
}

/// Orders a merged list. Items that `order` names stand in its order, the others as they stood in
/// `before`; the two rows are woven so that an item of the second comes first only if it stood before
/// the next item of the first. New items therefore come first.
pub(super) fn arrange(
    merged: Vec<Value>,
    order: &[KeyValue],
    before: &[Value],
    merging: &Merging<'_>,
) -> Result<Vec<Value>> {
    let wanted = places(order.iter().cloned());
    let stood: Vec<KeyValue> = before
        .iter()
        .map(|item| merging.key_of(item))
        .collect::<Result<_>>()?;
    let stood = places(stood.into_iter());
    let mut named = Vec::with_capacity(order.len());
    let mut others = Vec::new();
    for item in merged {
        let key = merging.key_of(&item)?;
        match wanted.get(&key) {
            Some(&place) => named.push((place, key, item)),
            None => others.push((stood.get(&key).copied(), item)),
        }
    }
    named.sort_by_key(|(place, ..)| *place);
    // Items that are new and not named keep their places behind.
    others.sort_by_key(|(place, _)| place.unwrap_or(usize::MAX));

    let mut arranged = Vec::with_capacity(named.len() + others.len());
    let mut others = others.into_iter().peekable();
    for (_, key, item) in named {
        if let Some(&place) = stood.get(&key) {
            while let Some((_, other)) =
                others.next_if(|(other, _)| other.is_some_and(|other| other < place))
            {
                arranged.push(other);
            }
        }
        arranged.push(item);
    }
    arranged.extend(others.map(|(_, item)| item));
    Ok(arranged)
}

/// Where each key stands first.
fn places(keys: impl Iterator<Item = KeyValue>) -> BTreeMap<KeyValue, usize> {
    let mut places = BTreeMap::new();
    for (at, key) in keys.enumerate() {
        places.entry(key).or_insert(at);
    }
    places
}
