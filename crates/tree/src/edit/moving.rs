//! Moving the items of one list behind those of another, and fields into an item of a list, with the
//! comments around them.

use super::Document;
use super::block::key_style;
use super::changes::Changes;
use super::comments::{Stay, as_lines, staying};
use super::habits::{Habits, Quotes, dash_gap};
use super::layout::{Layout, spaces};
use super::lines::{begins_line, column, line_content_end, line_end, line_start};
use super::outline::{Field, Item, Part, Shape};
use crate::{Mapping, Node, Style, Value};
use std::ops::Range;

impl Document {
    /// Moves all items of the root's list `from` behind those of its list `to`, and takes the field
    /// `from` away. Returns false, and changes nothing, unless both are lists that have items, the
    /// second without brackets, and the text can be changed so that it means that and nothing else.
    pub fn move_items(&mut self, from: &str, to: &str) -> bool {
        let Some(new) = moved(&self.tree, from, to) else {
            return false;
        };
        let changed = self.moving(from, to);
        self.text.ends_with('\n') && self.replace_text(changed, &new).is_ok()
    }

    fn moving(&self, from: &str, to: &str) -> Option<String> {
        let text = self.text.as_str();
        let Shape::Mapping { fields, .. } = &self.outline.root.as_ref()?.shape else {
            return None;
        };
        let source = only(fields, from)?;
        let (_, others) = list(text, fields, to)?;
        let (first, last) = (others.first()?, others.last()?);
        let to_column = column(text, first.start);
        let habits = Habits::of(text, &self.outline);
        let lines = if source.part.is_flow() {
            let layout = Layout {
                habits: &habits,
                quotes: Quotes::default(),
                keys: Style::Plain,
            };
            let gap = dash_gap(text, last.start, &last.part).unwrap_or(habits.dash_gap);
            let items = self.tree.get(from)?.as_sequence()?;
            out_of_brackets(text, source, items, layout, (to_column, gap))?
        } else {
            let (_, items) = list(text, fields, from)?;
            let from_column = column(text, items.first()?.start);
            let key_line = source.colon..line_content_end(text, source.colon);
            let below = line_end(text, source.colon)..line_end(text, source.part.end);
            let mut lines = String::new();
            if let Some(comment) = text[key_line].find('#') {
                // What stands behind the key is about these items.
                let comment = source.colon + comment..line_content_end(text, source.colon);
                lines = as_lines(text, &[comment], true, to_column, habits.line_break);
            }
            lines + &indented(&text[below], from_column, to_column)
        };
        let mut changes = Changes::default();
        let at = line_end(text, last.part.end);
        changes.replace(at..at, lines);
        changes.delete(line_start(text, source.start)..line_end(text, source.part.end));
        changes.apply(text)
    }

    /// Makes the text in the field `from` of an item, by index, of the root's list `list` an item of
    /// the list `to` beside it, with the comment behind it. Returns false, and changes nothing, unless
    /// all of it stands outside of brackets, and the text can be changed so that it means `new` and
    /// nothing else.
    pub fn move_text_into_list(
        &mut self,
        (list, at): (&str, usize),
        from: &str,
        to: &str,
        new: &Value,
    ) -> bool {
        let changed = self.moving_text(list, at, from, to);
        self.text.ends_with('\n') && changed.is_some() && self.replace_text(changed, new).is_ok()
    }

    fn moving_text(&self, name: &str, at: usize, from: &str, to: &str) -> Option<String> {
        let text = self.text.as_str();
        let Shape::Mapping { fields, .. } = &self.outline.root.as_ref()?.shape else {
            return None;
        };
        let item = list(text, fields, name)?.1.get(at)?;
        let Shape::Mapping {
            fields,
            flow: false,
        } = &item.part.shape
        else {
            return None;
        };
        let habits = Habits::of(text, &self.outline);
        into_list(text, &habits, fields, from, to)?.apply(text)
    }

    /// Makes the root's mapping `from` the last field, `inner`, of a new item at the end of the root's
    /// list `to`, which comes to the place of `from` when there is none. `others` are the fields before
    /// it. Returns false, and changes nothing, unless `from` is a mapping that has fields and no
    /// brackets, and the text can be changed so that it means that and nothing else.
    pub fn move_fields(&mut self, from: &str, to: &str, inner: &str, others: &Mapping) -> bool {
        let Some(new) = moved_fields(&self.tree, from, to, inner, others) else {
            return false;
        };
        let changed = self.moving_fields(from, to, inner, others);
        self.text.ends_with('\n') && self.replace_text(changed, &new).is_ok()
    }

