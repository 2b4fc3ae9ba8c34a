//! Where a node came from, in four bytes.
//!
//! Every source text added to a [`SourceMap`] occupies a range of one 32-bit offset space, in the
//! order of addition; a [`Position`] is an offset in that space. All texts of a build together must
//! stay under 4 GiB, which [`SourceMap::add`] enforces.

use std::borrow::Cow;
use std::sync::Arc;

/// An offset into the texts of a [`SourceMap`]. [`Position::NONE`] marks a node that no file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(u32);

impl Position {
    /// The position of a node that was made by the program.
    pub const NONE: Self = Self(0);

    /// The position `offset` bytes after the start of a source whose first byte is at `base`.
    /// An offset that does not fit becomes [`Position::NONE`].
    #[must_use]
    pub fn new(base: u32, offset: usize) -> Self {
        u32::try_from(offset)
            .ok()
            .and_then(|offset| base.checked_add(offset))
            .map_or(Self::NONE, Self)
    }

    /// Whether a file holds this node.
    #[must_use]
    pub fn is_some(self) -> bool {
        self != Self::NONE
    }

    /// The byte offset in the source whose first byte is at `base`.
    pub(crate) fn offset_from(self, base: u32) -> usize {
        self.0.saturating_sub(base) as usize
    }

    /// This position if there is one, else `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self.is_some() { self } else { other }
    }
}

/// One source of a [`SourceMap`], by order of addition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SourceId(u32);

/// A position made readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location<'a> {
    /// The name the source was added under, usually its path; of a text that stands in another
    /// source, that one's name and the line it stands at.
    pub name: Cow<'a, str>,
    /// The whole text of the source.
    pub text: &'a str,
    /// Byte offset in `text`.
    pub offset: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

#[derive(Debug)]
struct Source {
    name: Name,
    base: u32,
    text: Arc<str>,
}

#[derive(Debug)]
enum Name {
    Own(String),
    /// The name and line of this place: worked out only when somebody asks, because counting the
    /// lines before thousands of inline patches would cost more than applying them.
    Inline(Position),
}

/// The texts that positions point into.
#[derive(Debug, Default)]
pub struct SourceMap {
    sources: Vec<Source>,
}

impl SourceMap {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text and returns its id, or `None` when all texts together would pass 4 GiB.
    pub fn add(&mut self, name: impl Into<String>, text: Arc<str>) -> Option<SourceId> {
        self.push(Name::Own(name.into()), text)
    }

    /// Adds a text that stands at `position` in another source, such as an inline patch.
    pub fn add_inline(&mut self, position: Position, text: Arc<str>) -> Option<SourceId> {
        self.push(Name::Inline(position), text)
    }

    fn push(&mut self, name: Name, text: Arc<str>) -> Option<SourceId> {
        // Offset 0 is Position::NONE, and one spare offset behind each text names its end.
        let base = match self.sources.last() {
            None => 1,
            Some(last) => last
                .base
                .checked_add(u32::try_from(last.text.len()).ok()?)?
                .checked_add(1)?,
        };
        base.checked_add(u32::try_from(text.len()).ok()?)?;
        let id = SourceId(u32::try_from(self.sources.len()).ok()?);
        self.sources.push(Source { name, base, text });
        Some(id)
    }

    /// The text of a source, shared.
    #[must_use]
    pub fn text(&self, id: SourceId) -> Arc<str> {
        Arc::clone(&self.sources[id.0 as usize].text)
    }

    /// The offset of the first byte of a source: what [`Position::new`] takes as `base`.
    #[must_use]
    pub fn base(&self, id: SourceId) -> u32 {
        self.sources[id.0 as usize].base
    }

    fn name_of<'a>(&'a self, source: &'a Source) -> Cow<'a, str> {
        match &source.name {
            Name::Own(name) => Cow::Borrowed(name),
            // A text only stands in one that was added before it, so this ends.
            Name::Inline(position) => match self.locate(*position) {
                Some(at) => Cow::Owned(format!("{}:{} (inline)", at.name, at.line)),
                None => Cow::Borrowed("(inline)"),
            },
        }
    }

    /// File, line and column of a position; `None` for [`Position::NONE`].
    #[must_use]
    pub fn locate(&self, position: Position) -> Option<Location<'_>> {
        if !position.is_some() {
            return None;
        }
        let after = self
            .sources
            .partition_point(|source| source.base <= position.0);
        let source = &self.sources[after.checked_sub(1)?];
        let mut offset = ((position.0 - source.base) as usize).min(source.text.len());
        while !source.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &source.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Some(Location {
            name: self.name_of(source),
            text: &source.text,
            offset,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_of_several_sources_do_not_meet() {
        let mut map = SourceMap::new();
        let a = map.add("a.yaml", "one: 1\ntwo: é2\n".into()).unwrap();
        let b = map.add("b.yaml", "three\n".into()).unwrap();
        let at = |id, offset| {
            let location = map.locate(Position::new(map.base(id), offset)).unwrap();
            (location.name.into_owned(), location.line, location.column)
        };
        assert_eq!(at(a, 0), ("a.yaml".to_owned(), 1, 1));
        assert_eq!(at(a, 14), ("a.yaml".to_owned(), 2, 7));
        assert_eq!(at(a, 16), ("a.yaml".to_owned(), 3, 1));
        assert_eq!(at(b, 2), ("b.yaml".to_owned(), 1, 3));
        assert_eq!(map.locate(Position::NONE), None);
    }
}
