//! The multi-version index: every key with its versions, and the window of recent events.
//!
//! The rules of history are etcd's (`mvcc` package, "API guarantees" in its documentation): after
//! a compaction to revision C, reads at C and later and watches from C and later still work.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

use crate::{Count, Entry, Event, Lookup, Range, RangeRequest, Retention, Revision, StoreError};

/// What an event costs beside its key and value, roughly.
const EVENT_OVERHEAD: usize = 128;

/// The revision of a store that nobody has written to.
pub(crate) const FIRST: Revision = 1;

#[derive(Debug)]
struct Version {
    revision: Revision,
    /// `None` when this version is the key's deletion.
    entry: Option<Entry>,
}

/// All that is known of the store's contents.
#[derive(Debug)]
pub(crate) struct State {
    current: Revision,
    compacted: Revision,
    /// Versions ascend; there is at least one.
    keys: BTreeMap<Arc<str>, Vec<Version>>,
    /// One event for each revision, from `compacted` or the one behind it to `current`.
    log: VecDeque<Event>,
    log_bytes: usize,
}

impl State {
    /// A state with no keys, whose history begins at `compacted`.
    pub(crate) fn new(compacted: Revision) -> Self {
        Self {
            current: compacted.max(FIRST),
            compacted,
            keys: BTreeMap::new(),
            log: VecDeque::new(),
            log_bytes: 0,
        }
    }

    pub(crate) fn current(&self) -> Revision {
        self.current
    }

    pub(crate) fn compacted(&self) -> Revision {
        self.compacted
    }

    /// What `key` holds now.
    pub(crate) fn live(&self, key: &str) -> Option<&Entry> {
        self.keys.get(key)?.last()?.entry.as_ref()
    }

    pub(crate) fn get(&self, key: &str, at: Option<Revision>) -> Result<Lookup, StoreError> {
        let revision = self.readable(at)?;
        let entry = self
            .keys
            .get(key)
            .and_then(|versions| at_revision(versions, revision));
        Ok(Lookup {
            revision,
            entry: entry.cloned(),
        })
    }

    pub(crate) fn range(&self, request: RangeRequest<'_>) -> Result<Range, StoreError> {
        let revision = self.readable(request.revision)?;
        let mut found = self.entries(request.prefix, request.after, revision);
        let limit = if request.limit == 0 {
            usize::MAX
        } else {
            request.limit
        };
        let entries = found.by_ref().take(limit).cloned().collect();
        let remaining = found.count();
        Ok(Range {
            revision,
            entries,
            remaining,
        })
    }

    pub(crate) fn count(&self, prefix: &str) -> Count {
        Count {
            revision: self.current,
            keys: self.entries(prefix, None, self.current).count(),
        }
    }