    fn moving_fields(&self, from: &str, to: &str, inner: &str, others: &Mapping) -> Option<String> {
        let text = self.text.as_str();
        let Shape::Mapping { fields, .. } = &self.outline.root.as_ref()?.shape else {
            return None;
        };
        let source = only(fields, from)?;
        let Shape::Mapping {
            flow: false,
            fields: moved,
        } = &source.part.shape
        else {
            return None;
        };
        let stands_below = source.part.start == source.part.content
            && begins_line(text, source.start)
            && moved.iter().all(|field| begins_line(text, field.start));
        if !stands_below {
            return None;
        }
        let habits = Habits::of(text, &self.outline);
        let into = fields.iter().any(|field| field.key == to);
        let into = if into {
            Some(list(text, fields, to)?.1)
        } else {
            None
        };
        let (dash, gap) = match into.and_then(<[Item]>::last) {
            Some(last) => (
                column(text, last.start),
                dash_gap(text, last.start, &last.part).unwrap_or(habits.dash_gap),
            ),
            None => (habits.sequence_indent, habits.dash_gap),
        };
        let layout = Layout {
            habits: &habits,
            quotes: Quotes::default(),
            keys: key_style(moved),
        };
        let own = dash + 1 + gap;
        let mut lines = Vec::new();
        for (key, value) in others.iter() {
            lines.push(layout.field(key, value, own).ok()?);
        }
        // What stands behind the key is about these fields.
        let line = line_content_end(text, source.colon);
        lines.push(format!(
            "{}:{}",
            layout.key(inner).ok()?,
            &text[source.colon..line]
        ));
        let separator = format!("{}{}", habits.line_break, spaces(own));
        let head = lines.join(&separator);
        let below = indented(
            &text[line_end(text, source.colon)..line_end(text, source.part.end)],
            column(text, moved.first()?.start),
            own + habits.mapping_indent,
        );
        let item = format!(
            "{}-{}{head}{}{below}",
            spaces(dash),
            spaces(gap),
            habits.line_break
        );
        let mut changes = Changes::default();
        let whole = line_start(text, source.start)..line_end(text, source.part.end);
        if let Some(last) = into.and_then(<[Item]>::last) {
            let at = line_end(text, last.part.end);
            changes.delete(whole);
            changes.replace(at..at, item);
        } else {
            let key = layout.key(to).ok()?;
            changes.replace(whole, format!("{key}:{}{item}", habits.line_break));
        }
        changes.apply(text)
    }
}

/// The changes that make the text in the field `from` an item of the list `to` beside it.
fn into_list(
    text: &str,
    habits: &Habits,
    fields: &[Field],
    from: &str,
    to: &str,
) -> Option<Changes> {
    let source = only(fields, from)?;
    let Part { start, end, .. } = source.part;
    let line = line_content_end(text, source.colon);
    if !matches!(source.part.shape, Shape::Scalar) || start <= source.colon {
        return None;
    }
    let mut changes = Changes::default();
    if fields.iter().all(|field| field.key != to) {
        let layout = Layout {
            habits,
            quotes: Quotes::default(),
            keys: source.key_style,
        };
        let dash = column(text, source.start) + habits.sequence_indent;
        let lead = format!(
            "{}{}-{}",
            habits.line_break,
            spaces(dash),
            spaces(habits.dash_gap)
        );
        changes.replace(source.key_range.clone(), layout.key(to).ok()?);
        if start > line {
            // It stands below its key already.
            changes.replace(start..start, format!("-{}", spaces(habits.dash_gap)));
        } else {
            changes.replace(source.colon..start, lead);
        }
        return Some(changes);
    }
    let last = list(text, fields, to)?.1.last()?;
    if !begins_line(text, source.start) || end > line {
        return None;
    }
    let gap = dash_gap(text, last.start, &last.part).unwrap_or(habits.dash_gap);
    let item = format!(
        "{}-{}{}{}",
        spaces(column(text, last.start)),
        spaces(gap),
        &text[start..line],
        habits.line_break
    );
    let at = line_end(text, last.part.end);
    changes.replace(at..at, item);
    changes.delete(line_start(text, source.start)..line_end(text, end));
    Some(changes)
}

