//! A backend and a model that keeps a whole copy of itself for each revision, step by step.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use trimtab_store::{
    EmbeddedStore, Entry, Event, MemoryStore, RangeRequest, Retention, Revision, Store, StoreError,
    Watch, WatchMessage,
};

use crate::support::{Directory, block_on, value};

const KEYS: [&str; 6] = ["a", "a/x", "a/y", "ab", "b/x", "b/y"];
const PREFIXES: [&str; 4] = ["", "a", "a/", "c"];

/// One thing to do. A revision is chosen as a share of those there are, so that most are valid.
#[derive(Clone, Debug)]
enum Step {
    Create(usize),
    /// Whether to expect the right revision.
    Update(usize, bool),
    Delete(usize, Option<bool>),
    Get(usize, u8),
    Range {
        prefix: usize,
        after: Option<usize>,
        limit: usize,
        at: u8,
    },
    Watch(usize, u8),
    Drain(usize),
    Compact(u8),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let key = || 0..KEYS.len();
    let prefix = || 0..PREFIXES.len();
    prop_oneof![
        6 => key().prop_map(Step::Create),
        6 => (key(), prop::bool::weighted(0.9)).prop_map(|(key, right)| Step::Update(key, right)),
        3 => (key(), prop::option::of(prop::bool::weighted(0.9)))
            .prop_map(|(key, right)| Step::Delete(key, right)),
        2 => (key(), any::<u8>()).prop_map(|(key, at)| Step::Get(key, at)),
        3 => (prefix(), prop::option::of(key()), 0..4_usize, any::<u8>())
            .prop_map(|(prefix, after, limit, at)| Step::Range { prefix, after, limit, at }),
        2 => (prefix(), any::<u8>()).prop_map(|(prefix, from)| Step::Watch(prefix, from)),
        2 => (0..4_usize).prop_map(Step::Drain),
        1 => any::<u8>().prop_map(Step::Compact),
        1 => Just(Step::Reopen),
    ]
}

/// The naive truth.
struct Model {
    /// What there was after each revision, from 0 on.
    snapshots: Vec<BTreeMap<&'static str, Entry>>,
    events: Vec<Event>,
    compacted: Revision,
}

impl Model {
    fn new() -> Self {
        Self {
            snapshots: vec![BTreeMap::new(); 2],
            events: Vec::new(),
            compacted: 0,
        }
    }

    fn current(&self) -> Revision {
        self.snapshots.len() as Revision - 1
    }

    fn now(&self, key: &str) -> Option<Entry> {
        self.snapshots.last().unwrap().get(key).cloned()
    }

    fn at(&self, revision: Revision) -> &BTreeMap<&'static str, Entry> {
        &self.snapshots[usize::try_from(revision).unwrap()]
    }

    /// A revision between 0 and one or two too high.
    fn choose(&self, share: u8) -> Revision {
        Revision::from(share) * (self.current() + 3) / 256
    }

    fn put(&mut self, key: &'static str, bytes: bytes::Bytes) -> Entry {
        let (revision, previous) = (self.current() + 1, self.now(key));
        let entry = Entry {
            key: key.into(),
            value: bytes,
            create_revision: previous
                .as_ref()
                .map_or(revision, |entry| entry.create_revision),
            mod_revision: revision,
            version: previous.as_ref().map_or(1, |entry| entry.version + 1),
        };
        self.record(key, Some(entry.clone()), previous);
        entry
    }

    fn record(&mut self, key: &'static str, entry: Option<Entry>, previous: Option<Entry>) {
        let mut next = self.snapshots.last().unwrap().clone();
        match &entry {
            Some(entry) => next.insert(key, entry.clone()),
            None => next.remove(key),
        };
        let revision = self.current() + 1;
        self.snapshots.push(next);
        self.events.push(Event {
            revision,
            key: key.into(),
            entry,
            previous,
        });
    }

    /// What the store must say of a revision: 'c'ompacted, 'f'uture or good.
    fn verdict(&self, revision: Revision, last: Revision) -> char {
        match revision {
            revision if revision < self.compacted => 'c',
            revision if revision > last => 'f',
            _ => ' ',
        }
    }

    fn events(&self, prefix: &str, from: Revision) -> Vec<Event> {
        let told = |event: &&Event| event.revision >= from && event.key.starts_with(prefix);
        self.events.iter().filter(told).cloned().collect()
    }
}

