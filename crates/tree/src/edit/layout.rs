//! Writing new values, in the manner of the document they come to.

use super::habits::{Habits, Quotes, needs_quotes};
use crate::print::{SequenceIndent, write_yaml_styled};
use crate::{Mapping, Node, Result, Scalar, Style, Value};

/// Writes values for one place.
#[derive(Clone, Copy)]
pub(super) struct Layout<'h> {
    pub(super) habits: &'h Habits,
    pub(super) quotes: Quotes,
    /// How keys are written.
    pub(super) keys: Style,
}

impl Layout<'_> {
    /// A field, `key: value`, without a line break at its end; its first line has no indentation,
    /// those below are for a key at column `column`.
    pub(super) fn field(&self, key: &str, value: &Value, column: usize) -> Result<String> {
        let key = self.key(key)?;
        Ok(format!("{key}:{}", self.behind_colon(value, column)?))
    }

    /// What is behind the `:` of a key at column `column`: ` value`, or lines below.
    pub(super) fn behind_colon(&self, value: &Value, column: usize) -> Result<String> {
        if is_inline(value) {
            return Ok(format!(" {}", self.inline(value, column)?));
        }
        let deeper = match value.node {
            Node::Sequence(_) => self.habits.sequence_indent,
            _ => self.habits.mapping_indent,
        };
        let column = column + deeper;
        let block = self.block(value, column)?;
        Ok(format!(
            "{}{}{block}",
            self.habits.line_break,
            spaces(column)
        ))
    }

    /// An item, `- value`, whose `-` is at column `column` with `gap` spaces behind it.
    pub(super) fn item(&self, value: &Value, column: usize, gap: usize) -> Result<String> {
        Ok(format!("-{}", self.behind_dash(value, column, gap)?))
    }

    /// What is behind the `-`: spaces and the value.
    pub(super) fn behind_dash(&self, value: &Value, column: usize, gap: usize) -> Result<String> {
        let text = if is_inline(value) {
            self.inline(value, column)?
        } else {
            self.block(value, column + 1 + gap)?
        };
        Ok(format!("{}{text}", spaces(gap)))
    }

    /// A block collection whose fields or items begin at `column`, the first without indentation.
    fn block(&self, value: &Value, column: usize) -> Result<String> {
        let parts: Vec<String> = match &value.node {
            Node::Mapping(fields) => fields
                .iter()
                .map(|(key, value)| self.field(key, value, column))
                .collect::<Result<_>>()?,
            Node::Sequence(items) => items
                .iter()
                .map(|item| self.item(item, column, self.habits.dash_gap))
                .collect::<Result<_>>()?,
            Node::Scalar(_) => vec![self.inline(value, column)?],
        };
        let separator = format!("{}{}", self.habits.line_break, spaces(column));
        Ok(parts.join(&separator))
    }

    /// A scalar, or a collection in brackets, below a key or `-` at column `column`.
    fn inline(&self, value: &Value, column: usize) -> Result<String> {
        match value.as_scalar() {
            Some(scalar) => self.scalar(scalar, column),
            None => self.flow(value),
        }
    }

    /// A scalar below a key or `-` at column `column`.
    pub(super) fn scalar(&self, scalar: &Scalar, column: usize) -> Result<String> {
        let mut field = Mapping::new();
        field.insert("k", Value::new(Node::Scalar(self.dressed(scalar, false))));
        let printed = print(&field.into())?;
        let text = printed.strip_prefix("k:").unwrap_or(&printed);
        Ok(self.indented(text.strip_prefix(' ').unwrap_or(text), column))
    }

    /// Puts the lines of a printed text, below the first, `column` further in.
    fn indented(&self, text: &str, column: usize) -> String {
        let mut out = String::with_capacity(text.len());
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                out.push_str(self.habits.line_break);
                if !line.is_empty() {
                    out.push_str(&spaces(column));
                }
            }
            out.push_str(line);
        }
        out
    }

    /// A value as it is written inside brackets.
    pub(super) fn flow(&self, value: &Value) -> Result<String> {
        Ok(match &value.node {
            Node::Scalar(scalar) => {
                let scalar = Value::new(Node::Scalar(self.dressed(scalar, true)));
                let mut list = Value::sequence(vec![scalar]);
                list.style = Style::Flow;
                let printed = print(&list)?;
                let inner = printed
                    .strip_prefix('[')
                    .and_then(|it| it.strip_suffix(']'));
                inner.unwrap_or(&printed).to_owned()
            }
            Node::Sequence(items) => {
                let items = items.iter().map(|item| self.flow(item));
                format!("[{}]", items.collect::<Result<Vec<_>>>()?.join(", "))
            }
            Node::Mapping(fields) => {
                let fields = fields
                    .iter()
                    .map(|(key, value)| self.flow_field(key, value));
                format!("{{{}}}", fields.collect::<Result<Vec<_>>>()?.join(", "))
            }
        })
    }

    /// A field inside brackets.
    pub(super) fn flow_field(&self, key: &str, value: &Value) -> Result<String> {
        let key = self.flow_key(key)?;
        Ok(format!("{key}: {}", self.flow(value)?))
    }

    fn flow_key(&self, key: &str) -> Result<String> {
        let keys = Layout {
            quotes: Quotes {
                wish: self.keys,
                forced: Style::DoubleQuoted,
            },
            ..*self
        };
        keys.flow(&Value::string(key))
    }

    /// A key in a block.
    pub(super) fn key(&self, key: &str) -> Result<String> {
        let mut scalar = Scalar::string(key);
        scalar.style = self.keys;
        if matches!(scalar.style, Style::Plain) && needs_quotes(key, false) {
            scalar.style = Style::DoubleQuoted;
        }
        let mut field = Mapping::new();
        field.push(crate::Entry {
            key: scalar,
            key_position: crate::Position::NONE,
            value: Value::bool(true),
        });
        let printed = print(&field.into())?;
        Ok(printed
            .strip_suffix(": true")
            .unwrap_or(&printed)
            .to_owned())
    }

    /// The scalar in the style it shall have.
    fn dressed(&self, scalar: &Scalar, flow: bool) -> Scalar {
        let mut dressed = scalar.clone();
        let value = Value::new(Node::Scalar(scalar.clone()));
        let Some(text) = value.as_str() else {
            return dressed;
        };
        let breaks = text.contains('\n');
        let wish = match dressed.style {
            Style::Plain | Style::Flow => self.quotes.wish,
            Style::Literal | Style::Folded if flow || !breaks => self.quotes.wish,
            own => own,
        };
        dressed.style = match wish {
            Style::Plain | Style::Flow if breaks && !flow => Style::Literal,
            Style::Plain | Style::Flow if needs_quotes(text, flow) => self.quotes.forced,
            wish => wish,
        };
        if breaks && dressed.style == Style::SingleQuoted {
            // It would go over several lines, and be hard to read.
            dressed.style = Style::DoubleQuoted;
        }
        dressed
    }
}

/// Whether a value stands on the line of its key.
pub(super) fn is_inline(value: &Value) -> bool {
    matches!(value.node, Node::Scalar(_)) || value.style == Style::Flow || value.is_null_or_empty()
}

/// The printed value without the line break at its end.
fn print(value: &Value) -> Result<String> {
    let mut printed = String::new();
    write_yaml_styled(value, &mut printed, SequenceIndent::Compact)?;
    if printed.ends_with('\n') {
        printed.pop();
    }
    Ok(printed)
}

pub(super) fn spaces(count: usize) -> String {
    " ".repeat(count)
}
