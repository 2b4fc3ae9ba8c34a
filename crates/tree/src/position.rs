//! Where a node came from, in four bytes.
//!
//! Every source text added to a [`SourceMap`] occupies a range of one 32-bit offset space, in the
//! order of addition; a [`Position`] is an offset in that space. All texts of a build together must
//! stay under 4 GiB, which [`SourceMap::add`] enforces.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

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

    /// The position `offset` bytes further on in the same source; that of no file stays so.
    #[must_use]
    pub fn plus(self, offset: usize) -> Self {
        if self.is_some() {
            Self::new(self.0, offset)
        } else {
            self
        }
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
    /// source but is written otherwise there, that one's name and the line it stands at.
    pub name: Cow<'a, str>,
    /// The whole text of the source.
    pub text: &'a str,
    /// Byte offset in `text`.
    pub offset: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The source that holds `text`.
    pub source: SourceId,
}

#[derive(Clone, Debug)]
struct Source {
    name: Name,
    base: u32,
    text: Arc<str>,
    /// The offset behind each line break, found when somebody first asks for a line: thousands of
    /// findings in one file must not count its lines thousands of times.
    line_starts: OnceLock<Box<[u32]>>,
    /// See [`SourceMap::conceal`].
    is_concealed: bool,
    /// See [`SourceMap::hidden`].
    hidden: OnceLock<Box<[Range<usize>]>>,
}

#[derive(Clone, Debug)]
enum Name {
    Own(String),
    /// The name and line of this place: worked out only when somebody asks, because counting the
    /// lines before thousands of inline patches would cost more than applying them.
    Inline(Position),
}

impl Source {
    /// The scalar in another source that holds the text.
    fn holder(&self) -> Position {
        match self.name {
            Name::Own(_) => Position::NONE,
            Name::Inline(holder) => holder,
        }
    }

    /// The line of a byte, from 1, and the offset where that line starts.
    fn line_of(&self, offset: usize) -> (usize, usize) {
        let starts = self.line_starts.get_or_init(|| {
            let breaks = self
                .text
                .bytes()
                .zip(1..)
                .filter(|&(byte, _)| byte == b'\n');
            breaks.map(|(_, behind)| behind).collect()
        });
        let before = starts.partition_point(|&start| start as usize <= offset);
        let start = before
            .checked_sub(1)
            .map_or(0, |last| starts[last] as usize);
        (before + 1, start)
    }
}

/// The texts that positions point into.
#[derive(Clone, Debug, Default)]
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

    /// Adds a text that is the value of the scalar at `position` in another source, as inline patches
    /// are. Places in it are shown in that source where it holds the text as it is.
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
        // Only what was added before can hold it; so looking for the outermost one comes to an end.
        let name = match name {
            Name::Inline(holder) if holder.0 >= base => Name::Inline(Position::NONE),
            name => name,
        };
        let id = SourceId(u32::try_from(self.sources.len()).ok()?);
        self.sources.push(Source {
            name,
            base,
            text,
            line_starts: OnceLock::new(),
            is_concealed: false,
            hidden: OnceLock::new(),
        });
        Some(id)
    }

    /// Notes that the whole text that holds a position is not for everybody's eyes.
    pub fn conceal(&mut self, position: Position) {
        if let Some(SourceId(id)) = self.id_of(position) {
            self.sources[id as usize].is_concealed = true;
        }
    }

    /// The parts of a source that are not for everybody's eyes, in order. `find` is asked once, with
    /// the text, and whether that is concealed as a whole.
    pub fn hidden(
        &self,
        id: SourceId,
        find: impl FnOnce(&str, bool) -> Vec<Range<usize>>,
    ) -> &[Range<usize>] {
        let source = &self.sources[id.0 as usize];
        let found = || find(&source.text, source.is_concealed).into();
        source.hidden.get_or_init(found)
    }

    /// Whether two positions lie in the same file.
    #[must_use]
    pub fn same_file(&self, a: Position, b: Position) -> bool {
        let file = self.file(a);
        file.is_some() && file == self.file(b)
    }

    /// The file that holds a position, the outermost one for a text inside another.
    #[must_use]
    pub fn file(&self, mut position: Position) -> Option<SourceId> {
        loop {
            let id = self.id_of(position)?;
            let holder = self.sources[id.0 as usize].holder();
            if !holder.is_some() {
                return Some(id);
            }
            position = holder;
        }
    }

    fn source_of(&self, position: Position) -> Option<&Source> {
        self.sources.get(self.id_of(position)?.0 as usize)
    }

    fn id_of(&self, position: Position) -> Option<SourceId> {
        if !position.is_some() {
            return None;
        }
        let after = self
            .sources
            .partition_point(|source| source.base <= position.0);
        Some(SourceId(u32::try_from(after.checked_sub(1)?).ok()?))
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

    /// File, line and column of a position; `None` for [`Position::NONE`].
    #[must_use]
    pub fn locate(&self, position: Position) -> Option<Location<'_>> {
        let (source, offset) = self.place(position)?;
        Some(self.location(source, offset))
    }

    /// As [`Self::locate`], but always in a file, for those who can open nothing else: a place in a
    /// text that is written otherwise in its file is that of the scalar that holds the text.
    #[must_use]
    pub fn locate_in_file(&self, position: Position) -> Option<Location<'_>> {
        let (mut source, mut offset) = self.place(position)?;
        while source.holder().is_some() {
            (source, offset) = self.place(source.holder())?;
        }
        Some(self.location(source, offset))
    }

    fn location<'a>(&'a self, source: &'a Source, offset: usize) -> Location<'a> {
        let (line, line_start) = source.line_of(offset);
        Location {
            name: self.name_of(source),
            text: &source.text,
            offset,
            line,
            column: source.text[line_start..offset].chars().count() + 1,
            source: self.id_from(source.base),
        }
    }

    /// The source to show for a position, and the offset in it.
    pub(crate) fn place_of(&self, position: Position) -> Option<(SourceId, usize)> {
        let (source, offset) = self.place(position)?;
        Some((self.id_from(source.base), offset))
    }

    /// The source whose first byte is at `base`.
    fn id_from(&self, base: u32) -> SourceId {
        // Their first bytes are in the order of their ids, which fit.
        let before = self.sources.partition_point(|source| source.base < base);
        SourceId(u32::try_from(before).unwrap_or_default())
    }

    /// What a source is shown as.
    pub(crate) fn name(&self, id: SourceId) -> Cow<'_, str> {
        self.name_of(&self.sources[id.0 as usize])
    }

    fn name_of<'a>(&'a self, source: &'a Source) -> Cow<'a, str> {
        match &source.name {
            Name::Own(name) => Cow::Borrowed(name),
            Name::Inline(holder) => match self.locate(*holder) {
                Some(at) => Cow::Owned(format!("{}:{} (inline)", at.name, at.line)),
                None => Cow::Borrowed("(inline)"),
            },
        }
    }

    /// The source to show for a position, and the offset in it.
    fn place(&self, position: Position) -> Option<(&Source, usize)> {
        let source = self.source_of(position)?;
        let mut offset = ((position.0 - source.base) as usize).min(source.text.len());
        while !source.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let outside = self.place(source.holder()).and_then(|(outer, holder)| {
            let within = holding(&outer.text[holder..], &source.text, offset)?;
            Some((outer, holder + within))
        });
        outside.or(Some((source, offset)))
    }
}

