//! The candidate that a misspelt word most probably means.

/// The candidate nearest to `word` in insertions, deletions, replacements and swaps of neighbours,
/// letter case aside; `None` when none is near enough to be meant. Of equally near ones the first.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = Word::new(word);
    candidates
        .into_iter()
        .filter_map(|candidate| Some((word.nearness(candidate)?, candidate)))
        .min_by_key(|&(nearness, _)| nearness)
        .map(|(_, candidate)| candidate)
}

/// The same for names that are often alike without meaning each other: at most `edits` edits away,
/// and no mere beginning of a longer one.
#[must_use]
pub fn nearest_within<'a>(
    word: &str,
    edits: usize,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let mut word = Word::new(word);
    word.limit = word.limit.min(edits);
    candidates
        .into_iter()
        .filter_map(|candidate| Some((word.edits(candidate)?, candidate)))
        .min_by_key(|&(edits, _)| edits)
        .map(|(_, candidate)| candidate)
}

/// Puts the candidates that may be meant by `word` in front, nearest first; the others stay in
/// order. Returns whether there are any.
pub fn sort_by_nearness(word: &str, candidates: &mut [String]) -> bool {
    let word = Word::new(word);
    candidates.sort_by_cached_key(|candidate| word.nearness(candidate).unwrap_or(usize::MAX));
    let first = candidates.first();
    first.is_some_and(|first| word.nearness(first).is_some())
}

/// A word of so many letters means what begins with it.
const SHORTEST_BEGINNING: usize = 3;

/// Longer words are not compared letter by letter, which takes the product of their lengths.
const LONGEST: usize = 256;

/// A word that may be misspelt.
struct Word {
    letters: Vec<char>,
    /// From more edits on another word is not meant.
    limit: usize,
}

impl Word {
    fn new(word: &str) -> Self {
        let letters: Vec<char> = word.to_lowercase().chars().collect();
        let limit = (letters.len() / 3).max(1);
        Self { letters, limit }
    }

    /// How many edits away a candidate is, if that is near.
    fn nearness(&self, candidate: &str) -> Option<usize> {
        let letters: Vec<char> = candidate.to_lowercase().chars().collect();
        if self.letters.len() >= SHORTEST_BEGINNING && letters.starts_with(&self.letters) {
            return Some(usize::from(letters.len() > self.letters.len()));
        }
        self.near(&letters)
    }

    /// The same without regard to beginnings.
    fn edits(&self, candidate: &str) -> Option<usize> {
        let letters: Vec<char> = candidate.to_lowercase().chars().collect();
        self.near(&letters)
    }

    fn near(&self, letters: &[char]) -> Option<usize> {
        let too_long = letters.len().max(self.letters.len()) > LONGEST;
        if too_long || letters.len().abs_diff(self.letters.len()) > self.limit {
            return None;
        }
        Some(edits(&self.letters, letters)).filter(|&edits| edits <= self.limit)
    }
}

/// How many edits lie between two words (optimal string alignment).
fn edits(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = Vec::with_capacity(above.len());
        row.push(i);
        for j in 1..=b.len() {
            let replaced = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_meant_is_found() {
        let fields = [
            "resources",
            "replicas",
            "replacements",
            "namePrefix",
            "crds",
        ];
        for (word, meant) in [
            ("resource", Some("resources")),
            ("resuorces", Some("resources")),
            ("nameprefx", Some("namePrefix")),
            ("crd", Some("crds")),
            ("spec", None),
            ("", None),
            ("é", None),
        ] {
            assert_eq!(nearest(word, fields), meant, "{word}");
        }
    }

    #[test]
    fn names_are_near_only_by_few_edits() {
        let names = ["web-settings", "api-settings", "web-settings-old"];
        for (word, meant) in [
            ("web-setings", Some("web-settings")),
            ("app-settings", Some("api-settings")),
            ("aqq-settings", None),
            ("web", None),
        ] {
            assert_eq!(nearest_within(word, 1, names), meant, "{word}");
        }
    }
}
