//! What a store promises, checked on every backend.

#![allow(clippy::unwrap_used)] // clippy's own exception stops at functions marked as tests

mod backup;
mod concurrency;
mod conformance;
mod crash;
mod damage;
mod embedded;
mod model;
mod support;
