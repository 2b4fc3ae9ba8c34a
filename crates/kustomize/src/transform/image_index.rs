//! Finds, among many `images` entries, those that are for an image.
//!
//! The name of an entry is a regular expression in kustomize, which tries every entry on every
//! image. Names nearly always are plain text in which at most a dot means more than itself; those
//! are found by looking the image up, under its text with the dotted places blanked out. Only the
//! few names that hold other operators are tried one after another.

use super::image_reference::stems;
use crate::kustomization::Image;
use regex::Regex;
use rustc_hash::FxHashMap;
use std::cell::Cell;

/// The entries of an `images` list, found by image.
pub(super) struct ImageIndex {
    /// Entries by name with dots blanked out, ascending.
    plain: FxHashMap<String, Vec<usize>>,
    /// Where plain names of each length (in characters) have their dots: each set of places once.
    dots_by_length: FxHashMap<usize, Vec<Vec<usize>>>,
    /// Entries whose names hold operators, ascending.
    patterns: Vec<(usize, Regex)>,
    /// How many look-ups and trials there were, for tests that hold the growth.
    pub(super) comparisons: Cell<usize>,
}

/// Stands for a character that a dot is at.
const BLANK: char = '\n';

impl ImageIndex {
    pub(super) fn new(entries: &[&Image]) -> Self {
        let mut index = Self {
            plain: FxHashMap::default(),
            dots_by_length: FxHashMap::default(),
            patterns: Vec::new(),
            comparisons: Cell::new(0),
        };
        for (at, entry) in entries.iter().enumerate() {
            let name = entry.name.value.as_str();
            if name.contains(|c| r"\+*?()|[]{}^$".contains(c) || c == BLANK) {
                // A name that is no regular expression is for no image.
                index
                    .patterns
                    .extend(pattern(name).map(|regex| (at, regex)));
            } else {
                index.add_plain(at, name);
            }
        }
        index
    }

    fn add_plain(&mut self, at: usize, name: &str) {
        let dots: Vec<usize> = (name.chars().enumerate())
            .filter_map(|(place, c)| (c == '.').then_some(place))
            .collect();
        self.plain.entry(blanked(name, &dots)).or_default().push(at);
        let known = self.dots_by_length.entry(name.chars().count()).or_default();
        if !known.contains(&dots) {
            known.push(dots);
        }
    }

    /// The first entry, from `start` on, that is for the image `text`.
    pub(super) fn first_match(&self, text: &str, start: usize) -> Option<usize> {
        let stems = stems(text);
        let mut best: Option<usize> = None;
        for (place, stem) in stems.iter().enumerate() {
            if stems[..place].contains(stem) || stem.contains(BLANK) {
                continue;
            }
            for dots in self
                .dots_by_length
                .get(&stem.chars().count())
                .into_iter()
                .flatten()
            {
                self.count();
                let Some(entries) = self.plain.get(&blanked(stem, dots)) else {
                    continue;
                };
                let next = entries.get(entries.partition_point(|&at| at < start));
                best = best.into_iter().chain(next.copied()).min();
            }
        }
        let rest = self.patterns.partition_point(|&(at, _)| at < start);
        for (at, regex) in &self.patterns[rest..] {
            if best.is_some_and(|best| best < *at) {
                break;
            }
            self.count();
            if regex.is_match(text) {
                return Some(*at);
            }
        }
        best
    }

    fn count(&self) {
        self.comparisons.set(self.comparisons.get() + 1);
    }
}

/// The text with the characters at `places` blanked out.
fn blanked(text: &str, places: &[usize]) -> String {
    if places.is_empty() {
        return text.to_owned();
    }
    let mut places = places.iter().copied().peekable();
    let blank = |(place, c)| {
        if places.next_if_eq(&place).is_some() {
            BLANK
        } else {
            c
        }
    };
    text.chars().enumerate().map(blank).collect()
}

fn pattern(name: &str) -> Option<Regex> {
    let name = escape_braces(name);
    let tag = r"(:[a-zA-Z0-9_.{}-]*)?";
    let digest = r"(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{}-]*)?";
    Regex::new(&format!("^{name}{tag}{digest}$")).ok()
}

/// Go takes a brace for itself where it is no repetition; the `regex` crate refuses it.
fn escape_braces(pattern: &str) -> String {
    let mut escaped = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '\\']) {
        escaped.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match rest.strip_prefix('\\') {
            Some(after) => escape_length(after),
            None => match rest.find('}') {
                Some(end) if is_repetition(&rest[1..end]) => end + 1,
                _ => {
                    escaped.push('\\');
                    1
                }
            },
        };
        escaped.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    escaped.push_str(rest);
    escaped
}

/// How long the escape is whose backslash stands before `after`: a class such as `\p{L}` is one.
fn escape_length(after: &str) -> usize {
    let is_class = after.starts_with("p{") || after.starts_with("P{");
    let end = after.find('}').filter(|_| is_class);
    let next = after.chars().next().map_or(0, char::len_utf8);
    1 + end.map_or(next, |end| end + 1)
}

/// Whether braces around `text` repeat what is before them: `3`, `3,` or `3,5`.
fn is_repetition(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.split_once(',') {
        None => is_number(text),
        Some((least, most)) => is_number(least) && (most.is_empty() || is_number(most)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kustomization::At;
    use trimtab_tree::Text;

    /// Which of `names` are for `text`, by the index and by trying the pattern of each.
    fn matches(names: &[&str], text: &str) -> (Vec<usize>, Vec<usize>) {
        let entries: Vec<Image> = names
            .iter()
            .map(|name| Image {
                name: At::from(*name),
                ..Image::default()
            })
            .collect();
        let index = ImageIndex::new(&entries.iter().collect::<Vec<_>>());
        let mut found = Vec::new();
        let mut start = 0;
        while let Some(at) = index.first_match(text, start) {
            found.push(at);
            start = at + 1;
        }
        let tried = (0..names.len())
            .filter(|&at| pattern(names[at]).is_some_and(|regex| regex.is_match(text)))
            .collect();
        (found, tried)
    }

    #[test]
    fn the_index_finds_what_the_patterns_match() {
        let names = [
            "nginx",
            "gcr.io/app",
            "gcrxio/app",
            "n.inx",
            ".....",
            "ng+inx",
            "nginx|redis",
            "[",
            "host:5000/app",
            "a@sha256",
            "",
            "gcr.io/{X}",
            "n{1}ginx",
            "nginx",
            "é.e",
        ];
        for text in [
            "nginx",
            "nginx:1",
            "nginx:1@sha256:12",
            "gcr.io/app:{TAG}",
            "gcrxio/app",
            "host:5000/app:2",
            "a@sha256:12",
            "redis-x",
            "foo/nginx",
            ":x",
            "",
            "gcr.io/{X}:1",
            "é\ne",
            "éée",
            "nginx:a/b",
        ] {
            let (found, tried) = matches(&names, text);
            assert_eq!(found, tried, "{text:?}");
        }
    }

    #[test]
    fn names_that_are_no_expressions_match_nothing() {
        assert_eq!(matches(&["[", "(", "a"], "["), (vec![], vec![]));
        assert_eq!(
            Text::from(escape_braces(r"a{b}{2,}\{\p{L}{")),
            r"a\{b}{2,}\{\p{L}\{"
        );
    }
}
