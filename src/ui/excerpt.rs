//! The part of a line that a finding shows, and the word in it that the caret underlines.

use super::secrets::{self, Shown};
use std::borrow::Cow;
use std::ops::Range;
use trimtab_tree::{Location, SourceMap};

/// A line is shown whole up to so many characters.
const WIDTH: usize = 110;

/// How many characters before the position are shown of a line that is not.
const BEFORE: usize = 40;

/// How many bytes on either side of the position are looked at: thousands of findings may be in one
/// line of a megabyte.
const NEAR: usize = 4096;

const CUT: &str = "...";

/// One line of a source, without its secrets, cut to a width that fits on the screen.
pub(super) struct Excerpt<'a> {
    pub(super) name: Cow<'a, str>,
    /// From 1.
    pub(super) line: usize,
    /// In characters of the whole line, from 1.
    pub(super) column: usize,
    /// What is shown of the line.
    pub(super) text: String,
    /// The word at the position, in bytes of `text`.
    pub(super) span: Range<usize>,
    /// Whether the word stands elsewhere in the whole line: its beginning is not shown, or a mask is
    /// longer or shorter than the secret that it stands for.
    pub(super) is_moved: bool,
    /// The word in the source.
    pub(super) word: Range<usize>,
    shown: Shown,
    /// How many bytes of what may be shown are not, and the length of the mark that stands for them.
    skipped: usize,
    mark: usize,
}

impl Excerpt<'_> {
    /// The word of another excerpt in the text of this one, when both show the same line and this
    /// one has the word.
    pub(super) fn span_of(&self, other: &Excerpt<'_>) -> Option<Range<usize>> {
        if (&self.name, self.line) != (&other.name, other.line) {
            return None;
        }
        let start = self.shown.start_of(other.word.start) + self.mark;
        let start = start.checked_sub(self.skipped)?;
        let end = start + other.span.len();
        (start >= self.mark && end <= self.text.len()).then_some(start..end)
    }
}

/// The line of a location.
pub(super) fn excerpt<'a>(location: &Location<'a>, sources: &SourceMap) -> Excerpt<'a> {
    let (text, offset) = (location.text, location.offset);
    let boundary = |from: usize| {
        let found = (from..text.len()).find(|&at| text.is_char_boundary(at));
        found.unwrap_or(text.len())
    };
    let from = boundary(offset.saturating_sub(NEAR));
    let to = boundary(offset.saturating_add(NEAR));
    let before = &text[from.min(offset)..offset];
    let after = &text[offset..to];
    let before = before.rsplit('\n').next().unwrap_or("");
    let after = after.split('\n').next().unwrap_or("");
    let after = after.strip_suffix('\r').unwrap_or(after);

    let whole = offset - before.len()..offset + after.len();
    let shown = Shown::new(text, whole, secrets::of(location, sources));
    let position = shown.start_of(offset);
    let (before, after) = shown.text.split_at(position);

    // Of a longer line more is there than is shown, so that its ends do not matter.
    let is_long = |text: &str, width| text.char_indices().nth(width).is_some();
    let fits = !is_long(before, WIDTH) && !is_long(after, WIDTH - before.chars().count());
    let (skipped, end) = if fits {
        (0, after.len())
    } else {
        let skipped = before.char_indices().rev().nth(BEFORE);
        let shown = before.chars().rev().take(BEFORE).count();
        let end = after.char_indices().nth(WIDTH - shown);
        (
            skipped.map_or(0, |(at, c)| at + c.len_utf8()),
            end.map_or(after.len(), |(at, _)| at),
        )
    };
    let mark = if skipped > 0 { CUT.len() } else { 0 };
    let mut text = CUT[..mark].to_owned();
    text.push_str(&before[skipped..]);
    let start = text.len();
    text.push_str(&after[..end]);
    let length = word_length(before, &after[..end]);
    let span = start..start + length;
    let word = offset..shown.end_in_source(position + length).max(offset);
    // Terminals and logs are read by others.
    if let Some(hidden) = trimtab_remote::hide(&text) {
        text = hidden;
    }
    if end < after.len() {
        text.push_str(CUT);
    }
    Excerpt {
        name: location.name.clone(),
        line: location.line,
        column: location.column,
        is_moved: skipped > 0 || before.chars().count() + 1 != location.column,
        text,
        span,
        word,
        shown,
        skipped,
        mark,
    }
}

