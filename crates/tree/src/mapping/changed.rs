//! A copy of fields that differs in a few.

use super::memory::Memory;
use super::whole::Whole;
use super::{Entry, Field};
use crate::Value;
use std::sync::{Arc, OnceLock};

/// The fields of another mapping but for some that have other values, and some behind them.
///
/// What an overlay makes of a shared base is nearly all such copies: each costs one allocation,
/// whatever the number of fields, and whoever prints it knows which are as they were.
#[derive(Debug)]
pub(super) struct Changed {
    origin: Arc<Whole>,
    /// Fields that have other values, by their places: most copies have one or two.
    near: [Option<Change>; 2],
    /// More of them. There is room for all from the first on, so that they keep their addresses.
    far: Option<Box<[Option<Change>; MOST]>>,
    /// Fields of keys that the origin does not have.
    added: Added,
    pub(super) memory: Memory,
    /// All fields side by side, if somebody wanted them so.
    listed: OnceLock<Box<Whole>>,
}

/// The value of the field at a place.
type Change = (u32, Value);

/// Fields behind those of the origin: nearly all copies have one at most, which is kept without an
/// allocation of its own.
#[derive(Clone, Debug, Default)]
enum Added {
    #[default]
    None,
    One([Entry; 1]),
    Many(Vec<Entry>),
}

impl Added {
    fn as_slice(&self) -> &[Entry] {
        match self {
            Self::None => &[],
            Self::One(one) => one,
            Self::Many(many) => many,
        }
    }

    fn as_mut_slice(&mut self) -> &mut [Entry] {
        match self {
            Self::None => &mut [],
            Self::One(one) => one,
            Self::Many(many) => many,
        }
    }

    fn push(&mut self, entry: Entry) {
        *self = match std::mem::take(self) {
            Self::None => Self::One([entry]),
            Self::One([first]) => Self::Many(vec![first, entry]),
            Self::Many(mut many) => {
                many.push(entry);
                Self::Many(many)
            }
        };
    }
}

/// So many changes there are at most in [`Changed::far`], and added fields, for there is no index over
/// them. With more, all fields are copied.
const MOST: usize = 8;

impl Clone for Changed {
    fn clone(&self) -> Self {
        Self {
            origin: Arc::clone(&self.origin),
            near: self.near.clone(),
            far: self.far.clone(),
            added: self.added.clone(),
            memory: Memory::default(),
            listed: OnceLock::new(),
        }
    }
}

impl Changed {
    /// A copy of fields that will be changed.
    pub(super) fn of(origin: Arc<Whole>) -> Self {
        Self {
            origin,
            near: [None, None],
            far: None,
            added: Added::None,
            memory: Memory::default(),
            listed: OnceLock::new(),
        }
    }

    /// What it is a copy of. The fields there keep their places here.
    pub(super) fn origin(&self) -> &Arc<Whole> {
        &self.origin
    }

    /// The fields that the origin does not have, which are behind its.
    pub(super) fn added(&self) -> &[Entry] {
        self.added.as_slice()
    }

    pub(super) fn len(&self) -> usize {
        self.origin.entries().len() + self.added().len()
    }

    pub(super) fn position_of(&self, key: &str) -> Option<usize> {
        self.origin.position_of(key).or_else(|| {
            let mut added = self.added().iter();
            let at = added.position(|entry| entry.key.text() == key)?;
            Some(self.origin.entries().len() + at)
        })
    }

    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        let Some(at) = self.origin.position_of(key) else {
            let mut added = self.added().iter();
            return added
                .find(|entry| entry.key.text() == key)
                .map(|entry| &entry.value);
        };
        let change = self.change_at(at);
        Some(change.unwrap_or_else(|| &self.origin.entries()[at].value))
    }

    /// The fields that have other values, by their places, as they were first changed.
    pub(super) fn changes(&self) -> impl Iterator<Item = (usize, &Value)> {
        let changes = self.near.iter().chain(self.far()).flatten();
        changes.map(|(place, value)| (*place as usize, value))
    }

    /// More changes, and room for others behind them.
    fn far(&self) -> &[Option<Change>] {
        self.far.as_deref().map_or(&[], |far| far)
    }

    fn change_at(&self, at: usize) -> Option<&Value> {
        let at = at as u32;
        let is_its = |change: &&Change| change.0 == at;
        let near = self.near.iter().flatten().find(is_its);
        let change = near.or_else(|| self.far().iter().flatten().find(is_its));
        change.map(|(_, value)| value)
    }

    /// The fields that are not the origin's, each with its value there, if there is one.
    pub(super) fn news(&self) -> impl Iterator<Item = (Option<&Value>, Field<'_>)> {
        let changed = self.changes().map(|(place, value)| {
            let field = Field::from(&self.origin.entries()[place]);
            (Some(field.value), Field { value, ..field })
        });
        let added = self.added().iter().map(|entry| (None, Field::from(entry)));
        changed.chain(added)
    }

    /// Whether the field at a place is the origin's.
    pub(super) fn is_unchanged(&self, at: usize) -> bool {
        at < self.origin.entries().len() && self.change_at(at).is_none()
    }

    /// The field at a place, which must be one.
    pub(super) fn at(&self, at: usize) -> Field<'_> {
        let fields = self.origin.entries();
        if let Some(added) = at.checked_sub(fields.len()) {
            return Field::from(&self.added()[added]);
        }
        let field = Field::from(&fields[at]);
        let value = self.change_at(at).unwrap_or(field.value);
        Field { value, ..field }
    }

    /// The value of the field at a place, which must be one.
    pub(super) fn value_at_mut(&mut self, at: usize) -> &mut Value {
        let fields = self.origin.entries();
        if let Some(added) = at.checked_sub(fields.len()) {
            return &mut self.added.as_mut_slice()[added].value;
        }
        let place = at as u32;
        let change = || (place, fields[at].value.clone());
        // What is there comes before what is free.
        let is_its = |slot: &Option<Change>| slot.as_ref().is_none_or(|(its, _)| *its == place);
        if let Some(near) = self.near.iter().position(is_its) {
            return &mut self.near[near].get_or_insert_with(change).1;
        }
        let far = self.far.get_or_insert_with(Box::default);
        let free = far.iter().position(is_its);
        let free = free.expect("the caller has asked whether there is room");
        &mut far[free].get_or_insert_with(change).1
    }

    /// Adds a field whose key is not there.
    pub(super) fn push(&mut self, entry: Entry) {
        self.added.push(entry);
    }

    /// Whether the field at a place can be changed, or one behind the last be added, before all must
    /// be copied.
    pub(super) fn has_room_for(&self, at: usize) -> bool {
        if at >= self.len() {
            return self.added().len() < MOST;
        }
        self.far().last().is_none_or(Option::is_none) || !self.is_unchanged(at)
    }

    /// Forgets what was found out about the fields as they were.
    pub(super) fn forget(&mut self) {
        self.memory.forget();
        if self.listed.get_mut().is_some() {
            self.listed.take();
        }
    }

    /// All fields side by side.
    pub(super) fn entries(&self) -> &[Entry] {
        let listed = self.listed.get_or_init(|| Box::new(self.to_whole()));
        listed.entries()
    }

    /// The same fields, on their own.
    pub(super) fn to_whole(&self) -> Whole {
        let mut entries = Vec::with_capacity(self.len() + 1);
        entries.extend((0..self.len()).map(|at| self.at(at).to_entry()));
        Whole::of(entries)
    }
}
