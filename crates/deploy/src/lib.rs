//! Plan, diff, apply, wait, roll out and undo, against any Kubernetes cluster.
//!
//! Everything goes through a [`Target`]: a `kube::Client` and what discovery says of its server.
//! Objects are `trimtab_tree::Value`s; no kind is compiled in, save where its controller's promises
//! are what is asked about (rollouts, readiness).
//!
//! The crate reads no files and prints nothing: it gives plans, tables and events, which the
//! command line renders. It waits only on watches, and takes the time from who calls.

mod arguments;
mod error;
mod jsonpath;
mod order;
mod readiness;
mod reference;
mod target;
#[cfg(test)]
mod testing;

pub use arguments::{Named, Scope};
pub use error::{Error, Result};
pub use jsonpath::{JsonPath, Template};
pub use order::{Class, sort_for_apply, sort_for_delete};
pub use readiness::{Readiness, readiness, rollout};
pub use reference::ObjectRef;
pub use target::{
    Collection, Deletion, Discovery, Event, EventType, List, Manager, PatchType, Propagation,
    Resource, Selection, Target, Update,
};
