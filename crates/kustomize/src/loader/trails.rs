//! Which places led to which files, for messages.

use rustc_hash::FxHashMap;
use trimtab_tree::{Position, SourceId, SourceMap};

/// More kustomizations than this are not told one by one.
const LONGEST: usize = 100;

/// Where the files of a build are named: of each the first place and the last.
#[derive(Debug, Default)]
pub(super) struct Trails(FxHashMap<SourceId, [Position; 2]>);

impl Trails {
    /// Notes that a file is named at a position of another one.
    pub(super) fn note(&mut self, file: SourceId, named_at: Position) {
        let [first, last] = self.0.entry(file).or_default();
        *first = first.or(named_at);
        *last = named_at.or(*last);
    }

    /// Takes over what was noted elsewhere of files that nothing is known of here.
    pub(super) fn add(&mut self, other: &Self) {
        for (&file, &named_at) in &other.0 {
            self.0.entry(file).or_insert(named_at);
        }
    }

    /// The place in the file of `position` that first led to the file of `found`.
    pub(super) fn first_place(
        &self,
        map: &SourceMap,
        found: Position,
        position: Position,
    ) -> Option<Position> {
        let mut step = self.named_at(map, found)[0];
        for _ in 0..LONGEST {
            if !step.is_some() || map.same_file(step, position) {
                break;
            }
            step = self.named_at(map, step)[0];
        }
        Some(step).filter(|&step| map.same_file(step, position))
    }

    /// The places that last led to the file of a position, innermost first.
    pub(super) fn to<'a>(
        &'a self,
        map: &'a SourceMap,
        position: Position,
    ) -> impl Iterator<Item = Position> + 'a {
        let named = |position| Some(self.named_at(map, position)[1]).filter(|it| it.is_some());
        std::iter::successors(named(position), move |&place| named(place)).take(LONGEST)
    }

    /// Nothing for the file that all began with.
    fn named_at(&self, map: &SourceMap, position: Position) -> [Position; 2] {
        let known = map.file(position).and_then(|file| self.0.get(&file));
        known.copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_place_that_name_a_file_are_kept() {
        let mut map = SourceMap::new();
        let mut trails = Trails::default();
        let file = map.add("k.yaml", "resources: [a, b]\n".into()).unwrap();
        let named = map.add("a", "text".into()).unwrap();
        let at = |offset| Position::new(map.base(file), offset);
        for offset in [12, 13, 15] {
            trails.note(named, at(offset));
        }
        let inside = Position::new(map.base(named), 2);
        assert_eq!(trails.first_place(&map, inside, at(0)), Some(at(12)));
        assert_eq!(trails.to(&map, inside).collect::<Vec<_>>(), [at(15)]);
        assert_eq!(trails.to(&map, at(3)).next(), None);
    }
}
