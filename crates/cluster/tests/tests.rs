//! Tests of whole clusters, in virtual time.

// Clippy lets tests unwrap and knows them by their attribute; what helps them is the same.
#![allow(clippy::unwrap_used)]

mod deployments;
mod determinism;
mod harness;
mod pods;
mod rollouts;
mod sharing;
