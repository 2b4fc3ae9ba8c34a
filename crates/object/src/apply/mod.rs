//! Server-side apply and the ownership of fields.
//!
//! Every write notes in `metadata.managedFields` which fields it set; server-side apply merges what a
//! client wants into an object by these notes. The rules are those of
//! `sigs.k8s.io/structured-merge-diff` and `k8s.io/apimachinery/pkg/util/managedfields`.
//!
//! From the ground up: [`key_value`] and [`path_element`] are the steps to a field, [`field_set`] sets
//! of paths, [`shape`] what the schema says of a place, and on these stand the walks over objects:
//! [`check`], [`owned`], [`compare`], [`merge`], [`remove`]. [`manager`] reads and writes the notes;
//! [`track_update`] and [`apply`] are the two kinds of writes. Nothing here defaults, validates or
//! stores.

mod check;
mod compare;
mod conflict;
mod defaults;
mod field_set;
mod go_text;
mod items;
mod key_value;
mod last_applied;
mod lay_over;
mod manager;
mod merge;
mod owned;
mod path_element;
mod reconcile;
mod remove;
mod scale;
mod server_side;
mod shape;
mod stripped;
mod times;
mod track;
mod versions;
mod writer;

pub use check::TypeProblem;
pub use conflict::{ApplyError, Conflict};
pub use field_set::FieldSet;
pub use key_value::KeyValue;
pub use last_applied::LAST_APPLIED_ANNOTATION;
pub use lay_over::lay_over;
pub use manager::{BadManagedFields, ManagerId, Operation};
pub use path_element::PathElement;
pub use scale::{ReplicasPaths, entries_of_scaled, scale_entries};
pub use server_side::apply;
pub use times::keep_timestamps;
pub use track::{track_update, track_update_in};
pub use versions::{NoVersion, Versions};
pub use writer::Writer;

pub(crate) use items::ItemIndex;
pub(crate) use shape::{ListShape, Place, Relation, Shape};

#[cfg(test)]
mod tests;
