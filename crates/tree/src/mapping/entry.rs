//! One field of a mapping.

use crate::{Position, Scalar, Value};

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
    /// See [`Value::is_identical`].
    pub(crate) fn is_identical(self, other: Self) -> bool {
        self.key == other.key
            && self.key.style == other.key.style
            && self.value.is_identical(other.value)
    }

    pub(super) fn to_entry(self) -> Entry {
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
