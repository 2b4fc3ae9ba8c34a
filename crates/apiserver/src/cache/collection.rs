//! The objects of one resource, and the log of their latest changes.

use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use tokio::sync::Notify;
use trimtab_store::Revision;

use super::index::Index;
use super::layout::Layout;
use super::object::Object;

/// How many changes a log keeps, and how many bytes of objects that are no longer current.
pub(crate) const LOG_CHANGES: usize = 8192;
const LOG_BYTES: usize = 24 << 20;

/// One write to a collection.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// The number of the write.
    pub(crate) revision: Revision,
    /// The object since; `None` when it was deleted.
    pub(crate) object: Option<Arc<Object>>,
    /// The object before; `None` when it was made.
    pub(crate) previous: Option<Arc<Object>>,
}

impl Change {
    /// The key of the object.
    pub(crate) fn key(&self) -> &str {
        let either = self.object.as_ref().or(self.previous.as_ref());
        either.map_or("", |object| object.key())
    }

    fn outdated_bytes(&self) -> usize {
        self.previous.as_ref().map_or(0, |object| object.size())
    }
}

/// The objects of one resource.
pub(crate) struct Collection {
    pub(crate) layout: Arc<Layout>,
    /// In the order of their keys.
    objects: BTreeMap<Arc<str>, Arc<Object>>,
    /// How many there are in each namespace.
    counts: FxHashMap<Box<str>, usize>,
    /// The same by what they are selected by.
    index: Index,
    /// The latest changes, in the order of their revisions.
    log: VecDeque<Change>,
    log_bytes: usize,
    /// How many writes were applied.
    received: u64,
    /// Every change after this revision is in the log.
    pub(crate) since: Revision,
    /// Wakes the watchers.
    pub(crate) changed: Arc<Notify>,
}

impl Collection {
    pub(super) fn new(layout: Arc<Layout>) -> Self {
        Self {
            layout,
            objects: BTreeMap::new(),
            counts: FxHashMap::default(),
            index: Index::default(),
            log: VecDeque::new(),
            log_bytes: 0,
            received: 0,
            since: 0,
            changed: Arc::new(Notify::new()),
        }
    }

    /// Forgets everything and begins anew at `revision`.
    pub(crate) fn reset(&mut self, revision: Revision) {
        self.objects.clear();
        self.counts.clear();
        self.index = Index::default();
        self.log.clear();
        self.log_bytes = 0;
        self.since = revision;
    }

    /// All objects, in the order of their keys.
    pub(crate) fn objects(&self) -> &BTreeMap<Arc<str>, Arc<Object>> {
        &self.objects
    }

    /// How many writes were applied.
    pub(super) fn received(&self) -> u64 {
        self.received
    }

    /// How many there are in a namespace; in all, if that is empty.
    pub(super) fn count_in(&self, namespace: &str) -> usize {
        if namespace.is_empty() {
            return self.objects.len();
        }
        self.counts.get(namespace).copied().unwrap_or_default()
    }

    /// What they are selected by.
    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// Takes all objects out.
    pub(super) fn take_objects(&mut self) -> BTreeMap<Arc<str>, Arc<Object>> {
        self.index = Index::default();
        self.counts.clear();
        std::mem::take(&mut self.objects)
    }

    /// Puts an object in, or takes it out, without a word in the log; gives back what was there.
    pub(super) fn set(
        &mut self,
        key: Arc<str>,
        object: Option<Arc<Object>>,
    ) -> Option<Arc<Object>> {
        let now = object.as_ref().map(|object| &object.facts);
        let before = self.objects.get(&key).map(|object| &object.facts);
        self.index.change(&key, before, now);
        let Some(object) = object else {
            let before = self.objects.remove(&key)?;
            self.count(&before, -1);
            return Some(before);
        };
        let before = self.objects.insert(key, Arc::clone(&object));
        if before.is_none() {
            self.count(&object, 1);
        }
        before
    }

    /// Counts an object that came or went.
    fn count(&mut self, object: &Object, change: isize) {
        let namespace = object.namespace();
        if namespace.is_empty() {
            return;
        }
        if let Some(count) = self.counts.get_mut(namespace) {
            *count = count.saturating_add_signed(change);
            if *count == 0 {
                self.counts.remove(namespace);
            }
        } else if change > 0 {
            self.counts.insert(namespace.into(), 1);
        }
    }

    /// Applies a write.
    pub(crate) fn apply(&mut self, revision: Revision, key: Arc<str>, object: Option<Object>) {
        self.received += 1;
        let object = object.map(Arc::new);
        let previous = self.set(key, object.clone());
        if object.is_none() && previous.is_none() {
            return;
        }
        let change = Change {
            revision,
            object,
            previous,
        };
        self.log_bytes += change.outdated_bytes();
        self.log.push_back(change);
        while self.log.len() > LOG_CHANGES || self.log_bytes > LOG_BYTES {
            let Some(oldest) = self.log.pop_front() else {
                break;
            };
            self.log_bytes -= oldest.outdated_bytes();
            self.since = oldest.revision;
        }
    }

    /// The changes after `revision`, which must not be before [`Collection::since`].
    pub(crate) fn changes_after(&self, revision: Revision) -> impl Iterator<Item = &Change> {
        let first = self
            .log
            .partition_point(|change| change.revision <= revision);
        self.log.range(first..)
    }

    /// The last write to this collection that is known, or that all older ones are before.
    pub(crate) fn last_change(&self) -> Revision {
        self.log.back().map_or(self.since, |change| change.revision)
    }
}
