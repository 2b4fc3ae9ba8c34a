//! Which resources stand in the same naming context: the prefixes and suffixes they were given.
//!
//! Two lists of prefixes agree when the shorter is the outer part of the longer. The rule is
//! kustomize's `PrefixesSuffixesEquals`; the index answers it without comparing every pair.

use crate::Resource;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};
use trimtab_tree::Text;

/// How much must agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    /// No prefixes agree with any, no suffixes with any.
    Lenient,
    /// No prefixes agree only with no prefixes, and suffixes alike.
    Strict,
}

/// Whether two resources were given agreeing prefixes and agreeing suffixes.
pub(super) fn agree(a: &Resource, b: &Resource, strictness: Strictness) -> bool {
    lists_agree(&a.prefixes, &b.prefixes, strictness)
        && lists_agree(&a.suffixes, &b.suffixes, strictness)
}

fn lists_agree(a: &[Text], b: &[Text], strictness: Strictness) -> bool {
    if a.is_empty() || b.is_empty() {
        return strictness == Strictness::Lenient || a.len() == b.len();
    }
    a.ends_with(b) || b.ends_with(a)
}

/// Places of resources by every list of prefixes and suffixes that they agree with.
#[derive(Debug)]
pub(super) struct AffixIndex {
    by_key: FxHashMap<(u64, u64), Vec<u32>>,
    /// Resources with so many prefixes and suffixes that the index would grow out of proportion.
    unindexed: Vec<u32>,
}

/// The most entries that one resource may take in an index.
const MOST_KEYS: usize = 64;

impl AffixIndex {
    pub(super) fn new<'a>(resources: impl Iterator<Item = (u32, &'a Resource)>) -> Self {
        let mut index = Self {
            by_key: FxHashMap::default(),
            unindexed: Vec::new(),
        };
        for (place, resource) in resources {
            let prefixes = keys_of(&resource.prefixes);
            let suffixes = keys_of(&resource.suffixes);
            if prefixes.len() * suffixes.len() > MOST_KEYS {
                index.unindexed.push(place);
                continue;
            }
            for &prefix in &prefixes {
                for &suffix in &suffixes {
                    index
                        .by_key
                        .entry((prefix, suffix))
                        .or_default()
                        .push(place);
                }
            }
        }
        index
    }

    /// The places of all resources that may agree with `resource`, each once. The caller checks,
    /// because keys are hashes.
    pub(super) fn places(
        &self,
        resource: &Resource,
        strictness: Strictness,
    ) -> impl Iterator<Item = u32> {
        let suffixes = keys_for(&resource.suffixes, strictness);
        let pairs = keys_for(&resource.prefixes, strictness)
            .into_iter()
            .flat_map(move |prefix| {
                suffixes
                    .clone()
                    .into_iter()
                    .map(move |suffix| (prefix, suffix))
            });
        pairs
            .filter_map(|key| self.by_key.get(&key))
            .flatten()
            .chain(&self.unindexed)
            .copied()
    }
}

/// A list is entered as itself, as each of its outer parts, and as any list at all; a question
/// meets each list that agrees with it through exactly one of these.
#[derive(Hash)]
enum Key<'a> {
    Any,
    Whole(&'a [Text]),
    OuterPart(&'a [Text]),
}

impl Key<'_> {
    fn hash(&self) -> u64 {
        let mut hasher = FxHasher::default();
        Hash::hash(self, &mut hasher);
        hasher.finish()
    }
}

fn keys_of(list: &[Text]) -> Vec<u64> {
    let outer_parts = (1..list.len()).map(|from| Key::OuterPart(&list[from..]));
    [Key::Any, Key::Whole(list)]
        .into_iter()
        .chain(outer_parts)
        .map(|key| key.hash())
        .collect()
}

fn keys_for(list: &[Text], strictness: Strictness) -> Vec<u64> {
    let lenient = strictness == Strictness::Lenient;
    let none = Key::Whole(&[]);
    if list.is_empty() {
        return vec![if lenient { Key::Any } else { none }.hash()];
    }
    let shorter = (0..list.len()).map(|from| Key::Whole(&list[from..]));
    shorter
        .chain([Key::OuterPart(list)])
        .chain(lenient.then_some(none))
        .map(|key| key.hash())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_schema::Schema;
    use trimtab_tree::Value;

    fn resource(prefixes: &[&str], suffixes: &[&str]) -> Resource {
        let texts = |texts: &[&str]| texts.iter().map(|text| Text::from(*text)).collect();
        let mut resource = Resource::new(Value::mapping([]), &Schema::kustomize());
        resource.prefixes = texts(prefixes);
        resource.suffixes = texts(suffixes);
        resource
    }

    #[test]
    fn the_index_finds_what_agrees() {
        let lists: [&[&str]; 7] = [
            &[],
            &["a"],
            &["b"],
            &["a", "b"],
            &["b", "b"],
            &["c", "a", "b"],
            &["b", "a"],
        ];
        let resources: Vec<Resource> = lists
            .iter()
            .flat_map(|prefixes| lists.iter().map(|suffixes| resource(prefixes, suffixes)))
            .collect();
        let index = AffixIndex::new((0..).zip(&resources));
        for asked in &resources {
            for strictness in [Strictness::Lenient, Strictness::Strict] {
                let agreeing: Vec<u32> = (0..)
                    .zip(&resources)
                    .filter(|(_, other)| agree(asked, other, strictness))
                    .map(|(place, _)| place)
                    .collect();
                let mut found: Vec<u32> = index.places(asked, strictness).collect();
                found.sort_unstable();
                assert_eq!(found, agreeing, "{:?} {:?}", asked.prefixes, asked.suffixes);
            }
        }
    }

    #[test]
    fn the_outer_prefixes_count() {
        let strict = |a: &[&str], b: &[&str]| {
            agree(&resource(a, &[]), &resource(b, &[]), Strictness::Strict)
        };
        assert!(strict(&["in-", "out-"], &["out-"]));
        assert!(!strict(&["in-", "out-"], &["in-"]));
        assert!(!strict(&["out-"], &[]));
    }
}
