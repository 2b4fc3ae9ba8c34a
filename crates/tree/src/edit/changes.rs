//! What is to be changed in a text, gathered and then done at once.

use std::ops::Range;

/// Pieces of a text and what takes their place.
#[derive(Debug, Default)]
pub(super) struct Changes {
    list: Vec<(Range<usize>, String)>,
}

impl Changes {
    /// Puts `text` where `range` is.
    pub(super) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.list.push((range, text.into()));
    }

    /// Takes a piece away.
    pub(super) fn delete(&mut self, range: Range<usize>) {
        self.replace(range, "");
    }

    /// Whether there is nothing to do.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The text with all changes made; `None` when two of them are about the same piece. What is put
    /// in at one place stays in the order it came.
    pub(super) fn apply(mut self, text: &str) -> Option<String> {
        // Of a piece that ends and one that begins at the same place the former comes first.
        self.list.sort_by_key(|(range, _)| (range.start, range.end));
        let mut changed = String::with_capacity(text.len() + 256);
        let mut done = 0;
        for (range, new) in self.list {
            changed.push_str(text.get(done..range.start)?);
            changed.push_str(&new);
            done = range.end;
        }
        changed.push_str(text.get(done..)?);
        Some(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_made_in_the_order_of_the_text() {
        let mut changes = Changes::default();
        assert!(changes.is_empty());
        changes.replace(4..4, "x");
        changes.delete(2..4);
        changes.replace(4..4, "y");
        changes.replace(0..1, "A");
        assert_eq!(changes.apply("abcdef").as_deref(), Some("Abxyef"));
    }

    #[test]
    fn changes_that_meet_are_none() {
        let mut changes = Changes::default();
        changes.delete(0..3);
        changes.replace(2..2, "x");
        assert_eq!(changes.apply("abcdef"), None);
    }
}
