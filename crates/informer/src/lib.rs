//! Shared watches, indexed caches and work queues on a Kubernetes client.

mod events;

pub use events::{EventRecorder, EventType, reference};
