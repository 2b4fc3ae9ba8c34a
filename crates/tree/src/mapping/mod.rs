//! Ordered fields with string keys.

mod changed;
mod copies;
mod difference;
mod entry;
mod held;
mod later;
mod marks;
mod memory;
mod pending;
mod waiting;
mod whole;

use crate::{Position, Scalar, ScalarKind, Style, Text, Value};
use changed::Changed;
pub(crate) use difference::{Difference, Kept};
pub use entry::{Entry, Field};
use held::{Fields, Held};
pub(crate) use pending::Pending;
pub use pending::{Room, Spot};
use std::sync::Arc;
use whole::Whole;

/// From this many fields on, lookups go through a hash index.
const INDEXED_FROM: usize = 24;

/// Fields in the order they were written. Two fields never have keys of the same text (the parser
/// refuses them, [`Mapping::insert`] replaces).
///
/// Small mappings, nearly all there are, are searched from the front; large ones keep an index, so
/// that a lookup never costs more than a few comparisons.
///
/// Copies share their fields until one of them is changed, which from then on has its own for those
/// that differ: of a changed tree only what is on the way from the root to the change, and the lists
/// there, are its own.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    held: Held,
}

/// Fields that nobody else has.
enum Target<'m> {
    Whole(&'m mut Whole),
    Changed(&'m mut Changed),
}

impl Mapping {
    /// A mapping without fields.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            held: Held::Fields(Fields::None),
        }
    }

    /// A mapping with room for `capacity` fields.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Fields::Whole(Arc::new(Whole::with_capacity(capacity))).into()
    }

    fn whole_mut(&mut self) -> &mut Whole {
        self.fields_mut().whole_mut()
    }

    /// The fields, of which the one at place `at` will get another value, or be added behind the last:
    /// a copy that differs, if others have them too.
    fn change_at(&mut self, at: usize) -> Target<'_> {
        let fields = self.fields_mut();
        match fields {
            Fields::Whole(whole) if Arc::strong_count(whole) > 1 && !whole.entries().is_empty() => {
                // Taken, not copied: the others see to their counts themselves.
                if let Fields::Whole(whole) = std::mem::take(fields) {
                    *fields = Fields::Changed(Arc::new(Changed::of(whole)));
                }
            }
            Fields::Changed(changed) if changed.has_room_for(at) => {}
            _ => return Target::Whole(fields.whole_mut()),
        }
        match fields {
            Fields::Changed(changed) => {
                let changed = Arc::make_mut(changed);
                changed.forget();
                Target::Changed(changed)
            }
            Fields::None | Fields::Whole(_) => unreachable!("others were dealt with"),
        }
    }

    /// How many fields there are.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        match self.outermost() {
            Fields::None => 0,
            Fields::Whole(whole) => whole.entries().len(),
            Fields::Changed(changed) => changed.len(),
        }
    }

    /// See [`Value::clone_apart`].
    pub(crate) fn clone_apart(&self) -> Self {
        let mut apart = Self::with_capacity(self.len());
        for at in 0..self.len() {
            let field = self.at(at);
            apart.push(Entry {
                key: field.key.clone(),
                key_position: field.key_position,
                value: field.value.clone_apart(),
            });
        }
        apart
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The fields in order, side by side. [`Mapping::iter`] and [`Mapping::at`] cost less where the
    /// fields were changed in a few places since they were copied.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match self.fields() {
            Fields::None => &[],
            Fields::Whole(whole) => whole.entries(),
            Fields::Changed(changed) => changed.entries(),
        }
    }

    /// The field at place `at` in the order.
    ///
    /// # Panics
    /// When there are not so many, as a slice does.
    #[must_use]
    #[inline]
    pub fn at(&self, at: usize) -> Field<'_> {
        let entries: &[Entry] = match self.fields() {
            Fields::Whole(whole) => whole.entries(),
            Fields::Changed(changed) => return changed.at(at),
            Fields::None => &[],
        };
        Field::from(&entries[at])
    }

    /// The fields in order, by value.
    #[must_use]
    pub fn into_entries(mut self) -> Vec<Entry> {
        match std::mem::take(self.fields_mut()) {
            Fields::None => Vec::new(),
            Fields::Whole(whole) => Arc::unwrap_or_clone(whole).into_entries(),
            Fields::Changed(changed) => changed.to_whole().into_entries(),
        }
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> + DoubleEndedIterator {
        (0..self.len()).map(|at| {
            let field = self.at(at);
            (field.key.text(), field.value)
        })
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
        self.whole_mut().entries_mut()
    }

    /// Where in the order `key` is.
    #[must_use]
    #[inline]
    pub fn position_of(&self, key: &str) -> Option<usize> {
        match self.outermost() {
            Fields::None => None,
            Fields::Whole(whole) => whole.position_of(key),
            Fields::Changed(changed) => changed.position_of(key),
        }
    }

    /// Whether there is a field `key`.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.position_of(key).is_some()
    }

    /// The whole field `key`.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<Field<'_>> {
        self.position_of(key).map(|at| self.at(at))
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self.fields() {
            Fields::None => None,
            Fields::Whole(whole) => whole.get(key),
            Fields::Changed(changed) => changed.get(key),
        }
    }

    /// The value of `key`, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let at = self.position_of(key)?;
        Some(self.change_at(at).value_at(at))
    }

    /// The value at place `at` in the order, to be changed. Keys cannot be changed in place:
    /// see [`Mapping::rename`].
    pub fn value_at_mut(&mut self, at: usize) -> Option<&mut Value> {
        if at >= self.len() {
            return None;
        }
        Some(self.change_at(at).value_at(at))
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
        self.change_at(at).value_at(at)
    }

    /// Sets `key`, keeping its place when it is there; returns the value it replaced.
    pub fn insert(&mut self, key: impl AsRef<str>, value: Value) -> Option<Value> {
        let key = key.as_ref();
        if let Some(at) = self.position_of(key) {
            let old = self.change_at(at).value_at(at);
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
        match self.change_at(self.len()) {
            Target::Whole(whole) => whole.push(entry),
            Target::Changed(changed) => changed.push(entry),
        }
    }

    /// Removes `key` and returns its value; the order of the others stays.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.position_of(key)?;
        let removed = self.whole_mut().rearrange(|entries| entries.remove(at));
        Some(removed.value)
    }

    /// Keeps the fields for which `keep` says so.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &mut Value) -> bool) {
        if self.is_empty() {
            return;
        }
        self.whole_mut().rearrange(|entries| {
            entries.retain_mut(|entry| keep(&entry.key.text, &mut entry.value));
        });
    }

    /// Sorts the fields.
    pub fn sort_by(&mut self, compare: impl FnMut(&Entry, &Entry) -> std::cmp::Ordering) {
        self.whole_mut()
            .rearrange(|entries| entries.sort_by(compare));
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
        self.whole_mut()
            .rearrange(|entries| entries[at].key.text = to.into());
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

impl<'m> Target<'m> {
    /// The value at a place that there is.
    fn value_at(self, at: usize) -> &'m mut Value {
        match self {
            Self::Whole(whole) => &mut whole.entries_mut()[at].value,
            Self::Changed(changed) => changed.value_at_mut(at),
        }
    }
}

/// Equal fields in equal order.
impl PartialEq for Mapping {
    fn eq(&self, other: &Self) -> bool {
        self.is_same_as(other)
            || self.len() == other.len() && (0..self.len()).all(|at| self.at(at) == other.at(at))
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
mod tests;
