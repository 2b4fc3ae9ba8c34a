//! Our events beside those of libyaml (by its port `libyaml-safer`), whose grammar ours is.
//!
//! The few places where go-yaml v3, which we follow, and libyaml 0.2.5 go apart are left out: see
//! [`differs_by_design`].

use super::grammar::{EventKind, Grammar, Properties};
use super::scanner::Scanner;
use crate::Style;
use libyaml_safer::{EventData, MappingStyle, Parser, ScalarStyle, SequenceStyle};
use std::fmt::Write;

/// The pieces that texts are made of: whatever means something to YAML, and some that do not.
const PIECES: [&str; 40] = [
    "a", "b: ", "- ", "? ", ": ", "\n", "\n  ", "\n ", "\n    ", " ", "\t", "[", "]", "{", "}",
    ", ", "'", "\"", "|\n", ">-\n", "|2+\n", "# c", "&x ", "*x ", "!t ", "!!str ", "---", "...",
    "\n---\n", "\\n", "é", "\u{2028}", "\r\n", "a: b\n", "- c\n", "\"d\"", "'e'", ":", "-", "!",
];

fn properties(text: &mut String, anchor: Option<&str>, tag: Option<&str>) {
    if let Some(anchor) = anchor {
        write!(text, " &{anchor}").unwrap();
    }
    if let Some(tag) = tag {
        write!(text, " <{tag}>").unwrap();
    }
}

fn scalar_sign(style: Style) -> char {
    match style {
        Style::SingleQuoted => '\'',
        Style::DoubleQuoted => '"',
        Style::Literal => '|',
        Style::Folded => '>',
        Style::Plain | Style::Flow => ':',
    }
}

/// One line an event; `None` when the text is refused.
fn ours(text: &str) -> Option<String> {
    let mut grammar = Grammar::new(Scanner::new(text, 0));
    let mut shown = String::new();
    loop {
        let event = grammar.next().ok()?;
        let known = event.properties.unwrap_or_default();
        let Properties { anchor, tag } = *known;
        let sign = |style| if style == Style::Flow { " flow" } else { "" };
        match &event.kind {
            EventKind::StreamEnd => return Some(shown),
            EventKind::DocumentStart => shown.push_str("+DOC"),
            EventKind::DocumentEnd => shown.push_str("-DOC"),
            EventKind::Alias(name) => write!(shown, "=ALI {name}").unwrap(),
            EventKind::Scalar(..) => shown.push_str("=VAL"),
            EventKind::SequenceStart(style) => write!(shown, "+SEQ{}", sign(*style)).unwrap(),
            EventKind::SequenceEnd => shown.push_str("-SEQ"),
            EventKind::MappingStart(style) => write!(shown, "+MAP{}", sign(*style)).unwrap(),
            EventKind::MappingEnd => shown.push_str("-MAP"),
        }
        properties(&mut shown, anchor.as_deref(), tag.as_deref());
        if let EventKind::Scalar(value, style) = &event.kind {
            write!(shown, " {}{value:?}", scalar_sign(*style)).unwrap();
        }
        shown.push('\n');
    }
}

/// The same by libyaml.
fn theirs(text: &str) -> Option<String> {
    let mut bytes = text.as_bytes();
    let mut parser = Parser::new();
    parser.set_input_string(&mut bytes);
    let mut shown = String::new();
    loop {
        match parser.parse().ok()?.data {
            EventData::StreamStart { .. } => continue,
            EventData::StreamEnd => return Some(shown),
            EventData::DocumentStart { .. } => shown.push_str("+DOC"),
            EventData::DocumentEnd { .. } => shown.push_str("-DOC"),
            EventData::Alias { anchor } => write!(shown, "=ALI {anchor}").unwrap(),
            EventData::Scalar {
                anchor,
                tag,
                value,
                style,
                ..
            } => {
                shown.push_str("=VAL");
                properties(&mut shown, anchor.as_deref(), tag.as_deref());
                let style = match style {
                    ScalarStyle::SingleQuoted => Style::SingleQuoted,
                    ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
                    ScalarStyle::Literal => Style::Literal,
                    ScalarStyle::Folded => Style::Folded,
                    _ => Style::Plain,
                };
                write!(shown, " {}{value:?}", scalar_sign(style)).unwrap();
            }
            EventData::SequenceStart {
                anchor, tag, style, ..
            } => {
                let flow = style == SequenceStyle::Flow;
                shown.push_str(if flow { "+SEQ flow" } else { "+SEQ" });
                properties(&mut shown, anchor.as_deref(), tag.as_deref());
            }
            EventData::SequenceEnd => shown.push_str("-SEQ"),
            EventData::MappingStart {
                anchor, tag, style, ..
            } => {
                let flow = style == MappingStyle::Flow;
                shown.push_str(if flow { "+MAP flow" } else { "+MAP" });
                properties(&mut shown, anchor.as_deref(), tag.as_deref());
            }
            EventData::MappingEnd => shown.push_str("-MAP"),
        }
        shown.push('\n');
    }
}

/// go-yaml v3 is as strict as the older libyaml about `?` inside a plain scalar of a flow
/// collection, needs a blank behind each `:` of one, and lets flow indicators be in tags.
fn differs_by_design(text: &str) -> bool {
    let flow = text.contains(['[', '{']);
    let colon = [":]", ":}", ":,", ":[", ":{"];
    (text.contains('!') && text.contains(['[', ']', '{', '}', ',']))
        || (flow && text.contains('?'))
        || (flow && colon.iter().any(|colon| text.contains(colon)))
}

/// A small generator of numbers, the same every time (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

#[test]
fn random_texts_give_the_events_of_libyaml() {
    let rounds = 50_000;
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let mut read = 0;
    for _ in 0..rounds {
        let length = 1 + chance.below(14);
        let text: String = (0..length)
            .map(|_| PIECES[chance.below(PIECES.len())])
            .chain(std::iter::once("\n"))
            .collect();
        if differs_by_design(&text) {
            continue;
        }
        let (ours, theirs) = (ours(&text), theirs(&text));
        read += usize::from(ours.is_some());
        assert_eq!(ours, theirs, "{text:?}");
    }
    // Not all of them are refused.
    assert!(read > rounds / 10, "{read} of {rounds}");
}
