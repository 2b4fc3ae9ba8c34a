//! Scalars in single and double quotes.

use super::Scanner;
use super::plain::Fold;
use crate::parse::characters::{BLANK, BREAK, break_length, is};
use crate::{Result, Style};
use std::borrow::Cow;

/// Why the scan of a quoted line stopped.
enum Stop {
    /// The closing quote.
    Closed,
    /// The end of the line.
    Break,
    /// The end of the line with a backslash before it, which takes the break away.
    EscapedBreak,
}

impl<'a> Scanner<'a> {
    /// Scans a scalar in quotes.
    pub(super) fn scan_quoted(&mut self, style: Style) -> Result<Cow<'a, str>> {
        let quote = self.byte(0);
        let opening = self.at;
        self.at += 1;
        let start = self.at;
        // Most are on one line and hold nothing special.
        let special = |byte: u8| {
            byte == quote || is(byte, BREAK) || (byte == b'\\' && style == Style::DoubleQuoted)
        };
        let rest = &self.bytes[start..];
        let length = rest.iter().position(|&byte| special(byte));
        let length = length.ok_or_else(|| self.unclosed_quote(opening))?;
        self.at += length;
        if rest[length] == quote && (style == Style::DoubleQuoted || self.byte(1) != quote) {
            self.at += 1;
            return Ok(Cow::Borrowed(&self.text[start..start + length]));
        }
        self.at = start;
        let mut value = String::with_capacity(2 * length);
        loop {
            let fold = match self.scan_quoted_words(opening, quote, &mut value)? {
                Stop::Closed => return Ok(Cow::Owned(value)),
                Stop::Break => Fold::default(),
                Stop::EscapedBreak => {
                    self.skip_break();
                    Fold::escaped()
                }
            };
            self.scan_quoted_breaks(opening, fold)?
                .push_onto(&mut value);
        }
    }

    /// Goes on to the end of the line or the closing quote. Blanks before the end of the line are
    /// dropped.
    fn scan_quoted_words(&mut self, opening: usize, quote: u8, value: &mut String) -> Result<Stop> {
        let mut from = self.at;
        loop {
            let Some(&byte) = self.bytes.get(self.at) else {
                return Err(self.unclosed_quote(opening));
            };
            if byte == quote {
                value.push_str(&self.text[from..self.at]);
                if quote == b'"' || self.byte(1) != quote {
                    self.at += 1;
                    return Ok(Stop::Closed);
                }
                // Two single quotes are one.
                value.push('\'');
                self.at += 2;
                from = self.at;
            } else if byte == b'\\' && quote == b'"' {
                value.push_str(&self.text[from..self.at]);
                self.at += 1;
                if break_length(self.bytes, self.at) > 0 {
                    return Ok(Stop::EscapedBreak);
                }
                self.scan_escape(opening, value)?;
                from = self.at;
            } else if is(byte, BREAK) && break_length(self.bytes, self.at) > 0 {
                // Blanks that were written as escapes stay.
                value.push_str(self.text[from..self.at].trim_end_matches([' ', '\t']));
                return Ok(Stop::Break);
            } else {
                self.at += 1;
            }
        }
    }

    /// Goes over line breaks and the blanks after them.
    fn scan_quoted_breaks(&mut self, opening: usize, mut fold: Fold) -> Result<Fold> {
        loop {
            if is(self.byte(0), BLANK) {
                self.at += 1;
            } else if let Some(line_break) = self.take_break() {
                fold.add(line_break);
            } else {
                break;
            }
        }
        if self.column() == 0 && self.document_indicator().is_some() {
            return Err(self
                .error(self.at, "found unexpected document indicator")
                .expecting("the end of the quoted text before a new document")
                .label(self.position(opening), "the quote was opened here"));
        }
        Ok(fold)
    }

    /// Scans what is behind a backslash.
    fn scan_escape(&mut self, opening: usize, value: &mut String) -> Result<()> {
        let character = match self.byte(0) {
            b'0' => '\0',
            b'a' => '\x07',
            b'b' => '\x08',
            b't' | b'\t' => '\t',
            b'n' => '\n',
            b'v' => '\x0B',
            b'f' => '\x0C',
            b'r' => '\r',
            b'e' => '\x1B',
            b' ' => ' ',
            b'"' => '"',
            b'\'' => '\'',
            b'\\' => '\\',
            b'N' => '\u{85}',
            b'_' => '\u{A0}',
            b'L' => '\u{2028}',
            b'P' => '\u{2029}',
            b'x' => return self.scan_code(2, value),
            b'u' => return self.scan_code(4, value),
            b'U' => return self.scan_code(8, value),
            _ if self.at >= self.bytes.len() => {
                return Err(self.unclosed_quote(opening));
            }
            _ => {
                return Err(self
                    .error(self.at - 1, "found unknown escape character")
                    .expecting("one of \\0 \\a \\b \\t \\n \\v \\f \\r \\e \\\" \\' \\\\ \\N \\_ \\L \\P \\x \\u \\U")
                    .hint("write the backslash twice, or use single quotes, in which it means itself"));
            }
        };
        self.at += 1;
        value.push(character);
        Ok(())
    }

    /// Scans the hexadecimal digits behind `\x`, `\u` or `\U`.
    fn scan_code(&mut self, length: usize, value: &mut String) -> Result<()> {
        let escape = self.at - 1;
        let digits = self.bytes.get(self.at + 1..self.at + 1 + length);
        let code = digits.and_then(|digits| {
            digits.iter().try_fold(0u32, |code, &byte| {
                Some(code << 4 | char::from(byte).to_digit(16)?)
            })
        });
        let Some(code) = code else {
            return Err(self
                .error(escape, "did not find expected hexadecimal number")
                .expecting(format!("{length} hexadecimal digits")));
        };
        let Some(character) = char::from_u32(code) else {
            return Err(self
                .error(escape, "found invalid Unicode character escape code")
                .expecting("a Unicode character; surrogates and codes above 10FFFF are none")
                .hint(
                    "a character beyond FFFF is written as \\U and eight digits, not as two \\u",
                ));
        };
        value.push(character);
        self.at += 1 + length;
        Ok(())
    }
}
