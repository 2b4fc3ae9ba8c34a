//! What differs between an object before a step and after it, written into its history.

use super::address::{Address, Part};
use super::history::{Change, Gone, Node};
use super::items;
use super::removal::Removal;
use super::step::{Cause, Step};
use std::sync::Arc;
use trimtab_tree::{Mapping, Node as Tree, Position, Value};

/// Writes the changes that one step made to one object.
pub(super) struct Writer<'a> {
    pub(super) mark: Mark<'a>,
    /// The field that is compared.
    pub(super) here: Address,
    /// The number of the next change.
    pub(super) next: &'a mut u32,
}

/// What each change is marked with.
#[derive(Clone, Copy)]
pub(super) struct Mark<'a> {
    /// The step.
    pub(super) step: &'a Arc<Step>,
    /// Why it did so.
    pub(super) cause: Option<&'a Arc<Cause>>,
    /// What it removes fields with, and the object before that.
    pub(super) removal: Option<(&'a Removal, &'a Value)>,
}

/// What is known of a field; most fields never change, and have nothing.
type Known = Option<Box<Node>>;

impl Writer<'_> {
    /// Compares two states of a field and adds what differs.
    pub(super) fn compare(&mut self, before: &Value, after: &Value, known: &mut Known) {
        match (&before.node, &after.node) {
            (Tree::Mapping(before), Tree::Mapping(after)) => self.fields(before, after, known),
            (Tree::Sequence(before), Tree::Sequence(after)) => self.items(before, after, known),
            (Tree::Scalar(a), Tree::Scalar(b))
                if a.text() == b.text() && before.position == after.position => {}
            _ => self.change(Some(after), known),
        }
    }

    fn fields(&mut self, before: &Mapping, after: &Mapping, known: &mut Known) {
        for (key, old) in before.iter() {
            self.here.push(Part::Field(key.into()));
            let mut child = known.as_mut().and_then(|node| node.fields.remove(key));
            match after.get(key) {
                Some(new) => self.compare(old, new, &mut child),
                None => self.change(None, &mut child),
            }
            put(known, key, child);
            self.here.pop();
        }
        for (key, new) in after.iter() {
            if !before.contains_key(key) {
                let mut child = known.as_mut().and_then(|node| node.fields.remove(key));
                self.change(Some(new), &mut child);
                put(known, key, child);
            }
        }
    }

    fn items(&mut self, before: &[Value], after: &[Value], known: &mut Known) {
        let mut old = known
            .as_mut()
            .map(|node| std::mem::take(&mut node.items))
            .unwrap_or_default();
        old.resize_with(before.len(), || None);
        let mut left = vec![true; before.len()];
        let mut new = Vec::with_capacity(after.len());
        for (pair, item) in items::pair(before, after).into_iter().zip(after) {
            let mut child = None;
            match pair {
                Some(place) => {
                    self.here.push(item_part(place, &before[place]));
                    left[place] = false;
                    child = old[place].take();
                    self.compare(&before[place], item, &mut child);
                    self.here.pop();
                }
                None => self.change(Some(item), &mut child),
            }
            new.push(child);
        }
        let mut gone = Vec::new();
        for place in (0..before.len()).filter(|&place| left[place]) {
            let mut child = old[place].take();
            self.here.push(item_part(place, &before[place]));
            self.change(None, &mut child);
            self.here.pop();
            gone.extend(child.map(|node| Gone {
                place,
                value: before[place].clone(),
                node,
            }));
        }
        if known.is_some() || !gone.is_empty() || new.iter().any(Option::is_some) {
            let node = known.get_or_insert_default();
            node.items = new;
            node.gone.extend(gone);
        }
    }

    /// Adds that the field as a whole became `after`, or went.
    pub(super) fn change(&mut self, after: Option<&Value>, known: &mut Known) {
        let node = known.get_or_insert_default();
        node.retire_items();
        node.changes.push(Change {
            number: *self.next,
            step: Arc::clone(self.mark.step),
            causes: self.mark.cause.cloned().into_iter().collect(),
            value: after.cloned(),
            position: match (after, self.mark.removal) {
                (None, Some((removal, before))) => removal.position_of(&self.here, before),
                _ => Position::NONE,
            },
        });
        *self.next += 1;
    }
}

/// An item by its name if it has one, else by its place.
fn item_part(place: usize, item: &Value) -> Part {
    match items::key_of(item) {
        Some((key, text)) => Part::Match(key.into(), text.into()),
        None => Part::Index(place),
    }
}

fn put(known: &mut Known, key: &str, child: Known) {
    if let Some(child) = child {
        let node = known.get_or_insert_default();
        node.fields.insert(key.into(), child);
    }
}
