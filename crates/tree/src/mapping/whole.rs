//! Fields that stand on their own.

use super::marks::Marks;
use super::memory::Memory;
use super::{Entry, INDEXED_FROM};
use crate::{Text, Value};
use rustc_hash::FxHashMap;

/// Fields in order, with an index over the keys where there are many.
#[derive(Debug, Default)]
pub(super) struct Whole {
    entries: Vec<Entry>,
    /// Of the keys, where there is no index.
    marks: Marks,
    index: Option<Box<FxHashMap<Text, u32>>>,
    pub(super) memory: Memory,
}

impl Clone for Whole {
    /// A copy is made to be changed, and often to be added to.
    fn clone(&self) -> Self {
        let mut entries = Vec::with_capacity(self.entries.len() + 1);
        entries.extend_from_slice(&self.entries);
        Self {
            entries,
            marks: self.marks,
            index: self.index.clone(),
            memory: Memory::default(),
        }
    }
}

impl Whole {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            entries: Vec::with_capacity(capacity),
            ..Self::default()
        }
    }

    /// Fields of different keys.
    pub(super) fn of(entries: Vec<Entry>) -> Self {
        let mut whole = Self {
            entries,
            ..Self::default()
        };
        whole.refresh();
        whole
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) fn into_entries(self) -> Vec<Entry> {
        self.entries
    }

    /// The entries, whose keys must stay as they are.
    pub(super) fn entries_mut(&mut self) -> &mut [Entry] {
        &mut self.entries
    }

    pub(super) fn position_of(&self, key: &str) -> Option<usize> {
        if let Some(index) = &self.index {
            return index.get(key).map(|&at| at as usize);
        }
        let is_it = |at: usize| self.entries.get(at).is_some_and(|it| it.key.text() == key);
        self.marks.find(key, self.entries.len(), is_it)
    }

    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        let at = self.position_of(key)?;
        Some(&self.entries[at].value)
    }

    /// Adds a field whose key is not there.
    pub(super) fn push(&mut self, entry: Entry) {
        let at = self.entries.len();
        match &mut self.index {
            Some(index) => drop(index.insert(entry.key.text.clone(), at as u32)),
            None => self.marks.set(at, entry.key.text()),
        }
        self.entries.push(entry);
        if at + 1 == INDEXED_FROM {
            self.refresh();
        }
    }

    /// Changes which fields there are, and their keys and order, which must stay different.
    pub(super) fn rearrange<T>(&mut self, change: impl FnOnce(&mut Vec<Entry>) -> T) -> T {
        let result = change(&mut self.entries);
        self.refresh();
        result
    }

    fn refresh(&mut self) {
        self.index = None;
        self.marks = Marks::of(self.entries.iter().map(|entry| entry.key.text()));
        if self.entries.len() >= INDEXED_FROM {
            let index = self.entries.iter().enumerate();
            self.index = Some(Box::new(
                index
                    .map(|(at, entry)| (entry.key.text.clone(), at as u32))
                    .collect(),
            ));
        }
    }
}
