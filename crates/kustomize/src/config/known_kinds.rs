//! What was found out about kinds.

use trimtab_object::Gvk;

/// What was found out about the kinds that were met: most builds have a few, which come again and
/// again.
#[derive(Debug)]
pub(crate) struct KnownKinds<T> {
    known: Vec<(Gvk, T)>,
    /// The places of kinds that have numbers.
    of_numbers: Vec<Option<usize>>,
    /// The place of the one that goes first when there are too many.
    oldest: usize,
}

/// To look at more is dearer than to find out anew.
const MOST_KNOWN: usize = 16;

impl<T> Default for KnownKinds<T> {
    fn default() -> Self {
        Self {
            known: Vec::new(),
            of_numbers: Vec::new(),
            oldest: 0,
        }
    }
}

impl<T> KnownKinds<T> {
    /// What is known of a kind, which `find` finds out where nothing is.
    pub(crate) fn of(&mut self, gvk: &Gvk, find: impl FnOnce(&Gvk) -> T) -> &T {
        let place = self.place_of(gvk, find);
        &self.known[place].1
    }

    /// The same for a kind that may have a number, which no other kind that is asked for has: to compare
    /// numbers takes a fraction of what names do.
    pub(crate) fn of_numbered(
        &mut self,
        number: Option<usize>,
        gvk: &Gvk,
        find: impl FnOnce(&Gvk) -> T,
    ) -> &T {
        let Some(number) = number else {
            return self.of(gvk, find);
        };
        let known = self.of_numbers.get(number).copied().flatten();
        let place = known.unwrap_or_else(|| {
            let place = self.place_of(gvk, find);
            if self.of_numbers.len() <= number {
                self.of_numbers.resize(number + 1, None);
            }
            self.of_numbers[number] = Some(place);
            place
        });
        &self.known[place].1
    }

    fn place_of(&mut self, gvk: &Gvk, find: impl FnOnce(&Gvk) -> T) -> usize {
        // Kinds are what most differ in.
        let is_it = |known: &Gvk| {
            known.kind == gvk.kind && known.version == gvk.version && known.group == gvk.group
        };
        if let Some(place) = self.known.iter().position(|(known, _)| is_it(known)) {
            return place;
        }
        let found = (gvk.clone(), find(gvk));
        if self.known.len() < MOST_KNOWN {
            self.known.push(found);
            return self.known.len() - 1;
        }
        let place = self.oldest;
        self.oldest = (place + 1) % MOST_KNOWN;
        self.known[place] = found;
        let gone = self
            .of_numbers
            .iter_mut()
            .filter(|its| **its == Some(place));
        gone.for_each(|its| *its = None);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_until_too_many_others_are() {
        let mut known = KnownKinds::default();
        let mut found = Vec::new();
        let mut ask = |kind: usize| {
            let gvk = Gvk::new("", "v1", &format!("K{kind}"));
            *known.of(&gvk, |_| {
                found.push(kind);
                kind
            })
        };
        for kind in [1, 2, 1, 2, 3, 1] {
            assert_eq!(ask(kind), kind);
        }
        for kind in (4..=MOST_KNOWN + 1).chain([2, 1, 2, 1]) {
            assert_eq!(ask(kind), kind);
        }
        let mut expected: Vec<usize> = (1..=MOST_KNOWN + 1).collect();
        expected.extend([1, 2]);
        assert_eq!(found, expected);
    }

    #[test]
    fn numbers_stand_for_kinds_as_long_as_these_are_known() {
        let mut known = KnownKinds::default();
        let mut found = Vec::new();
        let mut ask = |number: Option<usize>, kind: usize| {
            let gvk = Gvk::new("", "v1", &format!("K{kind}"));
            *known.of_numbered(number, &gvk, |_| {
                found.push(kind);
                kind
            })
        };
        for (number, kind) in [
            (Some(3), 1),
            (None, 2),
            (Some(3), 1),
            (Some(0), 2),
            (None, 1),
        ] {
            assert_eq!(ask(number, kind), kind);
        }
        for kind in 3..=MOST_KNOWN + 1 {
            assert_eq!(ask(None, kind), kind);
        }
        // The first is gone, and came again in the place of the second.
        for (number, kind) in [(Some(3), 1), (Some(0), 2), (Some(3), 1)] {
            assert_eq!(ask(number, kind), kind);
        }
        let mut expected: Vec<usize> = (1..=MOST_KNOWN + 1).collect();
        expected.extend([1, 2]);
        assert_eq!(found, expected);
    }
}