fn verdict<T>(result: &Result<T, StoreError>) -> char {
    match result {
        Ok(_) => ' ',
        Err(StoreError::Compacted { .. }) => 'c',
        Err(StoreError::Future { .. }) => 'f',
        Err(StoreError::Conflict { .. }) => 'x',
        Err(error) => panic!("{error}"),
    }
}

/// A watch with where it stands.
struct Watching {
    watch: Box<dyn Watch>,
    prefix: &'static str,
    next: Revision,
}

trait Backend {
    fn store(&self) -> &dyn Store;
    /// Closes and opens it again, if it can; says whether.
    fn reopen(&mut self) -> bool;
}

impl Backend for MemoryStore {
    fn store(&self) -> &dyn Store {
        self
    }

    fn reopen(&mut self) -> bool {
        false
    }
}

struct OnDisk {
    store: Option<EmbeddedStore>,
    directory: Directory,
}

impl Backend for OnDisk {
    fn store(&self) -> &dyn Store {
        self.store.as_ref().unwrap()
    }

    fn reopen(&mut self) -> bool {
        drop(self.store.take());
        self.store = Some(self.directory.open(Retention::UNBOUNDED));
        true
    }
}

async fn run(backend: &mut dyn Backend, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut model = Model::new();
    let mut watches: Vec<Watching> = Vec::new();
    for (number, step) in steps.into_iter().enumerate() {
        let store = backend.store();
        let bytes = value(&format!("value {number}"));
        match step {
            Step::Create(key) => {
                let key = KEYS[key];
                let result = store.create(key, bytes.clone()).await;
                match model.now(key) {
                    None => prop_assert_eq!(result.unwrap(), model.put(key, bytes)),
                    Some(entry) => conflicts(result, Some(entry))?,
                }
            }
            Step::Update(key, right) => {
                let (key, now) = (KEYS[key], model.now(KEYS[key]));
                let revision = now.as_ref().map_or(1, |entry| entry.mod_revision);
                let expected = if right { revision } else { revision + 1 };
                let result = store.update(key, bytes.clone(), expected).await;
                if now.is_some() && right {
                    prop_assert_eq!(result.unwrap(), model.put(key, bytes));
                } else {
                    conflicts(result, now)?;
                }
            }
            Step::Delete(key, right) => {
                let (key, now) = (KEYS[key], model.now(KEYS[key]));
                let revision = now.as_ref().map_or(1, |entry| entry.mod_revision);
                let expected = right.map(|right| if right { revision } else { revision + 1 });
                let result = store.delete(key, expected).await;
                if now.is_some() && right != Some(false) {
                    model.record(key, None, now.clone());
                    let deleted = result.unwrap();
                    prop_assert_eq!(deleted.revision, model.current());
                    prop_assert_eq!(Some(deleted.previous), now);
                } else {
                    conflicts(result, now)?;
                }
            }
            Step::Get(key, at) => {
                let at = model.choose(at);
                let result = store.get(KEYS[key], Some(at)).await;
                prop_assert_eq!(verdict(&result), model.verdict(at, model.current()));
                if let Ok(lookup) = result {
                    prop_assert_eq!(lookup.entry.as_ref(), model.at(at).get(KEYS[key]));
                }
            }
            Step::Range {
                prefix,
                after,
                limit,
                at,
            } => {
                let at = model.choose(at);
                let request = RangeRequest {
                    prefix: PREFIXES[prefix],
                    after: after.map(|key| KEYS[key]),
                    limit,
                    revision: Some(at),
                };
                let result = store.range(request).await;
                prop_assert_eq!(verdict(&result), model.verdict(at, model.current()));
                if let Ok(range) = result {
                    let all: Vec<_> = model
                        .at(at)
                        .iter()
                        .filter(|(key, _)| key.starts_with(request.prefix))
                        .filter(|(key, _)| request.after.is_none_or(|after| **key > after))
                        .map(|(_, entry)| entry.clone())
                        .collect();
                    let page = if limit == 0 {
                        all.len()
                    } else {
                        limit.min(all.len())
                    };
                    prop_assert_eq!(&range.entries, &all[..page]);
                    prop_assert_eq!(range.remaining, all.len() - page);
                    prop_assert_eq!(range.revision, at);
                }
            }
            Step::Watch(prefix, from) => {
                let (prefix, next) = (PREFIXES[prefix], model.choose(from));
                let result = store.watch(prefix, Some(next)).await;
                prop_assert_eq!(verdict(&result), model.verdict(next, model.current() + 1));
                if let Ok(watch) = result {
                    watches.push(Watching {
                        watch,
                        prefix,
                        next,
                    });
                }
            }
            Step::Drain(number) if number < watches.len() => {
                if !follow(&mut watches[number], &model).await? {
                    watches.remove(number);
                }
            }
            Step::Drain(_) => {}
            Step::Compact(to) => {
                let to = model.choose(to);
                let result = store.compact(to).await;
                let expected = match to {
                    0 if model.compacted == 0 => ' ',
                    to if to <= model.compacted => 'c',
                    to if to > model.current() => 'f',
                    _ => ' ',
                };
                prop_assert_eq!(verdict(&result), expected);
                if result.is_ok() {
                    model.compacted = to;
                }
            }
            Step::Reopen => {
                if backend.reopen() {
                    watches.clear();
                }
            }
        }
        prop_assert_eq!(
            backend.store().current_revision().await.unwrap(),
            model.current()
        );
    }
    for mut watching in watches {
        follow(&mut watching, &model).await?;
    }
    let count = backend.store().count("a").await.unwrap();
    let keys = model
        .at(model.current())
        .keys()
        .filter(|key| key.starts_with('a'))
        .count();
    prop_assert_eq!((count.revision, count.keys), (model.current(), keys));
    Ok(())
}

