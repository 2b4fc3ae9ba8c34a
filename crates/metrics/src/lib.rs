//! Counts and times of a process, told in Prometheus' text format.
//!
//! Every part of the control plane counts for itself, by families that it declares ([`families!`]),
//! and writes them onto a [`Page`] when it is asked; nothing here knows who they are. Names, types
//! and labels are Kubernetes', so that its dashboards and alerts work.
//!
//! Architecture invariants: nothing is global, so two control planes in one process do not count for
//! each other; whoever counts takes no lock; labels come from fixed sets, or only so many are told
//! apart, so that nobody can make the process remember more and more.

mod distribution;
mod family;
mod page;

pub use distribution::Distribution;
pub use family::{Family, Kind, Stability};
pub use page::Page;
