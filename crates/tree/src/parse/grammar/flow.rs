//! The inside of `[]` and `{}`.

use super::{Event, EventKind, Grammar, State};
use crate::parse::token::TokenKind;
use crate::{Result, Style};

impl<'a> Grammar<'a> {
    /// Takes the `,` that must be before all entries but the first.
    fn flow_separator(&mut self, message: &'static str, what: &str) -> Result<()> {
        if self.peek_kind()? != TokenKind::FlowEntry {
            let error = self.unexpected(message, what)?;
            return Err(error.hint("a value that contains , ? [ ] { or } needs quotes here"));
        }
        self.scanner.take();
        Ok(())
    }

    pub(super) fn flow_sequence_entry(&mut self, first: bool) -> Result<Event<'a>> {
        if !first && self.peek_kind()? != TokenKind::FlowSequenceEnd {
            self.flow_separator("did not find expected ',' or ']'", "list")?;
        }
        match self.peek_kind()? {
            TokenKind::FlowSequenceEnd => Ok(self.close(EventKind::SequenceEnd)),
            TokenKind::Key => {
                // A single pair: `[a: b]` is a list of one mapping.
                let start = self.take_indicator().start;
                self.state = State::FlowPairKey;
                Ok(Event::new(EventKind::MappingStart(Style::Flow), start))
            }
            _ => self.node_then(State::FlowSequenceEntry, false, false),
        }
    }

    pub(super) fn flow_pair_key(&mut self) -> Result<Event<'a>> {
        let token = self.peek()?;
        let start = token.start;
        match token.kind {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                Ok(self.empty_scalar(State::FlowPairValue, start))
            }
            _ => self.node_then(State::FlowPairValue, false, false),
        }
    }

    pub(super) fn flow_pair_value(&mut self) -> Result<Event<'a>> {
        if self.peek_kind()? == TokenKind::Value {
            self.take_colon();
            if !matches!(
                self.peek_kind()?,
                TokenKind::FlowEntry | TokenKind::FlowSequenceEnd
            ) {
                return self.node_then(State::FlowPairEnd, false, false);
            }
        }
        let start = self.peek()?.start;
        Ok(self.empty_scalar(State::FlowPairEnd, start))
    }

    pub(super) fn flow_mapping_key(&mut self, first: bool) -> Result<Event<'a>> {
        if !first && self.peek_kind()? != TokenKind::FlowMappingEnd {
            self.flow_separator("did not find expected ',' or '}'", "mapping")?;
        }
        match self.peek_kind()? {
            TokenKind::FlowMappingEnd => Ok(self.close(EventKind::MappingEnd)),
            TokenKind::Key => {
                self.take_indicator();
                self.flow_mapping_part(State::FlowMappingValue)
            }
            _ => self.node_then(State::FlowMappingNoValue, false, false),
        }
    }

    pub(super) fn flow_mapping_value(&mut self) -> Result<Event<'a>> {
        let token = self.peek()?;
        let start = token.start;
        if token.kind != TokenKind::Value {
            return Ok(self.empty_scalar(State::FlowMappingKey, start));
        }
        self.take_colon();
        match self.peek_kind()? {
            TokenKind::FlowEntry | TokenKind::FlowMappingEnd => {
                let start = self.peek()?.start;
                Ok(self.empty_scalar(State::FlowMappingKey, start))
            }
            _ => self.node_then(State::FlowMappingKey, false, false),
        }
    }

    /// What is behind a `?` or the start of a simple key.
    fn flow_mapping_part(&mut self, next: State) -> Result<Event<'a>> {
        let token = self.peek()?;
        let start = token.start;
        match token.kind {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => {
                Ok(self.empty_scalar(next, start))
            }
            _ => self.node_then(next, false, false),
        }
    }
}
