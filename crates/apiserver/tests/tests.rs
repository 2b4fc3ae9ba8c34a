//! The API server as its clients see it, in process.

#![allow(clippy::unwrap_used)]

mod cache;
mod hostile;
mod policies;
mod quota;
mod reviews;
mod support;
mod verbs;
mod watch;
mod webhooks;