    fn entries<'a>(
        &'a self,
        prefix: &'a str,
        after: Option<&'a str>,
        revision: Revision,
    ) -> impl Iterator<Item = &'a Entry> {
        let start = match after {
            // From a key before the prefix the walk would end where it begins.
            Some(after) if after >= prefix => Bound::Excluded(after),
            _ => Bound::Included(prefix),
        };
        self.keys
            .range::<str, _>((start, Bound::Unbounded))
            .take_while(move |(key, _)| key.starts_with(prefix))
            .filter_map(move |(_, versions)| at_revision(versions, revision))
    }

    /// The revision to read at, if it is one that can be read.
    fn readable(&self, at: Option<Revision>) -> Result<Revision, StoreError> {
        let Some(requested) = at else {
            return Ok(self.current);
        };
        self.not_compacted(requested)?;
        self.not_beyond(requested, self.current)?;
        Ok(requested)
    }

    /// The revision to watch from, if nothing since then is lost.
    pub(crate) fn watchable(&self, from: Option<Revision>) -> Result<Revision, StoreError> {
        let Some(requested) = from else {
            return Ok(self.current + 1);
        };
        self.not_compacted(requested)?;
        self.not_beyond(requested, self.current + 1)?;
        Ok(requested)
    }

    /// That history may be cut at `revision`.
    pub(crate) fn compactable(&self, revision: Revision) -> Result<(), StoreError> {
        self.not_compacted(revision.saturating_sub(1))?;
        self.not_beyond(revision, self.current)
    }

    pub(crate) fn not_compacted(&self, requested: Revision) -> Result<(), StoreError> {
        if requested < self.compacted {
            return Err(StoreError::Compacted {
                requested,
                compacted: self.compacted,
            });
        }
        Ok(())
    }

    fn not_beyond(&self, requested: Revision, last: Revision) -> Result<(), StoreError> {
        if requested > last {
            return Err(StoreError::Future {
                requested,
                current: self.current,
            });
        }
        Ok(())
    }

    /// The events from revision `from` on, oldest first.
    pub(crate) fn events_from(&self, from: Revision) -> impl Iterator<Item = &Event> {
        let first = self.log.front().map_or(0, |event| event.revision);
        let skip = usize::try_from(from.saturating_sub(first)).unwrap_or(usize::MAX);
        self.log.range(skip.min(self.log.len())..)
    }

    /// Takes in a write. Its revision must be the next one.
    pub(crate) fn apply(&mut self, event: Event) {
        debug_assert_eq!(event.revision, self.current + 1, "revisions have no gaps");
        self.current = event.revision;
        self.insert(event.key.clone(), event.revision, event.entry.clone());
        self.remember(event);
    }

    /// Takes in a version written before the process began, in the order of revisions. Those before
    /// the compaction are state only; from it on they are events again.
    pub(crate) fn load(&mut self, key: Arc<str>, revision: Revision, entry: Option<Entry>) {
        if revision >= self.compacted {
            self.remember(Event {
                revision,
                key: Arc::clone(&key),
                entry: entry.clone(),
                previous: self.live(&key).cloned(),
            });
        }
        self.current = self.current.max(revision);
        self.insert(key, revision, entry);
    }

    /// After the last [`load`](Self::load): forgets what no read can see, and says which revisions
    /// that were.
    pub(crate) fn settle(&mut self) -> Vec<Revision> {
        let mut dropped = Vec::new();
        let compacted = self.compacted;
        self.keys.retain(|_, versions| {
            let superseded = superseded_versions(versions, compacted);
            dropped.extend(versions.drain(..superseded).map(|version| version.revision));
            !versions.is_empty()
        });
        dropped
    }

    fn insert(&mut self, key: Arc<str>, revision: Revision, entry: Option<Entry>) {
        let version = Version { revision, entry };
        self.keys.entry(key).or_default().push(version);
    }

    fn remember(&mut self, event: Event) {
        self.log_bytes += cost(&event);
        self.log.push_back(event);
    }

    /// The revision to compact to so that history is within its bounds again; `None` while it is
    /// not clearly over them. The last event always stays.
    pub(crate) fn overdue(&self, retention: Retention) -> Option<Revision> {
        let over = |size: usize, bound: usize| size > bound.saturating_add(bound / 4);
        if !over(self.log.len(), retention.events) && !over(self.log_bytes, retention.bytes) {
            return None;
        }
        let (mut events, mut bytes) = (self.log.len(), self.log_bytes);
        let mut target = None;
        for (event, next) in self.log.iter().zip(self.log.iter().skip(1)) {
            if events <= retention.events && bytes <= retention.bytes {
                break;
            }
            events -= 1;
            bytes -= cost(event);
            target = Some(next.revision);
        }
        target.filter(|target| *target > self.compacted)
    }

    /// The revisions whose versions a compaction to `revision` would drop.
    pub(crate) fn superseded(&self, revision: Revision) -> Vec<Revision> {
        let mut dropped: Vec<_> = self
            .written_until(revision)
            .iter()
            .filter_map(|key| self.keys.get(key))
            .flat_map(|versions| &versions[..superseded_versions(versions, revision)])
            .map(|version| version.revision)
            .collect();
        dropped.sort_unstable();
        dropped
    }

    /// Forgets history before `revision`, which [`compactable`](Self::compactable) has allowed.
    pub(crate) fn compact(&mut self, revision: Revision) {
        for key in self.written_until(revision) {
            let Some(versions) = self.keys.get_mut(&key) else {
                continue;
            };
            versions.drain(..superseded_versions(versions, revision));
            if versions.is_empty() {
                self.keys.remove(&key);
            }
        }
        while let Some(event) = self.log.front().filter(|event| event.revision < revision) {
            self.log_bytes -= cost(event);
            self.log.pop_front();
        }
        self.compacted = revision;
    }

    /// The keys written since the last compaction and until `revision`: only they have versions
    /// that a compaction can drop.
    fn written_until(&self, revision: Revision) -> BTreeSet<Arc<str>> {
        self.log
            .iter()
            .take_while(|event| event.revision <= revision)
            .map(|event| Arc::clone(&event.key))
            .collect()
    }
}

fn at_revision(versions: &[Version], revision: Revision) -> Option<&Entry> {
    let newer = versions.partition_point(|version| version.revision <= revision);
    versions[..newer].last()?.entry.as_ref()
}

/// How many of the oldest versions no read at `revision` or later can see. A deletion at exactly
/// `revision` stays, because a watch from there must still report it.
fn superseded_versions(versions: &[Version], revision: Revision) -> usize {
    let until = versions.partition_point(|version| version.revision <= revision);
    match versions[..until].last() {
        Some(last) if last.entry.is_none() && last.revision < revision => until,
        Some(_) => until - 1,
        None => 0,
    }
}

fn cost(event: &Event) -> usize {
    let value = event.entry.as_ref().map_or(0, |entry| entry.value.len());
    EVENT_OVERHEAD + event.key.len() + value
}
