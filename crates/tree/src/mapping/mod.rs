//! Ordered fields with string keys.

mod changed;
mod difference;
mod held;
mod later;
mod marks;
mod memory;
mod pending;
mod waiting;
mod whole;

use crate::print::{PrintedFields, Shape};
use crate::{Position, Scalar, ScalarKind, Style, Text, Value};
use changed::Changed;
pub(crate) use difference::{Difference, Kept};
use held::{Fields, Held};
use memory::Memory;
pub(crate) use pending::Pending;
pub use pending::{Room, Spot};
use std::any::Any;
use std::sync::Arc;
use whole::Whole;

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

/// A look at one field of a [`Mapping`].
#[derive(Clone, Copy, Debug)]
pub struct Field<'m> {
    /// The key as written: text, kind and style.
    pub key: &'m Scalar,
    /// Where the key stands.
    pub key_position: Position,
    /// The value.
    pub value: &'m Value,
}

impl Field<'_> {
    fn to_entry(self) -> Entry {
        Entry {
            key: self.key.clone(),
            key_position: self.key_position,
            value: self.value.clone(),
        }
    }
}

impl<'m> From<&'m Entry> for Field<'m> {
    fn from(entry: &'m Entry) -> Self {
        Self {
            key: &entry.key,
            key_position: entry.key_position,
            value: &entry.value,
        }
    }
}

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

    /// Whether copies of this mapping have the same fields, so that they were or will be looked at
    /// more than once.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        let fields = match &self.held {
            Held::Fields(fields) => fields,
            Held::Pending(pending) => return pending.is_shared(),
        };
        match fields {
            Fields::None => false,
            Fields::Whole(whole) => Arc::strong_count(whole) > 1,
            Fields::Changed(changed) => Arc::strong_count(changed) > 1,
        }
    }

    /// The fields that these were copied from, where they differ from those in some.
    #[must_use]
    pub fn origin(&self) -> Option<Self> {
        if let Some(pending) = self.pending() {
            return Some(pending.origin().clone());
        }
        match self.fields() {
            Fields::Changed(changed) => Some(Fields::Whole(Arc::clone(changed.origin())).into()),
            Fields::None | Fields::Whole(_) => None,
        }
    }

    /// The fields in which these differ from their [`Mapping::origin`], each with its value there, if there
    /// is one; none where there is no origin.
    pub fn news(&self) -> impl Iterator<Item = (Option<&Value>, Field<'_>)> {
        let changed = match self.fields() {
            Fields::Changed(changed) => Some(&**changed),
            Fields::None | Fields::Whole(_) => None,
        };
        changed.into_iter().flat_map(Changed::news)
    }

    /// Whether these are the very fields of another mapping, or were copied from them.
    #[must_use]
    pub fn is_copy_of(&self, other: &Self) -> bool {
        let origin = match self.fields() {
            Fields::None => return false,
            Fields::Whole(whole) => whole,
            Fields::Changed(changed) => changed.origin(),
        };
        matches!(other.fields(), Fields::Whole(whole) if Arc::ptr_eq(origin, whole))
    }

    /// Whether these are the very fields of another mapping: copies of each other that nobody changed.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        if let (Held::Pending(own), Held::Pending(others)) = (&self.held, &other.held) {
            return own.is_same_as(others);
        }
        match (self.fields(), other.fields()) {
            (Fields::Whole(own), Fields::Whole(others)) => Arc::ptr_eq(own, others),
            (Fields::Changed(own), Fields::Changed(others)) => Arc::ptr_eq(own, others),
            _ => false,
        }
    }

    fn memory(&self) -> Option<&Memory> {
        match self.fields() {
            Fields::None => None,
            Fields::Whole(whole) => Some(&whole.memory),
            Fields::Changed(changed) => Some(&changed.memory),
        }
    }

    /// A place for what a user of this crate found out about the fields, empty at first: every copy
    /// has it until it is changed. `None` where no other copy has the fields, so that it would be for
    /// nothing, and where notes of another type are there already. `is_below_copy` says that these fields
    /// are below some that others have, see [`Mapping::has_in_common`].
    #[must_use]
    pub fn notes<T: Any + Send + Sync + Default>(&self, is_below_copy: bool) -> Option<&T> {
        let memory = self.memory()?;
        let known = match memory.get() {
            Some(known) => known,
            None if is_below_copy || self.is_shared() => memory.get_or_make(),
            None => return None,
        };
        known.notes()
    }

    /// The notes of the fields that these were copied from, as [`Mapping::notes`] gives them: `None` where
    /// these differ from them in none.
    #[must_use]
    pub fn notes_of_origin<T: Any + Send + Sync + Default>(&self) -> Option<&T> {
        if let Some(pending) = self.pending() {
            return pending.origin().memory()?.get_or_make().notes();
        }
        match self.fields() {
            Fields::Changed(changed) => changed.origin().memory.get_or_make().notes(),
            Fields::None | Fields::Whole(_) => None,
        }
    }

    /// Whether the field at place `at` is that of the mapping that this one was copied from and differs
    /// from in others: all that is below it belongs to both.
    #[must_use]
    pub fn has_in_common(&self, at: usize) -> bool {
        self.difference().is_some_and(|it| it.is_unchanged(at))
    }

    /// What the fields were printed as, if somebody told.
    pub(crate) fn printed(&self) -> Option<&PrintedFields> {
        self.memory()?.get()?.printed.get()
    }

    /// Tells what the fields were printed as. The first to tell is believed.
    pub(crate) fn remember_printed(&self, printed: PrintedFields) {
        if let Some(memory) = self.memory() {
            // Another thread may have printed them meanwhile.
            let _ = memory.get_or_make().printed.set(printed);
        }
    }

    /// The fields, to be told again, if they are the same as those of others.
    pub(crate) fn kept(&self) -> Option<Kept> {
        match self.fields() {
            Fields::Whole(whole) if Arc::strong_count(whole) > 1 => Some(Kept::new(whole)),
            _ => None,
        }
    }

    /// Whether these are the very fields that were kept.
    pub(crate) fn is_kept(&self, kept: &Kept) -> bool {
        matches!(self.fields(), Fields::Whole(whole) if kept.is(whole))
    }

    /// The fields that these were copied from, if they were changed since.
    pub(crate) fn difference(&self) -> Option<Difference<'_>> {
        match self.fields() {
            Fields::Changed(changed) => Some(Difference::new(changed)),
            Fields::None | Fields::Whole(_) => None,
        }
    }

    /// What a copy of the same origin as these was printed as, if somebody told.
    pub(crate) fn shape(&self) -> Option<&Arc<Shape>> {
        match self.pending() {
            Some(pending) => pending.origin().memory()?.get()?.shape.get(),
            None => self.difference()?.shape(),
        }
    }

    /// What is different in a copy that nobody has looked at.
    pub(crate) fn pending(&self) -> Option<&Pending> {
        match &self.held {
            Held::Fields(_) => None,
            Held::Pending(pending) => Some(pending),
        }
    }

    /// How many fields there are.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        match self.fields() {
            Fields::None => 0,
            Fields::Whole(whole) => whole.entries().len(),
            Fields::Changed(changed) => changed.len(),
        }
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
        match self.fields() {
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

/// Equal keys and values; positions do not count.
impl PartialEq for Field<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.value == other.value
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
