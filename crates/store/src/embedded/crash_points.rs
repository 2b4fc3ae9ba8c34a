//! What is left of a store that dies at any point of what it was doing.
//!
//! A killed process leaves what it had written until then, step by step; a machine that loses power
//! leaves what was flushed, and any part of what was not. Both are tried here on a disk that notes every
//! step, at thousands of points: between the writes of a commit, of a cut of history, of a recovery from
//! the point before, and of closing. Whatever the point, the next start has every write that was
//! acknowledged, and at most the one group that was under way.
//!
//! `TRIMTAB_CRASH_POINTS` asks for more points, `TRIMTAB_CRASH_SEED` for those of a run that failed.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use fastrand::Rng;
use redb::StorageBackend;
use tokio::sync::oneshot;

use super::database::LogFile;
use super::layer::Step;
use super::writer::Writer;
use crate::operation::{Change, Operation};
use crate::shared::Shared;
use crate::state::{FIRST, State};
use crate::{Entry, Event, Retention, Revision};

/// Points tried by default.
const POINTS: usize = 80;
/// A store is begun anew after so many events: what is expected is worked out from all of them.
const MOST_EVENTS: usize = 3000;
/// Keys are few, so that each is made, changed and deleted many times.
const KEYS: usize = 24;
/// What a disk writes in one piece, or not.
const SECTOR: usize = 512;

/// A disk in memory that notes what is done to it.
#[derive(Clone, Debug, Default)]
struct Disk(Arc<Mutex<Recording>>);

#[derive(Debug, Default)]
struct Recording {
    bytes: Vec<u8>,
    steps: Vec<Step>,
}

impl Disk {
    fn of(bytes: Vec<u8>) -> Self {
        let steps = Vec::new();
        Self(Arc::new(Mutex::new(Recording { bytes, steps })))
    }

    fn steps(&self) -> usize {
        self.0.lock().unwrap().steps.len()
    }

    /// What it holds after some steps more.
    fn after(bytes: &[u8], steps: &[Step]) -> Vec<u8> {
        let disk = Self::of(bytes.to_vec());
        for step in steps {
            step.apply(&disk).unwrap();
        }
        std::mem::take(&mut disk.0.lock().unwrap().bytes)
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.lock().unwrap().bytes.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let recording = self.0.lock().unwrap();
        let offset = usize::try_from(offset).unwrap();
        let there = recording.bytes.get(offset..offset + out.len());
        out.copy_from_slice(there.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let mut recording = self.0.lock().unwrap();
        recording.steps.push(Step::SetLength(length));
        recording.bytes.resize(usize::try_from(length).unwrap(), 0);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.lock().unwrap().steps.push(Step::Flush);
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut recording = self.0.lock().unwrap();
        recording.steps.push(Step::Write(offset, data.into()));
        let offset = usize::try_from(offset).unwrap();
        let end = offset + data.len();
        // A file grows when it is written to behind its end.
        if recording.bytes.len() < end {
            recording.bytes.resize(end, 0);
        }
        recording.bytes[offset..end].copy_from_slice(data);
        Ok(())
    }
}

/// What a store said that it did, over all its lives.
#[derive(Default)]
struct History {
    /// Every write that is known to be there.
    events: Vec<Event>,
}

impl History {
    fn current(&self) -> Revision {
        self.events.last().map_or(FIRST, |event| event.revision)
    }

    /// Holds a state against what was done: all of it, or all but the events of `uncertain`.
    fn check(&mut self, state: &State, uncertain: Vec<Event>, what: &str) {
        let all = self.current() + uncertain.len() as u64;
        let current = state.current();
        assert!(
            current == self.current() || current == all,
            "{what}: it is at revision {current}, and {} was acknowledged, {all} begun",
            self.current()
        );
        if current != self.current() {
            self.events.extend(uncertain);
        }
        let compacted = state.compacted();
        assert!(compacted <= current, "{what}: {compacted} of {current}");
        for revision in [compacted.max(FIRST), current] {
            let mut expected: BTreeMap<Arc<str>, Entry> = BTreeMap::new();
            for event in self
                .events
                .iter()
                .take_while(|event| event.revision <= revision)
            {
                match &event.entry {
                    Some(entry) => expected.insert(Arc::clone(&event.key), entry.clone()),
                    None => expected.remove(&event.key),
                };
            }
            let request = crate::RangeRequest {
                revision: Some(revision),
                ..crate::RangeRequest::default()
            };
            let found = state.range(request).unwrap().entries;
            let expected: Vec<_> = expected.into_values().collect();
            assert!(found == expected, "{what}: at revision {revision}");
        }
        let first = compacted.max(FIRST + 1);
        let told = state.events_from(first);
        let known = self.events.iter().filter(|event| event.revision >= first);
        let same = |(one, two): (&Event, &Event)| {
            (one.revision, &one.key, &one.entry) == (two.revision, &two.key, &two.entry)
                && (one.previous == two.previous || one.revision == first)
        };
        let count = known.clone().count();
        assert_eq!(told.size_hint().0, count, "{what}: events");
        assert!(told.zip(known).all(same), "{what}: another history");
    }
}

/// One life of a store.
struct Life {
    before: Vec<u8>,
    steps: Vec<Step>,
    /// After how many steps which events were acknowledged.
    acknowledged: Vec<(usize, Vec<Event>)>,
}

impl Life {
    /// Opens the store on `bytes`, holds it against what is known of it, writes, and closes it.
    fn live(
        bytes: Vec<u8>,
        history: &mut History,
        uncertain: Vec<Event>,
        random: &mut Rng,
        what: &str,
    ) -> Self {
        let disk = Disk::of(bytes.clone());
        let (file, state) = open(&disk, what);
        history.check(&state, uncertain, what);
        let shared = Arc::new(Shared::new(state));
        let retention = Retention {
            events: random.usize(8..80),
            bytes: usize::MAX,
        };
        let mut writer = Writer::new(Arc::new(file), Arc::clone(&shared), retention);
        let mut acknowledged = Vec::new();
        for _ in 0..random.usize(1..20) {
            let events = commit(&mut writer, &shared, random);
            acknowledged.push((disk.steps(), events));
            writer.tidy();
        }
        drop(writer);
        let recording = std::mem::take(&mut *disk.0.lock().unwrap());
        Self {
            before: bytes,
            steps: recording.steps,
            acknowledged,
        }
    }

