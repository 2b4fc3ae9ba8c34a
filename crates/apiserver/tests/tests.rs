//! The API server as its clients see it, in process.

#![allow(clippy::unwrap_used)]

mod hostile;
mod support;
mod verbs;
mod watch;
