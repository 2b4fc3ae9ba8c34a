//! The comments inside of fields that go.

use super::lines::{
    column, is_blank_line, is_comment_line, line_content_end, line_end, line_start,
};
use super::outline::{Field, Part, Shape};
use crate::{Node, Value};
use std::ops::Range;

/// Which comments of what goes stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stay {
    /// Those on lines of their own. What stands behind a key or an element goes with it, and so does
    /// what is inside of an element.
    OnOwnLines,
    /// All: what they are about comes to another place.
    All,
}

/// The comments of a field that stay when it goes, each from its `#` to the end of its line.
pub(super) fn staying(text: &str, field: &Field, stay: Stay) -> Vec<Range<usize>> {
    let mut solids = Vec::new();
    gather_solids(&field.part, stay == Stay::All, &mut solids);
    let end = line_content_end(text, field.part.end.max(field.colon));
    solids.push(end..end);
    let mut comments = Vec::new();
    let mut from = field.colon;
    for solid in solids {
        let mut at = from;
        // Between them there are indicators alone, so a `#` begins a comment.
        while let Some(found) = text.get(at..solid.start).and_then(|gap| gap.find('#')) {
            let comment = at + found..line_content_end(text, at + found);
            at = comment.end;
            if stay == Stay::All || has_own_line(text, comment.start) {
                comments.push(comment);
            }
        }
        from = solid.end.max(from);
    }
    comments
}

/// The pieces of a value that hold no comments of their own, or none that could stay.
fn gather_solids(part: &Part, deep: bool, solids: &mut Vec<Range<usize>>) {
    solids.push(part.start..part.content);
    match &part.shape {
        Shape::Sequence { items, .. } => {
            for item in items {
                if deep {
                    gather_solids(&item.part, deep, solids);
                } else {
                    solids.push(item.part.range());
                }
            }
        }
        Shape::Mapping { fields, .. } => {
            for field in fields {
                if deep {
                    solids.push(field.key_range.clone());
                    gather_solids(&field.part, deep, solids);
                } else {
                    solids.push(field.start..field.part.end.max(field.colon));
                }
            }
        }
        Shape::Scalar | Shape::Alias => solids.push(part.range()),
    }
}

/// Comments as lines: those that have a line stay as they are, unless they are to stand at `column`,
/// where those that have none go.
pub(super) fn as_lines(
    text: &str,
    comments: &[Range<usize>],
    at_column: bool,
    column: usize,
    line_break: &str,
) -> String {
    let mut lines = String::new();
    for comment in comments {
        let start = line_start(text, comment.start);
        let stays = !at_column && has_own_line(text, comment.start);
        let own = stays.then(|| &text[start..comment.start]);
        let lead = own.map_or_else(|| super::layout::spaces(column), str::to_owned);
        lines.extend([lead.as_str(), &text[comment.clone()], line_break]);
    }
    lines
}

/// Comments behind `from` that are further in than `column`, with empty lines between them: they
/// would be a part of a block scalar that ends before them.
pub(super) fn further_in(
    text: &str,
    from: usize,
    end: usize,
    outer: usize,
) -> (Vec<Range<usize>>, usize) {
    let mut comments = Vec::new();
    let (mut at, mut behind) = (from, from);
    while at < end {
        if is_comment_line(text, at, outer + 1) {
            let start = at + text[at..].find('#').unwrap_or_default();
            comments.push(start..line_content_end(text, at));
            behind = line_end(text, at);
        } else if !is_blank_line(text, at) {
            break;
        }
        at = line_end(text, at);
    }
    (comments, behind)
}

/// Whether a value ends with a block scalar, which takes in all lines below it that are further in.
pub(super) fn ends_in_block_scalar(text: &str, part: &Part) -> bool {
    last_block_scalar(text, part).is_some()
}

/// Whether the last that is written of a value is a text of several lines.
pub(super) fn ends_in_lines(value: &Value) -> bool {
    match &value.node {
        Node::Scalar(scalar) => scalar.text().contains('\n'),
        Node::Sequence(items) => items.last().is_some_and(ends_in_lines),
        Node::Mapping(fields) => fields.iter().any(|(_, value)| ends_in_lines(value)),
    }
}

/// Where the block scalar begins that a value ends with.
pub(super) fn last_block_scalar(text: &str, part: &Part) -> Option<usize> {
    let last = match &part.shape {
        Shape::Scalar => {
            let is_block = text[part.content..].starts_with(['|', '>']);
            return is_block.then_some(part.content);
        }
        Shape::Sequence { flow: false, items } => items.last().map(|last| &last.part),
        Shape::Mapping {
            flow: false,
            fields,
        } => fields.last().map(|last| &last.part),
        _ => None,
    };
    last_block_scalar(text, last?)
}

fn has_own_line(text: &str, comment: usize) -> bool {
    let before = comment - column(text, comment)..comment;
    text[before].trim().is_empty()
}
