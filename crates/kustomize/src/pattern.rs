//! Regular expressions that must match the whole of a text, as selectors hold them.
//!
//! Nearly all of them are plain names or names with `.*`; those are matched, and known for what
//! they are, without a regular expression being compiled.

use crate::wildcard::{Step, matches};
use regex::Regex;
use trimtab_tree::{Diagnostic, Position, Result, Text};

/// A regular expression that must match all of a text; an empty one matches any text.
#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    /// Any text.
    Any,
    /// This text only.
    Literal(Text),
    /// Characters, `.` and `.*`.
    Wild(Box<[Wild]>),
    /// Everything else.
    Regex(Box<Regex>),
}

/// One part of a simple pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wild {
    /// This character.
    Only(char),
    /// Any one character.
    One,
    /// Any number of characters.
    Many,
}

impl Pattern {
    /// Compiles a pattern that was read at `position`.
    ///
    /// # Errors
    /// When it is not a regular expression.
    pub(crate) fn new(pattern: &str, position: Position) -> Result<Self> {
        if pattern.is_empty() {
            return Ok(Self::Any);
        }
        if let Some(parts) = simple(pattern) {
            let literal = parts.iter().map(|part| match part {
                Wild::Only(character) => Some(*character),
                _ => None,
            });
            return Ok(match literal.collect::<Option<String>>() {
                Some(text) => Self::Literal(text.into()),
                None => Self::Wild(parts.into()),
            });
        }
        let regex = Regex::new(&format!("^(?:{pattern})$")).map_err(|error| {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default();
            let reason = reason.strip_prefix("error: ").unwrap_or(reason);
            Diagnostic::error(
                "invalid-regex",
                format!("`{pattern}` is not a regular expression: {reason}"),
            )
            .at(position)
            .expecting("a regular expression that matches the whole text, such as `web-.*`")
        })?;
        Ok(Self::Regex(Box::new(regex)))
    }

    /// The only text that it matches, if there is but one.
    pub(crate) fn literal(&self) -> Option<&str> {
        match self {
            Self::Literal(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it matches all of `text`.
    pub(crate) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Literal(literal) => literal == text,
            Self::Wild(parts) => matches_wild(parts, text),
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

/// The parts of a pattern that has nothing but characters, `.` and `.*`.
fn simple(pattern: &str) -> Option<Vec<Wild>> {
    let mut parts = Vec::with_capacity(pattern.len());
    let mut rest = pattern.chars().peekable();
    while let Some(character) = rest.next() {
        parts.push(match character {
            '.' if rest.next_if_eq(&'*').is_some() => Wild::Many,
            '.' => Wild::One,
            '\\' => Wild::Only(rest.next_if(char::is_ascii_punctuation)?),
            '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' | '\n' => {
                return None;
            }
            other => Wild::Only(other),
        });
    }
    Some(parts)
}

fn matches_wild(parts: &[Wild], text: &str) -> bool {
    // Neither `.` nor any character of such a pattern is a line break.
    !text.contains('\n') && matches(parts, text)
}

impl Step for Wild {
    fn is_many(&self) -> bool {
        matches!(self, Self::Many)
    }

    fn fits(&self, found: char) -> bool {
        match self {
            Self::Only(wanted) => *wanted == found,
            Self::One | Self::Many => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(pattern: &str) -> Pattern {
        Pattern::new(pattern, Position::NONE).unwrap()
    }

    #[test]
    fn patterns_match_the_whole_text() {
        for (text, matching, other) in [
            ("", &["", "x"][..], &[][..]),
            ("web", &["web"], &["web-1", "a-web", ""]),
            ("web.*", &["web", "web-1"], &["a-web"]),
            (
                ".*-web",
                &["a-web", "-web", "-web-web"],
                &["web", "a-web-1"],
            ),
            ("a.*b.*c", &["abc", "a-b-b-c", "abcbc"], &["acb", "ab"]),
            ("v1.2", &["v1.2", "v1x2"], &["v12"]),
            (r"v1\.2", &["v1.2"], &["v1x2"]),
            ("a|b", &["a", "b"], &["ab", "a|b"]),
            ("[ab]+", &["ab", "a"], &["abc"]),
            ("a.+", &["ab"], &["a"]),
            ("a.*?", &["ab", "a"], &["b"]),
            (".*", &["", "é"], &["a\nb"]),
        ] {
            let compiled = pattern(text);
            assert!(matching.iter().all(|it| compiled.matches(it)), "{text}");
            assert!(!other.iter().any(|it| compiled.matches(it)), "{text}");
        }
    }

    #[test]
    fn simple_patterns_agree_with_the_regular_expression() {
        let texts = [
            "", "a", "b", "aa", "ab", "ba", "aab", "aba", "abab", "bbaa", "é",
        ];
        for text in [
            "a", ".", ".*", "a.*", ".*a", "a.*b", ".*a.*", "a..*", ".*.b", ".*ab.*b",
        ] {
            let regex = Regex::new(&format!("^(?:{text})$")).unwrap();
            let compiled = pattern(text);
            assert!(!matches!(compiled, Pattern::Regex(_)), "{text}");
            for it in texts {
                assert_eq!(compiled.matches(it), regex.is_match(it), "{text} on {it:?}");
            }
        }
    }

    #[test]
    fn literals_are_known() {
        assert_eq!(pattern(r"a-b\.c").literal(), Some("a-b.c"));
        assert_eq!(pattern("a.c").literal(), None);
    }

    #[test]
    fn what_is_no_regular_expression_is_refused() {
        let error = Pattern::new("a(", Position::new(1, 4)).unwrap_err();
        assert_eq!(error.code, "invalid-regex");
        assert_eq!(error.position, Position::new(1, 4));
        assert!(
            error.message.contains("unclosed group"),
            "{}",
            error.message
        );
    }
}
