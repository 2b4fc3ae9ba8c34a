//! From tokens to events: libyaml's grammar, as a state machine with a stack of its own.

mod block;
mod document;
mod flow;

use super::scanner::Scanner;
use super::token::{Token, TokenKind};
use crate::{Diagnostic, Result, Style};
use std::borrow::Cow;

/// What may stand before a node.
#[derive(Debug, Default)]
pub(crate) struct Properties<'a> {
    pub(super) anchor: Option<Cow<'a, str>>,
    /// The whole tag, its handle replaced.
    pub(super) tag: Option<Cow<'a, str>>,
}

#[derive(Debug)]
pub(crate) enum EventKind<'a> {
    StreamEnd,
    DocumentStart,
    DocumentEnd,
    Alias(Cow<'a, str>),
    Scalar(Cow<'a, str>, Style),
    SequenceStart(Style),
    SequenceEnd,
    MappingStart(Style),
    MappingEnd,
}

#[derive(Debug)]
pub(crate) struct Event<'a> {
    pub(crate) kind: EventKind<'a>,
    /// Byte offset of the first byte, that of the properties if there are any.
    pub(crate) start: usize,
    /// Few nodes have any.
    pub(crate) properties: Option<Box<Properties<'a>>>,
}

impl<'a> Event<'a> {
    fn new(kind: EventKind<'a>, start: u32) -> Self {
        Self {
            kind,
            start: start as usize,
            properties: None,
        }
    }
}

/// What is expected next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The first document, which needs no `---`.
    FirstDocumentStart,
    DocumentStart,
    DocumentContent,
    DocumentNode,
    DocumentEnd,
    BlockSequenceEntry,
    IndentlessSequenceEntry,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirst,
    FlowSequenceEntry,
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowMappingFirst,
    FlowMappingKey,
    FlowMappingValue,
    /// The value of a key that has none.
    FlowMappingNoValue,
    End,
}

/// Where the last tokens were, as byte offsets: what events do not tell, and who edits the text needs.
#[derive(Clone, Copy, Default)]
pub(crate) struct Marks {
    /// Behind the last token of the node whose event came last.
    pub(crate) end: u32,
    /// The first byte of the last `-` or `?`, or of the last key that has no `?`.
    pub(crate) indicator: u32,
    /// Behind the last `:`.
    pub(crate) colon: u32,
    /// The first byte of the last node that is no alias, behind its anchor and tag.
    pub(crate) content: u32,
}

pub(crate) struct Grammar<'a> {
    pub(super) scanner: Scanner<'a>,
    pub(crate) marks: Marks,
    state: State,
    /// The states of the collections around.
    states: Vec<State>,
    /// Where those collections begin.
    openings: Vec<u32>,
    /// Handles and prefixes of the present document's `%TAG` directives.
    tag_prefixes: Vec<(&'a str, Cow<'a, str>)>,
}

impl<'a> Grammar<'a> {
    pub(super) fn new(scanner: Scanner<'a>) -> Self {
        Self {
            scanner,
            marks: Marks::default(),
            state: State::FirstDocumentStart,
            states: Vec::new(),
            openings: Vec::new(),
            tag_prefixes: Vec::new(),
        }
    }

