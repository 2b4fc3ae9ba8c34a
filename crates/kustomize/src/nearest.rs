//! The candidate that a misspelt word most probably means.

/// The candidate nearest to `word` in insertions, deletions, replacements and swaps of neighbours,
/// letter case aside; `None` when none is near enough to be meant. Of equally near ones the first.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    let limit = (word.len() / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let letters: Vec<char> = candidate.to_lowercase().chars().collect();
            let far = letters.len().abs_diff(word.len()) > limit;
            let distance = if far {
                limit + 1
            } else {
                distance(&word, &letters)
            };
            (distance <= limit).then_some((distance, candidate))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// How many edits lie between two words (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
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
    use super::nearest;

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
}
