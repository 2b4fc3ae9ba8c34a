//! Sets of completion indexes, as a Job reports them: `1,3-5,7`.
//!
//! The rules are those of `pkg/controller/job/indexed_job_utils.go` in Kubernetes.

use std::collections::BTreeSet;
use std::fmt;

/// Indexes in order, as ranges that neither touch nor overlap. A Job of a hundred thousand that
/// succeed in order takes no more room than one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Indexes(Vec<(i32, i32)>);

impl Indexes {
    /// Reads what was reported, as far as it is below `completions`. Parts that cannot be read,
    /// which the API server lets nobody write, are left out.
    pub(super) fn parse(text: &str, completions: i32) -> Self {
        let mut ranges = Self::default();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (Ok(first), Ok(last)) = (first.parse::<i32>(), last.parse::<i32>()) else {
                continue;
            };
            if first >= completions {
                break;
            }
            ranges.push((first, last.min(completions - 1)));
        }
        ranges
    }

    fn push(&mut self, (first, last): (i32, i32)) {
        match self.0.last_mut() {
            Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
            _ => self.0.push((first, last)),
        }
    }

    /// These and `more`.
    pub(super) fn with(&self, more: &BTreeSet<i32>) -> Self {
        let more = more.iter().map(|index| (*index, *index)).collect();
        self.merged(&Self(more))
    }

    /// Those of both.
    pub(super) fn merged(&self, other: &Self) -> Self {
        let (mut one, mut two) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut merged = Self::default();
        loop {
            let next = match (one.peek(), two.peek()) {
                (Some(a), Some(b)) if a.0 < b.0 => one.next(),
                (_, Some(_)) => two.next(),
                (Some(_), None) => one.next(),
                (None, None) => return merged,
            };
            if let Some(range) = next {
                merged.push(*range);
            }
        }
    }

    /// How many there are.
    pub(super) fn total(&self) -> i32 {
        self.0.iter().map(|(first, last)| last - first + 1).sum()
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `index` is among them.
    pub(super) fn contains(&self, index: i32) -> bool {
        let place = self.0.partition_point(|(_, last)| *last < index);
        self.0.get(place).is_some_and(|(first, _)| *first <= index)
    }

    /// How many are in `other` too.
    pub(super) fn in_common(&self, other: &Self) -> i32 {
        let (mut one, mut two) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut common = 0;
        while let (Some(a), Some(b)) = (one.peek(), two.peek()) {
            common += (a.1.min(b.1) - a.0.max(b.0) + 1).max(0);
            if a.1 < b.1 {
                one.next();
            } else {
                two.next();
            }
        }
        common
    }

    /// The first `count` that are not among them, below `completions`.
    pub(super) fn first_missing(&self, count: usize, completions: i32) -> Vec<i32> {
        let mut missing = Vec::new();
        let mut candidate = 0;
        let end = std::iter::once((completions, completions));
        for (first, last) in self.0.iter().copied().chain(end) {
            let gap = candidate..first.min(completions);
            missing.extend(gap.take(count - missing.len()));
            candidate = candidate.max(last.saturating_add(1));
        }
        missing
    }
}

impl fmt::Display for Indexes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (first, last)) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(",")?;
            }
            match last - first {
                0 => write!(f, "{first}")?,
                1 => write!(f, "{first},{last}")?,
                _ => write!(f, "{first}-{last}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_are_read_and_written() {
        for (text, expected) in [
            ("", ""),
            ("1,3-5,7", "1,3-5,7"),
            ("0,1", "0,1"),
            ("0-1,2", "0-2"),
            ("8-20", "8,9"),
            ("12", ""),
            ("x,2", "2"),
        ] {
            assert_eq!(Indexes::parse(text, 10).to_string(), expected, "{text}");
        }
    }

    #[test]
    fn sets_behave_as_sets() {
        let chance = trimtab_clock::Chance::seeded(11);
        for _ in 0..200 {
            let draw = || -> BTreeSet<i32> { (0..20).filter(|_| chance.below(2) == 0).collect() };
            let (one, two) = (draw(), draw());
            let (a, b) = (Indexes::default().with(&one), Indexes::default().with(&two));
            let both: BTreeSet<i32> = one.union(&two).copied().collect();
            assert_eq!(a.merged(&b), Indexes::default().with(&both));
            assert_eq!(usize::try_from(a.total()).unwrap(), one.len());
            assert_eq!(
                usize::try_from(a.in_common(&b)).unwrap(),
                one.intersection(&two).count()
            );
            assert_eq!(Indexes::parse(&a.to_string(), 20), a);
            let missing: Vec<i32> = (0..20).filter(|it| !one.contains(it)).take(5).collect();
            assert_eq!(a.first_missing(5, 20), missing);
            for index in 0..20 {
                assert_eq!(a.contains(index), one.contains(&index));
            }
        }
    }
}
