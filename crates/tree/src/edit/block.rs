//! Changes in collections that are made by indentation: whole lines come and go.

use super::align::{Step, align};
use super::alike::{alike, related};
use super::changes::Changes;
use super::comments::{Stay, as_lines, ends_in_block_scalar, ends_in_lines, further_in, staying};
use super::habits::{Habits, Quotes, dash_gap};
use super::layout::{Layout, spaces};
use super::lines::{
    begins_line, column, has_comment_behind, is_blank_line, is_comment_line, line_content_end,
    line_end, line_start,
};
use super::outline::{Field, Item, Part, Shape};
use crate::{Mapping, Node, Result, Style, Value};
use std::ops::Range;

/// Gathers what has to change in a text.
pub(super) struct Editor<'a> {
    pub(super) text: &'a str,
    pub(super) habits: &'a Habits,
    /// Where the document ends.
    pub(super) end: usize,
    pub(super) changes: Changes,
    /// Which comments of fields that go stay.
    pub(super) stay: Stay,
}

/// Where a value stands in a block.
#[derive(Clone, Copy)]
struct Place {
    /// Behind the `:` or `-` before it.
    lead: usize,
    /// The column of its key, or of that `-`.
    column: usize,
    /// For an item, how many spaces are to be behind the `-`.
    gap: Option<usize>,
    quotes: Quotes,
    keys: Style,
}

