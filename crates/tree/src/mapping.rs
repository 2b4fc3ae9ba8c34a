//! Ordered fields with string keys.

use crate::print::PrintedFields;
use crate::{Position, Scalar, ScalarKind, Style, Text, Value};
use rustc_hash::FxHashMap;
use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

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
///
/// Copies share their fields until one of them is changed, which then copies its own: of a changed
/// tree only the mappings on the way from the root to the change, and the lists in them.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// `None` of no field: most mappings that are made are filled right after.
    shared: Option<Arc<Fields>>,
}

#[derive(Debug, Default)]
struct Fields {
    entries: Vec<Entry>,
    index: Option<Box<FxHashMap<Text, u32>>>,
    /// What was found out about them. Every way to change them forgets it.
    memory: OnceLock<Box<Memory>>,
}

/// What is found out about fields that several have, for all of them.
#[derive(Debug, Default)]
struct Memory {
    printed: OnceLock<PrintedFields>,
    notes: OnceLock<Notes>,
}

struct Notes(Box<dyn Any + Send + Sync>);

impl fmt::Debug for Notes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Notes")
    }
}

impl Clone for Fields {
    /// A copy is made to be changed, and often to be added to.
    fn clone(&self) -> Self {
        let mut entries = Vec::with_capacity(self.entries.len() + 1);
        entries.extend_from_slice(&self.entries);
        Self {
            entries,
            index: self.index.clone(),
            memory: OnceLock::new(),
        }
    }
}

impl Mapping {
    /// A mapping without fields.
    #[must_use]
    pub const fn new() -> Self {
        Self { shared: None }
    }

    /// A mapping with room for `capacity` fields.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        let entries = Vec::with_capacity(capacity);
        let fields = Fields {
            entries,
            ..Fields::default()
        };
        Self {
            shared: Some(Arc::new(fields)),
        }
    }

    /// The fields to be changed: copied, if others have them too.
    fn fields_mut(&mut self) -> &mut Fields {
        let fields = Arc::make_mut(self.shared.get_or_insert_default());
        fields.memory.take();
        fields
    }

    /// Whether copies of this mapping have the same fields, so that they were or will be looked at
    /// more than once.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        let shared = self.shared.as_ref();
        shared.is_some_and(|fields| Arc::strong_count(fields) > 1)
    }

    /// A place for what a user of this crate found out about the fields, empty at first: every copy
    /// has it until it is changed. `None` where no other copy has the fields, so that it would be for
    /// nothing, and where notes of another type are there already.
    #[must_use]
    pub fn notes<T: Any + Send + Sync + Default>(&self) -> Option<&T> {
        let fields = self.shared.as_ref()?;
        let memory = match fields.memory.get() {
            Some(memory) => memory,
            None if self.is_shared() => fields.memory.get_or_init(Box::default),
            None => return None,
        };
        let notes = memory.notes.get_or_init(|| Notes(Box::<T>::default()));
        notes.0.downcast_ref()
    }

    /// What the fields were printed as, if somebody told.
    pub(crate) fn printed(&self) -> Option<&PrintedFields> {
        self.shared.as_ref()?.memory.get()?.printed.get()
    }

    /// Tells what the fields were printed as. The first to tell is believed.
    pub(crate) fn remember_printed(&self, printed: PrintedFields) {
        if let Some(fields) = &self.shared {
            let memory = fields.memory.get_or_init(Box::default);
            // Another thread may have printed them meanwhile.
            let _ = memory.printed.set(printed);
        }
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    /// The fields in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        self.shared.as_ref().map_or(&[], |fields| &fields.entries)
    }

    /// The fields in order, by value.
    #[must_use]
    pub fn into_entries(self) -> Vec<Entry> {
        let fields = self.shared.map(Arc::unwrap_or_clone);
        fields.map_or_else(Vec::new, |fields| fields.entries)
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> + DoubleEndedIterator {
        self.entries()
            .iter()
            .map(|entry| (entry.key.text(), &entry.value))
    }

    /// Keys and values in order, the values to be changed.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (&str, &mut Value)> {
        self.entries_mut()
            .iter_mut()
            .map(|entry| (entry.key.text(), &mut entry.value))
    }

    /// The values in order, to be changed.
    pub fn values_mut(&mut self) -> impl ExactSizeIterator<Item = &mut Value> {
        self.entries_mut().iter_mut().map(|entry| &mut entry.value)
    }

    fn entries_mut(&mut self) -> &mut [Entry] {
        if self.is_empty() {
            return &mut [];
        }
        &mut self.fields_mut().entries
    }

    /// Where in the order `key` is.
    #[must_use]
    pub fn position_of(&self, key: &str) -> Option<usize> {
        let fields = self.shared.as_ref()?;
        match &fields.index {
            Some(index) => index.get(key).map(|&at| at as usize),
            None => (fields.entries)
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
        self.position_of(key).map(|at| &self.entries()[at])
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value of `key`, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let at = self.position_of(key)?;
        Some(&mut self.fields_mut().entries[at].value)
    }

    /// The value at place `at` in the order, to be changed. Keys cannot be changed in place:
    /// see [`Mapping::rename`].
    pub fn value_at_mut(&mut self, at: usize) -> Option<&mut Value> {
        self.entries_mut().get_mut(at).map(|entry| &mut entry.value)
    }

    /// The value of `key`, put there (at the end) by `default` if there is none.
    pub fn get_or_insert_with(&mut self, key: &str, default: impl FnOnce() -> Value) -> &mut Value {
        let at = self.position_of(key).unwrap_or_else(|| {
            self.push(Entry {
                key: Scalar::string(key),
                key_position: Position::NONE,
                value: default(),
            });
            self.len() - 1
        });
        &mut self.fields_mut().entries[at].value
    }

    /// Sets `key`, keeping its place when it is there; returns the value it replaced.
    pub fn insert(&mut self, key: impl AsRef<str>, value: Value) -> Option<Value> {
        let key = key.as_ref();
        if let Some(at) = self.position_of(key) {
            let old = &mut self.fields_mut().entries[at].value;
            return Some(std::mem::replace(old, value));
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
        let fields = self.fields_mut();
        if let Some(index) = &mut fields.index {
            index.insert(entry.key.text.clone(), fields.entries.len() as u32);
        }
        fields.entries.push(entry);
        if fields.index.is_none() {
            fields.refresh();
        }
    }

    /// Removes `key` and returns its value; the order of the others stays.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.position_of(key)?;
        let fields = self.fields_mut();
        let entry = fields.entries.remove(at);
        fields.refresh();
        Some(entry.value)
    }

    /// Keeps the fields for which `keep` says so.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &mut Value) -> bool) {
        if self.is_empty() {
            return;
        }
        let fields = self.fields_mut();
        (fields.entries).retain_mut(|entry| keep(&entry.key.text, &mut entry.value));
        fields.refresh();
    }

    /// Sorts the fields.
    pub fn sort_by(&mut self, compare: impl FnMut(&Entry, &Entry) -> std::cmp::Ordering) {
        let fields = self.fields_mut();
        fields.entries.sort_by(compare);
        fields.refresh();
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
        let fields = self.fields_mut();
        fields.entries[at].key.text = to.into();
        fields.refresh();
        true
    }

    /// Makes every key a string, written as the printer thinks best; the texts stay.
    pub(crate) fn keys_to_strings(&mut self) {
        for entry in self.entries_mut() {
            entry.key.kind = ScalarKind::String;
            entry.key.style = Style::Plain;
        }
    }
}