/// How many bytes of `after` belong to the node or token that starts there.
fn word_length(before: &str, after: &str) -> usize {
    let Some(first) = after.chars().next() else {
        return 0;
    };
    match first {
        '"' | '\'' => quoted_length(after, first),
        '[' | '{' => flow_length(after),
        '|' | '>' | '*' | '&' | '!' => after
            .find(|c: char| c.is_whitespace() || ",]}".contains(c))
            .unwrap_or(after.len()),
        ' ' | '\t' => after.len() - after.trim_start_matches([' ', '\t']).len(),
        ',' | ']' | '}' => 1,
        _ if first.is_control() => first.len_utf8(),
        _ => plain_length(after, is_in_flow(before)),
    }
}

fn quoted_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            _ if character == quote => return at + 1,
            _ => {}
        }
    }
    text.trim_end().len()
}

/// To the bracket that closes the first one.
fn flow_length(text: &str) -> usize {
    let mut depth = 0;
    for (at, character) in text.char_indices() {
        match character {
            '[' | '{' => depth += 1,
            ']' | '}' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.trim_end().len()
}

/// Whether more brackets open than close. Brackets in quotes count too: this only decides how far
/// carets reach.
fn is_in_flow(before: &str) -> bool {
    let count = |brackets: &[char]| before.matches(brackets).count();
    count(&['[', '{']) > count(&[']', '}'])
}

fn plain_length(text: &str, in_flow: bool) -> usize {
    let mut ends = vec![text.find(": "), text.find(" #"), text.find('\t')];
    if in_flow {
        ends.push(text.find([',', ']', '}']));
    }
    let end = ends.into_iter().flatten().min().unwrap_or(text.len());
    let word = text[..end].trim_end();
    let word = word.strip_suffix([':', ',']).unwrap_or(word);
    word.len().max(1).min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::Position;

    /// The text that is shown, and the underlined part of it.
    fn shown(text: &str, offset: usize) -> (String, String) {
        let mut map = SourceMap::new();
        let id = map.add("k.yaml", text.into()).expect("it is small");
        let location = map.locate(Position::new(map.base(id), offset));
        let excerpt = excerpt(&location.expect("it is there"), &map);
        let word = excerpt.text[excerpt.span.clone()].to_owned();
        (excerpt.text, word)
    }

    #[test]
    fn the_caret_underlines_the_node() {
        for (line, at, word) in [
            ("resources: [a.yaml, b.yaml]", "a.yaml", "a.yaml"),
            ("resources: [a.yaml, b.yaml]", "b.yaml", "b.yaml"),
            ("resources: [a.yaml, b.yaml]", "resources", "resources"),
            ("resources: [a.yaml, b.yaml]", "[", "[a.yaml, b.yaml]"),
            ("a: {b: {c: d}, e: f}", "{b", "{b: {c: d}, e: f}"),
            ("a: {b: {c: d}, e: f}", "{c", "{c: d}"),
            ("a: \"x: \\\" y\" # z", "\"x", "\"x: \\\" y\""),
            ("- just some words # why", "just", "just some words"),
            ("- url: http://a:80/b", "http", "http://a:80/b"),
            ("a: &x *y", "&", "&x"),
            ("key:", "key", "key"),
            ("\tname: x", "\t", "\t"),
            ("a: ok\u{1}\u{2}", "\u{1}", "\u{1}"),
            ("a: \"never closed ", "\"", "\"never closed"),
            ("a: |-", "|", "|-"),
            ("é: ü", "ü", "ü"),
        ] {
            let offset = line.find(at).expect("it is there");
            assert_eq!(shown(line, offset), (line.to_owned(), word.to_owned()));
        }
        assert_eq!(shown("a\r\nb\r\n", 3), ("b".to_owned(), "b".to_owned()));
        assert_eq!(shown("a\n", 2), (String::new(), String::new()));
    }

    #[test]
    fn a_long_line_is_cut_around_the_position() {
        let line = format!(
            "{}NODE{}",
            "é".repeat(1_000_000),
            ", more".repeat(1_000_000)
        );
        let (text, word) = shown(&line, 2_000_000);
        assert!(text.starts_with("...éé") && text.ends_with("..."), "{text}");
        assert_eq!(text.chars().count(), WIDTH + 2 * CUT.len());
        assert!(word.starts_with("NODE, more"));

        let (text, _) = shown(&format!("key: {}", "x".repeat(200)), 5);
        assert!(text.starts_with("key: xx"), "{text}");
        assert_eq!(text.chars().count(), WIDTH + CUT.len());
    }
}
