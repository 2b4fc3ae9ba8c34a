//! What goes into a store and what comes out.

use std::sync::Arc;

use bytes::Bytes;

/// The number of a write. Revisions count writes over all keys, without gaps within one store.
///
/// A store without writes is at revision 1, as etcd is: Kubernetes gives 0 a meaning of its own.
pub type Revision = u64;

/// One version of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// The bytes that were written.
    pub value: Bytes,
    /// The write that made the key; a key deleted and made again has a new one.
    pub create_revision: Revision,
    /// The write that made this version.
    pub mod_revision: Revision,
    /// How many writes the key has seen since it was made: 1 after a create.
    pub version: u64,
}

/// One write, as a watch reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The number of the write.
    pub revision: Revision,
    /// The key that was written.
    pub key: Arc<str>,
    /// What it holds since; `None` when the key was deleted.
    pub entry: Option<Entry>,
    /// What it held before; `None` when the write made the key. It may also be missing from the
    /// event at the very revision that was compacted to: its predecessor is gone.
    pub previous: Option<Entry>,
}

/// The answer to a get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// The revision that the answer is true for.
    pub revision: Revision,
    /// What the key held then.
    pub entry: Option<Entry>,
}

/// Which entries to list. `RangeRequest::default()` asks for all of them, as they are now.
#[derive(Clone, Copy, Debug, Default)]
pub struct RangeRequest<'a> {
    /// Only keys that begin so.
    pub prefix: &'a str,
    /// Only keys behind this one: the last key of the page before.
    pub after: Option<&'a str>,
    /// At most so many entries; 0 is without limit.
    pub limit: usize,
    /// The store as it was after this write; `None` is now.
    pub revision: Option<Revision>,
}

/// The answer to a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// The revision that the answer is true for. Ask for the next page at this one.
    pub revision: Revision,
    /// What was found, in the order of keys (bytewise).
    pub entries: Vec<Entry>,
    /// How many more entries the prefix has behind the last one returned.
    pub remaining: usize,
}

/// The answer to a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The revision that the answer is true for.
    pub revision: Revision,
    /// How many keys there are.
    pub keys: usize,
}

/// What a delete did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// The number of this write.
    pub revision: Revision,
    /// What the key held before.
    pub previous: Entry,
}

/// What a watch has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchMessage {
    /// Writes, in the order of their revisions; never empty.
    Events(Vec<Event>),
    /// All that was asked for and written up to this revision has been told.
    Progress(Revision),
}

/// How much history a store keeps before it compacts by itself.
///
/// Whichever bound is met first counts. A store may run a quarter over a bound, so that it
/// compacts now and then rather than at each write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// The number of events kept.
    pub events: usize,
    /// The size of their keys and values together, in bytes.
    pub bytes: usize,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            events: 16_384,
            bytes: 32 << 20,
        }
    }
}

impl Retention {
    /// History is dropped only when [`Store::compact`](crate::Store::compact) says so.
    pub const UNBOUNDED: Self = Self {
        events: usize::MAX,
        bytes: usize::MAX,
    };
}
