//! Moving the items of one list behind those of another, with the comments around them.

use super::Document;
use super::changes::Changes;
use super::layout::spaces;
use super::lines::{begins_line, column, line_end, line_start};
use super::outline::{Field, Item, Shape};
use crate::Value;

impl Document {
    /// Moves all items of the root's list `from` behind those of its list `to`, and takes the field
    /// `from` away. Returns false, and changes nothing, unless both are lists that have items and no
    /// brackets, and the text can be changed so that it means that and nothing else.
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
        let (source, items) = list(text, fields, from)?;
        let (_, others) = list(text, fields, to)?;
        let (first, last) = (others.first()?, others.last()?);
        let from_column = column(text, items.first()?.start);
        let to_column = column(text, first.start);
        let start = line_end(text, source.colon);
        let end = line_end(text, source.part.end);
        let mut lines = String::new();
        for line in text[start..end].split_inclusive('\n') {
            if line.trim().is_empty() {
                lines.push_str(line);
                continue;
            }
            // Comments may stand further out than the list.
            let own = line.len() - line.trim_start_matches(' ').len();
            let column = (own + to_column).saturating_sub(from_column);
            lines.push_str(&spaces(column));
            lines.push_str(&line[own..]);
        }
        let mut changes = Changes::default();
        let at = line_end(text, last.part.end);
        changes.replace(at..at, lines);
        changes.delete(line_start(text, source.start)..end);
        changes.apply(text)
    }
}

/// A list that is not in brackets, each of whose items begins a line, below its key.
fn list<'o>(text: &str, fields: &'o [Field], key: &str) -> Option<(&'o Field, &'o [Item])> {
    let mut named = fields.iter().filter(|field| field.key == key);
    let (field, None) = (named.next()?, named.next()) else {
        return None;
    };
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
