//! A collection as the task knows it: a few facts of each object, brought up to date by what was
//! written since, so that a write costs what it changes and not what there is.

use crate::cache::{Cache, CollectionId, Followed, Follower, Object};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use trimtab_tree::Value;

/// Facts of the objects of a collection that is in no namespace, by name.
pub(super) struct Known<T> {
    follower: Follower,
    read: fn(&Value) -> T,
    objects: BTreeMap<String, (T, Arc<Object>)>,
    /// What is new, or not as it was when it was followed the last time.
    changed: BTreeSet<String>,
    /// Whether anything is, deletions included.
    is_other: bool,
}

impl<T> Known<T> {
    /// Nothing yet.
    pub(super) fn new(collection: CollectionId, read: fn(&Value) -> T) -> Self {
        Self {
            follower: Follower::new(collection),
            read,
            objects: BTreeMap::new(),
            changed: BTreeSet::new(),
            is_other: false,
        }
    }

    /// Learns what has been written since.
    pub(super) fn follow(&mut self, cache: &Arc<Cache>) {
        self.changed.clear();
        self.is_other = false;
        let Self {
            follower,
            read,
            objects,
            changed,
            is_other,
        } = self;
        follower.follow(cache, |told| {
            *is_other = true;
            match told {
                Followed::Anew => {
                    objects.clear();
                    changed.clear();
                }
                Followed::Set(object) => {
                    // What cannot be read is as if it were not there.
                    let Ok(value) = object.to_value() else {
                        return;
                    };
                    let name = object.name().to_owned();
                    changed.insert(name.clone());
                    objects.insert(name, (read(&value), object));
                }
                Followed::Gone(object) => {
                    changed.remove(object.name());
                    objects.remove(object.name());
                }
            }
        });
    }

    /// Whether anything has been written since it was followed before.
    pub(super) fn is_other(&self) -> bool {
        self.is_other
    }

    /// Whether there is one of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.objects.contains_key(name)
    }

    /// What is new or changed.
    pub(super) fn changed(&self) -> impl Iterator<Item = (&str, &T, &Arc<Object>)> {
        let changed = self.changed.iter();
        changed.filter_map(|name| {
            let (facts, object) = self.objects.get(name)?;
            Some((name.as_str(), facts, object))
        })
    }

    /// All of them, in the order of their names.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &T, &Arc<Object>)> {
        let all = self.objects.iter();
        all.map(|(name, (facts, object))| (name.as_str(), facts, object))
    }
}
