//! All values that the fields of one resource had.
//!
//! A history is a tree of the form of the object. Only fields that changed have a node; what an
//! added or replaced part of the object holds is found in the change of that part. The nodes of
//! items follow them when they move.

use super::address::{Address, Part};
use super::compare::{Mark, Writer};
use super::items;
use super::step::{Action, Cause, Step};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use trimtab_tree::{Node as Tree, Position, Text, Value};

/// What became of one resource and its fields, from the file or generator it came from to the end.
#[derive(Clone, Debug)]
pub struct History {
    root: Option<Box<Node>>,
    next: u32,
    /// The object before a patch deleted it.
    deleted: Option<Value>,
}

/// One field.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// What it was set to, oldest first.
    pub(super) changes: Vec<Change>,
    pub(super) fields: FxHashMap<Text, Box<Node>>,
    /// By the places that the items have now.
    pub(super) items: Vec<Option<Box<Node>>>,
    /// Items that are no longer there.
    pub(super) gone: Vec<Gone>,
}

/// That a field was set as a whole, or removed.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// Changes of one resource are numbered in the order in which they happened.
    pub(super) number: u32,
    pub(super) step: Arc<Step>,
    pub(super) causes: Vec<Arc<Cause>>,
    /// The value then; `None` when the field was removed.
    pub(super) value: Option<Value>,
    /// The line that removed it.
    pub(super) position: Position,
}

/// An item that was removed from a list.
#[derive(Clone, Debug)]
pub(super) struct Gone {
    /// The place it had.
    pub(super) place: usize,
    /// What it was.
    pub(super) value: Value,
    pub(super) node: Box<Node>,
}

impl Node {
    /// The list that the items were in is no more.
    pub(super) fn retire_items(&mut self) {
        self.items.clear();
    }
}

/// One value that a field had.
#[derive(Clone, Copy, Debug)]
pub struct Event<'h> {
    /// What set it.
    pub step: &'h Step,
    /// What made the step write it, beyond the entry itself.
    pub causes: &'h [Arc<Cause>],
    /// The value; `None` when the step removed the field.
    pub value: Option<&'h Value>,
    number: u32,
    removed_at: Position,
}

impl Event<'_> {
    /// The line that says the value: that of the patch, pair or entry; where none does, that of the
    /// step.
    #[must_use]
    pub fn position(&self) -> Position {
        let value = self.value.map_or(Position::NONE, |value| value.position);
        value.or(self.removed_at).or(self.step.position)
    }
}

impl History {
    /// The history of an object that `step` gave.
    pub(super) fn new(object: &Value, step: &Arc<Step>) -> Self {
        let mut history = Self {
            root: None,
            next: 0,
            deleted: None,
        };
        let mark = Mark {
            step,
            cause: None,
            removal: None,
        };
        history.write(mark, |writer, root| writer.change(Some(object), root));
        history
    }

    /// Adds what a step changed.
    pub(super) fn add(&mut self, before: &Value, after: &Value, mark: Mark<'_>) {
        self.write(mark, |writer, root| {
            if after.is_null_or_empty() {
                writer.change(None, root);
            } else {
                writer.compare(before, after, root);
            }
        });
        if after.is_null_or_empty() && !before.is_null_or_empty() {
            self.deleted = Some(before.clone());
        }
    }

    fn write(
        &mut self,
        mark: Mark<'_>,
        write: impl FnOnce(&mut Writer<'_>, &mut Option<Box<Node>>),
    ) {
        let mut writer = Writer {
            mark,
            here: Address::root(),
            next: &mut self.next,
        };
        write(&mut writer, &mut self.root);
    }

    /// The number that the next change will have.
    pub(super) fn next(&self) -> u32 {
        self.next
    }

    /// Says why the changes from number `from` on came about, for those whose value stands at a
    /// position.
    pub(super) fn explain(&mut self, from: u32, position: Position, cause: &Arc<Cause>) {
        if let Some(root) = &mut self.root {
            root.explain(from, position, cause);
        }
    }

    /// All values that the field at `address` of `object` had, oldest first. A step that left the
    /// value as it was is told only where it says the value itself. Nothing when the field never
    /// was.
    #[must_use]
    pub fn events<'h>(&'h self, object: &'h Value, address: &Address) -> Vec<Event<'h>> {
        let mut walk = Walk {
            events: Vec::new(),
            node: None,
            value: Some(object),
        };
        walk.enter(self.root.as_deref());
        for part in address.parts() {
            walk.step(part);
        }
        walk.finish()
    }

    /// What a patch deleted, and the step that did.
    pub(super) fn take_deleted(&mut self) -> Option<(Value, Arc<Step>)> {
        let last = self.root.as_ref()?.changes.last()?;
        Some((self.deleted.take()?, Arc::clone(&last.step)))
    }

    /// The step that gave the resource.
    #[must_use]
    pub fn origin(&self) -> Option<&Step> {
        let first = self.root.as_ref()?.changes.first()?;
        Some(&first.step)
    }

    /// The object as it was at first.
    #[must_use]
    pub fn first_value(&self) -> Option<&Value> {
        self.root.as_ref()?.changes.first()?.value.as_ref()
    }

    /// Fields and items that were there once and are not any more, as addresses in `object`.
    #[must_use]
    pub fn removed(&self, object: &Value) -> Vec<Address> {
        let mut found = Vec::new();
        if let Some(root) = &self.root {
            root.removed(Some(object), &mut Address::root(), &mut found);
        }
        found.sort_by_key(ToString::to_string);
        found
    }
}

impl Node {
    fn explain(&mut self, from: u32, position: Position, cause: &Arc<Cause>) {
        for change in self.changes.iter_mut().filter(|it| it.number >= from) {
            let value = change.value.as_ref();
            let is_meant = value.is_some_and(|value| value.position == position);
            if is_meant && !change.causes.contains(cause) {
                change.causes.push(Arc::clone(cause));
            }
        }
        let items = self.items.iter_mut().flatten();
        for child in self.fields.values_mut().chain(items) {
            child.explain(from, position, cause);
        }
    }

