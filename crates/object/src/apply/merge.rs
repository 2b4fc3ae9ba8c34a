//! A configuration laid over an object: `Merge` of structured-merge-diff.

use super::items::{ItemIndex, items_of};
use super::path_element::PathElement;
use super::shape::{ListShape, MapShape, Place, Shape, same_form};
use trimtab_tree::{Mapping, Value};

/// The live object with the configuration's leaves. Nothing is removed: null takes the place of a
/// leaf only.
pub(super) fn merge(live: &Value, config: &Value, place: Place<'_>) -> Value {
    if place.declared().is_none() && !same_form(live, config) {
        // Only the values say what is here, and they say different things: the newer holds.
        return config.clone();
    }
    match place.shape(config) {
        Shape::List(list) if !list.is_atomic() => merge_list(live, config, &list),
        Shape::Map(map) if !map.atomic => merge_map(live, config, map),
        _ => config.clone(),
    }
}

fn merge_map(live: &Value, config: &Value, map: MapShape<'_>) -> Value {
    let (fields, changes) = match (live.as_mapping(), config.as_mapping()) {
        (Some(fields), Some(changes)) if !fields.is_empty() => (fields, changes),
        // Null or no fields at all: nothing is said of the live fields.
        (Some(fields), None) if !fields.is_empty() => return live.clone(),
        _ => return config.clone(),
    };
    let mut merged = Mapping::with_capacity(fields.len().max(changes.len()));
    for (name, value) in fields.iter() {
        let value = match changes.get(name) {
            Some(change) => merge(value, change, map.field_or_deduced(name)),
            None => value.clone(),
        };
        merged.insert(name, value);
    }
    for (name, change) in changes.iter() {
        if !fields.contains_key(name) {
            merged.insert(name, change.clone());
        }
    }
    merged.into()
}

fn merge_list(live: &Value, config: &Value, list: &ListShape<'_>) -> Value {
    if items_of(Some(live)).is_empty() {
        return config.clone();
    }
    let old = ItemIndex::new(list, items_of(Some(live)));
    let new = ItemIndex::new(list, items_of(Some(config)));
    if new.elements.is_empty() {
        return live.clone();
    }
    Value::sequence(Weaver::new(&old, &new, list.items).weave())
}

/// Puts the items of two lists in one order: those of the configuration in its order, and the others
/// each before the next item that the lists share and that the configuration does not move forward.
struct Weaver<'a, 'v, 's> {
    old: &'a ItemIndex<'v>,
    new: &'a ItemIndex<'v>,
    place: Place<'s>,
    /// How many items of the old list are done.
    done: usize,
    woven: Vec<Value>,
}

impl<'a, 'v, 's> Weaver<'a, 'v, 's> {
    fn new(old: &'a ItemIndex<'v>, new: &'a ItemIndex<'v>, place: Place<'s>) -> Self {
        Self {
            old,
            new,
            place,
            done: 0,
            woven: Vec::with_capacity(old.elements.len().max(new.elements.len())),
        }
    }

    fn weave(mut self) -> Vec<Value> {
        let new = self.new;
        for ((element, config), shared) in new.elements.iter().zip(self.next_shared()) {
            match shared {
                Some(shared) => self.take_until(shared),
                None => self.take_until_merged(),
            }
            self.woven.push(match self.old.only(element) {
                Some(live) => merge(live, config, self.place),
                None => (*config).clone(),
            });
            if self.next_old().is_some_and(|(next, _)| next == element) {
                self.done += 1;
            }
        }
        while let Some((element, item)) = self.next_old() {
            if !self.new.contains(element) {
                self.woven.push((*item).clone());
            }
            self.done += 1;
        }
        self.woven
    }

    /// For each item of the configuration, the first from it on that the old list has too.
    fn next_shared(&self) -> Vec<Option<&'a PathElement>> {
        let mut next = None;
        let backwards = self.new.elements.iter().rev().map(|(element, _)| {
            if self.old.contains(element) {
                next = Some(element);
            }
            next
        });
        let mut shared: Vec<_> = backwards.collect();
        shared.reverse();
        shared
    }

    fn next_old(&self) -> Option<&'a (PathElement, &'v Value)> {
        self.old.elements.get(self.done)
    }

    /// Takes the old list's own items up to the item of that step. Shared ones before it are passed
    /// over: the configuration says where they stand.
    fn take_until(&mut self, shared: &PathElement) {
        while let Some((element, item)) = self.next_old() {
            if element == shared {
                return;
            }
            if !self.new.contains(element) {
                self.woven.push((*item).clone());
            }
            self.done += 1;
        }
    }

    /// Takes the old list's own items up to its next shared one, which has its place already.
    fn take_until_merged(&mut self) {
        while let Some((element, item)) = self.next_old() {
            self.done += 1;
            if self.new.contains(element) {
                return;
            }
            self.woven.push((*item).clone());
        }
    }
}