/// Where a scalar that starts at the beginning of `holder` has the byte at `offset` of its value
/// `text`. `None` where it is written otherwise, such as folded or with escapes.
fn holding(holder: &str, text: &str, offset: usize) -> Option<usize> {
    let line_start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line_start..offset];
    if !holder.starts_with(['|', '>']) {
        let quote = usize::from(holder.starts_with(['"', '\'']));
        let verbatim = line_start == 0 && holder[quote..].starts_with(before);
        return verbatim.then_some(quote + offset);
    }
    let line = text[line_start..].split('\n').next()?;
    let number = text[..line_start].matches('\n').count() + 1;
    let outer = holder.split_inclusive('\n').nth(number)?;
    let outer_start = outer.as_ptr() as usize - holder.as_ptr() as usize;
    let outer = outer.trim_end_matches(['\r', '\n']);
    let indentation = outer.strip_suffix(line.trim_end_matches('\r'))?;
    let verbatim = indentation.bytes().all(|byte| byte == b' ');
    verbatim.then_some(outer_start + indentation.len() + before.len())
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

    #[test]
    fn positions_in_inline_texts_are_shown_in_their_file() {
        let mut map = SourceMap::new();
        let file = "a: |-\n  x: é\n    y: 1\nb: '[c, d]'\ne: \"f\\tg\"\n";
        let outer = map.add("k.yaml", file.into()).unwrap();
        let holder = |map: &SourceMap, text| {
            Position::new(map.base(outer), file.find(text).expect("it is there"))
        };
        for (scalar, text, at, expected) in [
            ("|-", "x: é\n  y: 1", "é", "k.yaml:2:6"),
            ("|-", "x: é\n  y: 1", "1", "k.yaml:3:8"),
            ("'[", "[c, d]", "d", "k.yaml:4:9"),
            ("\"f", "f\tg", "g", "k.yaml:5 (inline):1:3"),
            ("|-", "x: é\ny: 1", "1", "k.yaml:3:8"),
            ("|-", "x: é\nz: 1", "1", "k.yaml:1 (inline):2:4"),
        ] {
            let holder = holder(&map, scalar);
            let id = map.add_inline(holder, text.into()).unwrap();
            let position = Position::new(map.base(id), text.find(at).unwrap());
            let found = map.locate(position).unwrap();
            let found = format!("{}:{}:{}", found.name, found.line, found.column);
            assert_eq!(found, expected, "{text:?}");
            let in_file = map.locate_in_file(position).unwrap();
            assert_eq!(in_file.name, "k.yaml");
            let line = expected.split([':', ' ']).nth(1).unwrap();
            assert_eq!(in_file.line.to_string(), line, "{text:?}");
            assert!(map.same_file(position, holder));
        }
    }
}
