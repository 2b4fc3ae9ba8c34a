//! The controllers against the API server, in one process and in virtual time.

// Clippy lets tests unwrap and knows them by their attribute; what helps them is the same.
#![allow(clippy::unwrap_used)]

mod accounts;
mod autoscaling;
mod batch;
mod daemonsets;
mod deployments;
mod owners;
mod replication;
mod services;
mod statefulsets;
mod storage;
mod world;