fn conflicts<T>(
    result: Result<T, StoreError>,
    expected: Option<Entry>,
) -> Result<(), TestCaseError> {
    match result {
        Err(StoreError::Conflict { current, .. }) => {
            prop_assert_eq!(current.map(|entry| *entry), expected);
            Ok(())
        }
        Err(error) => Err(TestCaseError::fail(error.to_string())),
        Ok(_) => Err(TestCaseError::fail("the write should have been refused")),
    }
}

/// Reads a watch to its end; `false` when it was too slow, which only a compaction may cause.
async fn follow(watching: &mut Watching, model: &Model) -> Result<bool, TestCaseError> {
    let expected = model.events(watching.prefix, watching.next);
    watching.watch.request_progress().await.unwrap();
    let mut told: Vec<Event> = Vec::new();
    loop {
        match watching.watch.next().await {
            Ok(WatchMessage::Events(events)) => told.extend(events),
            Ok(WatchMessage::Progress(revision)) => {
                prop_assert_eq!(revision, model.current());
                break;
            }
            Err(StoreError::Compacted { .. }) => {
                prop_assert!(watching.next < model.compacted, "it was in time");
                return Ok(false);
            }
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        }
    }
    prop_assert_eq!(told.len(), expected.len());
    for (mut told, expected) in told.into_iter().zip(expected) {
        // What came before the event at the compaction itself may be gone.
        if told.revision == model.compacted && told.previous.is_none() {
            told.previous.clone_from(&expected.previous);
        }
        prop_assert_eq!(told, expected);
    }
    watching.next = model.current() + 1;
    Ok(true)
}

/// Failing cases are shrunk and printed; a fixed one becomes a test of its own.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn memory_is_the_model(steps in prop::collection::vec(step(), 1..120)) {
        block_on(run(&mut MemoryStore::new(Retention::UNBOUNDED), steps))?;
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn embedded_is_the_model(steps in prop::collection::vec(step(), 1..80)) {
        let directory = Directory::new();
        let store = Some(directory.open(Retention::UNBOUNDED));
        block_on(run(&mut OnDisk { store, directory }, steps))?;
    }
}
