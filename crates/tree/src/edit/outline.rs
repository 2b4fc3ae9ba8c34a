//! Where the parts of a document lie in its text.
//!
//! The outline follows the grammar's events, not the composed tree: aliases stay aliases, a merge
//! key is a field like any other, and of equal keys all are there.

use crate::parse::{Event, EventKind, Grammar};
use crate::{Result, Style};
use std::ops::Range;

/// A document's parts. All offsets are bytes of the text.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// The root; `None` in a text without documents.
    pub(super) root: Option<Part>,
    /// Where the first document ends: at a line `...` or `---`, or at the end of the text.
    pub(super) end: usize,
}

/// One node.
#[derive(Debug)]
pub(super) struct Part {
    /// Its first byte, that of its anchor or tag if it has one.
    pub(super) start: usize,
    /// Its first byte behind anchor and tag.
    pub(super) content: usize,
    /// Behind its last byte. Line breaks behind a block scalar do not count, unless they are kept.
    pub(super) end: usize,
    pub(super) shape: Shape,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum Shape {
    Scalar,
    Alias,
    Sequence { flow: bool, items: Vec<Item> },
    Mapping { flow: bool, fields: Vec<Field> },
}

/// An item of a sequence.
#[derive(Debug)]
pub(super) struct Item {
    /// The `-`; in a flow sequence the node itself.
    pub(super) start: usize,
    pub(super) part: Part,
}

/// A field of a mapping.
#[derive(Debug)]
pub(super) struct Field {
    /// The first byte of the key, or the `?` before it.
    pub(super) start: usize,
    /// The key's text.
    pub(super) key: String,
    /// How the key is written.
    pub(super) key_style: Style,
    /// The key alone, without `?` and `:`.
    pub(super) key_range: Range<usize>,
    /// Behind the `:`; where the key ends if there is none.
    pub(super) colon: usize,
    pub(super) part: Part,
}

impl Field {
    /// Whether it is a merge key, whose fields are not its own.
    pub(super) fn merges(&self) -> bool {
        self.key == "<<" && self.key_style == Style::Plain
    }
}

impl Part {
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Whether it stands inside brackets, or has some.
    pub(super) fn is_flow(&self) -> bool {
        matches!(
            self.shape,
            Shape::Sequence { flow: true, .. } | Shape::Mapping { flow: true, .. }
        )
    }
}

impl Outline {
    /// The outline of the first document of a text that has been composed without an error.
    pub(super) fn of(text: &str) -> Result<Self> {
        let mut reader = Reader {
            grammar: crate::parse::grammar_of(text),
            text,
        };
        let first = reader.grammar.next()?;
        if matches!(first.kind, EventKind::StreamEnd) {
            return Ok(Self {
                root: None,
                end: text.len(),
            });
        }
        let event = reader.grammar.next()?;
        let root = reader.part(&event)?;
        let end = reader.grammar.next()?.start;
        Ok(Self {
            root: Some(root),
            end,
        })
    }
}

struct Reader<'a> {
    grammar: Grammar<'a>,
    text: &'a str,
}

impl<'a> Reader<'a> {
    /// The node that begins with `event`. The depth was bounded when the text was composed.
    fn part(&mut self, event: &Event<'a>) -> Result<Part> {
        let start = event.start;
        let content = if event.properties.is_some() {
            self.grammar.marks.content as usize
        } else {
            start
        };
        let (shape, end) = match &event.kind {
            EventKind::Scalar(_, style) => {
                let end = self.grammar.marks.end as usize;
                (Shape::Scalar, self.scalar_end(content, end, *style))
            }
            EventKind::Alias(_) => (Shape::Alias, self.grammar.marks.end as usize),
            EventKind::SequenceStart(style) => self.sequence(*style == Style::Flow, content)?,
            EventKind::MappingStart(style) => self.mapping(*style == Style::Flow, content)?,
            EventKind::StreamEnd
            | EventKind::DocumentStart
            | EventKind::DocumentEnd
            | EventKind::SequenceEnd
            | EventKind::MappingEnd => (Shape::Scalar, start),
        };
        Ok(Part {
            start,
            content,
            end: end.max(start),
            shape,
        })
    }

    fn sequence(&mut self, flow: bool, content: usize) -> Result<(Shape, usize)> {
        let mut items: Vec<Item> = Vec::new();
        loop {
            let event = self.grammar.next()?;
            if matches!(event.kind, EventKind::SequenceEnd) {
                break;
            }
            let start = if flow {
                event.start
            } else {
                self.grammar.marks.indicator as usize
            };
            let part = self.part(&event)?;
            items.push(Item { start, part });
        }
        let end = if flow {
            self.grammar.marks.end as usize
        } else {
            items.last().map_or(content, |item| item.part.end)
        };
        Ok((Shape::Sequence { flow, items }, end))
    }

    fn mapping(&mut self, flow: bool, content: usize) -> Result<(Shape, usize)> {
        let mut fields: Vec<Field> = Vec::new();
        loop {
            let event = self.grammar.next()?;
            if matches!(event.kind, EventKind::MappingEnd) {
                break;
            }
            fields.push(self.field(&event)?);
        }
        let braces = flow && self.text[content..].starts_with('{');
        let end = if braces {
            self.grammar.marks.end as usize
        } else {
            fields.last().map_or(content, |field| field.part.end)
        };
        Ok((Shape::Mapping { flow, fields }, end))
    }

    fn field(&mut self, event: &Event<'a>) -> Result<Field> {
        let key_start = event.start;
        let indicator = self.grammar.marks.indicator as usize;
        // In `{a, b}` nothing is before a key.
        let marked = self.text[indicator..]
            .strip_prefix('?')
            .is_some_and(|rest| {
                rest[..key_start.saturating_sub(indicator + 1)]
                    .trim()
                    .is_empty()
            });
        let (key, key_style) = match &event.kind {
            EventKind::Scalar(text, style) => (text.clone().into_owned(), *style),
            _ => (String::new(), Style::Plain),
        };
        let key_range = key_start..self.part(event)?.end;
        let value = self.grammar.next()?;
        let colon = self.grammar.marks.colon as usize;
        let part = self.part(&value)?;
        Ok(Field {
            start: if marked { indicator } else { key_start },
            key,
            key_style,
            colon: colon.max(key_range.end),
            key_range,
            part,
        })
    }

    /// The scanner goes on to the next line before it knows that a block scalar has ended.
    fn scalar_end(&self, start: usize, end: usize, style: Style) -> usize {
        if !matches!(style, Style::Literal | Style::Folded) {
            return end;
        }
        let text = &self.text[start..end];
        let header = text.lines().next().unwrap_or_default();
        let header = header.split('#').next().unwrap_or_default();
        let kept = if header.contains('+') {
            text.trim_end_matches(' ')
        } else {
            text.trim_end()
        };
        start + kept.len()
    }
}
