//! Events: what a component did to an object and why, for people to read.

mod correlator;

use correlator::{Correlator, Verdict};
use k8s_openapi::api::core::v1::{Event, EventSource, ObjectReference};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, Time};
use kube::api::{Api, Patch, PatchParams, PostParams};
use kube::{Client, Resource};
use serde_json::json;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use trimtab_clock::{Chance, Clock};

/// How many events may wait to be written. More are dropped: they are a courtesy, and must not hold
/// up or fill the memory of what they tell about.
const WAITING: usize = 1000;

/// Whether somebody should worry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventType {
    /// Things go as they should.
    Normal,
    /// They do not.
    Warning,
}

impl EventType {
    /// As the API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Warning => "Warning",
        }
    }
}

/// Writes the events of one component, in the background and in the order they were recorded.
/// Clones are the same recorder; what is still waiting goes with the last one.
#[derive(Clone)]
pub struct Recorder(Arc<Inner>);

struct Inner {
    source: EventSource,
    clock: Clock,
    chance: Chance,
    correlator: Mutex<Correlator>,
    writes: mpsc::Sender<Write>,
    task: AbortHandle,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Recorder")
            .field(&self.0.source.component)
            .finish()
    }
}

enum Write {
    Create(Box<Event>),
    /// One more of an event that is there.
    Again {
        namespace: String,
        name: String,
        patch: serde_json::Value,
    },
}

/// What an event about `object` refers to.
pub fn reference<K: Resource<DynamicType = ()>>(object: &K) -> ObjectReference {
    let meta = object.meta();
    ObjectReference {
        api_version: Some(K::api_version(&()).into_owned()),
        kind: Some(K::kind(&()).into_owned()),
        namespace: meta.namespace.clone(),
        name: meta.name.clone(),
        uid: meta.uid.clone(),
        resource_version: meta.resource_version.clone(),
        field_path: None,
    }
}

impl Recorder {
    /// For the component called `component` (`deployment-controller`), on `host` where there is one
    /// on each. Starts a task on the current tokio runtime.
    pub fn new(
        client: Client,
        component: &str,
        host: Option<&str>,
        clock: Clock,
        chance: &Chance,
    ) -> Self {
        let (writes, waiting) = mpsc::channel(WAITING);
        Self(Arc::new(Inner {
            source: EventSource {
                component: Some(component.to_owned()),
                host: host.map(str::to_owned),
            },
            clock,
            chance: chance.fork(&format!(
                "events of {component} {}",
                host.unwrap_or_default()
            )),
            correlator: Mutex::default(),
            writes,
            task: tokio::spawn(write(client, component.to_owned(), waiting)).abort_handle(),
        }))
    }

    /// Records that something happened to `object` (see [`reference`]; set `fieldPath` where it
    /// happened to a part). `reason` is one `CamelCase` word, `message` a sentence.
    pub fn event(
        &self,
        object: &ObjectReference,
        event_type: EventType,
        reason: &str,
        message: &str,
    ) {
        let now = self.0.clock.now();
        // Each critical section leaves the counts whole.
        let mut correlator = self
            .0
            .correlator
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let verdict = correlator.judge(object, event_type, reason, message, now, || {
            let name = object.name.as_deref().unwrap_or_default();
            format!("{name}.{:016x}", self.0.chance.below(u64::MAX))
        });
        drop(correlator);
        let time = Time(now);
        let namespace = object
            .namespace
            .clone()
            .filter(|namespace| !namespace.is_empty())
            .unwrap_or_else(|| "default".to_owned());
        let write = match verdict {
            Verdict::Drop => return,
            Verdict::New { name, message } => Write::Create(Box::new(Event {
                metadata: ObjectMeta {
                    name: Some(name),
                    namespace: Some(namespace),
                    ..ObjectMeta::default()
                },
                involved_object: object.clone(),
                reason: Some(reason.to_owned()),
                message: Some(message),
                type_: Some(event_type.as_str().to_owned()),
                source: Some(self.0.source.clone()),
                reporting_component: self.0.source.component.clone(),
                reporting_instance: self.0.source.host.clone(),
                first_timestamp: Some(time.clone()),
                last_timestamp: Some(time),
                count: Some(1),
                ..Event::default()
            })),
            Verdict::Again {
                name,
                message,
                count,
            } => Write::Again {
                namespace,
                name,
                patch: json!({"count": count, "lastTimestamp": time, "message": message}),
            },
        };
        if self.0.writes.try_send(write).is_err() {
            tracing::debug!(reason, message, "too many events, dropped one");
        }
    }
}

async fn write(client: Client, manager: String, mut waiting: mpsc::Receiver<Write>) {
    let post = PostParams {
        field_manager: Some(manager.clone()),
        ..PostParams::default()
    };
    let patching = PatchParams {
        field_manager: Some(manager),
        ..PatchParams::default()
    };
    while let Some(write) = waiting.recv().await {
        let written = match write {
            Write::Create(event) => {
                let namespace = event.metadata.namespace.clone().unwrap_or_default();
                let events = Api::<Event>::namespaced(client.clone(), &namespace);
                events.create(&post, &event).await
            }
            Write::Again {
                namespace,
                name,
                patch,
            } => {
                let events = Api::<Event>::namespaced(client.clone(), &namespace);
                events
                    .patch(&name, &patching, &Patch::Strategic(patch))
                    .await
            }
        };
        // A namespace that is going away takes no events; nobody is helped by trying again.
        if let Err(error) = written {
            tracing::debug!(%error, "cannot write an event");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server_double::ServerDouble;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn equal_events_are_one_with_a_count() {
        let server = ServerDouble::new();
        let clock = Clock::starting_at("2026-01-01T00:00:00Z".parse().unwrap());
        let recorder = Recorder::new(server.client(), "tester", None, clock, &Chance::seeded(1));
        let object = ObjectReference {
            namespace: Some("a".to_owned()),
            name: Some("p".to_owned()),
            ..ObjectReference::default()
        };
        recorder.event(&object, EventType::Normal, "Made", "made it");
        recorder.event(&object, EventType::Normal, "Made", "made it");
        tokio::time::sleep(Duration::from_secs(1)).await;
        let bodies = server.bodies();
        assert_eq!(bodies.len(), 2);
        assert_eq!(bodies[0]["count"], 1);
        assert_eq!(bodies[0]["involvedObject"]["name"], "p");
        assert_eq!(bodies[0]["firstTimestamp"], "2026-01-01T00:00:00Z");
        assert_eq!(bodies[1]["count"], 2);
        let name = bodies[0]["metadata"]["name"].as_str().unwrap();
        assert!(name.starts_with("p."));
        assert_eq!(
            server.requests(),
            [
                "POST /api/v1/namespaces/a/events?&fieldManager=tester".to_owned(),
                format!("PATCH /api/v1/namespaces/a/events/{name}?&fieldManager=tester"),
            ]
        );
    }
}
