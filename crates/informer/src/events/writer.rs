//! The task that writes events.

use super::occurrence::{Key, Occurrence};
use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::Event;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, Time};
use kube::api::{Api, Patch, PatchParams, PostParams};
use kube::{Client, Error};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;
use trimtab_clock::Chance;

/// How many writes are on their way at once: events must not crowd out the work they tell of.
const IN_FLIGHT: usize = 4;

/// How many events are remembered to be counted up: client-go's `maxLruCacheEntries`.
const REMEMBERED: usize = 4096;

/// How many events that differ in nothing but their words are told before they are combined: client-go's
/// `defaultAggregateMaxEvents`.
const ALIKE: usize = 10;

/// After how long without another such event that begins anew.
const ALIKE_WITHIN: SignedDuration = SignedDuration::from_secs(600);

/// What the words of combined events begin with. It is searched for.
const COMBINED: &str = "(combined from similar events): ";

/// How many new events a source may tell about one object before it is slowed down.
pub(super) const BURST: u32 = 25;

/// How long it takes until it may tell one more.
pub(super) const REFILL: Duration = Duration::from_secs(300);

/// How many names are tried when one is taken.
const NAMES: usize = 3;

/// An event that was told.
#[derive(Debug)]
struct Told {
    key: Key,
    /// Known once it was written.
    name: Option<String>,
    count: i32,
    first: Timestamp,
    last: Timestamp,
    /// What the API server has of `count`, or will with the write that is on its way.
    written: i32,
    is_being_written: bool,
}

/// Events that differ in nothing but their words.
#[derive(Debug)]
struct Alike {
    last: Timestamp,
    messages: VecDeque<String>,
}

impl Alike {
    /// Notes another one. Returns whether there were so many that it is combined with the others.
    fn has_many(&mut self, message: &str, at: Timestamp) -> bool {
        if at.duration_since(self.last) > ALIKE_WITHIN {
            self.messages.clear();
        }
        self.last = at;
        if !self.messages.iter().any(|known| known == message) {
            self.messages.push_back(message.to_owned());
        }
        let has_many = self.messages.len() >= ALIKE;
        if has_many {
            self.messages.pop_front();
        }
        has_many
    }
}

/// How many new events may still be told about an object.
#[derive(Debug)]
struct Budget {
    left: u32,
    refilled: Instant,
}

/// The name of the event that was written, by the text of its key.
type Written = (String, Result<String, Error>);

/// Writes events, and remembers which it has written.
pub(super) struct Writer {
    client: Client,
    manager: Arc<str>,
    chance: Chance,
    /// By [`Key::text`], oldest first.
    told: IndexMap<String, Told>,
    /// By [`Key::group`], oldest first.
    alike: IndexMap<String, Alike>,
    /// By [`Key::subject`], oldest first.
    budgets: IndexMap<String, Budget>,
    writes: JoinSet<Written>,
    /// What the name of the last new event has of the time.
    last_named: i128,
}

impl Writer {
    /// A writer that has told nothing yet.
    pub(super) fn new(client: Client, manager: &str, chance: Chance) -> Self {
        Self {
            client,
            manager: manager.into(),
            chance,
            told: IndexMap::new(),
            alike: IndexMap::new(),
            budgets: IndexMap::new(),
            writes: JoinSet::new(),
            last_named: 0,
        }
    }

    /// Writes what comes until nothing can come any more.
    pub(super) async fn run(mut self, mut occurrences: mpsc::Receiver<Occurrence>) {
        let mut open = true;
        while open || !self.writes.is_empty() {
            let has_room = self.writes.len() < IN_FLIGHT;
            tokio::select! {
                biased;
                Some(done) = self.writes.join_next() => {
                    if let Ok((key, result)) = done {
                        self.settle(&key, result);
                    }
                }
                occurrence = occurrences.recv(), if open && has_room => match occurrence {
                    Some(occurrence) => self.take_in(occurrence),
                    None => open = false,
                },
            }
        }
    }

    fn take_in(&mut self, occurrence: Occurrence) {
        let Occurrence { mut key, at } = occurrence;
        let text = self.combine(&mut key, at);
        if let Some(told) = self.told.get_mut(&text) {
            told.count += 1;
            told.key.message = key.message;
            told.last = at;
        } else {
            if !self.may_begin(&key.subject()) {
                return;
            }
            make_room(&mut self.told);
            let told = Told {
                key,
                name: None,
                count: 1,
                first: at,
                last: at,
                written: 0,
                is_being_written: false,
            };
            self.told.insert(text.clone(), told);
        }
        self.write(&text);
    }

    /// Combines an event with others like it, if there are many; gives what it is looked up by.
    fn combine(&mut self, key: &mut Key, at: Timestamp) -> String {
        let group = key.group();
        if !self.alike.contains_key(&group) {
            make_room(&mut self.alike);
        }
        let alike = self.alike.entry(group).or_insert_with(|| Alike {
            last: at,
            messages: VecDeque::new(),
        });
        if !alike.has_many(&key.message, at) {
            return key.text();
        }
        // The words that it is looked up by are nobody's.
        let group = key.group();
        key.message.insert_str(0, COMBINED);
        group
    }

