//! Tests of whole clusters, in virtual time unless they say otherwise.

// Clippy lets tests unwrap and knows them by their attribute; what helps them is the same.
#![allow(clippy::unwrap_used)]

mod certificates;
mod deployments;
mod determinism;
mod devices;
mod elections;
mod faults;
mod harness;
mod invariants;
mod nodes;
mod pods;
mod restart;
mod rollouts;
mod sharing;