    /// What was acknowledged within so many steps, and what was under way then.
    fn known(&self, steps: usize) -> (Vec<Event>, Vec<Event>) {
        let done = self.acknowledged.partition_point(|(at, _)| *at <= steps);
        let acknowledged = self.acknowledged[..done].iter();
        let acknowledged = acknowledged
            .flat_map(|(_, events)| events.clone())
            .collect();
        let next = self.acknowledged.get(done);
        (
            acknowledged,
            next.map_or(Vec::new(), |(_, events)| events.clone()),
        )
    }

    /// What a process leaves that is killed within a step.
    fn killed(&self, steps: usize, random: &mut Rng) -> Vec<u8> {
        let mut left = self.steps[..steps].to_vec();
        if let Some(Step::Write(offset, data)) = self.steps.get(steps)
            && random.bool()
        {
            let whole = random.usize(..=data.len() / SECTOR) * SECTOR;
            left.push(Step::Write(*offset, data[..whole].into()));
        }
        Disk::after(&self.before, &left)
    }

    /// What a machine leaves that loses power: of what was not flushed, anything.
    fn without_power(&self, steps: usize, random: &mut Rng) -> Vec<u8> {
        let is_flush = |step: &Step| matches!(step, Step::Flush);
        let flushed = self.steps[..steps].iter().rposition(is_flush).unwrap_or(0);
        let (certain, rest) = self.steps[..steps].split_at(flushed);
        let mut left = certain.to_vec();
        let share = random.f64();
        for step in rest {
            match step {
                // The length of a file and what is in it are written on their own.
                Step::SetLength(_) if random.bool() => left.push(step.clone()),
                Step::Write(offset, data) => {
                    for (number, sector) in data.chunks(SECTOR).enumerate() {
                        if random.f64() < share {
                            let offset = offset + (number * SECTOR) as u64;
                            left.push(Step::Write(offset, sector.into()));
                        }
                    }
                }
                _ => {}
            }
        }
        Disk::after(&self.before, &left)
    }
}

/// A store that nobody has written to: it gets its name when it is complete.
fn fresh() -> Vec<u8> {
    let disk = Disk::default();
    drop(open(&disk, "a new store"));
    std::mem::take(&mut disk.0.lock().unwrap().bytes)
}

fn open(disk: &Disk, what: &str) -> (LogFile, State) {
    match LogFile::open_on(Path::new("/nowhere/disk"), disk.clone()) {
        Ok(opened) => opened,
        Err(error) => panic!("{what}: {error}"),
    }
}

/// Commits a group of random writes, and gives back what was acknowledged.
fn commit(writer: &mut Writer, shared: &Shared, random: &mut Rng) -> Vec<Event> {
    let (mut group, mut answers) = (Vec::new(), Vec::new());
    let size = *random.choice(&[20, 300, 2000, 12_000]).unwrap();
    for _ in 0..random.usize(1..16) {
        let key: Arc<str> = format!("key-{:02}", random.usize(..KEYS)).into();
        let value = Bytes::from(vec![random.u8(..); random.usize(1..size)]);
        let current = shared
            .read()
            .state
            .live(&key)
            .map(|entry| entry.mod_revision);
        let change = match current {
            None => Change::Create(value),
            Some(_) if random.u8(..4) == 0 => Change::Delete(None),
            Some(revision) => Change::Update(value, revision),
        };
        let (reply, answer) = oneshot::channel();
        group.push((Operation { key, change }, reply));
        answers.push(answer);
    }
    writer.commit(&mut group, || ());
    let answers = answers
        .into_iter()
        .map(|mut answer| answer.try_recv().unwrap());
    // A second write of a key in one group may be refused, as it must be.
    answers.filter_map(Result::ok).collect()
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap())
}

fn try_points(die: fn(&Life, usize, &mut Rng) -> Vec<u8>) {
    let points = number("TRIMTAB_CRASH_POINTS").map_or(POINTS, |points| points as usize);
    let seed = number("TRIMTAB_CRASH_SEED").unwrap_or_else(|| fastrand::u64(..));
    let mut random = Rng::with_seed(seed);
    let fresh = fresh();
    let mut bytes = fresh.clone();
    let mut history = History::default();
    let mut uncertain = Vec::new();
    for point in 0..points {
        let what = format!("point {point} of seed {seed}");
        let life = Life::live(
            bytes,
            &mut history,
            std::mem::take(&mut uncertain),
            &mut random,
            &what,
        );
        let steps = random.usize(..=life.steps.len());
        let (acknowledged, under_way) = life.known(steps);
        history.events.extend(acknowledged);
        uncertain = under_way;
        bytes = die(&life, steps, &mut random);
        if history.events.len() > MOST_EVENTS {
            (bytes, history, uncertain) = (fresh.clone(), History::default(), Vec::new());
        }
    }
}

#[test]
fn a_killed_process_loses_nothing_that_it_acknowledged() {
    try_points(Life::killed);
}

#[test]
fn a_machine_without_power_loses_nothing_that_was_acknowledged() {
    try_points(Life::without_power);
}
