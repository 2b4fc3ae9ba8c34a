//! The controllers against the API server, in one process and in virtual time.

mod deployments;
mod owners;
mod services;
mod world;
