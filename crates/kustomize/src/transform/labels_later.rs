//! Labels, or annotations, that wait in a list until somebody looks at the objects they were added to.

use super::set::Strings;
use crate::Resource;
use crate::config::{Due, FieldSpec, FieldSpot, Noted};
use std::sync::Arc;
use trimtab_tree::{Mapping, Spot, Text, Value};

/// Adds entries to many objects.
pub(super) struct AddLater<'a> {
    strings: &'a Strings<'a>,
    keys: Vec<Keys>,
    /// What is going to be added to an object.
    news: Vec<(Spot, Value)>,
}

/// The keys from the last mapping on the way to a field that is there to each of the entries.
struct Keys {
    /// The spec of the field.
    spec: *const FieldSpec,
    /// How many steps of its path are missing.
    missing: u32,
    of_entries: Box<[Arc<[Text]>]>,
}

impl<'a> AddLater<'a> {
    pub(super) fn new(strings: &'a Strings<'a>) -> Self {
        Self {
            strings,
            keys: Vec::new(),
            news: Vec::new(),
        }
    }

    /// Finds out where the fields are, for all copies of an object.
    pub(super) fn note(resource: &Resource, due: &Due<'_>) -> Noted {
        let copied = resource.as_copied();
        copied.map_or(Noted::Never, |copied| due.note_spots(copied))
    }

    /// Adds the entries to the fields of an object that has none of them. Tells what was added to which
    /// field, and returns whether it was done: only a visit can tell what comes of it otherwise.
    pub(super) fn add<'s>(
        &mut self,
        resource: &mut Resource,
        due: &Due<'s>,
        added: &mut Vec<(usize, &'s FieldSpec)>,
    ) -> bool {
        self.news.clear();
        added.clear();
        let object = resource.value().as_mapping();
        // Fields that are not to be made may have been.
        let has_strayed =
            object.is_some_and(|it| resource.has_strayed() && due.meets_late_changes(it));
        let copied = object.filter(|_| !has_strayed).and_then(Mapping::as_copied);
        // What is new changes nothing that fields share, but for entries of the same keys.
        let copied = copied.filter(|_| !self.strings.keys().any(|key| resource.shares(key)));
        let Some(copied) = copied else {
            return false;
        };
        let has_room = due.see_spots(copied, |spec, spot| self.add_to(spec, spot, added));
        has_room && resource.add_later(&mut self.news, added.iter().map(|(_, spec)| &spec.path))
    }

    fn add_to<'s>(
        &mut self,
        spec: &'s FieldSpec,
        field: &FieldSpot,
        added: &mut Vec<(usize, &'s FieldSpec)>,
    ) -> bool {
        let place = self.place_of_keys(spec, field.missing);
        let keys = &self.keys[place].of_entries;
        let entries = keys.iter().zip(self.strings.new_values());
        for (at, (keys, value)) in entries.enumerate() {
            let Some(spot) = field.room.spot(keys) else {
                return false;
            };
            self.news.push((spot, value));
            added.push((at, spec));
        }
        true
    }

    fn place_of_keys(&mut self, spec: &FieldSpec, missing: u32) -> usize {
        let is_it = |keys: &Keys| std::ptr::eq(keys.spec, spec) && keys.missing == missing;
        self.keys.iter().position(is_it).unwrap_or_else(|| {
            let steps = spec.path.steps();
            let made = &steps[steps.len() - missing as usize..];
            let keys = self.strings.keys().map(|key| {
                let made = made.iter().map(|step| &step.name);
                made.chain([key]).cloned().collect()
            });
            self.keys.push(Keys {
                spec,
                missing,
                of_entries: keys.collect(),
            });
            self.keys.len() - 1
        })
    }
}
