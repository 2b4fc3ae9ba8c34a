//! Changes inside brackets: the pieces that stay are copied, commas and line breaks with them.

use super::align::{Step, align};
use super::alike::{alike, related};
use super::block::{in_style_of, key_style};
use super::brackets::{Piece, join};
use super::habits::Quotes;
use super::layout::Layout;
use super::outline::{Field, Part, Shape};
use crate::{Mapping, Node, Result, Value};
use std::ops::Range;

/// The text of a collection in brackets that was `old` and shall be `new`.
pub(super) fn rewrite(
    text: &str,
    part: &Part,
    old: &Value,
    new: &Value,
    layout: Layout<'_>,
) -> Result<String> {
    if alike(old, new) {
        return Ok(text[part.range()].to_owned());
    }
    let properties = &text[part.start..part.content];
    let joined = |ranges: &[Range<usize>], pieces: &[Piece]| {
        let whole = part.content..part.end;
        join(text, &whole, ranges, pieces, layout.habits.line_break)
    };
    let inner = match (&part.shape, &old.node, &new.node) {
        (Shape::Sequence { flow: true, items }, Node::Sequence(old), Node::Sequence(new))
            if items.len() == old.len() =>
        {
            let layout = Layout {
                quotes: Quotes::of(old),
                ..layout
            };
            let ranges: Vec<Range<usize>> = items.iter().map(|item| item.part.range()).collect();
            let steps = align(old, new, alike, related).into_iter();
            let mut passed = 0;
            let pieces = steps.filter_map(|step| match step {
                Step::Pair(i, j) => {
                    let text = rewrite(text, &items[i].part, &old[i], &new[j], layout);
                    passed = i + 1;
                    Some(text.map(|text| Piece {
                        text,
                        was: Some(i),
                        passed: i,
                    }))
                }
                Step::Insert(j) => {
                    let text = layout.flow(&new[j]);
                    Some(text.map(|text| Piece {
                        text,
                        was: None,
                        passed,
                    }))
                }
                Step::Remove(i) => {
                    passed = i + 1;
                    None
                }
            });
            let pieces: Vec<Piece> = pieces.collect::<Result<_>>()?;
            joined(&ranges, &pieces)
        }
        (Shape::Mapping { flow: true, fields }, Node::Mapping(old), Node::Mapping(new))
            if text[part.content..].starts_with('{') =>
        {
            let layout = Layout {
                quotes: Quotes::of(old.iter().map(|(_, value)| value)),
                keys: key_style(fields),
                ..layout
            };
            let ranges: Vec<_> = fields
                .iter()
                .map(|field| field.start..field.part.end.max(field.colon))
                .collect();
            let pieces = fields_of(text, fields, old, new, layout)?;
            joined(&ranges, &pieces)
        }
        (Shape::Scalar, Node::Scalar(was), Node::Scalar(_)) => {
            layout.flow(&in_style_of(was.style, new))?
        }
        _ => layout.flow(new)?,
    };
    Ok(format!("{properties}{inner}"))
}

fn fields_of(
    text: &str,
    fields: &[Field],
    old: &Mapping,
    new: &Mapping,
    layout: Layout<'_>,
) -> Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        let is_last = fields[at + 1..].iter().all(|other| other.key != field.key);
        let written = &text[field.start..field.part.end.max(field.colon)];
        let changed = match (old.get(&field.key), new.get(&field.key)) {
            _ if field.merges() => written.to_owned(),
            (Some(was), Some(value)) if is_last => {
                let value_text = rewrite(text, &field.part, was, value, layout)?;
                if alike(was, value) {
                    written.to_owned()
                } else {
                    let key = &text[field.start..field.colon];
                    let colon = if key.ends_with(':') { "" } else { ":" };
                    let gap = text.get(field.colon..field.part.start).unwrap_or_default();
                    let gap = if gap.trim().is_empty() && !gap.is_empty() {
                        gap
                    } else {
                        " "
                    };
                    format!("{key}{colon}{gap}{value_text}")
                }
            }
            (_, Some(_)) => written.to_owned(),
            (_, None) => continue,
        };
        pieces.push(Piece {
            text: changed,
            was: Some(at),
            passed: at,
        });
    }
    for (key, value) in new.iter() {
        let is_written = fields
            .iter()
            .any(|field| field.key == key && !field.merges());
        let is_merged = || old.get(key).is_some_and(|old| alike(old, value));
        if !is_written && !is_merged() {
            pieces.push(Piece {
                text: layout.flow_field(key, value)?,
                was: None,
                passed: fields.len(),
            });
        }
    }
    Ok(pieces)
}
