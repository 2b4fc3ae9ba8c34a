//! The tokens between scanner and grammar, those of libyaml.

use crate::Style;
use std::borrow::Cow;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    StreamEnd,
    /// `%YAML 1.1`
    VersionDirective,
    /// `%TAG !handle! prefix`
    TagDirective,
    /// `---`
    DocumentStart,
    /// `...`
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    /// `[`
    FlowSequenceStart,
    /// `]`
    FlowSequenceEnd,
    /// `{`
    FlowMappingStart,
    /// `}`
    FlowMappingEnd,
    /// `-`
    BlockEntry,
    /// `,`
    FlowEntry,
    /// `?`, or what stands before a key that needs none.
    Key,
    /// `:`
    Value,
    Alias,
    Anchor,
    Tag,
    Scalar(Style),
}

/// A token and where it is.
#[derive(Clone, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind,
    /// Byte offset of its first byte.
    pub(super) start: u32,
    /// Byte offset behind its last byte.
    pub(super) end: u32,
    /// Of a tag or tag directive: how many bytes of the text from `start` are the handle.
    pub(super) handle: u32,
    /// Of a scalar: the text; of an anchor or alias: the name; of a tag: what is behind the
    /// handle; of a tag directive: the prefix.
    pub(super) value: Cow<'a, str>,
}

impl Token<'_> {
    pub(super) fn new(kind: TokenKind, start: usize, end: usize) -> Self {
        Self {
            kind,
            start: start as u32,
            end: end as u32,
            handle: 0,
            value: Cow::Borrowed(""),
        }
    }
}
