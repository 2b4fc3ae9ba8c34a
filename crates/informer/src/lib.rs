//! Shared watches, indexed caches and work queues on a Kubernetes client.
//!
//! What a controller, a scheduler or a node stands on, as client-go's `tools/cache`,
//! `util/workqueue` and `tools/record` are for Kubernetes' own:
//!
//! - [`Informers`] keeps one list and one watch per kind, decodes each event once and shares the
//!   decoded object with everybody who asked for that kind.
//! - [`Cache`] is what they read: by key, by namespace, by an index of their own.
//! - [`WorkQueue`] turns changes into keys to look at, each once, in the order they came; [`Queues`]
//!   tells the metrics what they do.
//! - [`Expectations`] keep a controller from acting again before it has seen its own writes.
//! - [`LeaderElection`] lets one of several programs do the work.
//! - [`EventRecorder`] writes events, counted so that a thousand equal ones cost a handful.
//!
//! Architecture invariants: nothing here reads the wall clock or the system's entropy ([`Clock`]
//! and [`Chance`] are handed in, waiting goes through `tokio::time`); every order in which objects,
//! keys or events come out is a function of the order in which they went in; handlers run on the
//! watch's own task, after the cache holds the change, and do nothing but queue keys.
//!
//! [`Clock`]: trimtab_clock::Clock
//! [`Chance`]: trimtab_clock::Chance

mod backoff;
mod cache;
mod events;
mod expectations;
pub mod index;
mod informers;
mod key;
mod leader_election;
mod measured;
mod metadata;
mod queue;
mod reflector;
#[cfg(test)]
mod server_double;
mod sink;
mod statistics;

pub use backoff::Backoff;
pub use cache::{Cache, Change};
pub use events::{Component, EventRecorder, EventType, reference};
pub use expectations::Expectations;
pub use informers::Informers;
pub use key::ObjectKey;
pub use leader_election::{Election, Ended, LeaderElection};
pub use measured::Queues;
pub use metadata::{MetadataCache, MetadataChange};
pub use queue::WorkQueue;
pub use statistics::Statistics;
