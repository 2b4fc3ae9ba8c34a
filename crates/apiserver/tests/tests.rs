//! The API server as its clients see it, in process.

#![allow(clippy::unwrap_used)]

mod access;
mod aggregation;
mod audit;
mod cache;
mod hostile;
mod matrix;
mod policies;
mod protobuf;
mod quota;
mod reviews;
mod support;
mod tokens;
mod verbs;
mod watch;
mod webhooks;
