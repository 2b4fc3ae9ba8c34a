//! Changes inside brackets: the pieces that stay are copied, commas and line breaks with them.

use super::align::{Step, align};
use super::alike::{alike, related};
use super::block::{in_style_of, key_style};
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
            let pieces = steps.filter_map(|step| match step {
                Step::Pair(i, j) => {
                    let text = rewrite(text, &items[i].part, &old[i], &new[j], layout);
                    Some(text.map(|text| Piece { text, was: Some(i) }))
                }
                Step::Insert(j) => {
                    let text = layout.flow(&new[j]);
                    Some(text.map(|text| Piece { text, was: None }))
                }
                Step::Remove(_) => None,
            });
            let pieces: Vec<Piece> = pieces.collect::<Result<_>>()?;
            join(text, part.content..part.end, &ranges, &pieces)
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
            join(text, part.content..part.end, &ranges, &pieces)
        }
        (Shape::Scalar, Node::Scalar(was), Node::Scalar(_)) => {
            layout.flow(&in_style_of(was.style, new))?
        }
        _ => layout.flow(new)?,
    };
    Ok(format!("{properties}{inner}"))
}

/// An element of a collection, and which one it was.
struct Piece {
    text: String,
    was: Option<usize>,
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
            });
        }
    }
    Ok(pieces)
}

/// Puts the pieces together. `whole` is the old collection with its brackets, `ranges` are its old
/// elements.
fn join(text: &str, whole: Range<usize>, ranges: &[Range<usize>], pieces: &[Piece]) -> String {
    let (open, close) = (
        &text[whole.start..=whole.start],
        &text[whole.end - 1..whole.end],
    );
    let (Some(first), Some(last)) = (ranges.first(), ranges.last()) else {
        let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
        return format!("{open}{}{close}", texts.join(", "));
    };
    if pieces.is_empty() {
        return format!("{open}{close}");
    }
    let head = &text[whole.start + 1..first.start];
    let tail = &text[last.end..whole.end - 1];
    let separator = usual_separator(text, head, ranges);
    let mut out = format!("{open}{head}");
    let mut tail_done = 0;
    for (at, piece) in pieces.iter().enumerate() {
        if at > 0 {
            let previous = pieces[at - 1].was;
            match piece.was {
                Some(was) if was > 0 => out.push_str(&text[ranges[was - 1].end..ranges[was].start]),
                // Behind what was the last a comment may stand, which stays with it.
                None if previous == Some(ranges.len() - 1) && tail.contains('#') => {
                    let end = tail.find('\n').unwrap_or(tail.len());
                    let comment = tail[..end].trim_start_matches(',');
                    out.push(',');
                    out.push_str(comment.trim_end_matches('\r'));
                    let line_break = separator.find(['\r', '\n']);
                    out.push_str(line_break.map_or(head, |line_break| &separator[line_break..]));
                    tail_done = end;
                }
                _ => out.push_str(&separator),
            }
        }
        out.push_str(&piece.text);
    }
    out.push_str(&tail[tail_done..]);
    out.push_str(close);
    out
}

/// What is between two elements, without comments.
fn usual_separator(text: &str, head: &str, ranges: &[Range<usize>]) -> String {
    let between = ranges
        .windows(2)
        .map(|pair| &text[pair[0].end..pair[1].start])
        .find(|between| !between.contains('#'));
    match between {
        Some(between) => between.to_owned(),
        None if head.contains('\n') => {
            let line = head.rfind('\n').unwrap_or(0);
            let start = if head[..line].ends_with('\r') {
                line - 1
            } else {
                line
            };
            format!(",{}", &head[start..])
        }
        None => ", ".to_owned(),
    }
}
