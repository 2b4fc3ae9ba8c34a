//! Events: what controllers tell people about objects.
//!
//! [`EventRecorder::record`] never waits: a task in the background writes, a few at a time, and
//! counts repetitions instead of writing them again. The rules are those of client-go's
//! `tools/record`: the same words about the same object from the same source raise the `count` of
//! the event there is; of what one source says for one reason about one object in ever other words,
//! the tenth and all that follow are combined in one event; and one source may begin about an object
//! only so many events at once, and then one in five minutes.
//!
//! Invariants: an event is lost rather than that work waits for it; memory is bounded; names
//! follow from clock and chance alone.

mod occurrence;
#[cfg(test)]
mod tests;
mod writer;

pub use occurrence::EventType;

use k8s_openapi::api::core::v1::{EventSource, ObjectReference};
use kube::{Client, Resource};
use occurrence::{Key, Occurrence};
use tokio::sync::mpsc;
use trimtab_clock::{Chance, Clock};
use writer::Writer;

/// How many occurrences may wait to be written; the rest is dropped. Enough for what the start of
/// a few thousand pods says at once.
const WAITING: usize = 1 << 14;

/// Who tells.
#[derive(Clone, Copy, Debug)]
pub struct Component<'a> {
    /// The source of the events, such as `deployment-controller`.
    pub name: &'a str,
    /// What `managedFields` call who wrote them, such as `kube-controller-manager`.
    pub manager: &'a str,
}

/// Tells events in the name of one component. Clones share one writer.
#[derive(Clone, Debug)]
pub struct EventRecorder {
    source: EventSource,
    clock: Clock,
    sender: mpsc::Sender<Occurrence>,
}

impl EventRecorder {
    /// Begins a writer, in a task that ends with the last recorder.
    #[must_use]
    pub fn start(client: Client, component: Component<'_>, clock: Clock, chance: &Chance) -> Self {
        let Component { name, manager } = component;
        let (sender, receiver) = mpsc::channel(WAITING);
        let chance = chance.fork(&format!("events/{name}"));
        let writer = Writer::new(client, manager, chance);
        tokio::spawn(writer.run(receiver));
        Self {
            source: EventSource {
                component: Some(name.to_owned()),
                host: None,
            },
            clock,
            sender,
        }
    }

    /// A recorder on the same writer for what happens on one node.
    #[must_use]
    pub fn on_host(&self, host: &str) -> Self {
        let mut recorder = self.clone();
        recorder.source.host = Some(host.to_owned());
        recorder
    }

    /// Tells that something happened to an object, see [`reference`]. `reason` is one word in upper
    /// camel case, for machines; `message` is for people.
    pub fn record(
        &self,
        regarding: &ObjectReference,
        event_type: EventType,
        reason: &str,
        message: impl Into<String>,
    ) {
        let occurrence = Occurrence {
            key: Key {
                source: self.source.clone(),
                regarding: regarding.clone(),
                event_type,
                reason: reason.to_owned(),
                message: message.into(),
            },
            at: self.clock.now(),
        };
        if self.sender.try_send(occurrence).is_err() {
            tracing::debug!(
                reason,
                "dropped an event: too many are waiting to be written"
            );
        }
    }
}

/// What events refer to an object by.
pub fn reference<K>(object: &K) -> ObjectReference
where
    K: Resource<DynamicType = ()>,
{
    let meta = object.meta();
    ObjectReference {
        api_version: Some(K::api_version(&()).into_owned()),
        kind: Some(K::kind(&()).into_owned()),
        name: meta.name.clone(),
        namespace: meta.namespace.clone(),
        uid: meta.uid.clone(),
        resource_version: meta.resource_version.clone(),
        field_path: None,
    }
}
