//! Tests of whole clusters, in virtual time unless they say otherwise.

mod deployments;
mod harness;
mod pods;
mod rollouts;
