//! How a document is written, so that what is new looks like what is there.

use super::lines::column;
use super::outline::{Outline, Part, Shape};
use crate::print::{is_ambiguous_for_any_parser, is_plain};
use crate::{Node, Style, Value};

/// The habits of a whole document.
#[derive(Clone, Debug)]
pub(super) struct Habits {
    /// What ends a line.
    pub(super) line_break: &'static str,
    /// How far the `-` of a list stands behind the first letter of its key.
    pub(super) sequence_indent: usize,
    /// How far fields stand behind the first letter of the key of their mapping.
    pub(super) mapping_indent: usize,
    /// How many spaces are behind a `-`.
    pub(super) dash_gap: usize,
}

/// Quotes, as the texts nearby have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quotes {
    /// What texts are put into that need none.
    pub(super) wish: Style,
    /// What texts are put into that need some.
    pub(super) forced: Style,
}

impl Default for Quotes {
    fn default() -> Self {
        Self {
            wish: Style::Plain,
            forced: Style::DoubleQuoted,
        }
    }
}

impl Habits {
    /// Those of `text`, whose outline is given. What the document does not show is as kustomize
    /// writes it.
    pub(super) fn of(text: &str, outline: &Outline) -> Self {
        let mut seen = Seen::default();
        if let Some(root) = &outline.root {
            seen.visit(text, root);
        }
        let crlf = text.find('\n').is_some_and(|at| text[..at].ends_with('\r'));
        Self {
            line_break: if crlf { "\r\n" } else { "\n" },
            sequence_indent: seen.sequence_indent.unwrap_or(0),
            mapping_indent: seen.mapping_indent.unwrap_or(2).max(1),
            dash_gap: seen.dash_gap.unwrap_or(1).max(1),
        }
    }
}

#[derive(Default)]
struct Seen {
    sequence_indent: Option<usize>,
    mapping_indent: Option<usize>,
    dash_gap: Option<usize>,
}

impl Seen {
    fn visit(&mut self, text: &str, part: &Part) {
        match &part.shape {
            Shape::Mapping {
                flow: false,
                fields,
            } => {
                for field in fields {
                    let own = column(text, field.start);
                    match &field.part.shape {
                        Shape::Sequence { flow: false, items } => {
                            if let Some(first) = items.first() {
                                let indent = column(text, first.start).checked_sub(own);
                                self.sequence_indent = self.sequence_indent.or(indent);
                            }
                        }
                        Shape::Mapping {
                            flow: false,
                            fields,
                        } => {
                            if let Some(first) = fields.first() {
                                let indent = column(text, first.start).checked_sub(own);
                                self.mapping_indent = self.mapping_indent.or(indent);
                            }
                        }
                        _ => {}
                    }
                    self.visit(text, &field.part);
                }
            }
            Shape::Sequence { flow: false, items } => {
                for item in items {
                    self.dash_gap = self.dash_gap.or(dash_gap(text, item.start, &item.part));
                    self.visit(text, &item.part);
                }
            }
            _ => {}
        }
    }
}

/// How many spaces are between a `-` and what it stands before.
pub(super) fn dash_gap(text: &str, dash: usize, part: &Part) -> Option<usize> {
    let between = text.get(dash + 1..part.start)?;
    let spaces = !between.is_empty() && between.bytes().all(|byte| byte == b' ');
    spaces.then_some(between.len())
}

impl Quotes {
    /// Those of the texts in `neighbours`. Quotes that all texts have which need none are a wish.
    pub(super) fn of<'v>(neighbours: impl IntoIterator<Item = &'v Value>) -> Self {
        let mut found = Found::default();
        for value in neighbours {
            found.visit(value);
        }
        let quotes = Self::default();
        Self {
            wish: match found.voluntary {
                Voluntary::All(style) => style,
                Voluntary::Unknown | Voluntary::Mixed => quotes.wish,
            },
            forced: found.any.unwrap_or(quotes.forced),
        }
    }
}

#[derive(Default)]
struct Found {
    voluntary: Voluntary,
    any: Option<Style>,
}

/// The quotes of texts that need none.
#[derive(Clone, Copy, Default, PartialEq)]
enum Voluntary {
    /// There is no such text.
    #[default]
    Unknown,
    /// All have these.
    All(Style),
    /// One has none, or others.
    Mixed,
}

impl Found {
    fn visit(&mut self, value: &Value) {
        match &value.node {
            Node::Scalar(scalar) => {
                let quoted = matches!(scalar.style, Style::SingleQuoted | Style::DoubleQuoted);
                let style = quoted.then_some(scalar.style);
                self.any = self.any.or(style);
                if value.as_str().is_none_or(|text| needs_quotes(text, false)) {
                    return;
                }
                let quoted = style.map_or(Voluntary::Mixed, Voluntary::All);
                self.voluntary = match self.voluntary {
                    Voluntary::Unknown => quoted,
                    before if before == quoted => quoted,
                    _ => Voluntary::Mixed,
                };
            }
            Node::Sequence(items) => items.iter().for_each(|item| self.visit(item)),
            Node::Mapping(fields) => fields.iter().for_each(|(_, field)| self.visit(field)),
        }
    }
}

/// Whether a text means something else without quotes, or cannot be written without; `flow` says
/// whether it stands inside brackets.
pub(super) fn needs_quotes(text: &str, flow: bool) -> bool {
    is_ambiguous_for_any_parser(text) || !is_plain(text, flow)
}
