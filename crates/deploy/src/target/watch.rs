//! Watches: one request whose answer never ends, an event a line.

use super::retry::Repeat;
use super::table::TABLE;
use super::{Collection, JSON, Target, with_type};
use crate::error::{Error, Result};
use crate::fields::{field, metadata};
use futures::{AsyncBufReadExt, Stream, StreamExt, TryStreamExt};
use kube::core::Status;
use std::time::Duration;
use trimtab_tree::{Value, parse_json};

/// The server is asked to end a watch after so long; it is taken up again where it ended.
const LONGEST: Duration = Duration::from_secs(3600);

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventType {
    /// It was made, or has come to be selected.
    Added,
    /// It was changed.
    Modified,
    /// It is gone, or no longer selected.
    Deleted,
}

/// One change of one object.
#[derive(Clone, Debug)]
pub struct Event {
    /// What happened.
    pub event_type: EventType,
    /// The object as it is now, or as it last was. From a table watch: a `Table` of its row.
    pub object: Value,
}

impl EventType {
    /// The word for it in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "ADDED",
            Self::Modified => "MODIFIED",
            Self::Deleted => "DELETED",
        }
    }
}

impl Target {
    /// Every change in the collection after `resource_version`, for ever: when the server ends the
    /// watch, or the connection breaks, it is taken up where it was.
    ///
    /// The stream ends with an error when it cannot be taken up; with one that
    /// [is expired](Error::is_expired) when only the server has forgotten the point.
    pub fn watch(
        &self,
        collection: Collection,
        resource_version: &str,
    ) -> impl Stream<Item = Result<Event>> + Send + use<> {
        Watch::of(self, collection, JSON).from(resource_version)
    }

    /// The same as the server prints it: each event a `Table` of one row.
    pub fn watch_table(
        &self,
        collection: Collection,
        resource_version: &str,
    ) -> impl Stream<Item = Result<Event>> + Send + use<> {
        Watch::of(self, collection, TABLE).from(resource_version)
    }
}

struct Watch {
    target: Target,
    collection: Collection,
    accept: &'static str,
}

impl Watch {
    fn of(target: &Target, collection: Collection, accept: &'static str) -> Self {
        let target = target.clone();
        Self {
            target,
            collection,
            accept,
        }
    }

    fn from(self, resource_version: &str) -> impl Stream<Item = Result<Event>> + Send + use<> {
        let state = State {
            resource_version: resource_version.to_owned(),
            lines: None,
            silent: 0,
            is_over: false,
        };
        futures::stream::unfold((self, state), |(watch, mut state)| async move {
            if state.is_over {
                return None;
            }
            let next = watch.next(&mut state).await;
            state.is_over = next.is_err();
            Some((next, (watch, state)))
        })
    }

    async fn next(&self, state: &mut State) -> Result<Event> {
        loop {
            if state.lines.is_none() {
                tokio::time::sleep(state.pause()).await;
                state.lines = Some(self.open(&state.resource_version).await?);
            }
            let line = match &mut state.lines {
                Some(lines) => lines.next().await,
                None => None,
            };
            let Some(Ok(line)) = line else {
                // Ended or broken: take it up again.
                state.lines = None;
                state.silent += 1;
                continue;
            };
            state.silent = 0;
            match self.read(&line)? {
                Line::Event(event) => {
                    state.remember(&event.object);
                    return Ok(event);
                }
                Line::Bookmark(object) => state.remember(&object),
            }
        }
    }

    async fn open(&self, resource_version: &str) -> Result<Lines> {
        let path = self
            .collection
            .query()
            .pair("watch", "true")
            .pair("allowWatchBookmarks", "true")
            .pair("timeoutSeconds", &LONGEST.as_secs().to_string())
            .pair("resourceVersion", resource_version)
            .finish();
        let body = self.target.stream(&path, self.accept, Repeat::Yes).await?;
        Ok(Box::pin(body.lines().map_err(drop)))
    }

    fn read(&self, line: &str) -> Result<Line> {
        let unreadable = |problem: String| Error::Answer {
            request: format!("GET {}?watch", self.collection.path()),
            problem,
        };
        let mut event = parse_json(line, 0).map_err(|problem| unreadable(problem.message))?;
        let object = event.get_mut("object").map(take);
        let object = object.ok_or_else(|| unreadable("an event without an object".to_owned()))?;
        let event_type = match field(&event, "type") {
            "ADDED" => EventType::Added,
            "MODIFIED" => EventType::Modified,
            "DELETED" => EventType::Deleted,
            "BOOKMARK" => return Ok(Line::Bookmark(object)),
            "ERROR" => return Err(refusal(&object)),
            other => return Err(unreadable(format!("an event of type {other:?}"))),
        };
        let object = if field(&object, "kind") == "Table" {
            object
        } else {
            with_type(object, &self.collection.resource)
        };
        Ok(Line::Event(Event { event_type, object }))
    }
}

type Lines = std::pin::Pin<Box<dyn Stream<Item = std::result::Result<String, ()>> + Send>>;

/// Where a watch stands.
struct State {
    resource_version: String,
    lines: Option<Lines>,
    /// How often in a row it ended before it said anything.
    silent: u32,
    is_over: bool,
}

impl State {
    fn remember(&mut self, object: &Value) {
        let version = match metadata(object, "resourceVersion") {
            // A table says it in its row.
            "" => object
                .get("rows")
                .and_then(Value::as_sequence)
                .and_then(|rows| rows.first()?.get("object"))
                .map_or("", |row| metadata(row, "resourceVersion")),
            version => version,
        };
        if !version.is_empty() {
            version.clone_into(&mut self.resource_version);
        }
    }

    /// How long to wait first: a server that ends every watch at once is not asked in a tight loop.
    fn pause(&self) -> Duration {
        match self.silent {
            0 | 1 => Duration::ZERO,
            often => Duration::from_millis(50) * (1 << often.min(6)),
        }
    }
}

enum Line {
    Event(Event),
    /// Only a resource version.
    Bookmark(Value),
}

fn take(value: &mut Value) -> Value {
    std::mem::replace(value, Value::null())
}

/// The error that a `Status` in an `ERROR` event means.
fn refusal(status: &Value) -> Error {
    let code = field(status, "code").parse().unwrap_or(500);
    let status = Status::failure(field(status, "message"), field(status, "reason"));
    Error::Request(kube::Error::Api(status.with_code(code).boxed()))
}
