//! Files and lines of many positions at once.

use crate::position::{Position, SourceId, SourceMap};
use rustc_hash::FxHashMap;

/// Answers for a [`SourceMap`] in which file and line positions are, and remembers where the lines
/// of each text begin: [`SourceMap::locate`] counts them anew each time.
#[derive(Debug)]
pub struct Locator<'m> {
    map: &'m SourceMap,
    /// Where the lines of each text begin.
    lines: FxHashMap<SourceId, Vec<usize>>,
}

impl<'m> Locator<'m> {
    /// One that knows nothing yet.
    #[must_use]
    pub fn new(map: &'m SourceMap) -> Self {
        Self {
            map,
            lines: FxHashMap::default(),
        }
    }

    /// The map.
    #[must_use]
    pub fn map(&self) -> &'m SourceMap {
        self.map
    }

    /// The name of the source that holds `position`, and its line there, from 1; `None` for
    /// [`Position::NONE`].
    pub fn line(&mut self, position: Position) -> Option<(String, usize)> {
        let (id, offset) = self.map.place_of(position)?;
        let lines = self.lines.entry(id).or_insert_with(|| {
            let text = self.map.text(id);
            let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(breaks).collect()
        });
        let line = lines.partition_point(|&start| start <= offset);
        Some((self.map.name(id).into_owned(), line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_of_the_map() {
        let mut map = SourceMap::new();
        let file = map.add("a.yaml", "é: |-\n  x: 1\n  y: 2\n".into()).unwrap();
        let holder = Position::new(map.base(file), 4);
        let inline = map.add_inline(holder, "x: 1\ny: 2".into()).unwrap();
        let odd = map.add_inline(holder, "z".into()).unwrap();
        let mut locator = Locator::new(&map);
        for id in [file, inline, odd] {
            for offset in 0..=map.text(id).len() {
                let position = Position::new(map.base(id), offset);
                let at = map.locate(position).unwrap();
                let expected = Some((at.name.into_owned(), at.line));
                assert_eq!(locator.line(position), expected, "{offset}");
            }
        }
        assert_eq!(locator.line(Position::NONE), None);
    }
}
