//! Scalars without quotes, and the folding of lines that they share with quoted ones.

use super::Scanner;
use crate::Result;
use crate::parse::characters::{
    BLANK, BREAK, COLON, FLOW, blank_or_end, break_length, is, is_separator,
};
use std::borrow::Cow;

/// Line breaks and what they become when the lines around them are joined: one break a space, more
/// breaks one less. LS and PS are kept as they are.
#[derive(Default)]
pub(super) struct Fold {
    first: &'static str,
    more: String,
    seen: bool,
}

impl Fold {
    pub(super) fn add(&mut self, line_break: &'static str) {
        if self.seen {
            self.more.push_str(line_break);
        } else {
            self.seen = true;
            self.first = line_break;
        }
    }

    /// Drops the first break, which was escaped.
    pub(super) fn escaped() -> Self {
        Self {
            seen: true,
            ..Self::default()
        }
    }

    /// Appends what the breaks become.
    pub(super) fn push_onto(&self, text: &mut String) {
        if self.first != "\n" {
            text.push_str(self.first);
        } else if self.more.is_empty() {
            text.push(' ');
        }
        text.push_str(&self.more);
    }
}

impl<'a> Scanner<'a> {
    /// Skips a line break and returns how it is kept in a scalar; `None` if there is none.
    pub(super) fn take_break(&mut self) -> Option<&'static str> {
        let kept = if is_separator(self.bytes, self.at) {
            if self.byte(2) == 0xA8 {
                "\u{2028}"
            } else {
                "\u{2029}"
            }
        } else {
            "\n"
        };
        self.skip_break().then_some(kept)
    }

    /// Scans a plain scalar: its text and the offset of its end. (The scanner may have gone on to
    /// the next line, to see whether the scalar goes on there.)
    pub(super) fn scan_plain(&mut self) -> Result<(Cow<'a, str>, usize)> {
        let start = self.at;
        let mut end = self.scan_plain_line();
        let mut value = Cow::Borrowed(&self.text[start..end]);
        while break_length(self.bytes, self.at) > 0 {
            let fold = self.scan_plain_breaks(start)?;
            // Whatever comes now is on a line of its own, where a key may begin.
            self.key_allowed = true;
            let goes_on = self.at < self.bytes.len()
                && (!self.flow.is_empty() || self.column() >= self.least_column)
                && self.byte(0) != b'#'
                && !(self.column() == 0 && self.document_indicator().is_some());
            if !goes_on {
                break;
            }
            let line = self.at;
            let line_end = self.scan_plain_line();
            if line_end == line {
                break;
            }
            self.key_allowed = false;
            let text = value.to_mut();
            fold.push_onto(text);
            text.push_str(&self.text[line..line_end]);
            end = line_end;
        }
        Ok((value, end))
    }

    /// Goes over one line of a plain scalar and the blanks behind it; returns the offset where the
    /// text ends, which is the present one if there is none.
    fn scan_plain_line(&mut self) -> usize {
        let classes = if self.flow.is_empty() {
            BLANK | BREAK | COLON
        } else {
            BLANK | BREAK | COLON | FLOW
        };
        let bytes = self.bytes;
        let mut end = self.at;
        let mut at = self.at;
        loop {
            let word = at;
            while let Some(&byte) = bytes.get(at) {
                if is(byte, classes) && Self::ends_plain(bytes, at, byte) {
                    break;
                }
                at += 1;
            }
            if at > word {
                end = at;
            }
            self.at = at;
            self.skip_blanks();
            if self.at == at || self.byte(0) == b'#' {
                return end;
            }
            at = self.at;
        }
    }

    /// Whether a byte of one of the classes that may end a word of a plain scalar does so.
    #[inline]
    fn ends_plain(bytes: &[u8], at: usize, byte: u8) -> bool {
        match byte {
            b':' => blank_or_end(bytes, at + 1),
            0xC2 | 0xE2 | b'\n' | b'\r' => break_length(bytes, at) > 0,
            _ => true,
        }
    }

    /// Goes over the breaks behind a line of a plain scalar, and the indentation after them.
    fn scan_plain_breaks(&mut self, start: usize) -> Result<Fold> {
        let mut fold = Fold::default();
        loop {
            match self.byte(0) {
                b' ' => self.at += 1,
                b'\t' if self.column() < self.least_column => {
                    return Err(self.tab_as_indentation(
                        start,
                        "found a tab character that violates indentation",
                    ));
                }
                b'\t' => self.at += 1,
                _ => match self.take_break() {
                    Some(line_break) => fold.add(line_break),
                    None => return Ok(fold),
                },
            }
        }
    }
}
