//! The place that gave a field its value, for findings on rendered objects.

use super::address::Address;
use super::history::Event;
use super::step::Step;
use crate::resource::Resource;
use trimtab_tree::{Mapping, Position, Value};

/// Where the value of a field comes from.
#[derive(Clone, Copy, Debug, Default)]
pub struct FieldOrigin<'r> {
    /// The line that set it last. [`Position::NONE`] only when no file did: a flag of the command
    /// line, or a program whose output is not kept.
    pub position: Position,
    /// The step that set it; `None` in builds that do not record.
    pub step: Option<&'r Step>,
}

impl Resource {
    /// Where the value of a field comes from. A field that is not there has the origin of the
    /// nearest one above it, a list or mapping that of its first entry.
    #[must_use]
    pub fn field_origin(&self, address: &Address) -> FieldOrigin<'_> {
        let address = address.within(self.value());
        let events = self.events(&address);
        let last = events.iter().rev().find(|event| event.value.is_some());
        let step = last.map(|event| event.step);
        let position = last.map_or(Position::NONE, Event::position);
        let value = nearest(self.value(), &address);
        FieldOrigin {
            position: first_position(value).or(position).or(self.position()),
            step,
        }
    }

    /// All values that a field had, oldest first; nothing in builds that do not record.
    #[must_use]
    pub fn events(&self, address: &Address) -> Vec<Event<'_>> {
        let history = self.history();
        history.map_or_else(Vec::new, |history| history.events(self.value(), address))
    }
}

/// What an object has at an address, or the innermost thing on the way there.
fn nearest<'v>(object: &'v Value, address: &Address) -> &'v Value {
    let mut here = Address::root();
    let mut found = object;
    for part in address.parts() {
        here.push(part.clone());
        match here.get(object) {
            Some(value) => found = value,
            None => break,
        }
    }
    found
}

/// The position of a value, or of the first thing in it that has one.
fn first_position(value: &Value) -> Position {
    let fields = value.as_mapping().into_iter().flat_map(Mapping::entries);
    let fields = fields.map(|entry| entry.key_position.or(first_position(&entry.value)));
    let items = value
        .as_sequence()
        .into_iter()
        .flatten()
        .map(first_position);
    let mut inside = fields.chain(items);
    value.position.or(inside
        .find(|position| position.is_some())
        .unwrap_or_default())
}