    /// The next event; [`EventKind::StreamEnd`] for ever at the end.
    pub(crate) fn next(&mut self) -> Result<Event<'a>> {
        match self.state {
            State::FirstDocumentStart => self.document_start(true),
            State::DocumentStart => self.document_start(false),
            State::DocumentContent => self.document_content(),
            State::DocumentNode => self.node(true, false),
            State::DocumentEnd => self.document_end(),
            State::BlockSequenceEntry => self.block_sequence_entry(),
            State::IndentlessSequenceEntry => self.indentless_sequence_entry(),
            State::BlockMappingKey => self.block_mapping_key(),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceFirst => self.flow_sequence_entry(true),
            State::FlowSequenceEntry => self.flow_sequence_entry(false),
            State::FlowPairKey => self.flow_pair_key(),
            State::FlowPairValue => self.flow_pair_value(),
            State::FlowPairEnd => {
                let start = self.peek()?.start;
                self.state = State::FlowSequenceEntry;
                Ok(Event::new(EventKind::MappingEnd, start))
            }
            State::FlowMappingFirst => self.flow_mapping_key(true),
            State::FlowMappingKey => self.flow_mapping_key(false),
            State::FlowMappingValue => self.flow_mapping_value(),
            State::FlowMappingNoValue => {
                let start = self.peek()?.start;
                Ok(self.empty_scalar(State::FlowMappingKey, start))
            }
            State::End => Ok(Event::new(EventKind::StreamEnd, self.scanner.at as u32)),
        }
    }

    fn peek(&mut self) -> Result<&Token<'a>> {
        self.scanner.peek()
    }

    fn peek_kind(&mut self) -> Result<TokenKind> {
        Ok(self.scanner.peek()?.kind)
    }

    fn pop_state(&mut self) -> State {
        self.states
            .pop()
            .expect("every node was begun with the state behind it on the stack")
    }

    /// An error at the next token, inside the collection that is open.
    fn unexpected(&mut self, message: &'static str, what: &str) -> Result<Box<Diagnostic>> {
        let start = self.peek()?.start as usize;
        let mut error = self.scanner.error(start, message);
        if let Some(&opening) = self.openings.last() {
            let position = self.scanner.position(opening as usize);
            error = error.label(position, format!("the {what} begins here"));
        }
        Ok(error)
    }

    /// Ends the collection that is open.
    fn close(&mut self, kind: EventKind<'a>) -> Event<'a> {
        let token = self.scanner.take();
        self.marks.end = token.end;
        self.state = self.pop_state();
        self.openings.pop();
        Event::new(kind, token.start)
    }

    fn empty_scalar(&mut self, next: State, start: u32) -> Event<'a> {
        self.state = next;
        self.marks.end = start;
        Event::new(EventKind::Scalar(Cow::Borrowed(""), Style::Plain), start)
    }

    /// Takes a `-`, or what begins a key.
    fn take_indicator(&mut self) -> Token<'a> {
        let token = self.scanner.take();
        self.marks.indicator = token.start;
        token
    }

    /// Takes a `:`.
    fn take_colon(&mut self) -> Token<'a> {
        let token = self.scanner.take();
        self.marks.colon = token.end;
        token
    }

    /// Reads a node and then goes on in state `next`.
    fn node_then(&mut self, next: State, block: bool, indentless: bool) -> Result<Event<'a>> {
        self.states.push(next);
        self.node(block, indentless)
    }

    fn node(&mut self, block: bool, indentless: bool) -> Result<Event<'a>> {
        let token = self.peek()?;
        let start = token.start;
        if token.kind == TokenKind::Alias {
            let token = self.scanner.take();
            self.marks.end = token.end;
            let name = token.value;
            self.state = self.pop_state();
            return Ok(Event::new(EventKind::Alias(name), start));
        }
        let properties = self.properties()?;
        let kind = self.peek_kind()?;
        let opening = self.peek()?.start;
        self.marks.content = opening;
        let (state, event) = match kind {
            TokenKind::Scalar(style) => {
                let token = self.scanner.take();
                self.marks.end = token.end;
                (self.pop_state(), EventKind::Scalar(token.value, style))
            }
            TokenKind::BlockEntry if indentless => (
                State::IndentlessSequenceEntry,
                EventKind::SequenceStart(Style::Plain),
            ),
            TokenKind::FlowSequenceStart => (
                State::FlowSequenceFirst,
                EventKind::SequenceStart(Style::Flow),
            ),
            TokenKind::FlowMappingStart => (
                State::FlowMappingFirst,
                EventKind::MappingStart(Style::Flow),
            ),
            TokenKind::BlockSequenceStart if block => (
                State::BlockSequenceEntry,
                EventKind::SequenceStart(Style::Plain),
            ),
            TokenKind::BlockMappingStart if block => (
                State::BlockMappingKey,
                EventKind::MappingStart(Style::Plain),
            ),
            _ if properties.is_some() => (
                self.pop_state(),
                EventKind::Scalar(Cow::Borrowed(""), Style::Plain),
            ),
            _ => {
                let error = self.unexpected("did not find expected node content", "collection")?;
                return Err(error.expecting("a value"));
            }
        };
        if !matches!(event, EventKind::Scalar(..)) && kind != TokenKind::BlockEntry {
            self.scanner.take();
            self.openings.push(opening);
        }
        self.state = state;
        Ok(Event {
            kind: event,
            start: start as usize,
            properties,
        })
    }

    /// An anchor, a tag, or both in either order.
    fn properties(&mut self) -> Result<Option<Box<Properties<'a>>>> {
        let mut properties: Option<Box<Properties<'a>>> = None;
        loop {
            let kind = self.peek_kind()?;
            let known = properties.as_deref();
            match kind {
                TokenKind::Anchor if known.is_none_or(|known| known.anchor.is_none()) => {
                    let token = self.scanner.take();
                    self.marks.end = token.end;
                    properties.get_or_insert_default().anchor = Some(token.value);
                }
                TokenKind::Tag if known.is_none_or(|known| known.tag.is_none()) => {
                    let token = self.scanner.take();
                    self.marks.end = token.end;
                    let tag = self.expand_tag(token)?;
                    properties.get_or_insert_default().tag = Some(tag);
                }
                _ => return Ok(properties),
            }
        }
    }

    /// The whole tag: the prefix that the handle stands for, then the rest.
    fn expand_tag(&self, token: Token<'a>) -> Result<Cow<'a, str>> {
        let handle = self.handle(&token);
        if handle.is_empty() {
            return Ok(token.value);
        }
        let declared = self.tag_prefixes.iter().find(|(known, _)| *known == handle);
        let prefix = match (declared, handle) {
            (Some((_, prefix)), _) => prefix.as_ref(),
            (None, "!") => "!",
            (None, "!!") => "tag:yaml.org,2002:",
            (None, _) => {
                return Err(self
                    .scanner
                    .error(token.start as usize, "found undefined tag handle")
                    .expecting(format!("a line %TAG {handle} ... before the document")));
            }
        };
        Ok(Cow::Owned(format!("{prefix}{}", token.value)))
    }
}
