//! Which objects have which labels, owners and fields, so that a list of a few costs no look at all others.
//!
//! Only keys are kept, and a write touches only what it changes: an update of an object's status
//! costs the index nothing but the fields of it that objects are selected by.

use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;
use trimtab_object::Operator;
use trimtab_tree::Text;

use super::facts::Facts;
use super::selection::{SelectedField, Selection};

/// The keys of the objects that have something in common. Most values of some fields, such as a
/// pod's address, have one object, which needs no tree.
#[derive(Debug)]
pub(super) enum Keys {
    One(Arc<str>),
    Many(BTreeSet<Arc<str>>),
}

impl Keys {
    fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Many(keys) => keys.len(),
        }
    }

    fn insert(&mut self, key: &Arc<str>) {
        match self {
            Self::One(other) => {
                let both = [Arc::clone(other), Arc::clone(key)];
                *self = Self::Many(both.into());
            }
            Self::Many(keys) => {
                keys.insert(Arc::clone(key));
            }
        }
    }

    /// Whether nothing is left.
    fn remove(&mut self, key: &str) -> bool {
        match self {
            Self::One(own) => **own == *key,
            Self::Many(keys) => {
                keys.remove(key);
                keys.is_empty()
            }
        }
    }

    /// Those that begin with `prefix` and are not before `start`, in their order.
    pub(super) fn within<'k>(
        &'k self,
        prefix: &'k str,
        start: Bound<&str>,
    ) -> impl Iterator<Item = &'k Arc<str>> {
        let is_behind = |key: &Arc<str>| match start {
            Bound::Included(start) => **key >= *start,
            Bound::Excluded(start) => **key > *start,
            Bound::Unbounded => true,
        };
        let (one, many) = match self {
            Self::One(key) => (Some(key).filter(|key| is_behind(key)), None),
            Self::Many(keys) => (None, Some(keys.range::<str, _>((start, Bound::Unbounded)))),
        };
        one.into_iter()
            .chain(many.into_iter().flatten())
            .take_while(move |key| key.starts_with(prefix))
    }
}

/// Keys by value, of one label or field.
#[derive(Debug, Default)]
struct Values {
    by_value: FxHashMap<Text, Keys>,
    /// All of them together.
    count: usize,
}

impl Values {
    fn insert(&mut self, value: &Text, key: &Arc<str>) {
        self.count += 1;
        if let Some(keys) = self.by_value.get_mut(value) {
            keys.insert(key);
        } else {
            let keys = Keys::One(Arc::clone(key));
            self.by_value.insert(value.clone(), keys);
        }
    }

    fn remove(&mut self, value: &Text, key: &str) {
        self.count -= 1;
        if let Some(keys) = self.by_value.get_mut(value)
            && keys.remove(key)
        {
            self.by_value.remove(value);
        }
    }
}

/// The index of a collection.
#[derive(Debug, Default)]
pub(super) struct Index {
    labels: FxHashMap<Text, Values>,
    /// In the order of the collection's rules.
    fields: Vec<Values>,
    /// By the uids of their owners.
    owners: Values,
}

/// A way to the objects that fulfil one of the conditions.
enum Way<'i> {
    /// Those of some values.
    Of(Vec<&'i Keys>),
    /// Those of all values.
    All(&'i Values),
}

impl Index {
    /// Notes what an object is selected by now, and was before.
    pub(super) fn change(&mut self, key: &Arc<str>, before: Option<&Facts>, now: Option<&Facts>) {
        let none = Facts::default();
        let (before, now) = (before.unwrap_or(&none), now.unwrap_or(&none));
        if before.labels != now.labels {
            self.relabel(key, before, now);
        }
        if before.owners != now.owners {
            self.change_owners(key, before, now);
        }
        let count = before.fields.len().max(now.fields.len());
        if self.fields.len() < count {
            self.fields.resize_with(count, Values::default);
        }
        for (at, values) in self.fields.iter_mut().enumerate() {
            let (before, now) = (before.fields.get(at), now.fields.get(at));
            if before == now {
                continue;
            }
            if let Some(value) = before {
                values.remove(value, key);
            }
            if let Some(value) = now {
                values.insert(value, key);
            }
        }
    }

    fn relabel(&mut self, key: &Arc<str>, before: &Facts, now: &Facts) {
        for (name, value) in &before.labels {
            if now.label(name) == Some(value) {
                continue;
            }
            if let Some(values) = self.labels.get_mut(name) {
                values.remove(value, key);
                if values.count == 0 {
                    self.labels.remove(name);
                }
            }
        }
        for (name, value) in &now.labels {
            if before.label(name) == Some(value) {
                continue;
            }
            if let Some(values) = self.labels.get_mut(name) {
                values.insert(value, key);
            } else {
                let mut values = Values::default();
                values.insert(value, key);
                self.labels.insert(name.clone(), values);
            }
        }
    }

    fn change_owners(&mut self, key: &Arc<str>, before: &Facts, now: &Facts) {
        for uid in before.owners.iter().filter(|uid| !now.is_owned_by(uid)) {
            self.owners.remove(uid, key);
        }
        for uid in now.owners.iter().filter(|uid| !before.is_owned_by(uid)) {
            self.owners.insert(uid, key);
        }
    }

    /// Sets of keys that hold every object that is meant, of the condition that the fewest fulfil;
    /// `None` where none of the conditions says what an object has.
    pub(super) fn narrowest(&self, selection: &Selection) -> Option<Vec<&Keys>> {
        let labels = selection.labels.requirements().iter();
        let labels = labels.filter_map(|requirement| {
            let values = self.labels.get(requirement.key());
            Some(match requirement.operator() {
                Operator::In | Operator::Equals | Operator::DoubleEquals => Way::Of(
                    values
                        .into_iter()
                        .flat_map(|values| {
                            let wanted = requirement.values().iter();
                            wanted.filter_map(|value| values.by_value.get(value))
                        })
                        .collect(),
                ),
                Operator::Exists | Operator::GreaterThan | Operator::LessThan => {
                    values.map_or(Way::Of(Vec::new()), Way::All)
                }
                Operator::NotIn | Operator::NotEquals | Operator::DoesNotExist => return None,
            })
        });
        let fields = selection.fields.iter().filter_map(|requirement| {
            let values = match requirement.field {
                SelectedField::Own(number) => self.fields.get(number),
                SelectedField::Owner => Some(&self.owners),
                SelectedField::Name | SelectedField::Namespace => return None,
            };
            let keys = values.and_then(|values| values.by_value.get(&requirement.value));
            requirement
                .equal
                .then(|| Way::Of(keys.into_iter().collect()))
        });
        let way = labels.chain(fields).min_by_key(Way::len)?;
        Some(match way {
            Way::Of(keys) => keys,
            Way::All(values) => values.by_value.values().collect(),
        })
    }
}

impl Way<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Of(keys) => keys.iter().map(|keys| keys.len()).sum(),
            Self::All(values) => values.count,
        }
    }
}
