//! Collections that are made by indentation.

use super::{Event, EventKind, Grammar, State};
use crate::Result;
use crate::parse::token::TokenKind;

impl<'a> Grammar<'a> {
    pub(super) fn block_sequence_entry(&mut self) -> Result<Event<'a>> {
        match self.peek_kind()? {
            TokenKind::BlockEntry => {
                let end = self.take_indicator().end;
                match self.peek_kind()? {
                    TokenKind::BlockEntry | TokenKind::BlockEnd => {
                        Ok(self.empty_scalar(State::BlockSequenceEntry, end))
                    }
                    _ => self.node_then(State::BlockSequenceEntry, true, false),
                }
            }
            TokenKind::BlockEnd => Ok(self.close(EventKind::SequenceEnd)),
            _ => Err(self
                .unexpected("did not find expected '-' indicator", "list")?
                .expecting("another item of the list, or less indentation")
                .hint("check the indentation of this line")),
        }
    }

    pub(super) fn indentless_sequence_entry(&mut self) -> Result<Event<'a>> {
        if self.peek_kind()? != TokenKind::BlockEntry {
            let start = self.peek()?.start;
            self.state = self.pop_state();
            return Ok(Event::new(EventKind::SequenceEnd, start));
        }
        let end = self.take_indicator().end;
        match self.peek_kind()? {
            TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                Ok(self.empty_scalar(State::IndentlessSequenceEntry, end))
            }
            _ => self.node_then(State::IndentlessSequenceEntry, true, false),
        }
    }

    pub(super) fn block_mapping_key(&mut self) -> Result<Event<'a>> {
        match self.peek_kind()? {
            TokenKind::Key => {
                let end = self.take_indicator().end;
                self.block_mapping_part(State::BlockMappingValue, end)
            }
            TokenKind::BlockEnd => Ok(self.close(EventKind::MappingEnd)),
            _ => Err(self
                .unexpected("did not find expected key", "mapping")?
                .expecting("another key of the mapping, or less indentation")
                .hint("check the indentation of this line, and quotes in the value before it")),
        }
    }

    pub(super) fn block_mapping_value(&mut self) -> Result<Event<'a>> {
        let token = self.peek()?;
        let start = token.start;
        if token.kind != TokenKind::Value {
            return Ok(self.empty_scalar(State::BlockMappingKey, start));
        }
        let end = self.take_colon().end;
        self.block_mapping_part(State::BlockMappingKey, end)
    }

    /// What is behind a `?` or `:` that ends at `end`.
    fn block_mapping_part(&mut self, next: State, end: u32) -> Result<Event<'a>> {
        match self.peek_kind()? {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                Ok(self.empty_scalar(next, end))
            }
            _ => self.node_then(next, true, true),
        }
    }
}