/// The lines of a block list at a column, with so many spaces behind each `-`, that has the `items` of
/// the list in brackets in the field `source`. Nothing when there are comments inside of its items.
fn out_of_brackets(
    text: &str,
    source: &Field,
    items: &[Value],
    layout: Layout<'_>,
    (at, gap): (usize, usize),
) -> Option<String> {
    let Shape::Sequence { items: parts, .. } = &source.part.shape else {
        return None;
    };
    let stands_alone = begins_line(text, source.start) && parts.len() == items.len();
    if !stands_alone || source.part.start != source.part.content || parts.is_empty() {
        return None;
    }
    let line_break = layout.habits.line_break;
    let line = |comment: &Range<usize>| {
        let comment = std::slice::from_ref(comment);
        as_lines(text, comment, true, at, line_break)
    };
    let inside = |comment: &Range<usize>| {
        let mut parts = parts.iter();
        parts.any(|item| item.part.range().contains(&comment.start))
    };
    let (mut above, mut behind, mut lines) = (String::new(), String::new(), String::new());
    let mut comments = staying(text, source, Stay::All).into_iter().peekable();
    for (part, value) in parts.iter().zip(items) {
        while let Some(comment) = comments.next_if(|comment| comment.start < part.part.end) {
            if inside(&comment) {
                return None;
            }
            lines.push_str(&line(&comment));
        }
        let item = layout.item(&without_brackets(value), at, gap).ok()?;
        lines.extend([&spaces(at), item.as_str()]);
        let end = line_content_end(text, part.part.end);
        let is_only = parts.len() == 1;
        let own = |comment: &Range<usize>| {
            let closed = comment.start > source.part.end;
            comment.end == end && !item.contains('\n') && (is_only || !closed)
        };
        if let Some(comment) = comments.next_if(own) {
            lines.extend([" ", &text[comment]]);
        }
        lines.push_str(line_break);
    }
    for comment in comments {
        // What stands behind the bracket is about all of them.
        let to = if comment.start > source.part.end {
            &mut above
        } else {
            &mut behind
        };
        to.push_str(&line(&comment));
    }
    Some(above + &lines + &behind)
}

/// A value without brackets in how it is written.
fn without_brackets(value: &Value) -> Value {
    let mut value = value.clone();
    value.style = Style::Plain;
    match &mut value.node {
        Node::Scalar(_) => {}
        Node::Sequence(items) => {
            for item in items {
                *item = without_brackets(item);
            }
        }
        Node::Mapping(fields) => {
            for field in fields.values_mut() {
                *field = without_brackets(field);
            }
        }
    }
    value
}

/// Lines with what is in them at `from` moved to column `to`.
fn indented(text: &str, from: usize, to: usize) -> String {
    let mut lines = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            lines.push_str(line);
            continue;
        }
        // Comments may stand further out than the rest.
        let own = line.len() - line.trim_start_matches(' ').len();
        lines.push_str(&spaces((own + to).saturating_sub(from)));
        lines.push_str(&line[own..]);
    }
    lines
}

/// The field of this name, unless there are several.
fn only<'o>(fields: &'o [Field], key: &str) -> Option<&'o Field> {
    let mut named = fields.iter().filter(|field| field.key == key);
    let field = named.next()?;
    named.next().is_none().then_some(field)
}

/// A list that is not in brackets, each of whose items begins a line, below its key.
fn list<'o>(text: &str, fields: &'o [Field], key: &str) -> Option<(&'o Field, &'o [Item])> {
    let field = only(fields, key)?;
    match &field.part.shape {
        Shape::Sequence { flow: false, items }
            if !items.is_empty()
                && field.part.start == field.part.content
                && begins_line(text, field.start)
                && items.iter().all(|item| begins_line(text, item.start)) =>
        {
            Some((field, items))
        }
        _ => None,
    }
}

/// The tree with the items moved.
fn moved(tree: &Value, from: &str, to: &str) -> Option<Value> {
    let mut new = tree.clone();
    let fields = new.as_mapping_mut()?;
    let items = fields.remove(from)?.as_sequence()?.to_vec();
    fields.get_mut(to)?.as_sequence_mut()?.extend(items);
    Some(new)
}

/// The tree with the fields moved.
fn moved_fields(
    tree: &Value,
    from: &str,
    to: &str,
    inner: &str,
    others: &Mapping,
) -> Option<Value> {
    let mut new = tree.clone();
    let fields = new.as_mapping_mut()?;
    let mut item = others.clone();
    item.insert(inner, fields.remove(from)?);
    let list = fields.get_or_insert_with(to, || Value::sequence(Vec::new()));
    list.as_sequence_mut()?.push(item.into());
    Some(new)
}