impl Editor<'_> {
    /// Changes a mapping that has fields, in a block. Its parts are `fields`, its value was `old` and
    /// shall be `new`, and at least one field stays.
    pub(super) fn mapping(
        &mut self,
        fields: &[Field],
        old: &Mapping,
        new: &Mapping,
        is_root: bool,
    ) -> Result<()> {
        let stays = |field: &Field| field.merges() || new.contains_key(&field.key);
        let own_column = fields
            .first()
            .map_or(0, |first| column(self.text, first.start));
        // What is written in its place may be a block scalar that was none before.
        let text = self.text;
        let is_there = |key: &str| fields.iter().any(|field| field.key == key);
        let adds_lines = new
            .iter()
            .any(|(key, value)| !is_there(key) && ends_in_lines(value));
        let ends_in_block_scalar = |field: Option<&Field>| {
            let Some(field) = field.filter(|_| !adds_lines) else {
                return adds_lines;
            };
            let (before, after) = (old.get(&field.key), new.get(&field.key));
            let is_new = before.zip(after).is_none_or(|(a, b)| !alike(a, b));
            ends_in_block_scalar(text, &field.part) || is_new && after.is_some_and(ends_in_lines)
        };
        self.remove_fields(fields, &stays, &ends_in_block_scalar, is_root);
        let quotes = Quotes::of(old.iter().map(|(_, value)| value));
        let keys = key_style(fields);
        for (at, field) in fields.iter().enumerate() {
            let is_last = fields[at + 1..].iter().all(|other| other.key != field.key);
            let (Some(old), Some(new)) = (old.get(&field.key), new.get(&field.key)) else {
                continue;
            };
            if is_last && !field.merges() {
                let place = Place {
                    lead: field.colon,
                    column: own_column,
                    gap: None,
                    quotes,
                    keys,
                };
                self.node(place, &field.part, old, new)?;
            }
        }
        let layout = Layout {
            habits: self.habits,
            quotes,
            keys,
        };
        let kept: Vec<&Field> = fields.iter().filter(|field| stays(field)).collect();
        for (key, value) in new.iter() {
            let is_written = fields
                .iter()
                .any(|field| field.key == key && !field.merges());
            let is_merged = || old.get(key).is_some_and(|old| alike(old, value));
            if !is_written && !is_merged() {
                let text = layout.field(key, value, own_column)?;
                let at = self.place_of_field(&kept, key, own_column, is_root);
                self.insert_lines(at, &format!("{}{text}", spaces(own_column)));
            }
        }
        Ok(())
    }

    /// Takes away the fields that do not stay, but for comments. Those must not become a part of a block scalar that
    /// comes to stand before them: at the end of a field, or of what is written before the first.
    pub(super) fn remove_fields(
        &mut self,
        fields: &[Field],
        stays: &impl Fn(&Field) -> bool,
        ends_in_block_scalar: &impl Fn(Option<&Field>) -> bool,
        is_root: bool,
    ) {
        let own_column = fields
            .first()
            .map_or(0, |first| column(self.text, first.start));
        let mut first_on_own_line = 0;
        let inline = fields
            .first()
            .is_some_and(|first| !stays(first) && !begins_line(self.text, first.start));
        if inline && let Some(next) = fields.iter().position(stays) {
            // The first of them stands behind a `-`, so what comes next takes its place there.
            first_on_own_line = next;
            let (start, end) = (fields[0].start, fields[next - 1].part.end);
            let comments = self.text[end..fields[next].start].contains('#');
            let end = if comments { end } else { fields[next].start };
            let above = line_start(self.text, start);
            let outer = self.text[above..].len() - self.text[above..].trim_start_matches(' ').len();
            for field in &fields[..next] {
                let left = self.left_of(field, true, outer);
                self.changes.replace(above..above, left);
            }
            self.changes.delete(start..end);
        }
        let mut in_block_scalar = ends_in_block_scalar(None);
        for field in &fields[first_on_own_line..] {
            if stays(field) {
                in_block_scalar = ends_in_block_scalar(Some(field));
                continue;
            }
            let start = line_start(self.text, field.start);
            let mut end = line_end(self.text, field.part.end);
            let mut left = self.left_of(field, in_block_scalar, own_column);
            if in_block_scalar {
                let (comments, behind) = further_in(self.text, end, self.end, own_column);
                left.push_str(&self.lines(&comments, true, own_column));
                end = behind;
            }
            let start = if is_root && left.is_empty() {
                self.with_empty_line(start, end)
            } else {
                start
            };
            self.changes.replace(start..end, left);
        }
    }

    /// The comments of a field that goes, as lines.
    fn left_of(&self, field: &Field, at_column: bool, column: usize) -> String {
        let comments = staying(self.text, field, self.stay);
        self.lines(&comments, at_column || self.stay == Stay::All, column)
    }

    fn lines(&self, comments: &[Range<usize>], at_column: bool, column: usize) -> String {
        as_lines(
            self.text,
            comments,
            at_column,
            column,
            self.habits.line_break,
        )
    }

    /// The start of what goes, together with an empty line before it that would then be the second
    /// in a row, or the last of the text.
    fn with_empty_line(&self, start: usize, end: usize) -> usize {
        let Some(before) = start.checked_sub(1) else {
            return start;
        };
        let is_last = end >= self.end;
        if is_blank_line(self.text, before) && (is_last || is_blank_line(self.text, end)) {
            line_start(self.text, before)
        } else {
            start
        }
    }

    /// Where the lines of a new field go: by the alphabet where the fields are in its order, else
    /// at the end; as kustomize does it, always at the end of the file.
    fn place_of_field(&self, kept: &[&Field], key: &str, column: usize, is_root: bool) -> usize {
        let in_order = kept.len() > 1 && kept.is_sorted_by(|a, b| a.key < b.key);
        let next = if in_order && !is_root {
            kept.iter().position(|field| field.key.as_str() > key)
        } else {
            None
        };
        match next {
            Some(0) if begins_line(self.text, kept[0].start) => {
                line_start(self.text, kept[0].start)
            }
            Some(next) if next > 0 => line_end(self.text, kept[next - 1].part.end),
            _ => {
                let end = kept
                    .last()
                    .map_or(self.end, |last| line_end(self.text, last.part.end));
                let inside = if is_root { 0 } else { column };
                self.behind_comments(end, inside)
            }
        }
    }

    /// Behind the comments that follow at once and are not less far in than `column`.
    fn behind_comments(&self, mut at: usize, column: usize) -> usize {
        while at < self.end && is_comment_line(self.text, at, column) {
            at = line_end(self.text, at);
        }
        at
    }

    /// Changes a list in a block that has items and shall have some. Its key or `-` is at column
    /// `outer`.
    fn sequence(
        &mut self,
        place: Place,
        part: &Part,
        items: &[Item],
        old: &[Value],
        new: &Value,
    ) -> Result<()> {
        let Some(new_items) = new.as_sequence() else {
            return Ok(());
        };
        let steps = align(old, new_items, alike, related);
        let moves = steps.iter().any(|step| !matches!(step, Step::Pair(..)));
        if moves && !items.iter().all(|item| begins_line(self.text, item.start)) {
            return self.replace(place, part, new);
        }
        let own_column = column(self.text, items[0].start);
        let gap = items
            .iter()
            .rev()
            .find_map(|item| dash_gap(self.text, item.start, &item.part))
            .unwrap_or(self.habits.dash_gap);
        let quotes = Quotes::of(old);
        let keys = items.iter().find_map(|item| match &item.part.shape {
            Shape::Mapping { fields, .. } => Some(key_style(fields)),
            _ => None,
        });
        let keys = keys.unwrap_or(place.keys);
        let layout = Layout {
            habits: self.habits,
            quotes,
            keys,
        };
        let mut last = None;
        for step in steps {
            match step {
                Step::Pair(i, j) => {
                    last = Some(i);
                    let place = Place {
                        lead: items[i].start + 1,
                        column: own_column,
                        gap: Some(
                            dash_gap(self.text, items[i].start, &items[i].part).unwrap_or(gap),
                        ),
                        quotes,
                        keys,
                    };
                    self.node(place, &items[i].part, &old[i], &new_items[j])?;
                }
                Step::Remove(i) => {
                    last = Some(i);
                    let start = line_start(self.text, items[i].start);
                    let end = line_end(self.text, items[i].part.end);
                    self.changes.delete(start..end);
                }
                Step::Insert(j) => {
                    let at = match last {
                        None => line_start(self.text, items[0].start),
                        Some(last) => {
                            let end = line_end(self.text, items[last].part.end);
                            let is_deeper = own_column > place.column;
                            if is_deeper && last + 1 == items.len() {
                                self.behind_comments(end, own_column)
                            } else {
                                end
                            }
                        }
                    };
                    let item = in_order_of(old, &new_items[j]);
                    let text = layout.item(&item, own_column, gap)?;
                    self.insert_lines(at, &format!("{}{text}", spaces(own_column)));
                }
            }
        }
        Ok(())
    }

    /// Changes a value in a block.
    fn node(&mut self, place: Place, part: &Part, old: &Value, new: &Value) -> Result<()> {
        if alike(old, new) {
            return Ok(());
        }
        match (&part.shape, &old.node, &new.node) {
            (
                Shape::Mapping {
                    flow: false,
                    fields,
                },
                Node::Mapping(old),
                Node::Mapping(new),
            ) if fields
                .iter()
                .any(|field| field.merges() || new.contains_key(&field.key)) =>
            {
                self.mapping(fields, old, new, false)
            }
            (
                Shape::Sequence { flow: false, items },
                Node::Sequence(old),
                Node::Sequence(items_now),
            ) if !items_now.is_empty() && items.len() == old.len() => {
                self.sequence(place, part, items, old, new)
            }
            (Shape::Mapping { .. }, Node::Mapping(_), Node::Mapping(_))
            | (Shape::Sequence { .. }, Node::Sequence(_), Node::Sequence(_))
                if part.is_flow() && !old.is_null_or_empty() =>
            {
                let layout = Layout {
                    habits: self.habits,
                    quotes: place.quotes,
                    keys: place.keys,
                };
                let text = super::flow::rewrite(self.text, part, old, new, layout)?;
                self.changes.replace(part.range(), text);
                Ok(())
            }
            (Shape::Scalar, Node::Scalar(was), Node::Scalar(_)) => {
                self.replace(place, part, &in_style_of(was.style, new))
            }
            _ => self.replace(place, part, new),
        }
    }

    /// Writes a value anew.
    fn replace(&mut self, place: Place, part: &Part, new: &Value) -> Result<()> {
        let layout = Layout {
            habits: self.habits,
            quotes: place.quotes,
            keys: place.keys,
        };
        let text = match place.gap {
            Some(gap) => layout.behind_dash(new, place.column, gap)?,
            None => layout.behind_colon(new, place.column)?,
        };
        let (head, below) = match text.find(self.habits.line_break) {
            Some(at) => text.split_at(at),
            None => (text.as_str(), ""),
        };
        let line = line_content_end(self.text, place.lead);
        if below.is_empty() && part.start > line && matches!(part.shape, Shape::Scalar) {
            // A text below its key stays there, and what stands behind it does too.
            self.changes.replace(part.range(), text.trim_start());
            return Ok(());
        }
        let mut end = part.end.max(place.lead);
        if end > line && has_comment_behind(self.text, end) {
            // It is about the last line of what goes, and would be text behind a block.
            end = line_content_end(self.text, end);
        }
        if part.start > line {
            // It stood on lines of its own: a comment behind the key stays.
            self.changes.replace(place.lead..place.lead, head);
            self.changes.replace(line..end, below);
        } else if end <= line && has_comment_behind(self.text, end) {
            self.changes.replace(place.lead..end, head);
            self.changes.replace(line..line, below);
        } else {
            self.changes.replace(place.lead..end, text);
        }
        Ok(())
    }

    /// Puts in whole lines at an offset where a line starts.
    pub(super) fn insert_lines(&mut self, at: usize, lines: &str) {
        let text = format!("{lines}{}", self.habits.line_break);
        self.changes.replace(at..at, text);
    }
}

/// How all keys of a mapping are written, if they are all written in one way.
pub(super) fn key_style(fields: &[Field]) -> Style {
    let mut styles = fields.iter().map(|field| field.key_style);
    match styles.next() {
        Some(first) if styles.all(|style| style == first) => first,
        _ => Style::Plain,
    }
}

/// A new text in the quotes, or the kind of block, of the one whose place it takes.
pub(super) fn in_style_of(old: Style, new: &Value) -> Value {
    let mut new = new.clone();
    if let Some(scalar) = new.as_scalar_mut()
        && scalar.style == Style::Plain
    {
        scalar.style = old;
    }
    new
}

/// A new item whose fields are in the order of those of the items that are there.
fn in_order_of(neighbours: &[Value], item: &Value) -> Value {
    let (Some(fields), Some(model)) = (
        item.as_mapping(),
        neighbours.iter().rev().find_map(Value::as_mapping),
    ) else {
        return item.clone();
    };
    let mut ordered = fields.clone();
    ordered.sort_by(|a, b| {
        let rank = |key: &str| model.position_of(key).unwrap_or(usize::MAX);
        rank(a.key.text()).cmp(&rank(b.key.text()))
    });
    Value {
        node: Node::Mapping(ordered),
        ..item.clone()
    }
}
