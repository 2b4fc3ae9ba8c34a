//! Provenance: which file and which entry of which kustomization gave a field its value.
//!
//! Two layers. Without being asked, every scalar of a built resource carries in its
//! [`Position`](trimtab_tree::Position) the place that last set it: a label the line of the pair,
//! an image the entry's `newTag`, a patched field the line of the patch. That costs nothing: four
//! bytes that each node has anyway.
//!
//! With [`BuildOptions::record`](crate::BuildOptions) every resource also has a [`History`]: all
//! values that its fields had, each with the [`Step`] that set it. `ResourceSet::edit`, through
//! which alone objects change, compares the object before and after and writes down the fields
//! that differ; each step of the build says with `ResourceSet::begin` what it is. So no
//! transformer needs to know of provenance, none can be forgotten, and a recorded build runs the
//! code of a plain one and gives its bytes.

mod address;
mod compare;
mod effects;
mod find;
mod history;
mod items;
mod origin;
mod recording;
mod removal;
mod step;

pub use address::Address;
pub use effects::{Effect, without_effect};
pub use find::{Found, Wanted};
pub use history::{Event, History};
pub use origin::FieldOrigin;
pub use recording::Removed;
pub use step::{Action, Cause, Step};

pub(crate) use recording::{Recording, Watch};
pub(crate) use removal::Removal;

#[cfg(test)]
mod tests;
