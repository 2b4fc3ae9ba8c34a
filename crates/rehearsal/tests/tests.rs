//! Rehearsals of small workloads.

// Clippy lets tests unwrap and knows them by their attribute; what helps them is the same.
#![allow(clippy::unwrap_used)]

mod chances;
mod court;
mod disruptions;
mod documented;
mod invariants;
mod rollouts;
mod scheduling;
mod workloads;
