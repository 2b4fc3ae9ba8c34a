//! Which ways of writing a text are open: libyaml's rules, as go-yaml v2 and v3 apply them.

/// Which go-yaml an output follows. They differ in a few places only, each marked by this type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// go-yaml v2, which prints kustomize's resources: lines are folded after column 80, and a tab
    /// always needs double quotes.
    V2,
    /// go-yaml v3 as kyaml uses it: lines are never folded, and block scalars may hold tabs.
    V3,
}

/// What a text allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Analysis {
    /// It has line breaks.
    pub(super) multiline: bool,
    /// It can be written without quotes inside `[]` and `{}`.
    pub(super) flow_plain: bool,
    /// It can be written without quotes elsewhere.
    pub(super) block_plain: bool,
    /// It can be written in single quotes.
    pub(super) single_quoted: bool,
    /// It can be written as a block, `|` or `>`.
    pub(super) block: bool,
}

/// In a plain scalar: nothing special wherever it stands.
const ANYWHERE: u8 = 0;
/// Special at the start only.
const START: u8 = 1;
/// `:`, `#` and the space, which depend on their neighbours.
const NEIGHBOURS: u8 = 2;
/// Control characters, line breaks and all that is not ASCII.
const LOOK_CLOSER: u8 = 3;

/// What each byte means in a plain scalar outside flow collections.
const CLASSES: [u8; 256] = {
    let mut classes = [LOOK_CLOSER; 256];
    let mut byte = 0x21;
    while byte < 0x7F {
        classes[byte] = ANYWHERE;
        byte += 1;
    }
    let start = b"-?,[]{}&*!|>'\"%@`";
    let mut at = 0;
    while at < start.len() {
        classes[start[at] as usize] = START;
        at += 1;
    }
    classes[b':' as usize] = NEIGHBOURS;
    classes[b'#' as usize] = NEIGHBOURS;
    classes[b' ' as usize] = NEIGHBOURS;
    classes
};

/// What names, numbered words and paths are made of.
const IN_WORDS: [bool; 256] = {
    let mut classes = [false; 256];
    let mut byte = 0;
    while byte < 0x7F {
        let char = byte as u8;
        classes[byte] = char.is_ascii_alphanumeric() || matches!(char, b'-' | b'_' | b'.' | b'/');
        byte += 1;
    }
    classes
};

/// Whether a text is one of the many that need no second look: a word that begins with a letter, is
/// written as it is wherever it stands outside flow collections, and means nothing but itself. Says
/// no to a few more.
pub(super) fn is_word(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(first) = bytes.first().filter(|first| first.is_ascii_alphabetic()) else {
        return false;
    };
    // Words that mean something else than themselves, in whatever letters.
    let meanings: &[&str] = match (bytes.len(), first.to_ascii_lowercase()) {
        (1, _) => return false,
        (2, b'n' | b'o') => &["no", "on"],
        (3, b'y' | b'o') => &["yes", "off"],
        (4, b't' | b'n') => &["true", "null"],
        (5, b'f') => &["false"],
        _ => &[],
    };
    bytes.iter().all(|&byte| IN_WORDS[byte as usize])
        && !meanings.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a text can surely be written without quotes outside flow collections. Says no where
/// only [`analyze`] can tell.
pub(super) fn is_surely_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    if CLASSES[first as usize] != ANYWHERE || last == b' ' || text.starts_with("...") {
        return false;
    }
    bytes
        .iter()
        .enumerate()
        .all(|(at, &byte)| match CLASSES[byte as usize] {
            ANYWHERE | START => true,
            NEIGHBOURS => match byte {
                b':' => bytes
                    .get(at + 1)
                    .is_some_and(|&next| next != b' ' && next != b'\t'),
                b'#' => bytes[at - 1] != b' ',
                _ => true,
            },
            _ => false,
        })
}

