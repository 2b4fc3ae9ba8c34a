//! A value with the place where a file holds it.

use std::ops::Deref;
use trimtab_tree::{Position, Text};

/// A value and where it was read. Equality looks at the value only.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct At<T> {
    /// The value.
    pub value: T,
    /// Where it was read; [`Position::NONE`] when no file holds it.
    pub position: Position,
}

impl<T> At<T> {
    /// A value read at `position`.
    pub(crate) const fn new(value: T, position: Position) -> Self {
        Self { value, position }
    }
}

impl<T> Deref for At<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: PartialEq> PartialEq for At<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl From<&str> for At<Text> {
    fn from(text: &str) -> Self {
        Self::new(text.into(), Position::NONE)
    }
}

/// Texts by key, each with its place: labels, annotations and their like. Sorted by key in byte
/// order, because kustomize keeps them in Go maps and walks those sorted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct StringMap(Vec<(Text, At<Text>)>);

impl StringMap {
    /// How many there are.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where the first of them stands.
    #[must_use]
    pub(crate) fn position(&self) -> Position {
        let positions = self.0.iter().map(|(_, text)| text.position);
        positions.min().unwrap_or_default()
    }

    /// The text of `key`.
    #[must_use]
    pub(crate) fn get(&self, key: &str) -> Option<&At<Text>> {
        let found = self.0.binary_search_by(|(other, _)| (**other).cmp(key));
        found.ok().map(|at| &self.0[at].1)
    }

    /// The text of `key`, to be changed.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut At<Text>> {
        let found = self.0.binary_search_by(|(other, _)| (**other).cmp(key));
        found.ok().map(|at| &mut self.0[at].1)
    }

    /// Keys and texts in the order of keys.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&Text, &At<Text>)> {
        self.0.iter().map(|(key, text)| (key, text))
    }

    /// Adds what `other` has and this one has not.
    pub(crate) fn add_missing(&mut self, other: &Self) {
        for (key, text) in other.iter() {
            if let Err(at) = self.0.binary_search_by(|(there, _)| there.cmp(key)) {
                self.0.insert(at, (key.clone(), text.clone()));
            }
        }
    }
}

/// Of two texts with the same key the later one stays.
impl FromIterator<(Text, At<Text>)> for StringMap {
    fn from_iter<I: IntoIterator<Item = (Text, At<Text>)>>(texts: I) -> Self {
        let mut texts: Vec<_> = texts.into_iter().collect();
        texts.sort_by(|(a, _), (b, _)| a.cmp(b));
        texts.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        Self(texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_are_sorted_and_the_later_of_two_wins() {
        let texts = [("b", "1"), ("a", "2"), ("b", "3")];
        let pair = |(key, text): (&str, &str)| (Text::from(key), At::from(text));
        let mut map: StringMap = texts.into_iter().map(pair).collect();
        map.add_missing(&[("a", "9"), ("c", "4")].into_iter().map(pair).collect());
        let seen: Vec<_> = map.iter().map(|(k, v)| format!("{k}{}", v.value)).collect();
        assert_eq!(seen, ["a2", "b3", "c4"]);
        assert_eq!(map.get("c"), Some(&At::from("4")));
    }
}
