//! Which item of a list is which of the list it was before.
//!
//! Items move when others are put before them, so their places say nothing. An item is known by
//! where it was read, then by the field that names items in lists of Kubernetes, then by being the
//! same; what is left over is paired place by place.

use rustc_hash::FxHashMap;
use trimtab_tree::Value;

/// The fields that tell items apart, best first: those that Kubernetes' own lists are merged by.
const KEYS: [&str; 8] = [
    "name",
    "mountPath",
    "devicePath",
    "containerPort",
    "port",
    "key",
    "topologyKey",
    "ip",
];

/// The field that names an item among others, with its text.
pub(super) fn key_of(item: &Value) -> Option<(&'static str, &str)> {
    let fields = item.as_mapping()?;
    let keys = KEYS.iter();
    let mut named = keys.filter_map(|&key| Some((key, fields.get(key)?.text_if_not_null()?)));
    named.next()
}

/// How many of the fields that tell items apart two items have the same text in.
pub(super) fn agreeing_keys(a: &Value, b: &Value) -> usize {
    let keys = KEYS.iter().chain(&["protocol"]);
    keys.filter_map(|key| {
        a.get(key)?
            .text_if_not_null()
            .zip(b.get(key)?.text_if_not_null())
    })
    .filter(|(a, b)| a == b)
    .count()
}

/// Whether two values are the same item at different times.
pub(super) fn is_same(a: &Value, b: &Value) -> bool {
    if a.position.is_some() && a.position == b.position {
        return true;
    }
    match (key_of(a), key_of(b)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a == b,
        _ => false,
    }
}

/// For each item of `after`, its place in `before`; `None` for a new one. No place comes twice.
pub(super) fn pair(before: &[Value], after: &[Value]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; after.len()];
    let mut free = vec![true; before.len()];
    let in_place = |(a, b): (&Value, &Value)| a.position.is_some() && a.position == b.position;
    if before.len() == after.len() && before.iter().zip(after).all(in_place) {
        return (0..after.len()).map(Some).collect();
    }
    let positions = |item: &Value| item.position.is_some().then_some(item.position);
    by(before, after, &mut pairs, &mut free, positions);
    by(before, after, &mut pairs, &mut free, |item| {
        key_of(item).map(|(key, text)| (key, text.to_owned()))
    });
    by(before, after, &mut pairs, &mut free, |item| {
        item.text().map(str::to_owned)
    });
    for (at, pair) in pairs.iter_mut().enumerate() {
        // Two items with names are two items.
        let fits = |place: usize| key_of(&before[place]).is_none() && key_of(&after[at]).is_none();
        if pair.is_none() && free.get(at) == Some(&true) && fits(at) {
            *pair = Some(at);
            free[at] = false;
        }
    }
    pairs
}

/// Pairs what is not paired yet and has the same identity, in order.
fn by<K: std::hash::Hash + Eq>(
    before: &[Value],
    after: &[Value],
    pairs: &mut [Option<usize>],
    free: &mut [bool],
    identity: impl Fn(&Value) -> Option<K>,
) {
    let mut known: FxHashMap<K, Vec<usize>> = FxHashMap::default();
    // Taken from the end, so the first comes first.
    for place in (0..before.len()).rev().filter(|&place| free[place]) {
        if let Some(key) = identity(&before[place]) {
            known.entry(key).or_default().push(place);
        }
    }
    for (pair, item) in pairs.iter_mut().zip(after) {
        if pair.is_some() {
            continue;
        }
        let places = identity(item).and_then(|key| known.get_mut(&key));
        if let Some(place) = places.and_then(Vec::pop) {
            *pair = Some(place);
            free[place] = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::documents;

    fn pairs(before: &str, after: &str) -> Vec<Option<usize>> {
        let mut lists = documents(&format!("{before}\n---\n{after}"));
        let after = lists.pop().unwrap();
        let before = lists.pop().unwrap();
        pair(before.as_sequence().unwrap(), after.as_sequence().unwrap())
    }

    #[test]
    fn items_are_known_by_name_text_and_place() {
        for (before, after, expected) in [
            (
                "[{name: a}, {name: b}]",
                "[{name: c}, {name: a, x: 1}]",
                vec![None, Some(0)],
            ),
            (
                "[--a, --b]",
                "[--new, --b, --a]",
                vec![None, Some(1), Some(0)],
            ),
            ("[--a, --b]", "[--a, --c]", vec![Some(0), Some(1)]),
            ("[{x: 1}]", "[{x: 2}]", vec![Some(0)]),
            ("[a, a]", "[a, a, a]", vec![Some(0), Some(1), None]),
            ("[]", "[{name: a}]", vec![None]),
            ("[{name: a}]", "[{name: b}]", vec![None]),
        ] {
            assert_eq!(pairs(before, after), expected, "{before} {after}");
        }
    }
}