impl Fields {
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
        match (&self.shared, &other.shared) {
            (Some(own), Some(others)) if Arc::ptr_eq(own, others) => true,
            _ => self.entries() == other.entries(),
        }
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

    fn nested() -> Mapping {
        let inner = |number| Value::mapping([("n", Value::int(number))]);
        let list = Value::sequence(vec![inner(2), inner(3)]);
        Mapping::from([("a", inner(1)), ("b", list), ("c", Value::null())])
    }

    type Change = fn(&mut Mapping);

    /// Every way to change a mapping, each other than to nothing.
    const CHANGES: [Change; 12] = [
        |fields| *fields.get_mut("c").unwrap() = Value::int(5),
        |fields| *fields.value_at_mut(0).unwrap() = Value::int(5),
        |fields| drop(fields.insert("c", Value::int(5))),
        |fields| drop(fields.insert("d", Value::int(5))),
        |fields| drop(fields.remove("a")),
        |fields| fields.retain(|key, _| key != "b"),
        |fields| fields.sort_by(|a, b| b.key.text().cmp(a.key.text())),
        |fields| assert!(fields.rename("a", "z")),
        |fields| fields.values_mut().for_each(|value| *value = Value::null()),
        |fields| {
            fields
                .iter_mut()
                .for_each(|(_, value)| *value = Value::null());
        },
        |fields| *fields.get_or_insert_with("c", Value::null) = Value::int(5),
        |fields| {
            let items = fields.get_mut("b").and_then(Value::as_sequence_mut);
            *items.unwrap()[1].get_mut("n").unwrap() = Value::int(5);
        },
    ];

    #[test]
    fn a_copy_is_changed_alone() {
        for (at, change) in CHANGES.into_iter().enumerate() {
            let (original, mut changed) = (nested(), nested());
            let mut copy = original.clone();
            change(&mut copy);
            change(&mut changed);
            assert_eq!(original, nested(), "{at}");
            assert_eq!(copy, changed, "{at}");
            assert_ne!(copy, original, "{at}");
        }
    }

    #[test]
    fn what_is_not_on_the_way_to_a_change_stays_shared() {
        let original = nested();
        let mut copy = original.clone();
        assert!(copy.is_shared());
        *copy.get_mut("c").unwrap() = Value::int(5);
        assert!(!copy.is_shared() && !original.is_shared());
        let inner = copy.get("a").and_then(Value::as_mapping).unwrap();
        assert!(inner.is_shared());
        let items = copy.get("b").and_then(Value::as_sequence).unwrap();
        assert!(items[0].as_mapping().is_some_and(Mapping::is_shared));
    }

    #[test]
    fn notes_are_for_copies_and_only_as_long_as_they_are_copies() {
        use std::sync::atomic::{AtomicU32, Ordering};
        let notes = |fields: &Mapping| Some(fields.notes::<AtomicU32>()?.load(Ordering::Relaxed));
        let original = nested();
        assert_eq!(notes(&original), None, "nobody else would read them");
        for (at, change) in CHANGES.into_iter().enumerate() {
            let original = original.clone();
            let mut copy = original.clone();
            let noted = original.notes::<AtomicU32>().unwrap();
            noted.store(7, Ordering::Relaxed);
            assert_eq!(notes(&copy), Some(7));
            assert!(copy.notes::<bool>().is_none(), "of another type");
            change(&mut copy);
            let _other = copy.clone();
            assert_eq!(notes(&copy), Some(0), "{at}");
            assert_eq!(notes(&original), Some(7), "{at}");
        }
    }
}