    /// Takes one from what may still be told about an object.
    fn may_begin(&mut self, subject: &str) -> bool {
        let now = Instant::now();
        if !self.budgets.contains_key(subject) {
            make_room(&mut self.budgets);
        }
        let budget = self.budgets.entry(subject.to_owned()).or_insert(Budget {
            left: BURST,
            refilled: now,
        });
        while budget.left < BURST && now.duration_since(budget.refilled) >= REFILL {
            budget.left += 1;
            budget.refilled += REFILL;
        }
        if budget.left == BURST {
            budget.refilled = now;
        }
        let may = budget.left > 0;
        budget.left = budget.left.saturating_sub(1);
        may
    }

    /// Sends what the API server does not have yet, one write at a time for each event.
    fn write(&mut self, text: &str) {
        let Some(told) = self.told.get_mut(text) else {
            return;
        };
        if told.is_being_written || told.written == told.count {
            return;
        }
        told.is_being_written = true;
        told.written = told.count;
        let events = Api::namespaced(self.client.clone(), told.key.namespace());
        let (key, manager) = (text.to_owned(), Arc::clone(&self.manager));
        if let Some(name) = told.name.clone() {
            let mut patch = json!({"count": told.count, "lastTimestamp": Time(told.last)});
            if told.key.message.starts_with(COMBINED) {
                patch["message"] = json!(told.key.message);
            }
            self.writes
                .spawn(async move { (key, raise(&events, name, patch, &manager).await) });
        } else {
            let event = event(told);
            // Names sort as the events came, for lists show those of one second in that order. What
            // a clock of microseconds leaves open chance fills in: other components tell too.
            let at = told.first.as_nanosecond().max(self.last_named + 1);
            let at = at + i128::from(self.chance.below(1_000));
            self.last_named = at;
            let chance = self.chance.clone();
            self.writes
                .spawn(async move { (key, create(&events, event, at, &chance, &manager).await) });
        }
    }

    fn settle(&mut self, text: &str, result: Result<String, Error>) {
        let Some(told) = self.told.get_mut(text) else {
            return;
        };
        told.is_being_written = false;
        match result {
            Ok(name) => told.name = Some(name),
            // It expired or was deleted: begin anew.
            Err(Error::Api(status)) if status.code == 404 && told.name.is_some() => {
                told.name = None;
                told.first = told.last;
                told.count = 1;
                told.written = 0;
            }
            // In a namespace that ends nothing can be told any more; nor is anything else worth
            // a second try: it is an event.
            Err(error) => {
                tracing::debug!(%error, "could not write an event");
                self.told.shift_remove(text);
                return;
            }
        }
        self.write(text);
    }
}

/// Forgets the oldest where too many are remembered.
fn make_room<V>(map: &mut IndexMap<String, V>) {
    if map.len() >= REMEMBERED {
        // An eighth at once: removing the first of a list moves all others.
        map.drain(..REMEMBERED / 8);
    }
}

fn event(told: &Told) -> Event {
    let key = &told.key;
    Event {
        metadata: ObjectMeta {
            namespace: Some(key.namespace().to_owned()),
            ..ObjectMeta::default()
        },
        involved_object: key.regarding.clone(),
        reason: Some(key.reason.clone()),
        message: Some(key.message.clone()),
        type_: Some(key.event_type.name().to_owned()),
        count: Some(told.count),
        first_timestamp: Some(Time(told.first)),
        last_timestamp: Some(Time(told.last)),
        reporting_component: key.source.component.clone(),
        reporting_instance: key.source.host.clone(),
        source: Some(key.source.clone()),
        ..Event::default()
    }
}

/// Writes a new event, named after its object and a time in nanoseconds as client-go names them, and
/// returns the name.
async fn create(
    events: &Api<Event>,
    mut event: Event,
    mut at: i128,
    chance: &Chance,
    manager: &str,
) -> Result<String, Error> {
    let params = PostParams {
        field_manager: Some(manager.to_owned()),
        ..PostParams::default()
    };
    let object = event.involved_object.name.clone().unwrap_or_default();
    let mut tries = 0;
    loop {
        tries += 1;
        let name = format!("{object}.{at:x}");
        event.metadata.name = Some(name.clone());
        match events.create(&params, &event).await {
            Ok(_) => return Ok(name),
            Err(Error::Api(status)) if status.reason == "AlreadyExists" && tries < NAMES => {
                at += i128::from(chance.below(1_000_000));
            }
            Err(error) => return Err(error),
        }
    }
}

/// Raises the count of an event, and renews the words of a combined one.
async fn raise(
    events: &Api<Event>,
    name: String,
    patch: Value,
    manager: &str,
) -> Result<String, Error> {
    let params = PatchParams {
        field_manager: Some(manager.to_owned()),
        ..PatchParams::default()
    };
    events
        .patch(&name, &params, &Patch::Strategic(patch))
        .await?;
    Ok(name)
}
