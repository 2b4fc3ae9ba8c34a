//! The API server as its clients see it, in process.

#![allow(clippy::unwrap_used)]

mod access;
mod admission_configuration;
mod aggregation;
mod audit;
mod cache;
mod components;
mod conversion;
mod custom;
mod custom_apply;
mod custom_clients;
mod definitions;
mod hostile;
mod matrix;
mod metrics;
mod pages;
mod policies;
mod protobuf;
mod quota;
mod reviews;
mod services;
mod support;
mod tokens;
mod verbs;
mod watch;
mod webhooks;
