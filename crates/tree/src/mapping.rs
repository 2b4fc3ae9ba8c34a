//! Ordered fields with string keys.

use crate::{Position, Scalar, ScalarKind, Style, Text, Value};
use rustc_hash::FxHashMap;

/// One field of a [`Mapping`].
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key as written: text, kind and style. Fields are looked up by its text.
    pub key: Scalar,
    /// Where the key stands.
    pub key_position: Position,
    /// The value.
    pub value: Value,
}

/// From this many fields on, lookups go through a hash index.
const INDEXED_FROM: usize = 24;

/// Fields in the order they were written. Two fields never have keys of the same text (the parser
/// refuses them, [`Mapping::insert`] replaces).
///
/// Small mappings, nearly all there are, are searched from the front; large ones keep an index, so
/// that a lookup never costs more than a few comparisons.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    entries: Vec<Entry>,
    index: Option<Box<FxHashMap<Text, u32>>>,
}

impl Mapping {
    /// A mapping without fields.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
            index: None,
        }
    }

    /// A mapping with room for `capacity` fields.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            entries: Vec::with_capacity(capacity),
            index: None,
        }
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The fields in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The fields in order, by value.
    #[must_use]
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> + DoubleEndedIterator {
        self.entries
            .iter()
            .map(|entry| (entry.key.text(), &entry.value))
    }

    /// Keys and values in order, the values to be changed.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (&str, &mut Value)> {
        self.entries
            .iter_mut()
            .map(|entry| (entry.key.text(), &mut entry.value))
    }

    /// The values in order, to be changed.
    pub fn values_mut(&mut self) -> impl ExactSizeIterator<Item = &mut Value> {
        self.entries.iter_mut().map(|entry| &mut entry.value)
    }

    /// Where in the order `key` is.
    #[must_use]
    pub fn position_of(&self, key: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(key).map(|&at| at as usize),
            None => self
                .entries
                .iter()
                .position(|entry| entry.key.text() == key),
        }
    }

    /// Whether there is a field `key`.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.position_of(key).is_some()
    }

    /// The whole field `key`.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.position_of(key).map(|at| &self.entries[at])
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value of `key`, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.position_of(key).map(|at| &mut self.entries[at].value)
    }

    /// The value at place `at` in the order, to be changed. Keys cannot be changed in place:
    /// see [`Mapping::rename`].
    pub fn value_at_mut(&mut self, at: usize) -> Option<&mut Value> {
        self.entries.get_mut(at).map(|entry| &mut entry.value)
    }

    /// The value of `key`, put there (at the end) by `default` if there is none.
    pub fn get_or_insert_with(&mut self, key: &str, default: impl FnOnce() -> Value) -> &mut Value {
        let at = self.position_of(key).unwrap_or_else(|| {
            self.push(Entry {
                key: Scalar::string(key),
                key_position: Position::NONE,
                value: default(),
            });
            self.entries.len() - 1
        });
        &mut self.entries[at].value
    }

    /// Sets `key`, keeping its place when it is there; returns the value it replaced.
    pub fn insert(&mut self, key: impl AsRef<str>, value: Value) -> Option<Value> {
        let key = key.as_ref();
        if let Some(at) = self.position_of(key) {
            return Some(std::mem::replace(&mut self.entries[at].value, value));
        }
        self.push(Entry {
            key: Scalar::string(key),
            key_position: Position::NONE,
            value,
        });
        None
    }

    /// Adds a field whose key is known not to be there yet. The caller must have checked: a second
    /// field of the same key breaks the invariant of this type.
    pub fn push(&mut self, entry: Entry) {
        debug_assert!(
            !self.contains_key(entry.key.text()),
            "key {:?} twice",
            entry.key.text()
        );
        if let Some(index) = &mut self.index {
            index.insert(entry.key.text.clone(), self.entries.len() as u32);
        }
        self.entries.push(entry);
        if self.index.is_none() && self.entries.len() >= INDEXED_FROM {
            self.reindex();
        }
    }

    /// Removes `key` and returns its value; the order of the others stays.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.position_of(key)?;
        let entry = self.entries.remove(at);
        self.refresh();
        Some(entry.value)
    }

    /// Keeps the fields for which `keep` says so.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &mut Value) -> bool) {
        self.entries
            .retain_mut(|entry| keep(&entry.key.text, &mut entry.value));
        self.refresh();
    }

    /// Sorts the fields.
    pub fn sort_by(&mut self, compare: impl FnMut(&Entry, &Entry) -> std::cmp::Ordering) {
        self.entries.sort_by(compare);
        self.refresh();
    }

    /// Gives the field `from` the key `to`, in its place. Returns false, and changes nothing, when
    /// `from` is not there or `to` is.
    pub fn rename(&mut self, from: &str, to: &str) -> bool {
        if self.contains_key(to) {
            return false;
        }
        let Some(at) = self.position_of(from) else {
            return false;
        };
        self.entries[at].key.text = to.into();
        self.refresh();
        true
    }

    /// Makes every key a string, written as the printer thinks best; the texts stay.
    pub(crate) fn keys_to_strings(&mut self) {
        for entry in &mut self.entries {
            entry.key.kind = ScalarKind::String;
            entry.key.style = Style::Plain;
        }
    }

    fn refresh(&mut self) {
        self.index = None;
        if self.entries.len() >= INDEXED_FROM {
            self.reindex();
        }
    }

    fn reindex(&mut self) {
        let index = self.entries.iter().enumerate();
        self.index = Some(Box::new(
            index
                .map(|(at, entry)| (entry.key.text.clone(), at as u32))
                .collect(),
        ));
    }
}

/// Equal keys and values; positions do not count.
impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.value == other.value
    }
}

/// Equal fields in equal order.
impl PartialEq for Mapping {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl FromIterator<(Text, Value)> for Mapping {
    fn from_iter<I: IntoIterator<Item = (Text, Value)>>(fields: I) -> Self {
        let mut mapping = Self::new();
        for (key, value) in fields {
            mapping.insert(key, value);
        }
        mapping
    }
}

impl<const N: usize> From<[(&str, Value); N]> for Mapping {
    fn from(fields: [(&str, Value); N]) -> Self {
        fields
            .into_iter()
            .map(|(key, value)| (Text::from(key), value))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_mappings_answer_like_small_ones() {
        let mut mapping = Mapping::new();
        for i in 0..100 {
            mapping.insert(format!("key{i}"), Value::string(format!("{i}")));
        }
        assert_eq!(mapping.get("key99"), Some(&Value::string("99")));
        assert_eq!(mapping.remove("key50"), Some(Value::string("50")));
        assert_eq!(mapping.get("key50"), None);
        assert_eq!(mapping.position_of("key99"), Some(98));
        assert!(mapping.rename("key99", "last"));
        assert_eq!(mapping.position_of("last"), Some(98));
        mapping.retain(|key, _| key == "key3" || key == "last");
        assert_eq!(
            mapping.iter().map(|(key, _)| key).collect::<Vec<_>>(),
            ["key3", "last"]
        );
        assert_eq!(mapping.position_of("last"), Some(1));
    }
}
