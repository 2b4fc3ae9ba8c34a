//! The truth of a control plane: a versioned key-value store with watch.
//!
//! Every write has a revision of its own, one higher than the write before it, over all keys. A
//! read can name a past revision and sees the store as it was; a watch can begin at one and misses
//! nothing. That is etcd's model, cut down to what a Kubernetes API server asks of it, which kine
//! (`pkg/server/types.go`) showed to be a dozen calls: [`Store`] is that list.
//!
//! Two backends live here: [`MemoryStore`], gone with the process and deterministic, and
//! [`EmbeddedStore`], one file on disk, where nothing is acknowledged before it is flushed.
//! Both answer reads and watches from the same multi-version index in memory.
//!
//! Invariants:
//! - Values are bytes. Nothing here knows what an object is.
//! - A write is visible, to reads and to watches alike, only once it is as durable as it will be.
//! - No runtime is assumed beyond `tokio::sync`: no task is spawned, and no time is
//!   read but that which a flush takes.
//! - No iteration order of a hash map reaches a caller.

mod embedded;
mod error;
mod indexed;
mod memory;
mod operation;
mod shared;
mod state;
mod store;
mod types;
mod watch;

pub use embedded::{EmbeddedStore, back_up, restore, restore_over, verify};
pub use error::StoreError;
pub use memory::MemoryStore;
pub use store::{Store, Watch};
pub use types::{
    Count, Deleted, Entry, Event, Lookup, Range, RangeRequest, Retention, Revision, WatchMessage,
};
