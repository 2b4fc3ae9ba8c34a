//! What each token does to the scanner: which one begins here, and whether it may.

use super::{Scanner, SimpleKey};
use crate::parse::token::{Token, TokenKind};
use crate::{Result, Style};
use std::borrow::Cow;

impl<'a> Scanner<'a> {
    /// Scans one token (or a few that belong together).
    pub(super) fn fetch(&mut self) -> Result<()> {
        self.skip_to_token();
        self.document_began = false;
        self.unroll(self.column() + 1);
        let Some(&byte) = self.bytes.get(self.at) else {
            return self.fetch_stream_end();
        };
        if self.column() == 0 {
            if byte == b'%' {
                return self.fetch_directive();
            }
            if let Some(kind) = self.document_indicator() {
                self.unroll(0);
                self.forget_key()?;
                self.key_allowed = false;
                self.document_began = true;
                self.push_indicator(kind, 3);
                return Ok(());
            }
        }
        let in_flow = !self.flow.is_empty();
        match byte {
            b'[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => {
                self.forget_key()?;
                self.key_allowed = true;
                self.push_indicator(TokenKind::FlowEntry, 1);
                Ok(())
            }
            b'-' if self.blank_follows() => self.fetch_block_entry(),
            b'?' if in_flow || self.blank_follows() => self.fetch_key(),
            b':' if in_flow || self.blank_follows() => self.fetch_value(),
            b'*' => self.fetch_name(TokenKind::Alias),
            b'&' => self.fetch_name(TokenKind::Anchor),
            b'!' => {
                self.save_key()?;
                self.key_allowed = false;
                let token = self.scan_tag()?;
                self.queue.push_back(token);
                Ok(())
            }
            b'|' if !in_flow => self.fetch_block_scalar(Style::Literal),
            b'>' if !in_flow => self.fetch_block_scalar(Style::Folded),
            b'\'' => self.fetch_scalar(Style::SingleQuoted),
            b'"' => self.fetch_scalar(Style::DoubleQuoted),
            b'\t' | b'#' | b'%' | b'@' | b'`' | b'|' | b'>' => Err(self.cannot_start(byte)),
            // A `-`, `?` or `:` that did not fit above, and everything else, begins a plain scalar.
            _ => self.fetch_scalar(Style::Plain),
        }
    }

    fn fetch_stream_end(&mut self) -> Result<()> {
        // As if a line break came: no key is possible any more.
        self.line_start = self.at;
        self.unroll(0);
        self.forget_key()?;
        self.key_allowed = false;
        self.ended = true;
        self.push(TokenKind::StreamEnd, self.at);
        Ok(())
    }

    fn fetch_directive(&mut self) -> Result<()> {
        self.unroll(0);
        self.forget_key()?;
        self.key_allowed = false;
        let token = self.scan_directive()?;
        self.queue.push_back(token);
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: TokenKind) -> Result<()> {
        self.save_key()?;
        self.flow.push(self.at as u32);
        self.keys.push(SimpleKey::default());
        self.key_allowed = true;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind) -> Result<()> {
        self.forget_key()?;
        if self.flow.pop().is_some() {
            self.keys.pop();
            self.oldest_key = self.oldest_key.min(self.keys.len() - 1);
        }
        self.key_allowed = false;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<()> {
        if self.flow.is_empty() {
            if !self.key_allowed {
                return Err(self.misplaced_entry());
            }
            self.roll(
                self.at,
                self.line_start,
                TokenKind::BlockSequenceStart,
                None,
            );
        }
        self.forget_key()?;
        self.key_allowed = true;
        self.push_indicator(TokenKind::BlockEntry, 1);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<()> {
        if self.flow.is_empty() {
            if !self.key_allowed {
                return Err(self.error(self.at, "mapping keys are not allowed in this context"));
            }
            self.roll(self.at, self.line_start, TokenKind::BlockMappingStart, None);
        }
        self.forget_key()?;
        self.key_allowed = self.flow.is_empty();
        self.push_indicator(TokenKind::Key, 1);
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<()> {
        let level = self.keys.len() - 1;
        let key = self.keys[level];
        if key.possible && self.is_fresh(key)? {
            let token = Token::new(TokenKind::Key, key.start, key.start);
            self.queue.insert(key.token - self.taken, token);
            let kind = TokenKind::BlockMappingStart;
            self.roll(key.start, key.line_start, kind, Some(key.token));
            self.keys[level].possible = false;
            self.key_allowed = false;
        } else {
            if self.flow.is_empty() {
                if !self.key_allowed {
                    return Err(self.misplaced_value());
                }
                self.roll(self.at, self.line_start, TokenKind::BlockMappingStart, None);
            }
            self.keys[level].possible = false;
            self.key_allowed = self.flow.is_empty();
        }
        self.push_indicator(TokenKind::Value, 1);
        Ok(())
    }

    fn fetch_name(&mut self, kind: TokenKind) -> Result<()> {
        self.save_key()?;
        self.key_allowed = false;
        let token = self.scan_name(kind)?;
        self.queue.push_back(token);
        Ok(())
    }

    fn fetch_block_scalar(&mut self, style: Style) -> Result<()> {
        self.forget_key()?;
        self.key_allowed = true;
        let start = self.at;
        let value = self.scan_block_scalar(style)?;
        self.push_scalar(style, start, self.at, value);
        Ok(())
    }

    /// Scans a plain or quoted scalar and, if it turns out to be a key, what comes with that.
    fn fetch_scalar(&mut self, style: Style) -> Result<()> {
        let (start, line_start) = (self.at, self.line_start);
        let may_be_key = self.key_allowed;
        let required = self.key_required();
        if may_be_key {
            self.forget_key()?;
        }
        self.key_allowed = false;
        let (value, end) = match style {
            Style::Plain => self.scan_plain()?,
            _ => (self.scan_quoted(style)?, self.at),
        };
        if may_be_key {
            if line_start == self.line_start && self.value_follows(start) {
                let kind = TokenKind::BlockMappingStart;
                self.roll(start, line_start, kind, None);
                self.queue
                    .push_back(Token::new(TokenKind::Key, start, start));
                self.push_scalar(style, start, end, value);
                self.push_indicator(TokenKind::Value, 1);
                return Ok(());
            }
            if required {
                return Err(self.missing_colon(start));
            }
        }
        self.push_scalar(style, start, end, value);
        Ok(())
    }

    /// Goes to the `:` that makes the scalar just scanned a key, if there is one.
    fn value_follows(&mut self, start: usize) -> bool {
        let here = self.at;
        self.skip_blanks();
        let found = self.byte(0) == b':'
            && (!self.flow.is_empty() || self.blank_follows())
            && self.within_key_length(start);
        if !found {
            self.at = here;
        }
        found
    }

    fn push_scalar(&mut self, style: Style, start: usize, end: usize, value: Cow<'a, str>) {
        let mut token = Token::new(TokenKind::Scalar(style), start, end);
        token.value = value;
        self.queue.push_back(token);
    }
}
