//! Anchors, aliases, tags and directives.

use super::Scanner;
use crate::Result;
use crate::parse::characters::{URI, WORD, blank_or_end, break_length, is};
use crate::parse::token::{Token, TokenKind};
use std::borrow::Cow;

impl<'a> Scanner<'a> {
    /// Scans `&name` or `*name`.
    pub(super) fn scan_name(&mut self, kind: TokenKind) -> Result<Token<'a>> {
        let start = self.at;
        self.at += 1;
        self.skip_word();
        let follows = matches!(
            self.byte(0),
            b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'
        );
        if self.at == start + 1 || !(follows || blank_or_end(self.bytes, self.at)) {
            let (what, sign) = if kind == TokenKind::Anchor {
                ("anchor", '&')
            } else {
                ("alias", '*')
            };
            return Err(self
                .error(
                    self.at,
                    "did not find expected alphabetic or numeric character",
                )
                .expecting(format!(
                    "the name of an {what}: letters, digits, '-' and '_'"
                ))
                .label(self.position(start), format!("the {what} begins here"))
                .hint(format!("put text that begins with {sign} into quotes")));
        }
        let mut token = Token::new(kind, start, self.at);
        token.value = Cow::Borrowed(&self.text[start + 1..self.at]);
        Ok(token)
    }

    fn skip_word(&mut self) {
        while is(self.byte(0), WORD) {
            self.at += 1;
        }
    }

    /// Scans `!suffix`, `!handle!suffix`, `!!suffix`, `!` or `!<uri>`. The single `!` has no
    /// handle and the suffix `!`.
    pub(super) fn scan_tag(&mut self) -> Result<Token<'a>> {
        let start = self.at;
        let mut handle = 0;
        let value;
        if self.byte(1) == b'<' {
            self.at += 2;
            value = self.scan_uri(start)?;
            if self.byte(0) != b'>' {
                return Err(self
                    .error(self.at, "did not find the expected '>'")
                    .label(self.position(start), "the tag begins here"));
            }
            self.at += 1;
        } else {
            self.at += 1;
            self.skip_word();
            if self.byte(0) == b'!' {
                self.at += 1;
                handle = self.at - start;
                value = self.scan_uri(start)?;
            } else {
                self.at = start + 1;
                if is(self.byte(0), WORD | URI) {
                    handle = 1;
                    value = self.scan_uri(start)?;
                } else {
                    value = Cow::Borrowed("!");
                }
            }
        }
        if !blank_or_end(self.bytes, self.at) {
            return Err(self
                .error(self.at, "did not find expected whitespace or line break")
                .expecting("a blank behind the tag")
                .label(self.position(start), "the tag begins here")
                .hint("put text that begins with ! into quotes"));
        }
        let mut token = Token::new(TokenKind::Tag, start, self.at);
        token.handle = handle as u32;
        token.value = value;
        Ok(token)
    }

    /// Scans the characters of a tag, one at least; `%` and two digits are a byte of UTF-8.
    fn scan_uri(&mut self, start: usize) -> Result<Cow<'a, str>> {
        let from = self.at;
        let mut escaped = false;
        while is(self.byte(0), WORD | URI) {
            escaped |= self.byte(0) == b'%';
            self.at += 1;
        }
        if self.at == from {
            return Err(self
                .error(self.at, "did not find expected tag URI")
                .label(self.position(start), "the tag begins here"));
        }
        let raw = &self.text[from..self.at];
        if !escaped {
            return Ok(Cow::Borrowed(raw));
        }
        let mut bytes = Vec::with_capacity(raw.len());
        let mut rest = raw.as_bytes();
        while let Some((&byte, tail)) = rest.split_first() {
            rest = tail;
            if byte != b'%' {
                bytes.push(byte);
                continue;
            }
            let digit = |at: usize| tail.get(at).and_then(|&byte| char::from(byte).to_digit(16));
            let (Some(high), Some(low)) = (digit(0), digit(1)) else {
                return Err(self
                    .error(from, "did not find URI escaped octet")
                    .expecting("two hexadecimal digits behind each '%'"));
            };
            bytes.push((high << 4 | low) as u8);
            rest = &tail[2..];
        }
        String::from_utf8(bytes)
            .map(Cow::Owned)
            .map_err(|_| self.error(from, "found an incorrect UTF-8 octet in a tag"))
    }

    /// Scans `%YAML 1.1` or `%TAG !handle! prefix` to the end of its line.
    pub(super) fn scan_directive(&mut self) -> Result<Token<'a>> {
        let start = self.at;
        self.at += 1;
        self.skip_word();
        let name = &self.text[start + 1..self.at];
        let mut token = match name {
            _ if name.is_empty() => {
                return Err(self
                    .error(start, "could not find expected directive name")
                    .hint("put text that begins with % into quotes"));
            }
            _ if !blank_or_end(self.bytes, self.at) => {
                return Err(self.error(self.at, "found unexpected non-alphabetical character"));
            }
            "YAML" => self.scan_version(start)?,
            "TAG" => self.scan_tag_directive()?,
            _ => {
                return Err(self
                    .error(start, "found unknown directive name")
                    .expecting("%YAML or %TAG"));
            }
        };
        token.end = self.at as u32;
        self.skip_blanks();
        if self.byte(0) == b'#' {
            self.skip_line();
        }
        if self.at < self.bytes.len() && break_length(self.bytes, self.at) == 0 {
            return Err(self.error(self.at, "did not find expected comment or line break"));
        }
        self.skip_break();
        Ok(token)
    }

    fn scan_version(&mut self, start: usize) -> Result<Token<'a>> {
        self.skip_blanks();
        let from = self.at;
        while matches!(self.byte(0), b'0'..=b'9' | b'.') {
            self.at += 1;
        }
        if &self.text[from..self.at] == "1.1" {
            return Ok(Token::new(TokenKind::VersionDirective, start, self.at));
        }
        Err(self
            .error(from, "found incompatible YAML document")
            .expecting("%YAML 1.1, the only version that kustomize reads")
            .hint("remove the directive"))
    }

    fn scan_tag_directive(&mut self) -> Result<Token<'a>> {
        self.skip_blanks();
        let start = self.at;
        if self.byte(0) == b'!' {
            self.at += 1;
            self.skip_word();
            if self.byte(0) == b'!' {
                self.at += 1;
            }
        }
        let handle = self.at - start;
        if handle == 0 || (handle > 1 && self.bytes[self.at - 1] != b'!') {
            return Err(self
                .error(start, "did not find expected '!'")
                .expecting("a handle such as !name!"));
        }
        if !matches!(self.byte(0), b' ' | b'\t') {
            return Err(self.error(self.at, "did not find expected whitespace"));
        }
        self.skip_blanks();
        let value = self.scan_uri(self.at)?;
        if !blank_or_end(self.bytes, self.at) {
            return Err(self.error(self.at, "did not find expected whitespace or line break"));
        }
        let mut token = Token::new(TokenKind::TagDirective, start, self.at);
        token.handle = handle as u32;
        token.value = value;
        Ok(token)
    }
}