    /// Whether others took out what was in it, before it went for being empty.
    fn was_emptied_before(&self) -> bool {
        let is_cleaned = |node: &Self| {
            let last = node.changes.last();
            last.is_some_and(|last| last.step.action == Action::Clean)
        };
        let is_gone = |child: &Self| child.changes.last().is_some_and(|it| it.value.is_none());
        is_cleaned(self) && self.fields.values().any(|child| is_gone(child))
    }

    fn removed(&self, value: Option<&Value>, here: &mut Address, found: &mut Vec<Address>) {
        for (key, child) in &self.fields {
            let value = value.and_then(|value| value.get(key));
            here.push(Part::Field(key.clone()));
            if value.is_none() && !child.was_emptied_before() {
                found.push(here.clone());
            } else {
                child.removed(value, here, found);
            }
            here.pop();
        }
        let items = value.and_then(Value::as_sequence).unwrap_or_default();
        for (at, (item, child)) in items.iter().zip(&self.items).enumerate() {
            if let Some(child) = child {
                here.push(Part::Index(at));
                child.removed(Some(item), here, found);
                here.pop();
            }
        }
        for gone in &self.gone {
            if let Some((key, text)) = items::key_of(&gone.value) {
                here.push(Part::Match(key.into(), text.into()));
                found.push(here.clone());
                here.pop();
            }
        }
    }
}

/// The way to a field, through the object and its history at the same time.
struct Walk<'h> {
    /// What the changes so far say of the field that the walk is at.
    events: Vec<Event<'h>>,
    node: Option<&'h Node>,
    /// The field now.
    value: Option<&'h Value>,
}

impl<'h> Walk<'h> {
    fn enter(&mut self, node: Option<&'h Node>) {
        self.node = node;
        for change in node.map_or(&[][..], |node| &node.changes) {
            self.events.push(Event {
                step: &change.step,
                causes: &change.causes,
                value: change.value.as_ref(),
                number: change.number,
                removed_at: change.position,
            });
        }
    }

    fn step(&mut self, part: &Part) {
        let node = self.node;
        let item = self.value.and_then(Value::as_sequence);
        let (next, value) = match (part, item) {
            (Part::Field(key), _) => {
                let child = node
                    .and_then(|node| node.fields.get(key))
                    .map(|node| &**node);
                (child, self.value.and_then(|value| value.get(key)))
            }
            (part, items) => {
                let items = items.unwrap_or_default();
                match part.place_in(items) {
                    Some(place) => (
                        node.and_then(|node| node.items.get(place)?.as_deref()),
                        items.get(place),
                    ),
                    None => (node.and_then(|node| node.lost(part)), None),
                }
            }
        };
        let gone = match (value, node) {
            (None, Some(node)) => node.lost_value(part),
            _ => None,
        };
        for event in &mut self.events {
            event.value = event
                .value
                .and_then(|before| project(before, part, value.or(gone)));
        }
        self.value = value;
        self.enter(next);
    }

    /// The events in order, without those that say nothing of the field.
    fn finish(mut self) -> Vec<Event<'h>> {
        self.events.sort_by_key(|event| event.number);
        let mut told: Vec<Event<'h>> = Vec::new();
        for event in self.events {
            let says_nothing = match (told.last().and_then(|last| last.value), event.value) {
                (None, None) => true,
                (Some(last), Some(now)) => last.position == now.position && last == now,
                _ => false,
            };
            if !says_nothing {
                told.push(event);
            }
        }
        told
    }
}

impl Node {
    fn lost(&self, part: &Part) -> Option<&Node> {
        self.gone
            .iter()
            .rev()
            .find(|gone| part.fits(gone))
            .map(|gone| &*gone.node)
    }

    fn lost_value(&self, part: &Part) -> Option<&Value> {
        self.gone
            .iter()
            .rev()
            .find(|gone| part.fits(gone))
            .map(|gone| &gone.value)
    }
}

impl Part {
    fn fits(&self, gone: &Gone) -> bool {
        match self {
            Self::Index(place) => gone.place == *place,
            Self::Match(..) => self.is_item(&gone.value),
            Self::Field(_) => false,
        }
    }
}

/// What a former state of a field had at `part`; `item` is the item that is meant, if it is one.
fn project<'h>(before: &'h Value, part: &Part, item: Option<&Value>) -> Option<&'h Value> {
    match (&before.node, part) {
        (Tree::Mapping(fields), Part::Field(key)) => fields.get(key),
        (Tree::Sequence(items), part) => match item {
            Some(item) => {
                let at_place =
                    |place: usize| items.get(place).filter(|it| items::is_same(it, item));
                let here = match part {
                    Part::Index(place) => at_place(*place),
                    _ => None,
                };
                here.or_else(|| items.iter().find(|it| items::is_same(it, item)))
            }
            None => part.place_in(items).and_then(|place| items.get(place)),
        },
        _ => None,
    }
}
