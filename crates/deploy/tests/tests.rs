//! Deploying to a control plane in this process, in virtual time: no socket, no sleeping.

// Clippy lets tests unwrap and knows them by their attribute; what helps them is the same.
#![allow(clippy::unwrap_used)]

mod applying;
mod clocks;
mod harness;
mod observing;
mod releases;
mod rollouts;
mod selecting;
mod setting;
mod staging;
mod storms;
mod waiting;