/// Whether a character breaks lines in YAML 1.1.
pub(super) fn is_break(char: char) -> bool {
    matches!(char, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether go-yaml writes a character as it is, rather than escaped.
pub(super) fn is_printable(char: char) -> bool {
    matches!(char, '\n' | ' '..='~' | '\u{A0}'..='\u{FFFD}') && char != '\u{FEFF}'
}

/// Finds out what `text` allows.
pub(super) fn analyze(text: &str, dialect: Dialect) -> Analysis {
    if text.is_empty() {
        return Analysis {
            multiline: false,
            flow_plain: false,
            block_plain: true,
            single_quoted: true,
            block: false,
        };
    }
    let mut seen = Seen {
        flow_indicator: text.starts_with("---") || text.starts_with("..."),
        block_indicator: text.starts_with("---") || text.starts_with("..."),
        ..Seen::default()
    };
    let mut previous = None;
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        seen.note(previous, char, chars.peek().copied());
        previous = Some(char);
    }
    seen.conclude(text, dialect)
}

/// What [`analyze`] has come across.
#[derive(Default)]
struct Seen {
    flow_indicator: bool,
    block_indicator: bool,
    line_break: bool,
    unprintable: bool,
    tab: bool,
    /// A space right behind a break.
    break_space: bool,
    /// A break right behind a space.
    space_break: bool,
}

impl Seen {
    fn note(&mut self, previous: Option<char>, char: char, next: Option<char>) {
        let space_follows = next.is_none_or(|next| matches!(next, ' ' | '\t'));
        let after_blank = previous
            .is_none_or(|previous| matches!(previous, ' ' | '\t' | '\0') || is_break(previous));
        let (flow, block) = match (char, previous) {
            (
                ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@'
                | '`',
                None,
            ) => (true, true),
            ('-', None) => (space_follows, space_follows),
            ('?', None) | (':', _) => (true, space_follows),
            ('#', _) => (after_blank, after_blank),
            (',' | '?' | '[' | ']' | '{' | '}', Some(_)) => (true, false),
            _ => (false, false),
        };
        self.flow_indicator |= flow;
        self.block_indicator |= block;
        if char == '\t' {
            self.tab = true;
        } else if !is_printable(char) {
            self.unprintable = true;
        }
        if char == ' ' {
            self.break_space |= previous.is_some_and(is_break);
        } else if is_break(char) {
            self.line_break = true;
            self.space_break |= previous == Some(' ');
        }
    }

    fn conclude(&self, text: &str, dialect: Dialect) -> Analysis {
        let edge = |char: char| char == ' ' || is_break(char);
        let special = self.unprintable || (self.tab && dialect == Dialect::V2);
        let quotes_only = self.space_break || special;
        let single_quoted = !(self.break_space || quotes_only || self.tab);
        let plain =
            single_quoted && !self.line_break && !text.starts_with(edge) && !text.ends_with(edge);
        Analysis {
            multiline: self.line_break,
            flow_plain: plain && !self.flow_indicator,
            block_plain: plain && !self.block_indicator,
            single_quoted,
            // go-yaml would write a block that begins with a tab, and then fail to read it.
            block: !(quotes_only || text.ends_with(' ') || text.starts_with('\t')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ambiguity::is_ambiguous;
    use super::*;

    /// The letters of what is allowed: flow, plain, single, block; `m` for multi-line.
    fn letters(text: &str, dialect: Dialect) -> String {
        let analysis = analyze(text, dialect);
        [
            (analysis.flow_plain, 'f'),
            (analysis.block_plain, 'p'),
            (analysis.single_quoted, 's'),
            (analysis.block, 'b'),
            (analysis.multiline, 'm'),
        ]
        .iter()
        .filter_map(|&(on, letter)| on.then_some(letter))
        .collect()
    }

    #[test]
    fn words_need_no_second_look() {
        for text in [
            "metadata", "app-0001", "a/b.c_d", "truest", "name", "kind", "nope", "app", "ok",
        ] {
            assert!(is_word(text) && is_surely_plain(text), "{text}");
            assert!(!is_ambiguous(text, Dialect::V2), "{text}");
        }
        for text in [
            "false", "TRUE", "1.2.3.4", "a b c d", "-abcdef", "abcde:", "größer",
        ] {
            assert!(!is_word(text), "{text}");
        }
    }

    #[test]
    fn texts_allow_what_libyaml_says() {
        for (text, allowed) in [
            ("", "ps"),
            ("a", "fpsb"),
            ("a b", "fpsb"),
            (" a", "sb"),
            ("a ", "s"),
            ("a: b", "sb"),
            ("a:b", "psb"),
            ("a:", "sb"),
            ("a #b", "sb"),
            ("a#b", "fpsb"),
            ("#a", "sb"),
            ("-", "sb"),
            ("-a", "fpsb"),
            ("- a", "sb"),
            ("---", "sb"),
            ("...a", "sb"),
            ("?a", "psb"),
            ("?", "sb"),
            ("a,b", "psb"),
            ("a?", "psb"),
            ("é", "fpsb"),
            ("a\nb", "sbm"),
            ("a \nb", "m"),
            ("a\n b", "bm"),
            ("a\n", "sbm"),
            ("a\u{2028}b", "sbm"),
            ("a\rb", "m"),
            ("a\u{85}b", "m"),
            ("a\u{7f}b", ""),
            ("a\u{feff}b", ""),
            ("a\u{1f600}b", ""),
        ] {
            assert_eq!(letters(text, Dialect::V2), allowed, "{text:?}");
            assert_eq!(letters(text, Dialect::V3), allowed, "{text:?}");
        }
        assert_eq!(letters("a\tb", Dialect::V2), "");
        assert_eq!(letters("a\tb", Dialect::V3), "b");
        assert_eq!(letters("\tb", Dialect::V3), "");
    }

    #[test]
    fn the_short_cut_never_allows_more() {
        let alphabet = [
            "a", ":", "#", "-", "?", " ", "\n", "\t", "'", "\"", ",", "[", "&", "!", "|", ">", "%",
            "@", "`", ".", "=", "<", "é", "\u{7f}",
        ];
        let mut texts = vec![String::new()];
        let mut longest = texts.clone();
        for _ in 0..3 {
            longest = longest
                .iter()
                .flat_map(|text| alphabet.map(|tail| format!("{text}{tail}")))
                .collect();
            texts.extend(longest.iter().cloned());
        }
        let plain = texts.iter().filter(|text| is_surely_plain(text));
        let mut count = 0;
        for text in plain {
            assert!(analyze(text, Dialect::V2).block_plain, "{text:?}");
            count += 1;
        }
        assert!(count > 1000, "only {count} texts are surely plain");
    }
}
