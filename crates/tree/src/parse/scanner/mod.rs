//! From text to tokens: libyaml's scanner, as go-yaml v3 has it.
//!
//! Indentation becomes tokens here ([`TokenKind::BlockMappingStart`], [`TokenKind::BlockEnd`]), and
//! so do keys that have no `?`: such a *simple key* is known only when its `:` is met. A scalar's
//! `:` is looked for at once, behind the scalar; for other nodes (anchors, tags, aliases, flow
//! collections) the place is remembered and the key token is put into the queue later. At most 1,024
//! characters may stand between, on one line, which bounds the queue.
//!
//! Columns are counted in bytes. Block structure depends only on columns of tokens that have
//! nothing but ASCII before them on their line, so the difference to characters never shows.

mod block;
mod fetch;
mod plain;
mod problem;
mod properties;
mod quoted;

use crate::parse::characters::{BLANK, BREAK, blank_or_end, break_length, is};
use crate::parse::comments::Comment;
use crate::parse::token::{Token, TokenKind};
use crate::{Diagnostic, Position, Result};
use std::collections::VecDeque;

/// How many characters a simple key may have (YAML 1.1, section 9.3).
const KEY_LENGTH: usize = 1024;

/// A place where a key without `?` may have begun.
#[derive(Clone, Copy, Default)]
struct SimpleKey {
    possible: bool,
    /// At the indentation of a block collection nothing but a key can be.
    required: bool,
    /// The number of the token that would be the key's first, counted from the start.
    token: usize,
    start: usize,
    line_start: usize,
}

pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) base: u32,
    /// Offset of the next byte to look at.
    pub(super) at: usize,
    /// Offset of the first byte of the current line.
    line_start: usize,
    /// The least column of what is inside the innermost block collection, one more than that of
    /// the collection; 0 outside of all.
    least_column: usize,
    /// The same of the collections around.
    least_columns: Vec<usize>,
    /// Where the `[` and `{` around the current place are.
    flow: Vec<u32>,
    /// One for each flow level and one for the block context; see [`SimpleKey`].
    keys: Vec<SimpleKey>,
    /// No key below this level is possible any more.
    oldest_key: usize,
    /// Whether a simple key may begin here.
    key_allowed: bool,
    queue: VecDeque<Token<'a>>,
    /// How many tokens have left the queue.
    taken: usize,
    ended: bool,
    /// Whether the present document has no content yet.
    document_began: bool,
    /// The comments so far, when they are wanted.
    pub(super) comments: Option<Vec<Comment>>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str, base: u32) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            base,
            at: 0,
            line_start: 0,
            least_column: 0,
            least_columns: Vec::new(),
            flow: Vec::new(),
            keys: vec![SimpleKey::default()],
            oldest_key: 0,
            key_allowed: true,
            queue: VecDeque::with_capacity(16),
            taken: 0,
            ended: false,
            document_began: true,
            comments: None,
        }
    }

    /// The position of byte `offset`.
    pub(super) fn position(&self, offset: usize) -> Position {
        Position::new(self.base, offset)
    }

    /// A syntax error at byte `offset`.
    pub(super) fn error(&self, offset: usize, message: impl Into<String>) -> Box<Diagnostic> {
        Diagnostic::error("yaml-syntax", message).at(self.position(offset))
    }

    /// The next token, which stays where it is.
    pub(super) fn peek(&mut self) -> Result<&Token<'a>> {
        self.fill()?;
        Ok(self
            .queue
            .front()
            .expect("fill leaves a token in the queue until the stream end is taken"))
    }

    /// Takes the token that [`Scanner::peek`] showed.
    pub(super) fn take(&mut self) -> Token<'a> {
        self.taken += 1;
        self.queue
            .pop_front()
            .expect("a token is taken only after it was peeked at")
    }

    /// Scans until the first token of the queue is final.
    fn fill(&mut self) -> Result<()> {
        loop {
            if !self.queue.is_empty() && !self.first_token_may_be_key()? {
                return Ok(());
            }
            if self.ended {
                // Only after the stream end was taken; give it again.
                self.push(TokenKind::StreamEnd, self.at);
                return Ok(());
            }
            self.fetch()?;
        }
    }

    fn first_token_may_be_key(&mut self) -> Result<bool> {
        while let Some(&key) = self.keys.get(self.oldest_key) {
            if key.possible && self.is_fresh(key)? {
                return Ok(key.token == self.taken);
            }
            self.keys[self.oldest_key].possible = false;
            if self.oldest_key + 1 == self.keys.len() {
                break;
            }
            self.oldest_key += 1;
        }
        Ok(false)
    }

    /// Whether the `:` of this key may still come.
    fn is_fresh(&self, key: SimpleKey) -> Result<bool> {
        if key.line_start == self.line_start && self.within_key_length(key.start) {
            return Ok(true);
        }
        if key.required {
            return Err(self.missing_colon(key.start));
        }
        Ok(false)
    }

    fn within_key_length(&self, start: usize) -> bool {
        let length = self.at - start;
        length <= KEY_LENGTH
            || (length <= 4 * KEY_LENGTH
                && self.bytes[start..self.at]
                    .iter()
                    .filter(|&&byte| byte & 0xC0 != 0x80)
                    .count()
                    <= KEY_LENGTH)
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        let token = Token::new(kind, start, self.at);
        self.queue.push_back(token);
    }

    /// Consumes `length` bytes as a token.
    fn push_indicator(&mut self, kind: TokenKind, length: usize) {
        let start = self.at;
        self.at += length;
        self.push(kind, start);
    }

    fn column(&self) -> usize {
        self.at - self.line_start
    }

    /// The byte `ahead` of the current one; 0, which no text contains, behind the end.
    #[inline]
    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn blank_follows(&self) -> bool {
        blank_or_end(self.bytes, self.at + 1)
    }

    /// `---` or `...` at the current place, which must be the start of a line.
    fn document_indicator(&self) -> Option<TokenKind> {
        let kind = match self.bytes.get(self.at..self.at + 3)? {
            b"---" => TokenKind::DocumentStart,
            b"..." => TokenKind::DocumentEnd,
            _ => return None,
        };
        blank_or_end(self.bytes, self.at + 3).then_some(kind)
    }

    /// Skips blanks, comments and line breaks.
    fn skip_to_token(&mut self) {
        loop {
            if self.document_began
                && self.column() == 0
                && self.bytes[self.at..].starts_with(b"\xEF\xBB\xBF")
            {
                // A byte order mark may begin each document; it has no width. (libyaml lets it
                // begin any line, but go-yaml takes it for text there.)
                self.at += '\u{FEFF}'.len_utf8();
                self.line_start = self.at;
            }
            // At the start of a line, and behind an indicator, a tab is not indentation.
            let tabs = !self.key_allowed || !self.flow.is_empty();
            while let b' ' | b'\t' = self.byte(0) {
                if self.byte(0) == b'\t' && !tabs {
                    break;
                }
                self.at += 1;
            }
            if self.byte(0) == b'#' {
                self.skip_comment();
            }
            if !self.skip_break() {
                return;
            }
            if self.flow.is_empty() {
                self.key_allowed = true;
            }
        }
    }

    /// Skips the rest of the line, which is a comment.
    fn skip_comment(&mut self) {
        let start = self.at;
        self.skip_line();
        if let Some(comments) = &mut self.comments {
            comments.push(Comment {
                start,
                end: self.at,
                line_start: self.line_start,
                in_flow: !self.flow.is_empty(),
            });
        }
    }

    /// Goes to the end of the line.
    fn skip_line(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            if is(byte, BREAK) && break_length(self.bytes, self.at) > 0 {
                return;
            }
            self.at += 1;
        }
    }

    /// Skips a line break if there is one.
    #[inline]
    fn skip_break(&mut self) -> bool {
        let length = break_length(self.bytes, self.at);
        if length == 0 {
            return false;
        }
        self.at += length;
        self.line_start = self.at;
        true
    }

    fn skip_blanks(&mut self) {
        while is(self.byte(0), BLANK) {
            self.at += 1;
        }
    }

    /// Ends the block collections at `column` and behind it.
    fn unroll(&mut self, column: usize) {
        if !self.flow.is_empty() {
            return;
        }
        while self.least_column > column {
            self.push(TokenKind::BlockEnd, self.at);
            self.least_column = self.least_columns.pop().unwrap_or(0);
        }
    }

    /// Begins a block collection at the column of byte `start` if it is deeper than the present
    /// one. Its token goes before token number `before`, or to the end.
    fn roll(&mut self, start: usize, line_start: usize, kind: TokenKind, before: Option<usize>) {
        let column = start - line_start;
        if !self.flow.is_empty() || self.least_column > column {
            return;
        }
        self.least_columns.push(self.least_column);
        self.least_column = column + 1;
        let token = Token::new(kind, start, start);
        match before {
            None => self.queue.push_back(token),
            Some(number) => self.queue.insert(number - self.taken, token),
        }
    }

    /// Remembers that a key may begin here.
    fn save_key(&mut self) -> Result<()> {
        if !self.key_allowed {
            return Ok(());
        }
        self.forget_key()?;
        let level = self.keys.len() - 1;
        self.keys[level] = SimpleKey {
            possible: true,
            required: self.key_required(),
            token: self.taken + self.queue.len(),
            start: self.at,
            line_start: self.line_start,
        };
        self.oldest_key = self.oldest_key.min(level);
        Ok(())
    }

    fn key_required(&self) -> bool {
        self.flow.is_empty() && self.least_column == self.column() + 1
    }

    /// Gives up the place remembered at this level; it was no key.
    fn forget_key(&mut self) -> Result<()> {
        let level = self.keys.len() - 1;
        let key = self.keys[level];
        if key.possible && key.required {
            return Err(self.missing_colon(key.start));
        }
        self.keys[level].possible = false;
        Ok(())
    }
}
