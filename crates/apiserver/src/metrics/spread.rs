//! How values are spread, told apart by what they are of.

use super::family::Family;
use super::{Distribution, Page};
use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

/// Distributions of a family by keys, of which there are as many as the tables of kinds and plugins
/// have entries. Who counts what has been counted before only reads the map.
pub(super) struct Spread<K> {
    family: &'static Family,
    known: RwLock<BTreeMap<K, Distribution>>,
}

impl<K: Copy + Ord> Spread<K> {
    /// None yet.
    pub(super) fn of(family: &'static Family) -> Self {
        Self {
            family,
            known: RwLock::default(),
        }
    }

    /// Counts a value.
    pub(super) fn add(&self, key: K, value: f64) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(one) = known.get(&key) {
            return one.add(value);
        }
        drop(known);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let new = || Distribution::of(self.family);
        known.entry(key).or_insert_with(new).add(value);
    }

    /// Tells all of them, and how many there were by `counts`, if that is a family of its own.
    pub(super) fn tell<const N: usize>(
        &self,
        page: &mut Page,
        counts: Option<&Family>,
        labels: impl Fn(K) -> [&'static str; N],
    ) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if known.is_empty() {
            return;
        }
        if let Some(counts) = counts {
            page.family(counts);
            for (key, one) in &*known {
                page.sample(counts, &labels(*key), one.count());
            }
        }
        page.family(self.family);
        for (key, one) in &*known {
            page.distribution(self.family, &labels(*key), one);
        }
    }
}
