//! Block scalars: `|` and `>`.

use super::Scanner;
use crate::parse::characters::break_length;
use crate::{Result, Style};
use std::borrow::Cow;

/// Which line breaks at the end are kept.
#[derive(Clone, Copy, PartialEq)]
enum Chomp {
    /// `-`: none.
    Strip,
    /// One.
    Clip,
    /// `+`: all.
    Keep,
}

impl<'a> Scanner<'a> {
    /// Scans a block scalar, its header included.
    pub(super) fn scan_block_scalar(&mut self, style: Style) -> Result<Cow<'a, str>> {
        let start = self.at;
        self.at += 1;
        let (chomp, increment) = self.scan_block_indicators(start)?;
        let around = self.least_column.saturating_sub(1);
        let mut indent = increment.map_or(0, |increment| around + increment);

        let mut value = String::new();
        // The break behind the line before, and the empty lines behind that.
        let mut line_break = "";
        let mut empty_lines = String::new();
        self.scan_block_breaks(start, &mut indent, &mut empty_lines)?;
        let mut after_blank = false;
        while self.column() == indent && self.at < self.bytes.len() {
            let starts_blank = matches!(self.byte(0), b' ' | b'\t');
            let folds = style == Style::Folded && !after_blank && !starts_blank;
            if folds && line_break == "\n" {
                if empty_lines.is_empty() {
                    value.push(' ');
                }
            } else {
                value.push_str(line_break);
            }
            value.push_str(&empty_lines);
            empty_lines.clear();
            after_blank = starts_blank;

            let line = self.at;
            self.skip_line();
            value.push_str(&self.text[line..self.at]);
            line_break = self.take_break().unwrap_or("");
            self.scan_block_breaks(start, &mut indent, &mut empty_lines)?;
        }
        if chomp != Chomp::Strip {
            value.push_str(line_break);
        }
        if chomp == Chomp::Keep {
            value.push_str(&empty_lines);
        }
        Ok(Cow::Owned(value))
    }

    /// Scans the rest of the header's line: chomping, indentation (in either order), a comment.
    fn scan_block_indicators(&mut self, start: usize) -> Result<(Chomp, Option<usize>)> {
        let mut chomp = None;
        let mut increment = None;
        loop {
            match self.byte(0) {
                b'+' if chomp.is_none() => chomp = Some(Chomp::Keep),
                b'-' if chomp.is_none() => chomp = Some(Chomp::Strip),
                b'0' if increment.is_none() => {
                    return Err(self
                        .error(self.at, "found an indentation indicator equal to 0")
                        .expecting("a digit from 1 to 9"));
                }
                digit @ b'1'..=b'9' if increment.is_none() => {
                    increment = Some(usize::from(digit - b'0'));
                }
                _ => break,
            }
            self.at += 1;
        }
        self.skip_blanks();
        if self.byte(0) == b'#' {
            self.skip_comment();
        }
        if self.at < self.bytes.len() && break_length(self.bytes, self.at) == 0 {
            return Err(self
                .error(self.at, "did not find expected comment or line break")
                .expecting("the text of the block on the next line, indented")
                .label(self.position(start), "the block begins here")
                .hint("put text that begins with | or > into quotes"));
        }
        self.skip_break();
        Ok((chomp.unwrap_or(Chomp::Clip), increment))
    }

    /// Goes over empty lines and the indentation of the next line that is not empty. The first
    /// time, when no indentation is known, it is found here.
    fn scan_block_breaks(
        &mut self,
        start: usize,
        indent: &mut usize,
        breaks: &mut String,
    ) -> Result<()> {
        let mut deepest = 0;
        loop {
            while (*indent == 0 || self.column() < *indent) && self.byte(0) == b' ' {
                self.at += 1;
            }
            deepest = deepest.max(self.column());
            if (*indent == 0 || self.column() < *indent) && self.byte(0) == b'\t' {
                return Err(self.tab_as_indentation(
                    start,
                    "found a tab character where an indentation space is expected",
                ));
            }
            match self.take_break() {
                Some(line_break) => breaks.push_str(line_break),
                None => break,
            }
        }
        if *indent == 0 {
            *indent = deepest.max(self.least_column).max(1);
        }
        Ok(())
    }
}
