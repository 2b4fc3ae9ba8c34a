//! The controllers against the API server, in one process and in virtual time.

// Clippy lets tests unwrap and knows them by their attribute; what helps them is the same.
#![allow(clippy::unwrap_used)]

mod accounts;
mod deployments;
mod owners;
mod services;
mod world;
