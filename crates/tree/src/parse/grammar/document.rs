//! Documents and the directives before them.

use super::{Event, EventKind, Grammar, State};
use crate::parse::token::{Token, TokenKind};
use crate::{Diagnostic, Result};

impl<'a> Grammar<'a> {
    pub(super) fn document_start(&mut self, implicit: bool) -> Result<Event<'a>> {
        if !implicit {
            while self.peek_kind()? == TokenKind::DocumentEnd {
                self.scanner.take();
            }
        }
        let token = self.peek()?;
        let (kind, start) = (token.kind, token.start);
        self.tag_prefixes.clear();
        match kind {
            TokenKind::StreamEnd => {
                self.state = State::End;
                return Ok(Event::new(EventKind::StreamEnd, start));
            }
            TokenKind::VersionDirective | TokenKind::TagDirective | TokenKind::DocumentStart => {
                self.directives()?;
                if self.peek_kind()? != TokenKind::DocumentStart {
                    return Err(self.missing_document_start()?);
                }
                self.scanner.take();
                self.state = State::DocumentContent;
            }
            _ if implicit => self.state = State::DocumentNode,
            _ => return Err(self.missing_document_start()?),
        }
        self.states.push(State::DocumentEnd);
        Ok(Event::new(EventKind::DocumentStart, start))
    }

    fn missing_document_start(&mut self) -> Result<Box<Diagnostic>> {
        let error = self.unexpected("did not find expected <document start>", "document")?;
        Ok(error
            .expecting("the end of the document, or --- before another one")
            .hint("check the indentation of this line: it is not part of what is above"))
    }

    fn directives(&mut self) -> Result<()> {
        let mut version = false;
        loop {
            match self.peek_kind()? {
                TokenKind::VersionDirective => {
                    let token = self.scanner.take();
                    if version {
                        let start = token.start as usize;
                        let message = "found duplicate %YAML directive";
                        return Err(self.scanner.error(start, message));
                    }
                    version = true;
                }
                TokenKind::TagDirective => {
                    let token = self.scanner.take();
                    let handle = self.handle(&token);
                    if self.tag_prefixes.iter().any(|(known, _)| *known == handle) {
                        let start = token.start as usize;
                        let message = "found duplicate %TAG directive";
                        return Err(self.scanner.error(start, message));
                    }
                    self.tag_prefixes.push((handle, token.value));
                }
                _ => return Ok(()),
            }
        }
    }

    pub(super) fn handle(&self, token: &Token<'a>) -> &'a str {
        let start = token.start as usize;
        &self.scanner.text[start..start + token.handle as usize]
    }

    pub(super) fn document_content(&mut self) -> Result<Event<'a>> {
        let token = self.peek()?;
        let start = token.start;
        match token.kind {
            TokenKind::VersionDirective
            | TokenKind::TagDirective
            | TokenKind::DocumentStart
            | TokenKind::DocumentEnd
            | TokenKind::StreamEnd => {
                let next = self.pop_state();
                Ok(self.empty_scalar(next, start))
            }
            _ => self.node(true, false),
        }
    }

    pub(super) fn document_end(&mut self) -> Result<Event<'a>> {
        let token = self.peek()?;
        let (kind, start) = (token.kind, token.start);
        if kind == TokenKind::DocumentEnd {
            self.scanner.take();
        }
        self.state = State::DocumentStart;
        Ok(Event::new(EventKind::DocumentEnd, start))
    }
}
