//! The order of merged lists.

use super::Result;
use super::merging::Merging;
use crate::apply::KeyValue;
use std::collections::BTreeMap;
use trimtab_tree::Value;

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
