//! Tests of whole clusters, in virtual time unless they say otherwise.

mod harness;
mod pods;
