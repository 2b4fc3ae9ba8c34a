//! The page that a YAML printer fills: output text, current column, and the five ways to write a
//! scalar.
//!
//! The rules are libyaml's as go-yaml has them. Columns count characters, not bytes.

use super::INFALLIBLE;
use super::analysis::{Dialect, is_break, is_printable};
use std::fmt::Write as _;

/// go-yaml v2 breaks a line at the first chance after this column.
const FOLD_AFTER: usize = 80;

/// Spaces that one level of indentation adds, and the hint of block scalars that need one.
pub(super) const INDENT: usize = 2;

/// In bytes; libyaml writes longer keys behind a `?`.
pub(super) const LONGEST_SIMPLE_KEY: usize = 128;

/// Output under construction.
pub(super) struct Page<'o> {
    out: &'o mut String,
    /// Where in `out` the current line begins.
    line_start: usize,
    dialect: Dialect,
}

/// What the place of a scalar asks of its form.
#[derive(Clone, Copy)]
pub(super) struct Fit {
    /// Where continuation lines begin.
    pub(super) indent: usize,
    /// Whether lines may be broken; not in keys.
    pub(super) may_break: bool,
}

impl<'o> Page<'o> {
    /// A page that continues `out`, which must be empty or end a line.
    pub(super) fn new(out: &'o mut String, dialect: Dialect) -> Self {
        let line_start = out.len();
        Self {
            out,
            line_start,
            dialect,
        }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    /// The text since byte `start`, and where in it the current line begins, if it does there.
    pub(super) fn since(&self, start: usize) -> (&str, Option<usize>) {
        (&self.out[start..], self.line_since(start))
    }

    /// Where in the text since byte `start` the current line begins, unless it began before.
    pub(super) fn line_since(&self, start: usize) -> Option<usize> {
        self.line_start.checked_sub(start)
    }

    /// Adds text that was taken with [`Self::since`], where what is before it on its first line is
    /// as long as it was there.
    pub(super) fn paste(&mut self, text: &str, line_start: Option<usize>) {
        if let Some(line_start) = line_start {
            self.line_start = self.out.len() + line_start;
        }
        self.out.push_str(text);
    }

    /// Adds text without a line break.
    pub(super) fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Lets `write` add text without a line break.
    pub(super) fn push_with<T>(&mut self, write: impl FnOnce(&mut String) -> T) -> T {
        write(self.out)
    }

    /// Whether nothing stands on the current line.
    pub(super) fn at_line_start(&self) -> bool {
        self.line_start == self.out.len()
    }

    /// Adds a space, unless the line begins, or a space or an opening bracket stands before.
    pub(super) fn gap(&mut self) {
        if !self.at_line_start() && !self.out.ends_with([' ', '[', '{']) {
            self.out.push(' ');
        }
    }

    /// Ends the line.
    pub(super) fn end_line(&mut self) {
        self.out.push('\n');
        self.line_start = self.out.len();
    }

    /// Begins a new line, unless the current one is empty, at column `indent`.
    pub(super) fn new_line(&mut self, indent: usize) {
        if !self.at_line_start() {
            self.end_line();
        }
        self.spaces(indent);
    }

    fn spaces(&mut self, mut count: usize) {
        const SPACES: &str = "                                                                ";
        while count > SPACES.len() {
            self.out.push_str(SPACES);
            count -= SPACES.len();
        }
        self.out.push_str(&SPACES[..count]);
    }

    /// Characters on the current line.
    pub(super) fn column(&self) -> usize {
        self.out[self.line_start..].chars().count()
    }

    /// Whether output of up to this many bytes may reach beyond the fold.
    fn may_fold(&self, bytes: usize, fit: Fit) -> bool {
        fit.may_break
            && self.dialect == Dialect::V2
            && self.out.len() - self.line_start + bytes > FOLD_AFTER
    }

    /// Writes text as it is. The text has no breaks.
    pub(super) fn plain(&mut self, text: &str, fit: Fit) {
        if self.may_fold(text.len(), fit) {
            self.fold(text, fit, false, |page, part| page.out.push_str(part));
        } else {
            self.out.push_str(text);
        }
    }

    /// Writes text in single quotes. The text has no space beside a break.
    pub(super) fn single_quoted(&mut self, text: &str, fit: Fit) {
        self.out.push('\'');
        if text.contains(is_break) {
            self.single_quoted_lines(text, fit);
        } else if self.may_fold(text.len() * 2, fit) {
            self.fold(text, fit, false, Self::double_quotes_in);
        } else {
            self.double_quotes_in(text);
        }
        self.out.push('\'');
    }

    /// Writes text part by part, and breaks the line instead of writing a space where the line is
    /// full. That can be any space inside the text that does not follow another; `before_space`
    /// says whether it may also stand before one, which then needs a backslash.
    fn fold(&mut self, text: &str, fit: Fit, before_space: bool, write: impl Fn(&mut Self, &str)) {
        let bytes = text.as_bytes();
        let mut column = self.column();
        let mut written = 0;
        for at in 1..bytes.len().saturating_sub(1) {
            let space_follows = bytes[at + 1] == b' ';
            if bytes[at] != b' ' || bytes[at - 1] == b' ' || (space_follows && !before_space) {
                continue;
            }
            let start = self.out.len();
            write(self, &text[written..at]);
            column += self.out[start..].chars().count();
            written = at + 1;
            if column <= FOLD_AFTER {
                self.out.push(' ');
                column += 1;
                continue;
            }
            self.end_line();
            self.spaces(fit.indent);
            column = fit.indent;
            if space_follows {
                self.out.push('\\');
                column += 1;
            }
        }
        write(self, &text[written..]);
    }

    fn double_quotes_in(&mut self, text: &str) {
        let mut parts = text.split('\'');
        self.out.push_str(parts.next().unwrap_or_default());
        for part in parts {
            self.out.push_str("''");
            self.out.push_str(part);
        }
    }

    /// The first of several breaks is doubled, since reading folds one away.
    fn single_quoted_lines(&mut self, text: &str, fit: Fit) {
        let mut after_break = false;
        let mut after_space = false;
        for (at, char) in text.char_indices() {
            if char == ' ' {
                let alone = !after_space && !text[at + 1..].starts_with(' ');
                let inside = at > 0 && at + 1 < text.len();
                if alone && inside && self.may_fold(0, fit) && self.column() > FOLD_AFTER {
                    self.new_line(fit.indent);
                } else {
                    self.out.push(' ');
                }
                after_space = true;
                continue;
            }
            if is_break(char) {
                if !after_break && char == '\n' {
                    self.end_line();
                }
                self.write_break(char);
                after_break = true;
                continue;
            }
            if after_break {
                self.new_line(fit.indent);
            }
            if char == '\'' {
                self.out.push('\'');
            }
            self.out.push(char);
            after_break = false;
            after_space = false;
        }
    }

    fn write_break(&mut self, char: char) {
        self.out.push(char);
        self.line_start = self.out.len();
    }

    /// Writes text in double quotes, with escapes for what needs them.
    pub(super) fn double_quoted(&mut self, text: &str, fit: Fit) {
        self.out.push('"');
        if text.starts_with('\u{FEFF}') {
            // go-yaml looks for a byte order mark at the start only, but does so at each character.
            for char in text.chars() {
                self.escape(char);
            }
        } else if self.may_fold(text.len() * 4, fit) {
            self.fold(text, fit, true, Self::escape_in);
        } else {
            self.escape_in(text);
        }
        self.out.push('"');
    }

    fn escape_in(&mut self, text: &str) {
        let mut written = 0;
        for (at, char) in text.char_indices() {
            if matches!(char, '"' | '\\') || is_break(char) || !is_printable(char) {
                self.out.push_str(&text[written..at]);
                self.escape(char);
                written = at + char.len_utf8();
            }
        }
        self.out.push_str(&text[written..]);
    }

    fn escape(&mut self, char: char) {
        let short = match char {
            '\0' => "\\0",
            '\x07' => "\\a",
            '\x08' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\x0B' => "\\v",
            '\x0C' => "\\f",
            '\r' => "\\r",
            '\x1B' => "\\e",
            '"' => "\\\"",
            '\\' => "\\\\",
            '\u{85}' => "\\N",
            '\u{A0}' => "\\_",
            '\u{2028}' => "\\L",
            '\u{2029}' => "\\P",
            _ => {
                let code = u32::from(char);
                let written = match code {
                    0..=0xFF => write!(self.out, "\\x{code:02X}"),
                    0x100..=0xFFFF => write!(self.out, "\\u{code:04X}"),
                    _ => write!(self.out, "\\U{code:08X}"),
                };
                return written.expect(INFALLIBLE);
            }
        };
        self.out.push_str(short);
    }

    /// Writes what follows `|` or `>`: a hint of the indentation where the text itself begins with
    /// space, and how its end is kept.
    pub(super) fn block_hints(&mut self, text: &str) {
        if text.starts_with(|char| char == ' ' || is_break(char)) {
            write!(self.out, "{INDENT}").expect(INFALLIBLE);
        }
        let mut from_end = text.chars().rev();
        if !from_end.next().is_some_and(is_break) {
            self.out.push('-');
        } else if from_end.next().is_none_or(is_break) {
            self.out.push('+');
        }
    }

    /// Writes the lines of a `|` block.
    pub(super) fn literal_lines(&mut self, text: &str, indent: usize) {
        for line in text.split_inclusive(is_break) {
            let content = line.trim_end_matches(is_break);
            if !content.is_empty() {
                self.spaces(indent);
                self.out.push_str(content);
            }
            if let Some(end) = line[content.len()..].chars().next() {
                self.write_break(end);
            }
        }
    }

    /// Writes the lines of a `>` block. As in go-yaml, a break is doubled after each line that
    /// does not begin with space, whatever follows; unless the whole text begins with space.
    pub(super) fn folded_lines(&mut self, text: &str, indent: usize) {
        let blank = [' ', '\t'];
        let doubles = !text.trim_start_matches(is_break).starts_with(blank);
        for line in text.split_inclusive(is_break) {
            let content = line.trim_end_matches(is_break);
            if !content.is_empty() {
                self.spaces(indent);
                self.out.push_str(content);
            }
            let Some(end) = line[content.len()..].chars().next() else {
                continue;
            };
            if doubles && end == '\n' && !content.is_empty() && !content.starts_with(blank) {
                self.end_line();
            }
            self.write_break(end);
        }
    }
}
